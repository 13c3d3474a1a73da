from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL


class CrmCustomerEconomics(models.Model):
    """The customers of a company as a whole, as of its last run: one row per company."""

    _name = "crm.customer.economics"
    _inherit = ["crm.scoring.result.mixin"]
    _description = "Customer Economics"
    _rec_name = "company_id"
    _result_key = ("company_id",)

    as_of = fields.Date(string="As of", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)

    # Who stays
    retention_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Of the customers who bought in the twelve months before the last twelve, the"
        " share that bought again in the last twelve.",
    )
    lifetime_days = fields.Integer(
        string="Residual Lifetime (days)",
        readonly=True,
        aggregator="avg",
        help="How much longer an active customer may be expected to stay, within the next"
        " five years.",
    )

    # What they are worth
    equity_present = fields.Monetary(
        string="Value of Present Customers",
        readonly=True,
        help="Sum of the lifetime values of all customers.",
    )
    equity_future = fields.Monetary(
        string="Value of Customers to Come",
        readonly=True,
        help="Value of the customers that will be won within the policy's horizon, if they"
        " come at the rate of the last twelve months and are like those of today.",
    )

    # On how few the company rests
    revenue_gini = fields.Float(
        string="Gini Coefficient of Revenue",
        readonly=True,
        aggregator="avg",
        help="0: every customer brings the same; towards 1: one customer brings it all.",
    )
    revenue_top_share = fields.Float(
        string="Revenue of the Best 20%",
        readonly=True,
        aggregator="avg",
        help="Share of the last twelve months' revenue that the best fifth of the customers"
        " brings.",
    )
    margin_top_share = fields.Float(
        string="Margin of the Best 20%", readonly=True, aggregator="avg"
    )
    whale_peak_share = fields.Float(
        string="Peak of the Whale Curve",
        readonly=True,
        aggregator="avg",
        help="Profit of the profitable customers over the profit of all: above 100% others"
        " eat up the rest.",
    )

    # What the screen draws
    cohorts = fields.Json(readonly=True, help="Triangles by period and class.")
    retention = fields.Json(readonly=True, help="Retention rate by class.")
    lifetimes = fields.Json(readonly=True, help="Customers and lifetimes by class.")
    equity = fields.Json(readonly=True, help="Values with their intervals.")
    concentration = fields.Json(readonly=True, help="Lorenz and whale curves.")
    movement = fields.Json(readonly=True, help="Customers by class before and after.")
    matrix_axes = fields.Json(
        readonly=True, help="Bins of the histograms of the matrix, by customer type."
    )

    _company_unique = models.Constraint(
        "UNIQUE(company_id)", "A company has one set of figures."
    )

    @api.model
    def _stage_values(self, run, values):
        """Write the row of the run's company into the working copy."""
        retention, lifetimes = values["retention"], values["lifetimes"]
        row = {
            "company_id": run.company_id.id,
            "run_id": run.id,
            "as_of": run.as_of,
            "customer_count": run.customer_count,
            "retention_rate": retention.get("all", {}).get("rate"),
            "lifetime_days": lifetimes["all"]["active_lifetime_days"],
            **{
                name: Json(value) if self._fields[name].type == "json" else value
                for name, value in values.items()
            },
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) VALUES (%s)",
                SQL.identifier(self._staging_table()),
                SQL(", ").join(SQL.identifier(name) for name in row),
                SQL(", ").join(SQL("%s", value) for value in row.values()),
            )
        )

    @api.model
    @api.readonly
    def get_screen(self):
        """Return all that the screen of the user's company shows, in one call."""
        company = self.env.company
        figures = self.search([("company_id", "=", company.id)])
        return {
            "company": company.name,
            "currency_id": company.currency_id.id,
            "is_manager": self.env.user.has_group(
                "crm_scoring.group_crm_scoring_manager"
            ),
            "classes": self._class_labels(company, figures),
            "figures": figures._screen_figures() if figures else False,
        }

    @api.model
    def _class_labels(self, company, figures):
        """Return the classes of the matrix, and those of a former one that figures tell of."""
        spans = (figures.movement or {}).get("spans", ())
        moved = {str(state) for span in spans for state in span["states"]}
        told = moved.union(figures.lifetimes or (), figures.retention or ())
        classes = self.env["crm.customer.class"].with_context(active_test=False)
        return [
            {"id": cell.id, "name": cell.display_name, "color": cell.color}
            for cell in classes.search([("company_id", "=", company.id)])
            if cell.active or str(cell.id) in told
        ]

    def _screen_figures(self):
        self.ensure_one()
        drawn = ("cohorts", "retention", "lifetimes", "equity", "concentration")
        return {
            "as_of": fields.Date.to_string(self.as_of),
            "is_outdated": self.is_outdated,
            "customer_count": self.customer_count,
            **{name: self[name] or {} for name in (*drawn, "movement")},
        }
