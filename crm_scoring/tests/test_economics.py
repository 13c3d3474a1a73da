from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import crm_scoring_run_stages
from .common import TODAY, ScoringCase


class EconomicsCase(ScoringCase):
    """Three years of a small company that can be counted by hand."""

    def _economics(self, company=None):
        company = company or self.company
        return self.env["crm.customer.economics"].search(
            [("company_id", "=", company.id)]
        )

    def _screen(self, user=None):
        economics = self.env["crm.customer.economics"]
        if user:
            economics = economics.with_user(user)
        return economics.with_company(self.company).get_screen()

    @classmethod
    def _add_counted_company(cls):
        """Add two who stay, one who left, one who is new and returned half."""
        cls.stays = cls._add_customer("Stays")
        cls.grows = cls._add_customer("Grows")
        cls.left = cls._add_customer("Left")
        cls.new = cls._add_customer("New")
        year = timedelta(days=365)
        recent, before = TODAY - timedelta(days=100), TODAY - year - timedelta(days=100)
        cls._add_purchases(cls.stays, (before, 100, 50), (recent, 100, 50))
        cls._add_purchases(cls.grows, (before, 50, 10), (recent, 800, 300))
        cls._add_purchases(cls.left, (before, 70, 20))
        cls._add_purchases(cls.new, (date(2025, 5, 10), 200, 80))
        cls._add_purchases(cls.new, (date(2025, 5, 20), -100, -40))


@tagged("post_install", "-at_install")
class TestEconomics(EconomicsCase):
    """What the stage adds up, and that it can be resumed and repeated."""

    def test_figures_of_a_company_counted_by_hand(self):
        self._add_counted_company()
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        found = self._economics()
        self.assertEqual((found.as_of, found.customer_count), (TODAY, 4))
        self.assertAlmostEqual(found.retention_rate, 2 / 3, places=5)
        shared = found.concentration
        self.assertEqual(shared["revenue"]["total"], 1000.0)
        self.assertEqual(shared["revenue"]["customers"], 3)
        # 20 % of three customers are 0.6 of the best one
        self.assertAlmostEqual(found.revenue_top_share, 0.6 * 0.8, places=5)
        self.assertEqual(shared["margin"]["total"], 390.0)
        profiles = self._profiles()
        self.assertAlmostEqual(
            found.equity_present, sum(profiles.mapped("clv")), delta=0.1
        )
        self.assertEqual(sum(found.equity["acquired"]), 1, "one was won this year")

    def test_cohorts_count_customers_once_a_period(self):
        self._add_counted_company()
        self._run()
        triangles = self._economics().cohorts
        quarter = triangles["quarter"]["all"]
        self.assertEqual(quarter["cohorts"], ["2024-01-01", "2025-04-01"])
        self.assertEqual(quarter["sizes"], [3, 1])
        self.assertEqual(quarter["counts"][0], [3, 0, 0, 0, 2, 0])
        sizes = [
            sum(table["sizes"])
            for group, table in triangles["month"].items()
            if group != "all"
        ]
        self.assertEqual(sum(sizes), 4, "every customer is in one class")

    def test_lifetime_is_on_the_profile(self):
        self._add_counted_company()
        self._run()
        for profile in self._profiles():
            days = profile.expected_lifetime_days
            self.assertTrue(0 < days < 1826, days)
            self.assertLessEqual(profile.expected_lifetime_days_upper, 1826)
        left, new = self._profile(self.left), self._profile(self.new)
        self.assertLess(left.expected_lifetime_days, new.expected_lifetime_days)

    def test_too_little_data_is_said_in_words(self):
        self._add_purchases(self._add_customer(), (TODAY - timedelta(days=3), 10))
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        said = " ".join(self._messages(run, "info"))
        self.assertIn("between 24 and 12 months before 06/30/2025", said)
        self.assertIn("two months of history", said)
        figures = self._screen()["figures"]
        self.assertEqual(figures["retention"], {})
        self.assertEqual(figures["movement"]["spans"], [])
        self.assertEqual(figures["equity"]["present"]["customers"], 1)

    def test_no_purchase_no_figures(self):
        self._add_counted_company()
        self._run()
        self.env["crm.purchase.history"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        self._run()
        self.assertFalse(self._economics())
        self.assertFalse(self._screen()["figures"])

    def test_another_run_replaces_the_figures(self):
        self._add_counted_company()
        self._run()
        first = self._economics()
        expected = first.read()[0]
        run = self._run()
        again = self._economics().read()[0]
        self.assertEqual(again.pop("run_id")[0], run.id)
        expected.pop("run_id")
        self.assertEqual(again, expected)

    def test_resumed_in_the_middle_gives_the_same(self):
        self._add_random_customers(40)
        self._run()
        expected = self._economics().read(["equity", "cohorts", "lifetimes"])
        lifetimes = self._profiles().mapped("expected_lifetime_days")
        self.patch(crm_scoring_run_stages, "CUSTOMERS_PER_STEP", 15)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "economics":
            run._step()
        run._step()
        self.assertEqual(run.stage, "economics", "15 of 40 are done")
        self.env.flush_all()
        self.env.invalidate_all()
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._profiles().mapped("expected_lifetime_days"), lifetimes)
        self.assertEqual(
            self._economics().read(["equity", "cohorts", "lifetimes"]), expected
        )

    def test_screen_is_read_in_few_queries(self):
        self._add_random_customers(40)
        self._run()
        user = self._add_user("reader", "crm_scoring.group_crm_scoring_user_all")
        self._screen(user)
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            screen = self._screen(user)
        self.assertEqual(screen["figures"]["customer_count"], 40)
        self.assertEqual(len(screen["classes"]), len(self.policy.class_ids))
        self.assertFalse(screen["is_manager"])


