from odoo import api, fields, models
from odoo.tools import SQL

# Of several refreshes in a day the last one counts.
KEEP = """
    INSERT INTO crm_target_group_snapshot
           (group_id, company_id, date, customer_count, joined_count, left_count,
            clv, revenue_recent, margin, expected_loss)
    SELECT %(group)s, %(company)s, %(day)s,
           COUNT(*) FILTER (WHERE member.left_on IS NULL),
           COUNT(*) FILTER (WHERE member.left_on IS NULL AND member.since = %(day)s),
           COUNT(*) FILTER (WHERE member.left_on IS NOT NULL),
           COALESCE(SUM(profile.clv), 0),
           COALESCE(SUM(profile.revenue_recent), 0),
           COALESCE(SUM(profile.margin), 0),
           COALESCE(SUM(profile.expected_loss), 0)
      FROM crm_target_group_member AS member
      LEFT JOIN crm_customer_profile AS profile
        ON profile.partner_id = member.partner_id
       AND profile.company_id = %(company)s
       AND member.left_on IS NULL
     WHERE member.group_id = %(group)s
       AND (member.left_on IS NULL OR member.left_on = %(day)s)
    ON CONFLICT (group_id, date) DO UPDATE
       SET customer_count = EXCLUDED.customer_count,
           joined_count = EXCLUDED.joined_count,
           left_count = EXCLUDED.left_count,
           clv = EXCLUDED.clv,
           revenue_recent = EXCLUDED.revenue_recent,
           margin = EXCLUDED.margin,
           expected_loss = EXCLUDED.expected_loss
"""


class CrmTargetGroupSnapshot(models.Model):
    """How many belonged to a target group on a day, and what they were worth together."""

    _name = "crm.target.group.snapshot"
    _description = "Size of a Target Group"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "date"

    group_id = fields.Many2one(
        "crm.target.group", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True, aggregator="avg")
    joined_count = fields.Integer(string="Joined", readonly=True)
    left_count = fields.Integer(string="Left", readonly=True)
    clv = fields.Monetary(string="Lifetime Value", readonly=True, aggregator="avg")
    revenue_recent = fields.Monetary(
        string="Revenue, Last 12 Months", readonly=True, aggregator="avg"
    )
    margin = fields.Monetary(readonly=True, aggregator="avg")
    expected_loss = fields.Monetary(
        string="Expected Credit Loss", readonly=True, aggregator="avg"
    )

    _group_date_unique = models.Constraint(
        "UNIQUE(group_id, date)", "A group has one size a day."
    )

    @api.model
    def _keep(self, group, day):
        """Write the size of ``group`` on ``day``, over what was written that day before."""
        self.env.cr.execute(
            SQL(KEEP, group=group.id, company=group.company_id.id, day=day)
        )
