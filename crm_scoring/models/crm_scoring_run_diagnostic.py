from odoo import fields, models

from .crm_scoring_policy import PURCHASE_MODELS


class CrmScoringRunDiagnostic(models.Model):
    """An estimated parameter of a run's models, with its standard error."""

    _name = "crm.scoring.run.diagnostic"
    _description = "Scoring Run Model Parameter"
    _order = "run_id, is_used desc, model, id"
    _rec_name = "parameter"

    run_id = fields.Many2one(
        "crm.scoring.run", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, precompute=True
    )
    model = fields.Selection(
        [
            *PURCHASE_MODELS,
            ("gamma_gamma", "Gamma-Gamma"),
            ("wallet", "Wallets of similar customers"),
            ("prospect", "Value of prospects"),
            ("payment_risk", "Late payment"),
        ],
        required=True,
    )
    is_used = fields.Boolean(string="Used", help="The profiles rest on this model.")
    parameter = fields.Char(required=True)
    value = fields.Float(digits=(16, 5), aggregator=None)
    standard_error = fields.Float(digits=(16, 5), aggregator=None)
    log_likelihood = fields.Float(digits=(16, 4), aggregator=None)
