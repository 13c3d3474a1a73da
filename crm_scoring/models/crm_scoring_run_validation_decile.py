from odoo import fields, models


class CrmScoringRunValidationDecile(models.Model):
    """A tenth of the customers, by rank in a forecast: what was predicted and happened."""

    _name = "crm.scoring.run.validation.decile"
    _description = "Scoring Run Accuracy by Tenth of Customers"
    _order = "run_id, measure desc, decile"
    _rec_name = "decile"

    run_id = fields.Many2one(
        "crm.scoring.run", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, precompute=True, index=True
    )
    measure = fields.Selection(
        [("spend", "Spend"), ("probability", "Probability to Buy Again")],
        required=True,
    )
    decile = fields.Integer(
        string="Tenth", aggregator=None, help="1: the tenth with the best prediction."
    )
    customer_count = fields.Integer(string="Customers")
    predicted = fields.Float(
        aggregator=None, help="Mean spend, or share of buyers, that was predicted."
    )
    actual = fields.Float(
        aggregator=None, help="Mean spend, or share of buyers, that came about."
    )
    baseline = fields.Float(
        string="Compared With",
        aggregator=None,
        help="What the best simple rule predicted for the same customers; the best model,"
        " where a rule is in use.",
    )
    lift = fields.Float(
        digits=(16, 2),
        aggregator=None,
        help="What came about, as a multiple of the mean of all customers.",
    )
    cumulative_share = fields.Float(
        string="Share Up to Here",
        aggregator=None,
        help="Share of all spend, or of all buyers, in this tenth and those before it.",
    )
