from odoo import api, fields, models
from odoo.tools import SQL

from .crm_customer_profile import CONFIDENCE_GRADES

# What is kept of a profile, month by month.
KEPT_FIELDS = (
    "as_of",
    "class_id",
    "value_band",
    "loyalty_band",
    "value_rank",
    "loyalty_rank",
    "clv",
    "churn_probability",
    "loyalty",
    "expected_purchases",
    "revenue_recent",
    "purchase_count",
    "confidence",
    "sector_clv",
    "type_id",
    "is_class_assigned",
)


class CrmCustomerProfileHistory(models.Model):
    """A customer's indices and class at the last run of each month."""

    _name = "crm.customer.profile.history"
    _description = "Customer Profile History"
    _order = "month desc, id desc"
    _rec_name = "month"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    as_of = fields.Date(string="As of", readonly=True)
    class_id = fields.Many2one(
        "crm.customer.class", readonly=True, ondelete="set null", index=True
    )
    value_band = fields.Integer(readonly=True, aggregator=None)
    loyalty_band = fields.Integer(readonly=True, aggregator=None)
    value_rank = fields.Integer(readonly=True, aggregator=None)
    loyalty_rank = fields.Integer(readonly=True, aggregator=None)
    clv = fields.Monetary(string="Lifetime Value", readonly=True)
    churn_probability = fields.Float(
        string="Churn Risk", readonly=True, aggregator="avg"
    )
    loyalty = fields.Float(string="Degree of Loyalty", readonly=True, aggregator="avg")
    expected_purchases = fields.Float(readonly=True)
    revenue_recent = fields.Monetary(string="Revenue, Last 12 Months", readonly=True)
    purchase_count = fields.Integer(string="Purchases", readonly=True)
    confidence = fields.Selection(CONFIDENCE_GRADES, readonly=True)

    # What placed the customer
    sector_clv = fields.Monetary(string="Lifetime Value in the Sector", readonly=True)
    type_id = fields.Many2one(
        "crm.customer.type",
        string="Customer Type",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    is_class_assigned = fields.Boolean(string="Class Given by Hand", readonly=True)
    run_number = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The run that wrote the month: runs themselves are not kept as long.",
    )

    _partner_company_month_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, month)",
        "A customer has one entry a month in a company.",
    )
    # The classes of a month are counted from the index alone; equal entries share a place.
    _company_month_class_index = models.Index("(company_id, month, class_id)")

    @api.model
    def _state_domain(self, class_id):
        """Return the domain of the customers of a class, or for 0 of those lost.

        Lost are those who have not bought for a year, whatever their class; below 0 those
        who have none. The class is the one that can be compared with today's.
        """
        if not class_id:
            return [("revenue_recent", "<=", 0)]
        class_id = class_id if class_id > 0 else False
        return [("revenue_recent", ">", 0), ("comparable_class_id", "=", class_id)]

    @api.model
    def _keep(self, run):
        """Write the profiles of ``run`` as those of its month, all at once.

        A run as of an earlier day fills in that month, so a past can be built afterwards.
        """
        kept = SQL(", ").join(SQL.identifier(name) for name in KEPT_FIELDS)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (partner_id, company_id, month,"
                " run_number, %(kept)s)"
                " SELECT partner_id, company_id, DATE_TRUNC('month', as_of)::date, run_id,"
                " %(kept)s FROM crm_customer_profile WHERE run_id = %(run)s"
                " ON CONFLICT (partner_id, company_id, month)"
                " DO UPDATE SET run_number = EXCLUDED.run_number, %(assignments)s",
                table=SQL.identifier(self._table),
                kept=kept,
                run=run.id,
                assignments=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in KEPT_FIELDS
                ),
            )
        )
