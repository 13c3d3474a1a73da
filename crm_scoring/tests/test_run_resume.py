from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import crm_scoring_run_stages
from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestRunResume(ScoringCase):
    """A run killed between two steps goes on from what is in the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_random_customers(40)

    def _new_run(self):
        return self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )

    def _step_until(self, run, stage):
        while run.stage != stage:
            run._step()
            self.env.flush_all()
            self.env.invalidate_all()  # another process knows only the database

    def _figures(self):
        return self._profiles().read(
            ["partner_id", "clv", "churn_probability", "class_id"]
        )

    def test_resumed_at_any_stage_gives_the_same_profiles(self):
        self._new_run()._execute()
        expected = self._figures()
        for stage in (
            "validate",
            "payment",
            "cost",
            "fit",
            "predict",
            "wallet",
            "basket",
            "prospect",
            "explain",
            "needs",
            "economics",
            "publish",
        ):
            with self.subTest(stage):
                run = self._new_run()
                self._step_until(run, stage)
                run._execute()
                self.assertEqual(run.state, "done", run.error)
                self.assertEqual(self._figures(), expected)

    def test_profiles_are_untouched_until_all_are_ready(self):
        self._new_run()._execute()
        before = self._profiles().run_id
        run = self._new_run()
        self._step_until(run, "publish")
        self.assertEqual(self._profiles().run_id, before)

    def test_prediction_goes_on_with_the_customers_left(self):
        self.patch(crm_scoring_run_stages, "CUSTOMERS_PER_STEP", 15)
        run = self._new_run()
        self._step_until(run, "predict")
        run._step()
        self.assertEqual(self._predicted(run), 15)
        run._step()
        self.assertEqual(self._predicted(run), 30)
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(len(self._profiles()), 40)

    def test_small_frames_never_split_a_customer(self):
        self._new_run()._execute()
        expected = self._figures()
        self.patch(crm_scoring_run_stages, "TRANSACTIONS_PER_FRAME", 7)
        self._new_run()._execute()
        self.assertEqual(self._figures(), expected)

    def test_working_table_lost_in_a_crash_is_read_again(self):
        run = self._new_run()
        self._step_until(run, "predict")
        self.env.cr.execute(
            SQL("DELETE FROM %s", SQL.identifier("crm_customer_profile_staging"))
        )
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertIn("reading the purchases again", self._messages(run)[0])
        self.assertEqual(len(self._profiles()), 40)

    def test_cancelled_run_stops_and_publishes_nothing(self):
        run = self._new_run()
        self._step_until(run, "predict")
        run.action_cancel()
        self.assertFalse(run._execute())
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(self._profiles())

    def test_cancelled_run_can_be_queued_again(self):
        run = self._new_run()
        with self.assertRaises(UserError):
            run.action_retry()
        run.action_cancel()
        again = self.env["crm.scoring.run"].browse(run.action_retry()["res_id"])
        self.assertEqual((again.state, again.as_of), ("queued", TODAY))

    def test_scheduler_works_off_the_queue_step_by_step(self):
        self.env["crm.scoring.policy"].search([]).schedule = "manual"
        run = self._new_run()
        seconds = iter([5.0, 0.0])
        calls = []

        def commit_progress(cron, processed=0, *, remaining=None, deactivate=False):
            calls.append((processed, remaining))
            return next(seconds, float("inf"))

        self.patch(type(self.env["ir.cron"]), "_commit_progress", commit_progress)
        self.env["crm.scoring.run"]._cron_score()
        self.assertEqual(run.state, "running", "the granted time was over")
        self.assertEqual(calls, [(1, 1), (1, 1)])
        self.env["crm.scoring.run"]._cron_score()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(calls[-1], (1, 0))

    def _predicted(self, run):
        return self.env.execute_query(
            SQL(
                "SELECT COUNT(clv) FROM %s WHERE run_id = %s",
                SQL.identifier("crm_customer_profile_staging"),
                run.id,
            )
        )[0][0]
