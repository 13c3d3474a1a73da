from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_analytics.errors import AnalyticsError
from odoo.addons.customer_analytics.value.basket import (
    basket,
    basket_profile,
    category_purchases,
    next_best,
    seasonal_prediction,
)

from .crm_scoring_run_purchase_lines import LINE_TABLE

# Customers in memory at a time, and those that affinities and models are learnt from.
CUSTOMERS_PER_BASKET_STEP = 25_000
SAMPLED_CUSTOMERS = 30_000
# Kind of suggestion: column of the lines, suggestions per customer.
OFFERS = {"category": ("category_id", 3), "product": ("product_id", 5)}
BASKET_TYPES = {
    "customer_id": "int64",
    "revenue": "float64",
    "return_amount": "float64",
    "expected_purchases": "float64",
    "purchase_probability": "float64",
    "probability_alive": "float64",
}
CATEGORY_COLUMNS = [
    "category_id",
    "purchase_count",
    "first_purchase_date",
    "last_purchase_date",
    "days_since_purchase",
    "revenue",
    "margin",
    "revenue_recent",
    "revenue_previous",
    "spend_share",
    "purchase_probability",
    "churn_probability",
    "next_purchase_date",
    "is_lapsed",
    "is_customer_active",
    "trend",
]


class CrmScoringRun(models.Model):
    """The basket stage: seasons, categories and next best offers, customers in batches."""

    _inherit = "crm.scoring.run"

    def _stage_read(self):
        self.basket_parameters = False
        return super()._stage_read()

    def _stage_basket(self):
        """Learn from all customers, then describe those that are not described yet."""
        if self._staging_was_emptied():
            return
        if not self.basket_parameters:
            self._learn_basket()
            return
        staged = self._next_baskets()
        if staged.empty:
            self._clear_purchase_lines()
            self._advance()
            return
        self._describe_baskets(staged)
        self._progress_within_stage(len(staged) / self.customer_count)

    # === LEARNING === #

    def _learn_basket(self):
        """Read the lines, learn what holds for all customers, and say what it is."""
        # Tables just filled have no statistics: without them joins go row by row.
        self._analyze(self._staging_identifier())
        self._clear_purchase_lines()
        self._gather_purchase_lines()
        self._analyze(SQL.identifier(LINE_TABLE))
        main = self._main_categories()
        lines = self._sampled_lines()
        in_main = lines["category_id"].isin([0, *main])
        learned = basket.learn_basket(lines[in_main], self._monthly_frame(), self.as_of)
        self.basket_parameters = {
            "models": learned.to_dict(),
            "main_categories": main,
            "offers": {kind: self._learn_offers(lines, kind) for kind in OFFERS},
        }
        self._log_basket()

    def _analyze(self, table):
        self.env.cr.execute(SQL("ANALYZE %s", table))

    def _sampled_lines(self):
        """Lines of all customers, of a sample spread evenly where they are many."""
        share = min(1000, 1000 * SAMPLED_CUSTOMERS // self.customer_count)
        return self._lines_frame(SQL("customer_id * 7919::bigint %% 1000 < %s", share))

    def _learn_offers(self, lines, kind):
        """Return how suggestions of ``kind`` are made; None without two items."""
        column, count = OFFERS[kind]
        try:
            rule = next_best.offer_rule(
                basket.item_purchases(lines, column),
                self.as_of,
                horizon_days=self.settings["horizon_days"],
                count=count,
            )
        except AnalyticsError:
            return None
        return rule.to_dict()

    # === CUSTOMERS === #

    def _next_baskets(self):
        numbers, dates = seasonal_prediction.seasonal_columns(
            self.settings["horizon_days"]
        )
        known = self.env["crm.customer.profile"]._fields
        seasonal = dict.fromkeys([name for name in numbers if name in known], "float64")
        return self._staged_frame(
            SQL(
                "category_count IS NULL ORDER BY partner_id LIMIT %s",
                CUSTOMERS_PER_BASKET_STEP,
            ),
            {**BASKET_TYPES, **seasonal},
            dates,
        )

    def _describe_baskets(self, staged):
        """Write the season, categories, offers and basket of some customers."""
        ids = staged["customer_id"]
        lines = self._lines_frame(
            SQL("customer_id BETWEEN %s AND %s", int(ids.min()), int(ids.max()))
        )
        learned = basket.BasketModels.from_dict(self.basket_parameters["models"])
        seasons = basket.seasons_of(learned, lines, ids.to_numpy(), self.as_of)
        if learned.season:
            staged = self._stage_season(staged, seasons)
        rows = self._stage_categories(learned, lines, staged, seasons)
        self._stage_offers(lines, staged)
        self._update_staged(
            basket_profile.basket_profile(
                lines, staged, seasons if learned.season else None, rows
            )
        )

    def _stage_season(self, staged, seasons):
        """Bring the season into the predictions; a whole year changes its dates only."""
        horizon = self.settings["horizon_days"]
        moved = seasonal_prediction.seasonal_predictions(
            staged, seasons, self.as_of, horizon
        )
        numbers, dates = seasonal_prediction.seasonal_columns(horizon)
        written = {"customer_id", *numbers, *dates, "churn_probability"}
        self._update_staged(moved[[name for name in moved if name in written]])
        return moved

    def _stage_categories(self, learned, lines, staged, seasons):
        """Stage what each customer buys of each main category; return those rows."""
        main = self.basket_parameters["main_categories"]
        histories = category_purchases.category_histories(
            lines[lines["category_id"].isin(main)], self.as_of
        )
        if histories.empty:
            return histories.assign(is_lapsed=False)
        rows = category_purchases.category_indices(
            histories,
            learned.categories,
            staged,
            basket.category_season_rows(
                learned, histories, staged["customer_id"].to_numpy(), seasons
            ),
            self.as_of,
            self.settings["horizon_days"],
        )
        self.env["crm.customer.category"]._stage(
            self,
            rows[["customer_id", *CATEGORY_COLUMNS]].rename(
                columns={"customer_id": "partner_id"}
            ),
        )
        return rows

    def _stage_offers(self, lines, staged):
        sample = self._sampled_lines()
        for kind in OFFERS:
            decided = self.basket_parameters["offers"][kind]
            if decided:
                rows = self._offers_frame(kind, decided, sample, lines, staged)
                self.env["crm.customer.recommendation"]._stage(self, rows)

    def _offers_frame(self, kind, decided, sample, lines, staged):
        column, count = OFFERS[kind]
        purchases = basket.item_purchases(sample, column)
        values = next_best.item_values(sample[sample[column] > 0], column)
        rows = next_best.next_best(
            next_best.OfferRule.again(purchases, decided),
            basket.item_purchases(lines, column),
            staged,
            next_best.customer_size(lines, values, column),
            values,
            offered=self._offered_items(kind, values.index.tolist()),
            count=count,
        )
        names = {
            "customer_id": "partner_id",
            "reason_item_id": f"reason_{kind}_id",
            "second_reason_item_id": f"second_reason_{kind}_id",
        }
        if kind == "category":
            return rows.rename(columns={**names, "item_id": "category_id"}).assign(
                kind=kind
            )
        category_of = sample.drop_duplicates(column).set_index(column)["category_id"]
        return rows.rename(columns={**names, "item_id": "product_id"}).assign(
            kind=kind, category_id=rows["item_id"].map(category_of)
        )

    def _offered_items(self, kind, items):
        """Return which of ``items`` are for sale: what is archived is not suggested."""
        domain = [
            ("sale_ok", "=", True),
            ("company_id", "in", (False, self.company_id.id)),
        ]
        templates = self.env["product.template"]
        if kind == "product":
            return templates.search([("id", "in", items), *domain]).ids
        place = self._category_level() - 1
        groups = templates._read_group(domain, ["categ_id"])
        paths = [row[0].parent_path.split("/")[:-1] for row in groups if row[0]]
        return sorted({int((path[place:] or path[-1:])[0]) for path in paths})
