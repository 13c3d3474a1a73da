from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_profile_mixin import PROFILE_GROUP

# What the value of a lead follows from, or whether it has one.
VALUED_FIELDS = frozenset(
    {
        "active",
        "campaign_id",
        "company_id",
        "contact_name",
        "country_id",
        "lang_id",
        "partner_id",
        "partner_name",
        "source_id",
        "stage_id",
        "state_id",
        "tag_ids",
    }
)


def lead_value(field_type, name, **options):
    """Return a field that shows ``name`` of the lead's value, as it is sorted in SQL."""
    return field_type(related=f"lead_value_id.{name}", groups=PROFILE_GROUP, **options)


def lead_money(name, **options):
    return lead_value(
        fields.Monetary, name, currency_field="value_currency_id", **options
    )


class CrmLead(models.Model):
    """The customer behind a lead, and what the lead is worth if it is won."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.customer.profile.mixin"]

    customer_profile_id = fields.Many2one(
        related="partner_id.customer_profile_id", groups=PROFILE_GROUP
    )
    lead_value_id = fields.Many2one(
        "crm.lead.value",
        compute="_compute_lead_value_id",
        search="_search_lead_value_id",
        compute_sudo=True,
        groups=PROFILE_GROUP,
    )
    value_currency_id = lead_value(
        fields.Many2one, "currency_id", string="Value Currency"
    )
    value_if_won = lead_money("value_if_won", aggregator="sum")
    value_if_won_lower = lead_money("value_lower")
    value_if_won_upper = lead_money("value_upper")
    expected_value = fields.Monetary(
        compute="_compute_expected_value",
        search="_search_expected_value",
        compute_sudo=True,
        currency_field="value_currency_id",
        aggregator="sum",
        groups=PROFILE_GROUP,
        help="Value if won times the probability to win: what the lead is worth today.",
    )
    value_basis = lead_value(fields.Selection, "basis", string="Value Judged By")
    class_if_won_id = lead_value(fields.Many2one, "class_id", string="Class if Won")
    lead_completeness = lead_value(
        fields.Float, "completeness", string="Completeness", aggregator="avg"
    )
    value_explanation = lead_value(fields.Char, "explanation")
    value_missing = lead_value(fields.Char, "missing_names", string="To Fill In")

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_lead_value_id(self):
        values = self.env["crm.lead.value"].search([("lead_id", "in", self.ids)])
        by_lead = {(value.lead_id.id, value.company_id): value for value in values}
        for lead in self:
            company = lead.company_id or self.env.company
            lead.lead_value_id = by_lead.get((lead._origin.id, company))

    @api.depends("probability", "lead_value_id.value_if_won")
    def _compute_expected_value(self):
        for lead in self:
            value = lead.lead_value_id.value_if_won
            lead.expected_value = value * lead.probability / 100

    def _forget_shown_values(self):
        """Let the fields that show the lead's value be read anew."""
        shown = [
            name
            for name, field in self._fields.items()
            if (field.related or "").startswith("lead_value_id.")
        ]
        self.invalidate_recordset(["lead_value_id", "expected_value", *shown])

    @api.model
    def _search_lead_value_id(self, operator, value):
        """Leads whose value in their own company, else in the current one, matches."""
        if operator in ("any", "any!"):
            wanted = Domain(value)
        elif operator == "in" and not any(value):
            return ~Domain("id", "in", self._valued_leads(Domain.TRUE))
        elif operator == "in":
            wanted = Domain("id", "in", [item for item in value if item])
        else:
            return NotImplemented
        return Domain("id", "in", self._valued_leads(wanted))

    @api.model
    def _valued_leads(self, value_domain):
        """Return a subquery of the leads whose value matches."""
        values = self.env["crm.lead.value"].sudo()
        in_company = Domain.OR(
            [
                Domain("lead_id.company_id", "=", False)
                & Domain("company_id", "=", self.env.company.id),
                Domain("lead_id.company_id", "!=", False),
            ]
        )
        query = values._search(value_domain & in_company, order="id")
        return query.subselect(values._field_to_sql(query.table, "lead_id"))

    @api.model
    def _search_expected_value(self, operator, value):
        if operator not in ("=", "!=", "<", "<=", ">", ">="):
            return NotImplemented

        def to_sql(model, alias, query):
            found = model._field_to_sql(alias, "expected_value", query)
            return SQL("COALESCE(%s, 0) %s %s", found, SQL(operator), value)

        return Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Join the value of a lead where a query asks for it."""
        if field_expr == "expected_value":
            self._check_field_access(self._fields[field_expr], "read")
            return SQL(
                "(%s * %s / 100)",
                self._field_to_sql(alias, "value_if_won", query),
                self._field_to_sql(alias, "probability", query),
            )
        if field_expr != "lead_value_id":
            return super()._field_to_sql(alias, field_expr, query)
        value_alias = query.make_alias(alias, "lead_value")
        query.add_join(
            "LEFT JOIN",
            value_alias,
            SQL.identifier("crm_lead_value"),
            SQL(
                "%s = %s AND %s = COALESCE(%s, %s)",
                SQL.identifier(value_alias, "lead_id"),
                SQL.identifier(alias, "id"),
                SQL.identifier(value_alias, "company_id"),
                self._field_to_sql(alias, "company_id", query),
                self.env.company.id,
            ),
        )
        return SQL.identifier(value_alias, "id")

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Leads without a value come last, whichever way the list is sorted."""
        field = self._fields.get(field_name)
        if field and (
            field_name == "expected_value"
            or (field.related or "").startswith("lead_value_id.")
        ):
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.model_create_multi
    def create(self, vals_list):
        """Value new leads at once, by the model of the last run."""
        leads = super().create(vals_list)
        self.env["crm.lead.value"].sudo()._estimate(leads)
        return leads

    def write(self, vals):
        """Value leads anew when something that tells of their value has changed."""
        result = super().write(vals)
        if not VALUED_FIELDS.isdisjoint(vals) and self:
            self.env["crm.lead.value"].sudo()._estimate(self)
        return result
