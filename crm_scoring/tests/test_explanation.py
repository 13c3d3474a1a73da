from datetime import date, timedelta

from odoo.tests import tagged

from ..models import crm_scoring_run_stages
from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestExplanation(ScoringCase):
    def _text(self, profile):
        return str(profile.with_context(lang="en_US").explanation)

    def _rows(self, profile):
        return {row["label"]: row for row in profile._state_value()["rows"]}

    def test_factors_explain_the_difference_from_the_typical_value(self):
        self._add_random_customers(60)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        profile = self._profiles()[0]
        typical = run.typical
        product = 1.0
        for factor in ("expected_purchases", "purchase_value", "margin_share"):
            product *= typical[factor]
        value = product - typical["clv_service_cost"] - typical["clv_credit_loss"]
        self.assertAlmostEqual(value, typical["clv"], delta=0.01 * typical["clv"])
        rows = self._rows(profile)
        self.assertEqual(len(rows), 3)
        self.assertIn("+", rows["Purchases expected"]["effect"])
        self.assertTrue(rows["Purchases expected"]["is_good"])

    def test_first_line_says_rhythm_and_silence_in_days(self):
        customers = self._add_random_customers(40)
        regular = self._add_customer("Regular")
        days = [TODAY - timedelta(days=10 + 30 * index) for index in range(12)]
        self._add_purchases(regular, *[(day, 100) for day in days])
        once = self._add_customer("Once")
        self._add_purchases(once, (TODAY - timedelta(days=300), 100))
        self._run()
        self.assertIn(
            "Buys every 30 days and has been silent for 10 days",
            self._text(self._profile(regular)),
        )
        self.assertIn("Bought once, 300 days ago", self._text(self._profile(once)))
        self.assertTrue(customers)

    def test_day_of_risk_agrees_with_the_churn_risk(self):
        self._add_random_customers(60)
        self._run()
        profiles = self._profiles()
        at_risk = profiles.filtered(lambda one: one.churn_probability > 0.5)
        told = profiles.filtered(
            lambda one: one.at_risk_date and one.at_risk_date < one.as_of
        )
        self.assertEqual(told, at_risk)
        self.assertTrue(at_risk)
        self.assertIn("More likely lost than not since", self._text(at_risk[0]))

    def test_small_company_is_told_and_graded_no_better_than_c(self):
        self._add_random_customers(30)
        run = self._run()
        self.assertIn("small_company", run.confidence_caps)
        profiles = self._profiles()
        self.assertLessEqual(set(profiles.mapped("confidence")), {"C", "D"})
        text = self._text(profiles.filtered(lambda one: one.confidence == "C")[0])
        self.assertIn(f"Only {run.repeat_count} customers bought again so far", text)

    def test_assumed_margin_is_named(self):
        self._add_random_customers(30)
        self.policy.margin_method = "rate"
        self.assertIn(
            "The margin is a percentage from the policy",
            self._text(self._run() and self._profiles()[0]),
        )

    def test_what_is_not_known_gets_no_statement(self):
        customer = self._add_customer("Only bought")
        self._add_purchases(customer, (date(2025, 3, 1), 100))
        self._run()
        profile = self._profile(customer)
        told = [statement["name"] for statement in profile._statements()]
        self.assertIn("Lifetime Value", told)
        self.assertNotIn("Share of Wallet", told)
        self.assertNotIn("Payment Risk", told)

    def test_declared_wallet_is_said(self):
        customer = self._add_customer("Declared")
        self._add_purchases(
            customer, *[(date(2025, month, 1), 100) for month in range(1, 6)]
        )
        self.env["crm.wallet.declaration"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "kind": "wallet",
                "date": date(2025, 6, 1),
                "amount": 2000,
            }
        )
        self._run()
        self.assertIn(
            "of what the customer spends", self._text(self._profile(customer))
        )

    def test_missing_data_are_named(self):
        customer = self._add_customer("Bare", country_id=self.env.ref("base.it").id)
        self._add_purchases(customer, (date(2025, 3, 1), 100))
        self._run()
        text = self._text(self._profile(customer))
        self.assertIn("Not on record: Industry, Salesperson, E-mail or Phone.", text)

    def test_explanation_speaks_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("it_IT")
        self._add_random_customers(20)
        self._run()
        profile = self._profiles()[0].with_context(lang="it_IT")
        self.assertIn("1.000 ", profile._days(1000))
        self.assertIn(",0", profile._number(12))

    def test_explaining_in_steps_gives_the_same(self):
        customers = self._add_random_customers(40)
        self._run()
        names = ["at_risk_date", "next_purchase_gain", "confidence"]
        whole = self._profiles().read(names)
        self.patch(crm_scoring_run_stages, "CUSTOMERS_PER_STEP", 7)
        self._run()
        self.assertEqual(self._profiles().read(names), whole)
        self.assertEqual(len(whole), len(customers))
