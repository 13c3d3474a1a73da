from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import TODAY, ScoringCase

EMPTY_KEYS = {
    "class_id",
    "name",
    "color",
    "strategy",
    "strategy_label",
    "description",
    "value_band",
    "loyalty_band",
    "customers",
    "clv",
    "revenue",
    "margin",
    "cost_to_serve",
    "expected_loss",
    "churn_probability",
}


class PortfolioCase(ScoringCase):
    """Sixty customers, scored once; the matrix as the reader's company sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_random_customers(60)
        run = cls.env["crm.scoring.run"].create(
            {"policy_id": cls.policy.id, "as_of": TODAY}
        )
        run._execute()
        cls.profiles = cls.env["crm.customer.profile"].with_company(cls.company)

    def _portfolio(self, domain=(), user=None, **options):
        profiles = self.profiles.with_user(user) if user else self.profiles
        return profiles.get_portfolio(list(domain), **options)

    def _bounds(self):
        bands = self._portfolio()["bands"]
        return {
            axis: [band["lower_bound"] for band in bands[axis][1:]] for axis in bands
        }


@tagged("post_install", "-at_install")
class TestPortfolio(PortfolioCase):
    """What the screen shows adds up to the customers, for every reader and filter."""

    def test_cells_add_up_to_the_customers(self):
        found = self._portfolio()
        profiles = self._profiles()
        self.assertEqual(len(found["cells"]), 9)
        self.assertEqual(set(found["cells"][0]), EMPTY_KEYS)
        for cell in [*found["cells"], found["lost"]]:
            own = profiles.filtered(
                lambda p, cell=cell: p.class_id.id == cell["class_id"]
            )
            self.assertEqual(cell["customers"], len(own))
            self.assertAlmostEqual(cell["clv"], sum(own.mapped("clv")), 2)
            self.assertAlmostEqual(cell["margin"], sum(own.mapped("margin_recent")), 2)
        self.assertEqual(found["totals"]["customers"], len(profiles))
        self.assertAlmostEqual(found["totals"]["clv"], sum(profiles.mapped("clv")), 2)
        self.assertEqual(found["as_of"], "2025-06-30")
        self.assertEqual(found["outside"], 0)

    def test_histograms_hold_all_but_the_lost(self):
        found = self._portfolio()
        inside = self._profiles().filtered("value_band")
        for axis in ("value", "loyalty"):
            histogram = found["histograms"][axis]
            self.assertEqual(len(histogram["edges"]), len(histogram["counts"]) + 1)
            self.assertEqual(sum(histogram["counts"]), len(inside))
            self.assertAlmostEqual(
                sum(histogram["sums"]), sum(inside.mapped("clv")), delta=1
            )

    def test_filter_of_the_search_bar_applies(self):
        best = self._profiles()[:10]
        found = self._portfolio([("partner_id", "in", best.partner_id.ids)])
        self.assertEqual(found["totals"]["customers"], 10)
        self.assertEqual(sum(found["histograms"]["value"]["counts"]), 10)

    def test_axes_stay_while_filters_change(self):
        """Thresholds stay in their place: the axis is that of all customers."""
        every = self._portfolio()["histograms"]
        few = self._portfolio([("clv", "<", 10)])["histograms"]
        for axis in ("value", "loyalty"):
            self.assertEqual(every[axis]["edges"], few[axis]["edges"])
        user = self._add_user("axes_seller", "crm_scoring.group_crm_scoring_user")
        stranger = self._add_user("axes_other", "crm_scoring.group_crm_scoring_user")
        best = self._profiles().sorted("matrix_value")[-1]
        best.partner_id.user_id = stranger
        own = self._portfolio(user=user)["histograms"]["value"]["edges"]
        self.assertLess(own[-1], best.matrix_value, "of own customers, nobody else's")

    def test_axes_of_a_database_without_them_are_found(self):
        kept = self._portfolio()["histograms"]
        economics = self.env["crm.customer.economics"].search(
            [("company_id", "=", self.company.id)]
        )
        economics.matrix_axes = False
        found = self._portfolio()["histograms"]
        for axis in ("value", "loyalty"):
            self.assertEqual(found[axis]["counts"], kept[axis]["counts"])
            for edge, other in zip(
                found[axis]["edges"], kept[axis]["edges"], strict=True
            ):
                self.assertAlmostEqual(edge, other, 6)

    def test_reader_sees_own_customers_only(self):
        user = self._add_user("portfolio_seller", "crm_scoring.group_crm_scoring_user")
        stranger = self._add_user(
            "portfolio_other", "crm_scoring.group_crm_scoring_user"
        )
        partners = self._profiles().partner_id
        partners[:50].user_id = stranger
        partners[50:55].user_id = user
        found = self._portfolio(user=user)
        self.assertEqual(found["totals"]["customers"], 10)
        self.assertFalse(found["is_manager"])
        self.assertTrue(found["bands"]["value"][1]["lower_bound"])

    def test_stranger_is_refused(self):
        stranger = self._add_user("portfolio_nobody", "base.group_user")
        for call in (
            lambda profiles: profiles.get_portfolio([]),
            lambda profiles: profiles.get_threshold_preview([], {"value": [1, 2]}),
            lambda profiles: profiles.get_concentration([]),
            lambda profiles: profiles.get_migration([]),
        ):
            with self.assertRaises(AccessError):
                call(self.profiles.with_user(stranger))

    def test_other_company_is_not_in_it(self):
        other = self._add_company("Portfolio Neighbour")
        self.assertEqual(
            self.profiles.with_company(other).get_portfolio([])["totals"]["customers"],
            0,
        )

    def test_nobody_is_an_answer(self):
        nobody = [("id", "=", 0)]
        found = self._portfolio(nobody)
        self.assertEqual(found["totals"]["customers"], 0)
        self.assertEqual(len(found["cells"]), 9)
        self.assertEqual(sum(found["histograms"]["value"]["counts"]), 0)
        self.assertFalse(self.profiles.get_concentration(nobody)["revenue"])
        preview = self.profiles.get_threshold_preview(nobody, {"value": [1, 2]})
        self.assertEqual(preview["moved"], 0)

    def test_customers_of_classes_outside_the_matrix_are_told(self):
        placed = self._profiles().filtered("value_band")
        self.policy.value_band_count = 2
        found = self._portfolio()
        self.assertEqual(len(found["cells"]), 6)
        self.assertEqual(found["outside"], len(placed))
        self.assertTrue(found["is_outdated"])
        self.assertEqual(found["totals"]["customers"], len(self._profiles()))

    def test_loyalty_is_labelled_by_its_source(self):
        found = self._portfolio()
        self.assertEqual(found["loyalty_label"], "Probability of buying again")
        self.policy.loyalty_from_estimate = True
        self._run()
        known = self._profiles().filtered(lambda p: p.loyalty_source == "share")
        self.assertTrue(known)
        self.assertIn(
            f"an estimated one for {len(known)} ", self._portfolio()["loyalty_note"]
        )

    def test_value_in_the_sector_may_be_the_axis(self):
        self.policy.value_index = "sector"
        self._run()
        for profile in self._profiles():
            self.assertAlmostEqual(profile.matrix_value, profile.sector_clv, 2)
        self.assertEqual(
            self._portfolio()["value_label"], "Lifetime value in the sector"
        )
        inside = self._profiles().filtered("value_band").sorted("matrix_value")
        bands = inside.mapped("value_band")
        self.assertEqual(bands, sorted(bands))

    def test_prospects_are_apart(self):
        lead = self.env["crm.lead"].create(
            {"name": "Prospect", "company_id": self.company.id, "probability": 50}
        )
        found = self._portfolio()["prospects"]
        self.assertEqual(sum(row["leads"] for row in found), 1)
        self.assertAlmostEqual(found[0]["expected_value"], lead.expected_value, 2)
        self.assertEqual(found[0]["class_id"], lead.class_if_won_id.id)


@tagged("post_install", "-at_install")
class TestConcentration(PortfolioCase):
    def test_curves_are_those_of_the_economics(self):
        """Two ways to the same figures: the run's, and SQL for any filter."""
        found = self.profiles.get_concentration([("id", "!=", 0)])
        economics = self.env["crm.customer.economics"].search(
            [("company_id", "=", self.company.id)]
        )
        for name in ("revenue", "margin", "value"):
            known = economics.concentration[name]
            for figure in ("gini", "top_share", "customers"):
                self.assertAlmostEqual(found[name][figure], known[figure], 4, figure)
            for mine, other in zip(found[name]["curve"], known["curve"], strict=True):
                self.assertAlmostEqual(mine, other, 3)
        profit, known = found["profit"], economics.concentration["profit"]
        for figure in ("total", "peak", "peak_share", "loss_makers", "customers"):
            self.assertAlmostEqual(profit[figure], known[figure], 1, figure)

    def test_all_customers_are_those_of_the_run_for_who_sees_them_all(self):
        economics = self.env["crm.customer.economics"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(self.profiles.get_concentration([]), economics.concentration)
        stranger = self._add_user("curve_other", "crm_scoring.group_crm_scoring_user")
        seller = self._add_user("curve_seller", "crm_scoring.group_crm_scoring_user")
        self._profiles()[:50].partner_id.user_id = stranger
        own = self.profiles.with_user(seller).get_concentration([])
        self.assertEqual(own["value"]["customers"], len(self._profiles()) - 50)

    def test_losses_turn_the_whale_down(self):
        profile = self._profiles()[0]
        profile.cost_to_serve = 5000
        whale = self.profiles.get_concentration([("id", "!=", 0)])["profit"]
        self.assertTrue(whale["has_costs"])
        self.assertEqual(whale["loss_makers"], 1)
        self.assertGreater(whale["side_loss"], 0)
        self.assertEqual(len(whale["cumulative_profit"]), len(whale["customer_share"]))
        self.assertAlmostEqual(whale["cumulative_profit"][-1], whale["total"], 2)


@tagged("post_install", "-at_install")
class TestMigration(PortfolioCase):
    def setUp(self):
        super().setUp()
        self._run(as_of=date(2025, 4, 30))
        self._run(as_of=date(2025, 5, 31))
        self._run(as_of=TODAY)

    def test_every_cell_opens_its_customers(self):
        found = self.profiles.get_migration([], "2025-04-01", "2025-06-01")
        self.assertEqual(found["months"], ["2025-04-01", "2025-05-01", "2025-06-01"])
        ids = [state["id"] for state in found["states"]]
        cells = [
            (before, after, count)
            for before, row in zip(ids, found["counts"], strict=True)
            for after, count in zip(ids, row, strict=True)
        ]
        cells += [
            (-1, after, n) for after, n in zip(ids, found["entries"], strict=True)
        ]
        cells += [
            (before, -1, n) for before, n in zip(ids, found["exits"], strict=True)
        ]
        for before, after, count in cells:
            action = self.profiles.get_migration_action(
                "2025-04-01", "2025-06-01", before, after
            )
            opened = self.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(opened, count, (before, after))
        self.assertEqual(
            sum(count for _before, after, count in cells if after != -1),
            len(self._profiles()),
        )

    def test_a_year_or_all_there_is_without_months(self):
        found = self.profiles.get_migration([])
        self.assertEqual(
            (found["before"], found["after"]), ("2025-04-01", "2025-06-01")
        )

    def test_filter_applies_and_opens_the_same(self):
        ten = [("partner_id", "in", self._profiles()[:10].partner_id.ids)]
        found = self.profiles.get_migration(ten, "2025-05-01", "2025-06-01")
        counted = sum(map(sum, found["counts"])) + sum(found["entries"])
        self.assertEqual(counted, 10)
        state = next(
            state["id"]
            for place, state in enumerate(found["states"])
            if found["counts"][place][place]
        )
        action = self.profiles.get_migration_action(
            "2025-05-01", "2025-06-01", state, state, ten
        )
        history = self.env[action["res_model"]].search(Domain(action["domain"]))
        self.assertLessEqual(set(history.partner_id.ids), set(ten[0][2]))

    def test_months_the_wrong_way_round_are_refused(self):
        with self.assertRaisesRegex(UserError, "come before"):
            self.profiles.get_migration([], "2025-06-01", "2025-04-01")

    def test_history_tells_classes_that_are_in_the_matrix_no_longer(self):
        self.policy.sudo().write({"value_band_count": 2})
        self._run()
        rows = self.profiles.get_class_history([], "2025-05-01")
        former = self.policy.with_context(active_test=False).class_ids.filtered(
            lambda cell: not cell.active
        )
        told = {row["name"] for row in rows if row["class_id"] in former.ids}
        self.assertTrue(told)
        self.assertLessEqual(told, set(former.mapped("display_name")))
        history = self.env["crm.customer.profile.history"]
        for month in ("2025-05-01", "2025-06-01"):
            kept = [("company_id", "=", self.company.id), ("month", "=", month)]
            self.assertEqual(
                sum(row["customers"] for row in rows if row["month"] == month),
                history.search_count(kept),
            )
