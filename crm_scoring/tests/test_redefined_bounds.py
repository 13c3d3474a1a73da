from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from .common import TODAY
from .test_portfolio import PortfolioCase

BEFORE = date(2025, 5, 30)


@tagged("post_install", "-at_install")
class TestRedefinedBounds(PortfolioCase):
    """Who changes class only because a bound was moved has not moved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"steadiness": "none", "lost_below": 0.0})
        cls.history = cls.env["crm.customer.profile.history"].with_company(cls.company)
        cls.alerts = cls.env["crm.scoring.alert"].create(
            [
                {
                    "name": trigger,
                    "trigger": trigger,
                    "active": True,
                    "company_id": cls.company.id,
                    "max_activities": 100,
                    "user_id": cls.env.ref("base.user_admin").id,
                }
                for trigger in ("class_drop", "class_rise", "class_bleeding")
            ]
        )
        cls.alerts.write({"months_back": 1, "least_lost_share": 0.0})
        for _again in range(2):  # the settings of the first differ from those before
            run = cls.env["crm.scoring.run"].create(
                {"policy_id": cls.policy.id, "as_of": TODAY}
            )
            run._execute()
        cls._keep_as_month_before(run)

    @classmethod
    def _keep_as_month_before(cls, run):
        """The month before was the same: nobody's figures have changed."""
        month = cls.history.search([("company_id", "=", cls.company.id)])
        for row in month:
            row.copy(
                {
                    "month": BEFORE.replace(day=1),
                    "as_of": BEFORE,
                    "run_number": run.id - 1,
                }
            )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2025-06-30 10:00:00"))

    def _values(self):
        return sorted(self._profiles().mapped("matrix_value"))

    def _move_bounds(self):
        """Raise the bounds so that customers of the upper bands fall to lower ones."""
        values = self._values()
        return {"value": [values[30], values[55]]}

    def _raised(self):
        return self.alerts.event_ids.mapped("alert_id.trigger")

    def _migration(self):
        return self.profiles.get_migration([], "2025-05-01", "2025-06-01")

    def _moved(self, migration):
        return sum(
            count
            for row, counts in enumerate(migration["counts"])
            for column, count in enumerate(counts)
            if row != column
        )

    def test_bounds_applied_on_the_screen_move_nobody(self):
        before = self._profiles().mapped("class_id.id")
        done = self.policy.apply_thresholds(self._move_bounds())
        self.assertGreater(done["moved"], 5)
        self._run()
        self.assertNotEqual(self._profiles().mapped("class_id.id"), before)
        self.assertFalse(self._raised())
        self.assertEqual(self._moved(self._migration()), 0)

    def test_bounds_changed_in_the_policy_move_nobody(self):
        bounds = self._move_bounds()["value"]
        self.policy.value_method = "manual"
        lower, upper = self.policy.value_band_ids[1:]
        upper.threshold = 1e9
        lower.threshold, upper.threshold = bounds
        self._run()
        self.assertFalse(self._raised())
        self.assertEqual(self._moved(self._migration()), 0)
        [model] = self.env["crm.customer.economics"].search(
            [("company_id", "=", self.company.id)]
        )
        probabilities = model.movement["model"]["probabilities"]
        states = model.movement["model"]["states"]
        counts = model.movement["spans"][0]["counts"]
        self.assertEqual(self._moved({"counts": counts}), 0)
        self.assertEqual(len(states), len(probabilities))

    def test_another_limit_of_the_lost_moves_nobody(self):
        chances = sorted(self._profiles().mapped("purchase_probability"))
        self.policy.lost_below = chances[20] + 1e-6
        self._run()
        self.assertGreater(
            len(self._profiles().filtered(lambda p: not p.value_band)), 15
        )
        self.assertFalse(self._raised())
        self.assertEqual(self._moved(self._migration()), 0)

    def test_another_number_of_bands_moves_nobody(self):
        self.policy.value_band_count = 4
        self._run()
        self.assertFalse(self._raised())
        self.assertEqual(self._moved(self._migration()), 0)

    def test_a_new_type_moves_nobody(self):
        best = self._profiles().sorted("clv", reverse=True)[:30]
        best.partner_id.ref = "hotel"
        self.env["crm.customer.type"].create(
            {
                "name": "Hotels",
                "policy_id": self.policy.id,
                "domain": "[('ref', '=', 'hotel')]",
            }
        )
        self._run()
        self.assertFalse(self._raised())
        self.assertEqual(self._moved(self._migration()), 0)

    def test_bounds_that_drift_raise_no_alert_but_are_moves(self):
        """Others grew: by his own figures nobody fell, among the others he did."""
        rows = self.history.search([("month", "=", "2025-05-01")])
        top = rows.filtered(lambda row: row.value_band == 3).sorted("clv")[:2]
        fallen = rows.filtered(lambda row: row.value_band == 2).sorted(
            "clv", reverse=True
        )[:2]
        cell = {c.value_band: c for c in self.policy.class_ids if c.loyalty_band == 1}
        fallen.write({"value_band": 3, "value_rank": 3, "class_id": cell[3].id})
        self.env.flush_all()
        self.assertTrue(top)
        self._run()
        self.assertFalse(self._raised())
        self.assertGreaterEqual(self._moved(self._migration()), 2)

    def test_who_is_held_in_the_matrix_near_the_limit_of_the_lost_has_not_left(self):
        rows = self.history.search([("month", "=", "2025-05-01")])
        rows.churn_probability = 0.96
        self.policy.lost_below = 0.05
        self.env.flush_all()
        query = SQL(
            "SELECT COUNT(*) FILTER (WHERE same.value_band <> month.value_band), COUNT(*)"
            " FROM crm_customer_profile_history AS month"
            " JOIN crm_customer_profile AS profile USING (partner_id, company_id)"
            " LEFT JOIN %s AS same ON TRUE WHERE month.id IN %s",
            rows._comparable(self.policy, "month", SQL("profile"), is_own=True),
            tuple(rows.ids),
        )
        self.assertEqual(self.env.execute_query(query), [(0, len(rows))])

    def test_who_really_fell_raises_the_alert_with_the_bounds_moved_too(self):
        rows = self.history.search([("month", "=", "2025-05-01")])
        bounds = self._move_bounds()
        fell = rows.sorted("clv")[:3]
        fell.write({"clv": bounds["value"][1] + 1, "value_band": 3, "value_rank": 3})
        self.env.flush_all()
        self.policy.apply_thresholds(bounds)
        self._run()
        drop = self.alerts.filtered(lambda alert: alert.trigger == "class_drop")
        self.assertEqual(drop.event_ids.partner_id, fell.partner_id)
        self.assertEqual(self._moved(self._migration()), 3)

    def test_each_cell_opens_its_customers(self):
        self.policy.apply_thresholds(self._move_bounds())
        migration = self._migration()
        states = [state["id"] for state in migration["states"]]
        opened = 0
        for before, counts in zip(states, migration["counts"], strict=True):
            for after, count in zip(states, counts, strict=True):
                action = self.profiles.get_migration_action(
                    "2025-05-01", "2025-06-01", before, after
                )
                found = self.history.search_count(action["domain"])
                self.assertEqual(found, count)
                opened += found
        self.assertEqual(opened, len(self._profiles()))

    def test_class_of_a_month_is_kept_and_compared(self):
        rows = self.history.search([("month", "=", "2025-05-01")])
        kept = {row: row.class_id for row in rows}
        self.assertEqual(rows.mapped("comparable_class_id"), rows.mapped("class_id"))
        self.policy.apply_thresholds(self._move_bounds())
        rows.invalidate_recordset()
        self.assertEqual({row: row.class_id for row in rows}, kept)
        now = {profile.partner_id: profile.class_id for profile in self._profiles()}
        self.assertEqual({row.partner_id: row.comparable_class_id for row in rows}, now)
