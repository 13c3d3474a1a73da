from odoo import api, fields, models, tools

from .crm_contact_cost import CONTACT_REASONS


class CrmContactWord(models.Model):
    """A word in the subject that tells why somebody writes, calls or meets."""

    _name = "crm.contact.word"
    _description = "Word That Tells a Reason"
    _order = "policy_id, sequence, id"
    _rec_name = "word"

    policy_id = fields.Many2one(
        "crm.scoring.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    word = fields.Char(
        string="Word or Part of It",
        required=True,
        help="As it appears in subjects, in small or capital letters: “broken” also finds"
        " “Broken machine”.",
    )
    reason = fields.Selection(CONTACT_REASONS, required=True)

    _word_not_blank = models.Constraint(
        "CHECK(TRIM(word) <> '')", "Enter the word that tells the reason."
    )
    _word_unique = models.Constraint(
        "UNIQUE(company_id, word)", "This word tells a reason already."
    )

    @api.model
    @tools.ormcache("company_id")
    def _reasons_by_word(self, company_id):
        """Return ``(word, reason)`` of a company, in the order in which they are tried."""
        words = self.sudo().search([("company_id", "=", company_id)])
        return tuple((word.word, word.reason) for word in words)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
