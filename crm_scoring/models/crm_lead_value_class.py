from odoo import api, models
from odoo.tools import SQL

from .crm_customer_filter_mixin import FILTER_ERRORS

WRITE_CLASSES = """
    WITH customer AS MATERIALIZED (
        SELECT COALESCE(type_id, 0) AS type_id, value_band, class_id
          FROM crm_customer_profile
         WHERE company_id = %(company)s AND class_id IS NOT NULL
    ), usual AS MATERIALIZED (
        SELECT type_id, value_band, MODE() WITHIN GROUP (ORDER BY class_id) AS class_id
          FROM customer GROUP BY GROUPING SETS ((type_id, value_band), (value_band))
    ), bound AS MATERIALIZED (
        SELECT COALESCE(type_id, 0) AS type_id,
               ARRAY_AGG(lower_bound::double precision ORDER BY rank) AS bounds
          FROM crm_customer_band
         WHERE company_id = %(company)s AND axis = 'value' AND rank > 1
         GROUP BY 1
    ), placed AS (
        SELECT typed.id, typed.type_id, 1 + WIDTH_BUCKET(
                   typed.value_if_won::double precision, bound.bounds) AS value_band
          FROM (SELECT value.id, value.value_if_won, %(type)s AS type_id
                  FROM crm_lead_value AS value
                  JOIN crm_lead AS lead ON lead.id = value.lead_id
                  LEFT JOIN res_partner AS contact ON contact.id = lead.partner_id
                 WHERE value.company_id = %(company)s AND %(leads)s) AS typed
          JOIN bound ON bound.type_id = typed.type_id
    )
    UPDATE crm_lead_value AS value
       SET class_id = COALESCE(
           (SELECT class_id FROM crm_customer_profile
             WHERE partner_id = value.customer_id AND company_id = value.company_id),
           (SELECT class_id FROM usual
             WHERE usual.type_id = placed.type_id
               AND usual.value_band = placed.value_band),
           (SELECT class_id FROM usual
             WHERE usual.type_id IS NULL AND usual.value_band = placed.value_band))
      FROM placed
     WHERE placed.id = value.id
"""


class CrmLeadValue(models.Model):
    """The class a lead would enter: by the bounds of its contact's customer type."""

    _inherit = "crm.lead.value"

    @api.model
    def _write_classes(self, company, leads=None):
        """Tell the class that most customers of a lead's type and value are in.

        The bounds of the bands are those of the last run. A lead without a contact is of no
        type; where a type has no customer of that value, all customers tell.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                WRITE_CLASSES,
                company=company.id,
                type=self._lead_type_sql(company),
                leads=SQL("value.lead_id IN %s", tuple(leads.ids))
                if leads
                else SQL("TRUE"),
            )
        )

    @api.model
    def _lead_type_sql(self, company) -> SQL:
        """Return the first type that the customer behind ``contact`` matches, or 0."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = partners.with_company(company)
        types = self.env["crm.customer.type"].sudo()
        cases = []
        for customer_type in types.search([("company_id", "=", company.id)]):
            try:
                matches = partners._search(customer_type._filter("domain"))
            except FILTER_ERRORS:  # a lead comes in though the filter of a type broke
                continue
            cases.append(
                SQL(
                    "WHEN contact.commercial_partner_id IN %s THEN %s",
                    matches.subselect(),
                    customer_type.id,
                )
            )
        return SQL("CASE %s ELSE 0 END", SQL(" ").join(cases)) if cases else SQL("0")