@tagged("post_install", "-at_install")
class TestEconomicsRights(EconomicsCase):
    """Company totals are for those who see all customers, of their company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_counted_company()

    def test_own_customers_only_sees_no_company_total(self):
        self._run()
        user = self._add_user("own_only", "crm_scoring.group_crm_scoring_user")
        with self.assertRaises(AccessError):
            self._screen(user)

    def test_nobody_writes(self):
        self._run()
        manager = self._add_user("boss", "crm_scoring.group_crm_scoring_manager")
        figures = self._economics().with_user(manager)
        self.assertTrue(figures.retention_rate)
        with self.assertRaises(AccessError):
            figures.write({"retention_rate": 1.0})
        with self.assertRaises(AccessError):
            figures.unlink()

    def test_another_company_sees_its_own(self):
        self._run()
        other = self._add_company("Other Company")
        stranger = self._add_user(
            "stranger", "crm_scoring.group_crm_scoring_manager", company=other
        )
        economics = self.env["crm.customer.economics"].with_user(stranger)
        self.assertFalse(economics.search([]))
        screen = economics.with_company(other).get_screen()
        self.assertEqual(screen["company"], "Other Company")
        self.assertFalse(screen["figures"])
        self.assertTrue(screen["is_manager"])


@tagged("post_install", "-at_install")
class TestMovement(EconomicsCase):
    """Months of history give a migration matrix with its customers behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_random_customers(60)

    def _run_months(self):
        for day in (date(2025, 4, 30), date(2025, 5, 31), TODAY):
            run = self._run(day)
            self.assertEqual(run.state, "done", run.error)
        return self._economics().movement

    def test_matrix_counts_everybody_of_both_months(self):
        movement = self._run_months()
        spans = [(span["before"], span["after"]) for span in movement["spans"]]
        self.assertEqual(
            spans, [("2025-04-01", "2025-06-01"), ("2025-05-01", "2025-06-01")]
        )
        for span in movement["spans"]:
            counted = sum(map(sum, span["counts"])) + sum(span["entries"])
            self.assertEqual(counted, len(self._profiles()))

    def test_moves_give_a_second_opinion_on_value(self):
        model = self._run_months()["model"]
        self.assertEqual(model["states"][-1], "lost")
        profiles = self._profiles().filtered(lambda p: p.revenue_recent > 0)
        compared = [int(class_id) for class_id in model["classes"]]
        mine = profiles.filtered(lambda profile: profile.class_id.id in compared)
        self.assertAlmostEqual(
            model["total"]["clv"], sum(mine.mapped("clv")), delta=len(mine)
        )

    def test_every_cell_opens_its_customers(self):
        span = self._run_months()["spans"][0]
        profiles = self.env["crm.customer.profile"].with_company(self.company)
        origins = zip(
            [*span["states"], -1], [*span["counts"], span["entries"]], strict=True
        )
        opened = 0
        for before, counts in origins:
            for after, count in zip(span["states"], counts, strict=True):
                action = profiles.get_migration_action(
                    span["before"], span["after"], before, after
                )
                found = self.env[action["res_model"]].search_count(action["domain"])
                self.assertEqual(found, count, (before, after))
                opened += found
        self.assertEqual(opened, len(self._profiles()))

    def test_history_of_one_customer_is_read_in_order(self):
        self._run_months()
        months = self._profiles()[0].get_history(["month", "clv"])
        self.assertEqual(
            [row["month"] for row in months],
            [date(2025, month, 1) for month in (4, 5, 6)],
        )
