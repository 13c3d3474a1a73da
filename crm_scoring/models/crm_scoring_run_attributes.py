from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_analytics.value.attributes import SEPARATOR

# What a customer is, whatever it buys: text, of ``customer``, a row of res_partner, and
# of what ``_customer_attributes_from`` joins to it.
CUSTOMER_COLUMNS = {
    "country": "customer.country_id::text",
    "state": "customer.state_id::text",
    "language": "customer.lang",
    "kind": "CASE WHEN customer.is_company THEN 'company' ELSE 'person' END",
    "industry": "customer.industry_id::text",
    "tags": "tagged.tags",
    "source": "origin.source_id::text",
    "campaign": "origin.campaign_id::text",
    "size": "CASE WHEN contacts.number > 4 THEN '5' WHEN contacts.number > 1 THEN '2'"
    " WHEN contacts.number = 1 THEN '1' ELSE '0' END",
}
# The same of ``lead``, a row of crm_lead, whose customer need not exist yet.
LEAD_COLUMNS = {
    "country": "COALESCE(lead.country_id, customer.country_id)::text",
    "state": "COALESCE(lead.state_id, customer.state_id)::text",
    "language": "COALESCE(lang.code, customer.lang)",
    "kind": "CASE WHEN customer.is_company OR customer.id IS NULL AND lead.partner_name > ''"
    " THEN 'company' WHEN customer.id IS NOT NULL OR lead.contact_name > ''"
    " THEN 'person' END",
    "industry": "customer.industry_id::text",
    "tags": "tagged.tags",
    "source": "lead.source_id::text",
    "campaign": "lead.campaign_id::text",
}
# Attributes that hold several values in one text.
MULTIPLE = ("tags",)


class CrmScoringRun(models.Model):
    """What is known of customers whatever they buy, to find those who are alike."""

    _inherit = "crm.scoring.run"

    def _customer_attributes_sql(self, names) -> SQL:
        """Return the attributes ``names`` of ``customer`` as columns."""
        return SQL(", ").join(
            SQL("%s AS %s", SQL(CUSTOMER_COLUMNS[name]), SQL.identifier(name))
            for name in names
        )

    def _customer_attributes_from(self) -> SQL:
        """Join what attributes are read from; PostgreSQL skips what no column asks for."""
        return SQL(
            "LEFT JOIN (%(tags)s) AS tagged ON tagged.customer_id = customer.id"
            " LEFT JOIN (%(origins)s) AS origin ON origin.customer_id = customer.id"
            " LEFT JOIN (%(contacts)s) AS contacts ON contacts.customer_id = customer.id",
            tags=self._customer_tags_query(),
            origins=self._customer_origins_query(),
            contacts=self._customer_contacts_query(),
        )

    def _customer_tags_query(self) -> SQL:
        """Tags of customers and of their leads, by name: the host keeps two lists."""
        return SQL(
            """
            SELECT named.customer_id,
                   STRING_AGG(DISTINCT named.name, %(separator)s) AS tags
              FROM (SELECT rel.partner_id AS customer_id,
                           LOWER(category.name->>'en_US') AS name
                      FROM res_partner_res_partner_category_rel AS rel
                      JOIN res_partner_category AS category
                        ON category.id = rel.category_id
                    UNION
                    SELECT partner.commercial_partner_id, LOWER(tag.name->>'en_US')
                      FROM crm_lead AS lead
                      JOIN crm_tag_rel AS rel ON rel.lead_id = lead.id
                      JOIN crm_tag AS tag ON tag.id = rel.tag_id
                      JOIN res_partner AS partner ON partner.id = lead.partner_id
                     WHERE %(leads)s) AS named
             WHERE named.name > ''
             GROUP BY named.customer_id
            """,
            separator=SEPARATOR,
            leads=self._company_leads_sql(),
        )

    def _customer_origins_query(self) -> SQL:
        """Return where each customer came from: the origin of its first lead."""
        return SQL(
            """
            SELECT DISTINCT ON (partner.commercial_partner_id)
                   partner.commercial_partner_id AS customer_id,
                   lead.source_id, lead.campaign_id
              FROM crm_lead AS lead
              JOIN res_partner AS partner ON partner.id = lead.partner_id
             WHERE %(leads)s
               AND COALESCE(lead.source_id, lead.campaign_id) IS NOT NULL
             ORDER BY partner.commercial_partner_id, lead.create_date, lead.id
            """,
            leads=self._company_leads_sql(),
        )

    def _customer_contacts_query(self) -> SQL:
        """Contacts and addresses of each customer: all that the host knows of its size."""
        return SQL(
            """
            SELECT commercial_partner_id AS customer_id, COUNT(*) AS number
              FROM res_partner
             WHERE active AND commercial_partner_id <> id
             GROUP BY commercial_partner_id
            """
        )

    def _lead_attributes_sql(self, names) -> SQL:
        """Return the attributes ``names`` of ``lead`` as columns."""
        return SQL(", ").join(
            SQL("%s AS %s", SQL(LEAD_COLUMNS[name]), SQL.identifier(name))
            for name in names
        )

    def _lead_attributes_from(self) -> SQL:
        """Join customer, language and tags to ``lead``."""
        return SQL(
            """
            LEFT JOIN res_partner AS contact ON contact.id = lead.partner_id
            LEFT JOIN res_partner AS customer
                   ON customer.id = contact.commercial_partner_id
            LEFT JOIN res_lang AS lang ON lang.id = lead.lang_id
            LEFT JOIN LATERAL (
                SELECT STRING_AGG(DISTINCT named.name, %(separator)s) AS tags
                  FROM (SELECT LOWER(tag.name->>'en_US') AS name
                          FROM crm_tag_rel AS rel
                          JOIN crm_tag AS tag ON tag.id = rel.tag_id
                         WHERE rel.lead_id = lead.id
                        UNION
                        SELECT LOWER(category.name->>'en_US')
                          FROM res_partner_res_partner_category_rel AS rel
                          JOIN res_partner_category AS category
                            ON category.id = rel.category_id
                         WHERE rel.partner_id = customer.id) AS named
                 WHERE named.name > '') AS tagged ON TRUE
            """,
            separator=SEPARATOR,
        )

    def _company_leads_sql(self) -> SQL:
        """Leads of the company and those of none, which are anybody's."""
        return SQL(
            "(lead.company_id = %s OR lead.company_id IS NULL)", self.company_id.id
        )
