from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Shorter phone numbers are switchboards and placeholders more often than persons.
MIN_PHONE_DIGITS = 7
# In this order they make a row's identifier, which must name the same row tomorrow.
REASONS = ["vat", "email", "phone", "name"]


class CrmCustomerDuplicate(models.Model):
    """Customers that share a tax number, an e-mail address, a phone or a name.

    A customer entered twice is two poor profiles instead of one good one. The host's own
    wizard merges them; this list only finds them.
    """

    _name = "crm.customer.duplicate"
    _description = "Probable Duplicate Customer"
    _auto = False
    _order = "match_key, partner_id"
    _rec_name = "partner_id"
    _depends = {
        "res.partner": [
            "active",
            "commercial_partner_id",
            "company_id",
            "email_normalized",
            "name",
            "partner_share",
            "phone",
            "vat",
        ]
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    reason = fields.Selection(
        [
            ("vat", "Same tax number"),
            ("email", "Same e-mail address"),
            ("phone", "Same phone"),
            ("name", "Same name"),
        ],
        readonly=True,
    )
    match_key = fields.Char(string="Shared Value", readonly=True)
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    vat = fields.Char(related="partner_id.vat")
    city = fields.Char(related="partner_id.city")
    last_purchase_date = fields.Date(related="partner_id.last_purchase_date")
    clv = fields.Monetary(
        related="partner_id.clv", currency_field="profile_currency_id"
    )
    profile_currency_id = fields.Many2one(related="partner_id.profile_currency_id")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH candidate AS (
                SELECT id, company_id, reason, match_key
                  FROM res_partner
                 CROSS JOIN LATERAL (VALUES
                    ('vat', UPPER(REGEXP_REPLACE(vat, '[^A-Za-z0-9]', '', 'g')), 4),
                    ('email', email_normalized, 1),
                    ('phone', REGEXP_REPLACE(phone, '[^0-9]', '', 'g'), %(digits)s),
                    ('name',
                     LOWER(TRIM(REGEXP_REPLACE(name, '[[:space:][:punct:]]+', ' ', 'g'))),
                     1)
                 ) AS shared (reason, match_key, shortest)
                 WHERE active
                   AND id = commercial_partner_id
                   AND partner_share IS NOT FALSE
                   AND LENGTH(match_key) >= shortest
            )
            SELECT id * 4 + ARRAY_POSITION(%(reasons)s, reason) - 1 AS id,
                   id AS partner_id, reason, match_key
              FROM (
                SELECT candidate.*,
                       COUNT(*) OVER (
                           PARTITION BY reason, match_key, COALESCE(company_id, 0)
                       ) AS sharing
                  FROM candidate
              ) AS counted
             WHERE sharing > 1
            """,
            digits=MIN_PHONE_DIGITS,
            reasons=REASONS,
        )

    # === ACTIONS === #

    def action_merge(self):
        """Open the host's merge wizard on the customers of the selected rows."""
        partners = self.partner_id
        if len(partners) < 2:
            raise UserError(
                self.env._("Select at least two customers to merge into one.")
            )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "base.action_partner_merge"
            ),
            "context": {"active_model": "res.partner", "active_ids": partners.ids},
        }
