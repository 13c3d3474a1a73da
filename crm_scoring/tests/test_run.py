from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestRun(ScoringCase):
    def test_company_without_purchases_is_told_what_to_do(self):
        run = self._run()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.customer_count, 0)
        self.assertIn("No purchases were found", self._messages(run)[0])

    def test_one_customer_with_one_purchase_gets_a_profile(self):
        customer = self._add_customer()
        self._add_purchases(customer, (TODAY - timedelta(days=10), 100))
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        profile = self._profile(customer)
        self.assertEqual(profile.purchase_count, 1)
        self.assertEqual(profile.frequency, 0)
        self.assertEqual(profile.tenure, 10)
        self.assertEqual(profile.confidence, "D")
        self.assertGreater(profile.clv, 0)
        self.assertTrue(profile.class_id)

    def test_profile_shows_behaviour_and_prediction(self):
        customers = self._add_random_customers(60)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        profiles = self._profiles()
        self.assertEqual(profiles.partner_id, customers)
        self.assertEqual(run.customer_count, 60)
        self.assertEqual(run.purchase_count, sum(profiles.mapped("purchase_count")))
        for profile in profiles:
            self.assertEqual(profile.run_id, run)
            self.assertEqual(profile.frequency, profile.purchase_count - 1)
            self.assertTrue(0 <= profile.purchase_probability <= 1)
            self.assertAlmostEqual(
                profile.churn_probability, 1 - profile.purchase_probability
            )
            self.assertLessEqual(
                profile.purchase_probability, profile.probability_alive + 1e-9
            )
            self.assertLessEqual(profile.clv_lower, profile.clv_upper)
            self.assertTrue(profile.class_id.active)
            self.assertEqual(profile.class_id.value_band, profile.value_band)
            self.assertEqual(profile.class_id.loyalty_band, profile.loyalty_band)

    def test_second_run_changes_nothing_and_keeps_identifiers(self):
        self._add_random_customers(30)
        self._run()
        profiles = self._profiles()
        names = ["partner_id", "clv", "churn_probability", "class_id", "rfm_score"]
        before = profiles.read(names)
        run = self._run()
        self.assertEqual(run.state, "done")
        profiles = self._profiles()
        self.assertEqual(profiles.read(names), before)
        self.assertEqual(profiles.run_id, run)

    def test_customer_without_purchases_any_more_loses_the_profile(self):
        keeper, goer = self._add_customer("Keeper"), self._add_customer("Goer")
        self._add_purchases(keeper, (TODAY - timedelta(days=50), 100))
        gone = self._add_purchases(goer, (TODAY - timedelta(days=50), 100))
        self._run()
        self.assertTrue(self._profile(goer))
        gone.unlink()
        self._run()
        self.assertFalse(self._profile(goer))
        self.assertTrue(self._profile(keeper))

    def test_as_of_knows_nothing_later(self):
        customer = self._add_customer()
        self._add_purchases(customer, (date(2024, 3, 1), 100), (date(2025, 3, 1), 900))
        self._run(as_of=date(2024, 12, 31))
        self.assertEqual(self._profile(customer).revenue, 100)
        self._run(as_of=TODAY)
        self.assertEqual(self._profile(customer).revenue, 1000)

    def test_each_month_keeps_the_profile_of_its_last_run(self):
        customer = self._add_customer()
        self._add_purchases(customer, (date(2024, 3, 1), 100), (date(2025, 6, 3), 900))
        for as_of in (date(2025, 6, 2), date(2025, 6, 30), date(2025, 4, 30)):
            self._run(as_of=as_of)
        history = self.env["crm.customer.profile.history"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            [(row.month, row.as_of, row.purchase_count) for row in history],
            [
                (date(2025, 6, 1), date(2025, 6, 30), 2),
                (date(2025, 4, 1), date(2025, 4, 30), 1),
            ],
        )

    def test_future_purchases_wait_and_are_told(self):
        customer = self._add_customer()
        with freeze_time("2025-06-30 10:00:00"):
            self._add_purchases(customer, (TODAY, 10), (TODAY + timedelta(days=9), 90))
            run = self._run()
        self.assertEqual(self._profile(customer).revenue, 10)
        self.assertIn("dated in the future", self._messages(run)[0])

    def test_customer_with_returns_only_is_told_not_scored(self):
        customer = self._add_customer()
        self._add_purchases(customer, (date(2025, 1, 10), -50))
        run = self._run()
        self.assertEqual(run.state, "done")
        self.assertFalse(self._profile(customer))
        self.assertIn("1 customers have credit notes", self._messages(run)[0])

    def test_returns_above_purchases_give_a_negative_revenue_and_a_profile(self):
        customer = self._add_customer()
        self._add_random_customers(10)
        self._add_purchases(customer, (date(2025, 1, 10), 50), (date(2025, 2, 1), -80))
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        profile = self._profile(customer)
        self.assertEqual(profile.revenue, -30)
        self.assertEqual(profile.return_amount, 80)
        self.assertEqual(profile.purchase_count, 1)

    def test_two_runs_of_a_company_cannot_be_open(self):
        self.env["crm.scoring.run"].create({"policy_id": self.policy.id})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["crm.scoring.run"].create({"policy_id": self.policy.id})

    def test_score_now_twice_shows_the_same_run(self):
        first = self.policy.action_score_now()
        second = self.policy.action_score_now()
        self.assertEqual(first["res_id"], second["res_id"])

    def test_no_source_is_a_clear_failure(self):
        self.policy.use_purchase_history = False
        self._add_purchases(self._add_customer(), (TODAY, 10))
        # A bridge's source that was uninstalled leaves none behind.
        self.env.cr.execute(
            "UPDATE crm_scoring_policy SET purchase_source = 'gone' WHERE id = %s",
            [self.policy.id],
        )
        self.policy.invalidate_recordset()
        run = self._run()
        self.assertEqual(run.state, "failed")
        self.assertIn("at least one source", run.error)

    def test_failure_keeps_the_profiles_of_the_last_run(self):
        self._add_random_customers(10)
        done = self._run()
        stages = type(self.env["crm.scoring.run"])

        complaint = "the disk is on fire"

        def failing(run):
            raise UserError(complaint)

        self.patch(stages, "_stage_fit", failing)
        run = self._run()
        self.assertEqual(run.state, "failed")
        self.assertIn(complaint, run.error)
        self.assertEqual(self._profiles().run_id, done)

    @mute_logger("odoo.addons.crm_scoring.models.crm_scoring_run")
    def test_unexpected_error_points_to_the_server_log(self):
        self._add_random_customers(5)

        def failing(run):
            raise ZeroDivisionError

        self.patch(type(self.env["crm.scoring.run"]), "_stage_predict", failing)
        run = self._run()
        self.assertEqual(run.state, "failed")
        self.assertIn("server log", run.error)

    def test_models_are_listed_with_their_parameters(self):
        self._add_random_customers(40)
        run = self._run()
        used = run.diagnostic_ids.filtered("is_used")
        self.assertEqual(len(set(used.mapped("model")) & {"pareto_nbd", "mbg_nbd"}), 1)
        self.assertIn("gamma_gamma", used.mapped("model"))
        parameters = run.diagnostic_ids.filtered(lambda row: row.model != "prospect")
        self.assertTrue(all(row.value > 0 for row in parameters))

    def test_schedule_queues_due_policies_once(self):
        runs = self.env["crm.scoring.run"]
        policies = self.env["crm.scoring.policy"].search([])
        policies.schedule = "manual"
        self.policy.schedule = "weekly"
        runs._queue_due()
        run = runs.search([("policy_id", "=", self.policy.id)])
        self.assertEqual(run.state, "queued")
        runs._queue_due()
        self.assertEqual(runs.search_count([("policy_id", "=", self.policy.id)]), 1)
        run.action_cancel()
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            runs._queue_due()
        self.assertEqual(runs.search_count([("policy_id", "=", self.policy.id)]), 2)

    def test_schedule_counts_the_days_of_the_company(self):
        """At five past midnight in Rome it is still yesterday in UTC."""
        runs = self.env["crm.scoring.run"]
        self.env["crm.scoring.policy"].search([]).schedule = "manual"
        self.policy.schedule = "daily"
        run = runs.create({"policy_id": self.policy.id, "as_of": TODAY})
        self.env.cr.execute(
            "UPDATE crm_scoring_run SET create_date = '2025-06-29 23:05:00' WHERE id = %s",
            [run.id],
        )
        run.invalidate_recordset()
        with freeze_time("2025-06-29 23:10:00"):
            runs._queue_due()  # the open run is left alone
            run.action_cancel()
            runs._queue_due()  # and today has had its run
        self.assertEqual(runs.search([("policy_id", "=", self.policy.id)]), run)
        with freeze_time("2025-06-30 22:10:00"):
            runs._queue_due()
        self.assertEqual(runs.search_count([("policy_id", "=", self.policy.id)]), 2)

    def test_number_of_queries_does_not_grow_with_customers(self):
        """Reading, predicting and publishing are done in bulk whatever the number."""

        def queries(count, seed):
            self._add_random_customers(count, seed=seed)
            run = self.env["crm.scoring.run"].create(
                {"policy_id": self.policy.id, "as_of": TODAY}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run._execute()
            self.assertEqual(run.state, "done", run.error)
            return self.env.cr.sql_log_count - before

        queries(150, seed=1)  # enough for the last period to be held out
        # a line of the log more or less, as the method in use differs
        self.assertAlmostEqual(queries(60, seed=2), queries(200, seed=3), delta=9)
