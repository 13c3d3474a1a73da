from odoo import fields, models

from .crm_scoring_policy import PURCHASE_MODELS

SIMPLE_RULES = [
    ("same_period", "Same as last year"),
    ("rfm_score", "RFM score"),
    ("gap_rule", "Lost after three usual gaps"),
    ("mean", "All customers alike"),
]
FORECASTS = [("combined", "Combined forecast"), *PURCHASE_MODELS, *SIMPLE_RULES]


class CrmScoringRunValidation(models.Model):
    """How well one way to predict foretold the last period of a run's company."""

    _name = "crm.scoring.run.validation"
    _description = "Scoring Run Accuracy"
    _order = "run_id, is_used desc, mark desc, id"
    _rec_name = "forecast"

    run_id = fields.Many2one(
        "crm.scoring.run", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    forecast = fields.Selection(FORECASTS, string="Method", required=True)
    is_used = fields.Boolean(
        string="Used", help="The profiles of the run rest on this method."
    )
    is_rule = fields.Boolean(
        string="Simple Rule", help="What could be predicted without any statistics."
    )
    mark = fields.Float(
        digits=(16, 1),
        aggregator=None,
        help="0 for a method that takes all customers for alike, 100 for one that knows"
        " the future. Half of it is how near the amounts came, half how well those who"
        " bought again were told from the others. Below 0: worse than a mean.",
    )
    rmse = fields.Monetary(
        string="Typical Error",
        aggregator=None,
        help="Root of the mean squared error of a customer's spend; large errors weigh"
        " more.",
    )
    total_predicted = fields.Monetary(string="Predicted Total", aggregator=None)
    total_error = fields.Float(
        string="Error of the Total",
        aggregator=None,
        help="By how much the predicted total of all customers was too high or too low.",
    )
    capture = fields.Float(
        string="Revenue of the Best Fifth",
        aggregator=None,
        help="Share of the period's revenue made by the 20% of customers whom the method"
        " put first.",
    )
    auc = fields.Float(
        string="Buys Again or Not (AUC)",
        aggregator=None,
        help="Probability that a customer who did buy again stood above one who did not;"
        " 50% is chance. The churn risk is the complement and has the same figure.",
    )
    calibration_slope = fields.Float(
        aggregator=None,
        digits=(16, 2),
        help="1 where probabilities were as far apart as they should be; below 1 they were"
        " too sure of themselves.",
    )
    has_interval = fields.Boolean()
    coverage = fields.Float(
        string="Intervals That Held",
        aggregator=None,
        help="Share of customers whose spend lay within the predicted interval.",
    )
    has_log_likelihood = fields.Boolean()
    log_likelihood = fields.Float(
        digits=(16, 4),
        aggregator=None,
        help="Mean log-likelihood, per customer, of the days on which they bought in the"
        " period held out. Higher is better.",
    )
    log_likelihood_error = fields.Float(
        string="Standard Error of the Difference",
        digits=(16, 4),
        aggregator=None,
        help="Of the difference from the likeliest model. Models closer than this are"
        " equals, and the simplest of them is taken.",
    )
