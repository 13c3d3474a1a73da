from odoo import api, fields, models
from odoo.tools import SQL

PROFILE_GROUP = "crm_scoring.group_crm_scoring_user"


def profile_field(field_type, name, **options):
    """Return a field that shows ``name`` of the customer's profile.

    Related through many2one fields only, it can be searched, sorted and grouped in SQL.
    """
    return field_type(
        related=f"customer_profile_id.{name}", groups=PROFILE_GROUP, **options
    )


def profile_money(name, **options):
    return profile_field(
        fields.Monetary, name, currency_field="profile_currency_id", **options
    )


class CrmCustomerProfileMixin(models.AbstractModel):
    """What staff read and filter on, on any record that knows its customer's profile.

    The inheriting model says how ``customer_profile_id`` is found.
    """

    _name = "crm.customer.profile.mixin"
    _description = "Record with a Customer Profile"

    customer_profile_id = fields.Many2one(
        "crm.customer.profile", store=False, readonly=True, groups=PROFILE_GROUP
    )
    profile_currency_id = profile_field(
        fields.Many2one, "currency_id", string="Profile Currency"
    )
    customer_class_id = profile_field(
        fields.Many2one, "class_id", string="Customer Class"
    )
    customer_class_color = profile_field(fields.Integer, "class_color", aggregator=None)
    customer_strategy = profile_field(fields.Selection, "strategy", string="Strategy")
    clv = profile_money("clv", string="Customer Lifetime Value")
    clv_lower = profile_money("clv_lower")
    clv_upper = profile_money("clv_upper")
    revenue_recent = profile_money("revenue_recent")
    churn_probability = profile_field(fields.Float, "churn_probability")
    customer_loyalty = profile_field(fields.Float, "loyalty")
    last_purchase_date = profile_field(fields.Date, "last_purchase_date")
    next_purchase_date = profile_field(fields.Date, "next_purchase_date")
    next_best_offers = profile_field(
        fields.Char, "next_best_offers", string="Next Best Offers"
    )
    profile_confidence = profile_field(fields.Selection, "confidence")

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Records without a profile come last, whichever way the list is sorted."""
        field = self._fields.get(field_name)
        if field and (field.related or "").startswith("customer_profile_id."):
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
