from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import crm_scoring_run_holdout
from ..models.crm_scoring_run_validation import SIMPLE_RULES
from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestRunValidation(ScoringCase):
    """Each run holds out the last period, compares, and relies on the winner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.horizon_days = 180

    def _add_yearly_customers(self, count):
        """Customers who buy once a year, each on a day and for an amount of his own."""
        partners = self.env["res.partner"].create(
            [{"name": f"Yearly {index}"} for index in range(count)]
        )
        self.env["crm.purchase.history"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "date": TODAY
                    - timedelta(days=(index * 7) % 360 + 364 * year + index % 3),
                    "amount": 20 + (index * 37) % 900,
                }
                for index, partner in enumerate(partners)
                for year in range(4)
            ]
        )
        return partners

    def _used(self, run):
        return run.validation_ids.filtered("is_used")

    def test_run_shows_how_well_its_method_foretold_the_last_period(self):
        self._add_random_customers(220)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(run.holdout_to, TODAY)
        self.assertEqual(run.holdout_from, TODAY - timedelta(days=179))
        used = self._used(run)
        self.assertEqual(len(used), 1)
        self.assertEqual(used.forecast, run.forecast)
        self.assertEqual(used.company_id, self.company)
        rules = run.validation_ids.filtered("is_rule").mapped("forecast")
        self.assertEqual(set(rules), {"same_period", "rfm_score", "gap_rule", "mean"})
        self.assertIn("your last 6 months", run.accuracy_headline)
        self.assertIn(run.accuracy_headline, self._messages(run, "info"))
        tenths = run.validation_decile_ids
        for measure in ("spend", "probability"):
            rows = tenths.filtered(lambda row, name=measure: row.measure == name)
            self.assertEqual(rows.mapped("decile"), list(range(1, 11)))
            self.assertEqual(
                sum(rows.mapped("customer_count")), run.holdout_customer_count
            )
        self.assertTrue(used.has_interval)

    def test_reason_for_the_model_is_told(self):
        self._add_random_customers(220)
        run = self._run()
        choice = run.holdout["choice"]
        self.assertEqual(choice["customers"], run.holdout_customer_count)
        self.assertIn(f"{choice['events']} purchases", run.accuracy_detail)
        self.assertEqual(
            run._engine_settings().purchase_model, choice["chosen"], "the run uses it"
        )
        used = run.diagnostic_ids.filtered("is_used").mapped("model")
        self.assertIn(choice["chosen"], used)

    def test_rule_that_is_better_replaces_the_models_and_the_run_says_so(self):
        self.policy.horizon_days = 60
        partners = self._add_yearly_customers(500)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(run.forecast, "same_period")
        self.assertTrue(self._used(run).is_rule)
        self.assertIn(
            "The simple rule “Same as last year” replaces the models",
            run.accuracy_detail,
        )
        self.assertNotIn(run.holdout["rival"], dict(SIMPLE_RULES), "the best model")
        first = TODAY - timedelta(days=364)
        for partner in partners[:20]:
            last_year = self.env["crm.purchase.history"].search(
                [
                    ("partner_id", "=", partner.id),
                    ("date", ">", first),
                    ("date", "<=", first + timedelta(days=60)),
                ]
            )
            profile = self._profile(partner)
            self.assertAlmostEqual(
                profile.expected_spend, sum(last_year.mapped("amount")), places=2
            )
            self.assertAlmostEqual(
                profile.churn_probability, 1 - profile.purchase_probability
            )
            self.assertLessEqual(profile.clv_lower, profile.clv)
            self.assertGreaterEqual(profile.clv_upper, profile.clv)

    def test_few_customers_are_told_how_many_are_needed(self):
        self._add_random_customers(20)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertFalse(run.holdout_from)
        self.assertFalse(run.validation_ids)
        self.assertIn("Too few customers", run.accuracy_headline)
        self.assertIn("and 50 are needed", run.accuracy_headline)
        self.assertIn(run.accuracy_headline, self._messages(run, "info"))
        self.assertEqual(run.forecast, run.holdout["choice"]["chosen"])
        self.assertFalse(run.accuracy_chart)

    def test_short_history_is_told_in_days(self):
        for index in range(60):
            self._add_purchases(
                self._add_customer(f"New {index}"),
                (TODAY - timedelta(days=30), 10),
                (TODAY - timedelta(days=index % 20), 10),
            )
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertIn("30 days, and 56 are needed", run.accuracy_headline)

    def test_company_without_purchases_has_nothing_to_check(self):
        run = self._run()
        self.assertEqual(run.state, "done")
        self.assertIn("was not compared", run.accuracy_headline)

    def test_each_model_of_the_policy_is_obeyed(self):
        self._add_random_customers(120)
        for model in ("pareto_nbd", "bg_nbd", "mbg_nbd", "mbg_cnbd"):
            with self.subTest(model):
                self.policy.purchase_model = model
                run = self._run()
                self.assertEqual(run.state, "done", run.error)
                self.assertEqual(run.holdout["choice"]["chosen"], model)
                self.assertIn("The policy asks for", run.accuracy_detail)
                used = run.diagnostic_ids.filtered("is_used").mapped("model")
                self.assertIn(model, used)

    def test_big_company_is_examined_on_a_sample_that_stays_the_same(self):
        self._add_random_customers(260)
        self.patch(crm_scoring_run_holdout, "SAMPLED_CUSTOMERS", 130)
        counts = {self._run().holdout_customer_count for _ in range(2)}
        self.assertEqual(len(counts), 1)
        self.assertTrue(60 < counts.pop() < 180)
        self.assertEqual(len(self._profiles()), 260)

    def test_resumed_after_each_stage_it_relies_on_the_same(self):
        self.policy.horizon_days = 60
        self._add_yearly_customers(500)
        names = ["partner_id", "clv", "expected_spend", "purchase_probability"]
        self._run()
        expected = self._profiles().read(names)
        for stage in ("validate", "fit", "predict"):
            with self.subTest(stage):
                run = self.env["crm.scoring.run"].create(
                    {"policy_id": self.policy.id, "as_of": TODAY}
                )
                while run.stage != stage:
                    run._step()
                    self.env.flush_all()
                    self.env.invalidate_all()
                run._execute()
                self.assertEqual(run.state, "done", run.error)
                self.assertEqual(self._profiles().read(names), expected)

    def test_purchase_withdrawn_during_the_run_leaves_the_model_s_figures(self):
        self.policy.horizon_days = 60
        partners = self._add_yearly_customers(500)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "predict":
            run._step()
        self.env["crm.purchase.history"].search(
            [("partner_id", "=", partners[7].id)]
        ).unlink()
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertGreater(self._profile(partners[7]).expected_spend, 0)

    def test_validation_twice_keeps_one_set_of_figures(self):
        self._add_random_customers(120)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "fit":
            run._step()
        count = len(run.validation_ids)
        run.stage = "validate"
        run._step()
        self.assertEqual(len(run.validation_ids), count)

    def test_user_reads_figures_of_own_company_and_changes_none(self):
        self._add_random_customers(120)
        run = self._run()
        user = self._add_user("reader", "crm_scoring.group_crm_scoring_user")
        row = run.validation_ids[:1].with_user(user)
        self.assertGreater(row.mark, -100)
        for record in (row, run.validation_decile_ids[:1].with_user(user)):
            with self.assertRaises(AccessError):
                record.unlink()
            with self.assertRaises(AccessError):
                record.write({"company_id": self.company.id})
        stranger = self._add_user(
            "stranger",
            "crm_scoring.group_crm_scoring_manager",
            company=self._add_company("Other"),
        )
        for name in ("crm.scoring.run.validation", "crm.scoring.run.validation.decile"):
            found = self.env[name].with_user(stranger).search([("run_id", "=", run.id)])
            self.assertFalse(found)

    def test_accuracy_menu_shows_the_last_complete_run(self):
        user = self._add_user("menu", "crm_scoring.group_crm_scoring_user")
        action = self.env.ref("crm_scoring.crm_scoring_run_action_accuracy")
        action = action.with_user(user)
        self.assertNotIn("res_id", self._without_false(action.run()))
        self._add_random_customers(20)
        run = self._run()
        self.env["crm.scoring.run"].create({"policy_id": self.policy.id})
        self.assertEqual(action.run()["res_id"], run.id)

    def _without_false(self, values):
        return {name: value for name, value in values.items() if value}

    def test_chart_compares_with_the_best_rule(self):
        self._add_random_customers(220)
        run = self._run()
        chart = run.accuracy_chart
        names = [card["name"] for card in chart["cards"]]
        self.assertEqual(names, ["rmse", "total_error", "capture", "auc", "coverage"])
        for card in chart["cards"][:-1]:
            self.assertEqual(card["verdict"], run.holdout["comparison"][card["name"]])
        self.assertEqual(len(chart["spend"]), 10)
        self.assertEqual(chart["currency_id"], self.company.currency_id.id)
