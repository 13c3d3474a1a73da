from odoo import fields, models


class CrmScoringRunLog(models.Model):
    """One line of what happened in a run."""

    _name = "crm.scoring.run.log"
    _description = "Scoring Run Log"
    _order = "id"
    _rec_name = "message"

    run_id = fields.Many2one(
        "crm.scoring.run", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, precompute=True
    )
    create_date = fields.Datetime(string="Time", readonly=True)
    level = fields.Selection(
        [("info", "Info"), ("warning", "Warning"), ("error", "Error")],
        required=True,
        default="info",
    )
    message = fields.Text(required=True)
