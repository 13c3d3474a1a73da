from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TODAY
from .test_portfolio import PortfolioCase


@tagged("post_install", "-at_install")
class TestPreview(PortfolioCase):
    """What other thresholds would do, before anything is saved."""

    def _preview(self, bounds, domain=()):
        return self.profiles.get_threshold_preview(list(domain), bounds)

    def _movers(self, bounds, domain=(), **classes):
        action = self.profiles.get_preview_movers_action(
            list(domain), bounds, **classes
        )
        return self.env[action["res_model"]].search(action["domain"])

    def _between(self, share):
        """Return a bound that this share of the customers stays below."""
        values = sorted(self._profiles().filtered("value_band").mapped("matrix_value"))
        return values[int(share * len(values))]

    def _set_thresholds(self, bounds):
        """Write the thresholds of a manual policy, the upper out of the way first."""
        self.policy.value_method = "manual"
        for axis, (low, high) in bounds.items():
            lower, upper = self.policy[f"{axis}_band_ids"][1:]
            upper.threshold = 1e9
            lower.threshold = low
            upper.threshold = high

    def test_bounds_in_use_move_nobody(self):
        found = self._preview(self._bounds())
        self.assertEqual((found["moved"], found["moves"]), (0, []))
        counted = {cell["class_id"]: cell["customers"] for cell in found["cells"]}
        portfolio = self._portfolio()
        for cell in [*portfolio["cells"], portfolio["lost"]]:
            self.assertEqual(counted[cell["class_id"]], cell["customers"])

    def test_moves_are_those_that_the_run_makes(self):
        before = {p.partner_id: p.class_id for p in self._profiles()}
        bounds = {
            "value": [self._between(0.2), self._between(0.6)],
            "loyalty": [0.3, 0.7],
        }
        found = self._preview(bounds)
        self.assertTrue(found["moved"])
        movers = self._movers(bounds)
        self.assertEqual(len(movers), found["moved"])
        self._set_thresholds(bounds)
        self._run()
        moved = {
            p.partner_id for p in self._profiles() if p.class_id != before[p.partner_id]
        }
        self.assertEqual(moved, set(movers.partner_id))
        counted = {cell["class_id"]: cell["customers"] for cell in found["cells"]}
        for cell in self._portfolio()["cells"]:
            self.assertEqual(counted[cell["class_id"]], cell["customers"])

    def test_each_move_opens_its_customers(self):
        bounds = {"value": [self._between(0.1), self._between(0.4)]}
        found = self._preview(bounds)
        self.assertGreater(len(found["moves"]), 1)
        for move in found["moves"]:
            movers = self._movers(bounds, before=move["before"], after=move["after"])
            self.assertEqual(len(movers), move["customers"])
            self.assertAlmostEqual(sum(movers.mapped("clv")), move["clv"], 2)
        self.assertEqual(sum(cell["joined"] for cell in found["cells"]), found["moved"])
        self.assertEqual(sum(cell["left"] for cell in found["cells"]), found["moved"])

    def test_lost_customers_and_classes_by_hand_stay(self):
        lost = self._profiles().filtered(lambda p: not p.value_band)
        given = self._profiles().filtered("value_band")[0]
        champions = self.policy.class_ids.filtered(lambda c: c.value_band == 1)[0]
        self.env["crm.customer.class.assignment"].create(
            {
                "partner_id": given.partner_id.id,
                "company_id": self.company.id,
                "class_id": champions.id,
                "reason": "Agreed",
                "date_from": TODAY,
                "date_to": TODAY + timedelta(days=30),
            }
        )
        self._run()
        self.assertTrue(lost)
        bounds = {"value": [self._between(0.5), 1e9]}
        movers = self._movers(bounds)
        self.assertFalse(movers & (lost | given))
        self.assertEqual(len(movers), self._preview(bounds)["moved"])

    def test_bounds_that_cannot_be_are_refused_in_words(self):
        low = self._between(0.3)
        for bounds, words in (
            ({"value": [low]}, "3 bands and so 2 bounds"),
            ({"value": [low, low]}, "overlap"),
            ({"value": [low, low - 1]}, "overlap"),
            ({"value": [low, float("nan")]}, "must be a number"),
            ({"value": [low, float("inf")]}, "must be a number"),
            ({"value": [low, None]}, "must be a number"),
            ({"value": ["1", "2"]}, "must be a number"),
            ({"value": [True, 2]}, "must be a number"),
            ({"value": "12"}, "must be a number"),
            ({"loyalty": [0.5, 1.5]}, "between 0 % and 100 %"),
            ({"loyalty": [-0.5, 0.5]}, "between 0 % and 100 %"),
            ({"height": [1, 2]}, "for value, for loyalty"),
            ([1, 2], "for value, for loyalty"),
        ):
            with self.subTest(bounds), self.assertRaisesRegex(UserError, words):
                self._preview(bounds)

    # === SUGGESTIONS === #

    def test_suggested_bounds_are_those_of_a_run(self):
        for method in ("quantile", "cumulative_share", "natural_breaks"):
            with self.subTest(method):
                self.policy.value_method = method
                self._run()
                found = self.profiles.get_suggested_bounds([], "value", method)
                for mine, bound in zip(found, self._bounds()["value"], strict=True):
                    self.assertAlmostEqual(mine, bound, 2)

    def test_suggestion_by_own_figures(self):
        found = self.profiles.get_suggested_bounds(
            [], "loyalty", "quantile", [0.5, 0.9]
        )
        self.assertLess(found[0], found[1])
        with self.assertRaisesRegex(UserError, "2 shares"):
            self.profiles.get_suggested_bounds([], "loyalty", "quantile", [0.5])
        with self.assertRaisesRegex(UserError, "not found that way"):
            self.profiles.get_suggested_bounds([], "loyalty", "cumulative_share")
        with self.assertRaisesRegex(UserError, "not found that way"):
            self.profiles.get_suggested_bounds([], "height", "quantile")
        self.assertEqual(
            self.profiles.get_suggested_bounds([], "loyalty", "manual"),
            self._bounds()["loyalty"],
        )
