from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.crm_scoring_run import LOCK_KEY
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

    def test_each_cell_opens_whom_it_would_hold(self):
        bounds = {"value": [self._between(0.1), self._between(0.4)]}
        domain = [("churn_probability", "<", 0.9)]
        for cell in self._preview(bounds, domain)["cells"]:
            action = self.profiles.get_preview_customers_action(
                domain, bounds, False, cell["class_id"]
            )
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), cell["customers"])
            self.assertAlmostEqual(sum(found.mapped("clv")), cell["clv"], 2)

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
            ({"value": [low]}, "3 bands and so 2 thresholds"),
            ({"value": [low, low]}, "overlap"),
            ({"value": [low, low - 1]}, "overlap"),
            ({"value": [low, float("nan")]}, "must be a number"),
            ({"value": [low, float("inf")]}, "must be a number"),
            ({"value": [low, None]}, "must be a number"),
            ({"value": ["1", "2"]}, "must be a number"),
            ({"value": [True, 2]}, "must be a number"),
            ({"value": "12"}, "must be a number"),
            ({"loyalty": [0.5, 1.5]}, "between 0% and 100%"),
            ({"loyalty": [-0.5, 0.5]}, "between 0% and 100%"),
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


@tagged("post_install", "-at_install")
class TestApply(PortfolioCase):
    """Thresholds that are saved are in force at once, and the next run agrees."""

    def setUp(self):
        super().setUp()
        values = sorted(self._profiles().filtered("value_band").mapped("matrix_value"))
        self.bounds = {"value": [values[8], values[20]]}

    def _classes(self):
        return {p: p.class_id for p in self._profiles()}

    def _history(self):
        history = self.env["crm.customer.profile.history"].search(
            [("company_id", "=", self.company.id), ("month", "=", "2025-06-01")]
        )
        return {row.partner_id: (row.class_id, row.value_band) for row in history}

    def test_customers_move_at_once_and_the_next_run_moves_nobody(self):
        before = self._classes()
        preview = self.profiles.get_threshold_preview([], self.bounds)
        done = self.policy.apply_thresholds(self.bounds)
        self.assertTrue(done["moved"])
        self.assertEqual(done, {"moved": preview["moved"], "moves": preview["moves"]})
        after = self._classes()
        moved = [p for p in after if after[p] != before[p]]
        self.assertEqual(len(moved), done["moved"])
        self.assertEqual({p.class_since for p in moved}, {TODAY})
        self.assertEqual(self.policy.value_method, "manual")
        self.assertEqual(self._bounds()["value"], self.bounds["value"])
        self.assertEqual(
            self.policy.value_band_ids[1:].mapped("threshold"), self.bounds["value"]
        )
        self._run()
        self.assertEqual(self._classes(), after)

    def test_the_month_of_the_scoring_follows(self):
        self.policy.apply_thresholds(self.bounds)
        kept = self._history()
        for profile in self._profiles():
            self.assertEqual(
                kept[profile.partner_id], (profile.class_id, profile.value_band)
            )

    def test_chatter_tells_who_moved_from_where_to_where(self):
        self.policy.apply_thresholds(self.bounds)
        body = self.policy.message_ids[0].body
        self.assertIn("customers moved", body)
        self.assertRegex(body, r"\d+ customers from .+ to .+")

    def test_same_bounds_again_change_nothing(self):
        self.policy.apply_thresholds(self.bounds)
        messages = len(self.policy.message_ids)
        self.assertEqual(
            self.policy.apply_thresholds(self.bounds), {"moved": 0, "moves": []}
        )
        self.assertEqual(len(self.policy.message_ids), messages)

    def test_lost_customers_and_classes_by_hand_stay(self):
        lost = self._profiles().filtered(lambda p: not p.value_band)
        given = self._profiles().filtered("value_band")[0]
        low = self.policy.class_ids.filtered(lambda c: c.value_band == 1)[0]
        self.env["crm.customer.class.assignment"].create(
            {
                "partner_id": given.partner_id.id,
                "company_id": self.company.id,
                "class_id": low.id,
                "reason": "Agreed",
                "date_from": TODAY,
                "date_to": TODAY + timedelta(days=30),
            }
        )
        self._run()
        self.assertTrue(lost)
        self.policy.apply_thresholds(self.bounds)
        self.assertEqual(given.class_id, low)
        self.assertEqual(set(lost.mapped("value_band")), {0})
        self.assertEqual(given.value_band, 3)

    def test_bounds_that_leave_a_band_empty_are_refused(self):
        before = self._classes()
        least = min(self._profiles().mapped("matrix_value"))
        for value in ([1, 1e9], [1e8, 1e9], [least - 2, least - 1]):
            with self.assertRaisesRegex(UserError, "Nobody would be in band"):
                self.policy.apply_thresholds({"value": value})
        with self.assertRaisesRegex(UserError, "overlap"):
            self.policy.apply_thresholds({"value": [9, 9]})
        self.assertEqual(self._classes(), before)
        self.assertEqual(self.policy.value_method, "quantile")

    def test_equal_customers_cannot_be_told_apart(self):
        self._profiles().write({"matrix_value": 70})
        with self.assertRaisesRegex(UserError, "All customers have the same Value"):
            self.policy.apply_thresholds({"value": [60, 80]})

    def test_negative_values_are_values(self):
        inside = self._profiles().filtered("value_band")
        for profile in inside[:10]:
            profile.write({"clv": -50, "matrix_value": -50})
        self.env["crm.customer.economics"].search([]).matrix_axes = False
        self.policy.apply_thresholds({"value": [-10, self.bounds["value"][1]]})
        self.assertEqual(set(inside[:10].mapped("value_band")), {1})
        edges = self._portfolio()["histograms"]["value"]["edges"]
        self.assertEqual(edges[0], -50)

    def test_kept_bounds_are_kept(self):
        self.policy.frozen_until = "2999-12-31"
        with self.assertRaisesRegex(UserError, "Keep Thresholds until"):
            self.policy.apply_thresholds(self.bounds)

    def test_not_before_new_bands_were_scored(self):
        self.policy.loyalty_band_count = 2
        self.assertTrue(self._portfolio()["is_outdated"])
        with self.assertRaisesRegex(UserError, "score the customers again"):
            self.policy.apply_thresholds(self.bounds)
        self._run()
        self.assertFalse(self._portfolio()["is_outdated"])
        self.assertTrue(self.policy.apply_thresholds(self.bounds)["moved"])

    def test_deleted_class_comes_back_for_a_manager_too(self):
        (self.policy.class_ids - self._profiles().class_id).unlink()
        manager = self._add_user("no_class", "crm_scoring.group_crm_scoring_manager")
        self.policy.with_user(manager).apply_thresholds(self.bounds)
        self.assertEqual(len(self.policy.class_ids), 10)

    def test_not_while_a_run_is_under_way(self):
        run = self.env["crm.scoring.run"].create({"policy_id": self.policy.id})
        run.state = "running"
        with self.assertRaisesRegex(UserError, "under way"):
            self.policy.apply_thresholds(self.bounds)
        run.state = "cancelled"
        self.assertTrue(self.policy.apply_thresholds(self.bounds)["moved"])

    def test_second_manager_at_once_is_told(self):
        with self.registry.cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_KEY, self.company.id)
            )
            with self.assertRaisesRegex(UserError, "Somebody else"):
                self.policy.apply_thresholds(self.bounds)

    def test_manager_who_saw_other_bounds_is_told(self):
        seen = self._bounds()
        self.policy.apply_thresholds(self.bounds, based_on=seen)
        with self.assertRaisesRegex(UserError, "changed since you opened"):
            self.policy.apply_thresholds({"loyalty": [0.4, 0.8]}, based_on=seen)

    def test_customers_who_were_never_scored_come_first(self):
        other = self._add_company("Never Scored")
        policy = self.env["crm.scoring.policy"]._for_company(other)
        with self.assertRaisesRegex(UserError, "Score the customers first"):
            policy.apply_thresholds({"value": [1, 2]})

    def test_only_a_manager_of_the_company_may(self):
        user = self._add_user("apply_user", "crm_scoring.group_crm_scoring_user_all")
        with self.assertRaises(AccessError):
            self.policy.with_user(user).apply_thresholds(self.bounds)
        other = self._add_company("Foreign Thresholds")
        stranger = self._add_user(
            "apply_stranger", "crm_scoring.group_crm_scoring_manager", company=other
        )
        with self.assertRaises(AccessError):
            self.policy.with_user(stranger).apply_thresholds(self.bounds)
        manager = self._add_user(
            "apply_manager", "crm_scoring.group_crm_scoring_manager"
        )
        self.assertTrue(self.policy.with_user(manager).apply_thresholds(self.bounds))

    def test_steady_customers_stay_where_only_the_other_axis_changed(self):
        """Loyalty was set at once; value keeps its hysteresis."""
        self.policy.write({"steadiness": "margin", "steadiness_margin": 0.05})
        held = {p: p.value_band for p in self._profiles()}
        self.policy.apply_thresholds({"loyalty": [0.4, 0.8]})
        self.assertEqual({p: p.value_band for p in self._profiles()}, held)
        after = self._classes()
        self._run()
        self.assertEqual(self._classes(), after)

    def test_class_in_use_is_not_deleted(self):
        used = self._profiles().class_id[0]
        with self.assertRaisesRegex(UserError, "customers are in class"):
            used.unlink()

    def test_class_of_the_past_is_archived_rather_than_deleted(self):
        used = self._profiles().class_id.filtered("value_band")[0]
        self._profiles().filtered(lambda p: p.class_id == used).class_id = False
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            used.unlink()

    def test_deleted_class_comes_back_when_it_is_needed(self):
        unused = self.policy.class_ids - self._profiles().class_id
        self.assertTrue(unused)
        unused.unlink()
        self.policy.apply_thresholds(self.bounds)
        self.assertEqual(len(self.policy.class_ids), 10)
        self.assertTrue(all(p.class_id for p in self._profiles()))

    def test_leads_follow(self):
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "company_id": self.company.id}
        )
        value = self.env["crm.lead.value"].search([("lead_id", "=", lead.id)])
        value.value_if_won = self.bounds["value"][0] + 1
        self.env.flush_all()
        self.policy.apply_thresholds(self.bounds)
        self.assertEqual(value.class_id.value_band, 2)

    def test_target_groups_follow(self):
        best = self.policy.class_ids.filtered(lambda cell: cell.value_band == 3)
        group = self.env["crm.target.group"].create(
            {
                "name": "High value",
                "company_id": self.company.id,
                "domain": str([("class_id", "in", best.ids)]),
            }
        )
        self.assertTrue(group.member_ids)
        self.policy.apply_thresholds(self.bounds)
        high = self._profiles().filtered(lambda profile: profile.value_band == 3)
        self.assertEqual(group.member_ids.partner_id, high.partner_id)
