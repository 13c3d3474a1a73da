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
        given = super().create(self._rolled_up(vals_list))
        self._show(given._customers())
        return given

    def write(self, vals):
        """What is changed, ended or given to another customer is seen at once too."""
        before = self._customers()
        result = super().write(*self._rolled_up([vals]))
        self._show(before)
        self._show(self._customers())
        return result

    def unlink(self):
        before = self._customers()
        result = super().unlink()
        self._show(before)
        return result

    @api.model
    def _rolled_up(self, vals_list):
        """Return the values with customers in place of their contacts."""
        named = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        customer_of = {
            contact.id: contact.commercial_partner_id.id
            for contact in self.env["res.partner"].browse(named)
        }
        return [
            {**vals, "partner_id": customer_of[vals["partner_id"]]}
            if vals.get("partner_id")
            else vals
            for vals in vals_list
        ]

    @api.model
    def _follow_matrix(self, former, classes):
        """Hold customers in the same place of a matrix of another size; return them.

        What ended before today stays as it was.
        """
        today = former.company_id._local_today()
        given = self.sudo().search(
            [("class_id", "in", former.ids), ("date_to", ">=", today)]
        )
        for cell, held in given.grouped("class_id").items():
            if there := cell._place_among(classes):
                held.class_id = there
        return given

    # === PROFILES === #

    def _customers(self):
        return {
            company: given.partner_id
            for company, given in self.grouped("company_id").items()
        }

    @api.model
    def _show(self, customers):
        """Write into the profiles of ``customers``, by company, the class that holds today.

        Runs keep it up. Where none is given any more, that of the bands holds.
        """
        for company, partners in customers.items():
            today = company._local_today()
            where = [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", company.id),
            ]
            held = [("date_from", "<=", today), ("date_to", ">=", today)]
            given_to = self.sudo().search([*where, *held]).grouped("partner_id")
            profiles = self.env["crm.customer.profile"].sudo().search(where)
            profiles._show_classes(given_to, today)
            self.env["crm.customer.economics"]._outdate(company)
