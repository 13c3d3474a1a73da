from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class CrmCustomerClassAssignment(models.Model):
    """A class given to a customer by a person, with a reason, for a time."""

    _name = "crm.customer.class.assignment"
    _description = "Class Given by Hand"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    class_id = fields.Many2one(
        "crm.customer.class",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    reason = fields.Char(required=True)
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), months=6),
        help="Last day; then the class follows from the indices again.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Given by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The last day must not be before the first."
    )

    @api.constrains("partner_id", "company_id", "date_from", "date_to")
    def _check_no_overlap(self):
        for given in self:
            overlap = self.search(
                [
                    ("id", "!=", given.id),
                    ("partner_id", "=", given.partner_id.id),
                    ("company_id", "=", given.company_id.id),
                    ("date_from", "<=", given.date_to),
                    ("date_to", ">=", given.date_from),
                ],
                limit=1,
            )
            if overlap:
                raise ValidationError(
                    self.env._(
                        "%(customer)s has the class “%(name)s” by hand until %(end)s"
                        " already: end that one first.",
                        customer=given.partner_id.display_name,
                        name=overlap.class_id.name,
                        end=format_date(self.env, overlap.date_to),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Contacts roll up to their customer; the class is seen at once."""
        given = super().create(vals_list)
        for one in given:
            one.partner_id = one.partner_id.commercial_partner_id
        given._show()
        return given

    def _valid_on(self, day):
        return self.filtered(lambda one: one.date_from <= day <= one.date_to)

    def _show(self):
        """Write the class into the profiles that are there; runs keep it up."""
        profiles = self.env["crm.customer.profile"].sudo()
        for company, assigned in self.grouped("company_id").items():
            today = company._local_today()
            valid = assigned._valid_on(today)
            profile_of = profiles.search(
                [
                    ("partner_id", "in", valid.partner_id.ids),
                    ("company_id", "=", company.id),
                ]
            ).grouped("partner_id")
            for given in valid:
                profile_of.get(given.partner_id, profiles).write(
                    {
                        "class_id": given.class_id.id,
                        "is_class_assigned": True,
                        "class_since": today,
                    }
                )
