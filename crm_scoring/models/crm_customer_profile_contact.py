from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column, table_exists

# What the profile keeps of its contact, by the name that it has there.
CONTACT_FIELDS = {
    "user_id": "user_id",
    "country_id": "country_id",
    "industry_id": "industry_id",
    "customer_active": "active",
}


class CrmCustomerProfile(models.Model):
    """The customer's contact as filters and rights ask for it, kept with the profile.

    Figures of a million customers are read from one index: a filter or a record rule that
    went through the contacts would join all of them each time. The host's recomputation
    keeps them as the contact is; what is written in SQL follows by ``_follow_contacts``.
    """

    _inherit = "crm.customer.profile"

    partner_id = fields.Many2one(index=False)  # the first column of a unique index
    user_id = fields.Many2one(store=True)
    country_id = fields.Many2one(related="partner_id.country_id", store=True)
    industry_id = fields.Many2one(related="partner_id.industry_id", store=True)
    customer_active = fields.Boolean(
        related="partner_id.active", string="Not Archived", store=True
    )
    contact_tag_ids = fields.Many2many(
        "res.partner.category",
        string="Contact Tags",
        compute="_compute_contact_tag_ids",
        search="_search_contact_tag_ids",
        help="Tags of the customer's contact, and those below them when searched.",
    )

    @api.depends("partner_id.category_id")
    def _compute_contact_tag_ids(self):
        for profile in self:
            profile.contact_tag_ids = profile.partner_id.category_id

    @api.model
    def _search_contact_tag_ids(self, operator, value):
        """Find customers by their tags alone: no need to join all contacts.

        Who looks for a tag means those below it too, as on contacts.
        """
        tags = self.env["res.partner.category"]
        if operator == "in":
            named = [tag for tag in value if tag]
        elif operator in ("any", "any!"):
            named = tags.search(Domain(value)).ids
        else:
            return NotImplemented
        relation = self.env["res.partner"]._fields["category_id"]
        tagged = SQL(
            "SELECT %s FROM %s",
            SQL.identifier(relation.column1),
            SQL.identifier(relation.relation),
        )
        # By identifiers, of which the database knows how many customers each has.
        tags = tags.search([("id", "child_of", named)])
        found = SQL(
            "(%s WHERE %s IN %s)",
            tagged,
            SQL.identifier(relation.column2),
            tuple(tags.ids) or (0,),
        )
        customers = Domain("partner_id", "in", found)
        if operator == "in" and False in value:
            customers |= Domain("partner_id", "not in", SQL("(%s)", tagged))
        return customers

    def _auto_init(self):
        """Fill new columns of profiles that are there all at once, not one by one."""
        missing = [
            name
            for name in CONTACT_FIELDS
            if table_exists(self.env.cr, self._table)
            and not column_exists(self.env.cr, self._table, name)
        ]
        for name in missing:
            column_type = self._fields[name].column_type[1]
            create_column(self.env.cr, self._table, name, column_type)
        if missing:
            self._follow_contacts()
        return super()._auto_init()

    @api.model
    def _follow_contacts(self, partners=None):
        """Bring profiles to what their contacts say, after a change in SQL."""
        kept = [SQL.identifier("profile", name) for name in CONTACT_FIELDS]
        said = [SQL.identifier("contact", name) for name in CONTACT_FIELDS.values()]
        self.env.cr.execute(
            SQL(
                "UPDATE crm_customer_profile AS profile SET (%(names)s) = ROW(%(said)s)"
                "  FROM res_partner AS contact WHERE contact.id = profile.partner_id"
                "   AND %(whose)s AND (%(kept)s) IS DISTINCT FROM (%(said)s)",
                names=SQL(", ").join(map(SQL.identifier, CONTACT_FIELDS)),
                kept=SQL(", ").join(kept),
                said=SQL(", ").join(said),
                whose=SQL("contact.id IN %s", partners._ids)
                if partners
                else SQL("TRUE"),
            )
        )
        self.invalidate_model(CONTACT_FIELDS)

    # === RUN === #

    @api.model
    def _published_columns(self, run):
        return super()._published_columns(run) | {
            name: SQL.identifier("contact", said)
            for name, said in CONTACT_FIELDS.items()
        }

    @api.model
    def _published_source(self):
        return SQL(
            "%s LEFT JOIN res_partner AS contact ON contact.id = staged.partner_id",
            super()._published_source(),
        )
