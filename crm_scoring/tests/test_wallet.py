from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, ScoringCase

USER = "crm_scoring.group_crm_scoring_user"
MANAGER = "crm_scoring.group_crm_scoring_manager"


@tagged("post_install", "-at_install")
class TestWallet(ScoringCase):
    """Declared, ranked and estimated wallets, from the statement to the profile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bar = cls._add_customer("Bar")
        cls._add_purchases(
            cls.bar, (TODAY - timedelta(700), 500), (TODAY - timedelta(90), 1000)
        )

    def _declare(self, partner=None, **values):
        return self.env["crm.wallet.declaration"].create(
            {
                "partner_id": (partner or self.bar).id,
                "company_id": self.company.id,
                "date": date(2025, 5, 1),
                "kind": "wallet",
                **values,
            }
        )

    def _rank(self, rank, count, **values):
        return self._declare(
            kind="rank", supplier_rank=rank, supplier_count=count, **values
        )

    def _scored(self, partner=None):
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        return self._profile(partner or self.bar)

    # === SOURCES === #

    def test_without_statement_and_peers_nothing_is_told(self):
        profile = self._scored()
        self.assertFalse(profile.share_source)
        self.assertFalse(profile.share_explanation)
        self.assertEqual(profile.loyalty_source, "retention")

    def test_a_declared_wallet_gives_share_sector_value_and_loyalty(self):
        self._declare(amount=4000, source="Visit")
        profile = self._scored()
        self.assertEqual(profile.share_source, "declared")
        self.assertAlmostEqual(profile.share_of_wallet, 0.25)
        self.assertAlmostEqual(profile.sector_value, 4000)
        self.assertAlmostEqual(
            profile.open_wallet, profile.sector_value - profile.expected_spend, 2
        )
        self.assertEqual((profile.loyalty, profile.loyalty_source), (0.25, "share"))
        self.assertEqual(profile.share_date, date(2025, 5, 1))
        self.assertIn("Visit", profile.share_explanation)
        self.assertGreater(profile.sector_clv, profile.clv)

    def test_a_declared_wallet_comes_before_a_newer_rank(self):
        self._declare(amount=4000)
        self._rank(1, 1, date=date(2025, 6, 1))
        self.assertEqual(self._scored().share_source, "declared")

    def test_a_rank_gives_the_share_it_implies(self):
        said = self._rank(2, 3)
        profile = self._scored()
        self.assertEqual(profile.share_source, "rank")
        self.assertAlmostEqual(profile.share_of_wallet, 1 / 3)
        self.assertEqual(profile.wallet_declaration_id, said)
        self.assertEqual(profile.loyalty_source, "share")

    def test_an_estimate_needs_ten_customers_and_leaves_loyalty_alone(self):
        self._add_random_customers(40)
        profile = self._scored()
        self.assertEqual(profile.share_source, "estimate")
        self.assertGreaterEqual(profile.wallet_peer_count, 10)
        self.assertEqual(profile.share_date, TODAY)
        self.assertEqual(profile.loyalty_source, "retention")
        self.assertIn("Nobody has asked", profile.share_explanation)

    def test_the_policy_may_take_an_estimate_for_loyalty(self):
        self._add_random_customers(40)
        self.policy.loyalty_from_estimate = True
        profile = self._scored()
        self.assertEqual(profile.loyalty_source, "share")
        self.assertAlmostEqual(profile.loyalty, profile.share_of_wallet, places=6)

    def test_too_few_customers_are_told_with_their_number(self):
        run = self._run()
        self.assertTrue(
            [text for text in self._messages(run, "info") if "needs 10" in text]
        )

    def test_trial_of_the_estimate_is_kept_with_the_run(self):
        self._add_random_customers(80)
        rows = self._run().diagnostic_ids.filtered(lambda row: row.model == "wallet")
        self.assertGreaterEqual(len(rows), 2)
        used = rows.filtered("is_used")
        self.assertEqual(used.value, min(rows.mapped("value")))

    def test_contacts_speak_for_their_company(self):
        contact = self._add_customer("Barista", parent_id=self.bar.id)
        self._declare(contact, amount=4000)
        profile = self._scored()
        self.assertEqual(profile.share_source, "declared")
        self.assertEqual(profile.declaration_ids.partner_id, contact)

    def test_an_intention_is_a_probability(self):
        self._declare(kind="intention", intention=8)
        profile = self._scored()
        self.assertAlmostEqual(profile.stated_probability, 0.8)
        self.assertFalse(profile.share_source)

    # === TIME === #

    def test_the_latest_valid_statement_counts(self):
        self._declare(amount=4000, date=date(2025, 1, 1))
        self._declare(amount=8000, date=date(2025, 3, 1))
        self._declare(amount=2000, date=date(2024, 3, 1))
        self.assertAlmostEqual(self._scored().sector_value, 8000)

    def test_a_statement_expires(self):
        said = self._declare(amount=4000, date=date(2024, 6, 30))
        self.assertEqual(said.valid_until, date(2025, 6, 29))
        self.assertFalse(self._scored().share_source)
        said.valid_months = 13
        self.assertEqual(self._scored().share_source, "declared")

    def test_nothing_said_later_is_known_on_an_earlier_day(self):
        self._declare(amount=4000)
        self._run(as_of=date(2025, 4, 30))
        self.assertFalse(self._profile(self.bar).share_source)

    def test_news_are_told_until_the_next_scoring(self):
        self.assertFalse(self._scored().has_news)
        said = self._declare(amount=4000)
        profile = self._profile(self.bar)
        profile.computed_at = said.write_date - timedelta(hours=1)
        profile.invalidate_recordset(["has_news"])
        self.assertTrue(profile.has_news)

    # === MONEY === #

    def test_a_wallet_below_our_sales_is_kept_and_told(self):
        said = self._declare(amount=700)
        profile = self._scored()
        self.assertEqual(said.amount, 700)
        self.assertTrue(profile.is_wallet_below_sales)
        self.assertEqual(profile.share_of_wallet, 1)

    def test_amounts_are_converted_at_the_rate_of_their_day(self):
        dollar = self._currency("USD")
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": dollar.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in ((date(2025, 1, 1), 2), (date(2025, 5, 2), 4))
            ]
        )
        self._declare(amount=8000, currency_id=dollar.id)
        self.assertAlmostEqual(self._scored().sector_value, 4000)

    def test_a_currency_without_a_rate_is_refused(self):
        franc = self._currency("CHF")
        franc.rate_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "No exchange rate"):
            self._declare(amount=10, currency_id=franc.id)

    def test_limits_hold_the_figures(self):
        self._add_random_customers(40)
        self._rank(1, 2)
        self._run()
        profiles = self._profiles()
        self.assertEqual(set(profiles.mapped("share_source")), {"rank", "estimate"})
        for profile in profiles:
            for name in ("sector_value", "share_of_wallet"):
                self.assertLessEqual(profile[f"{name}_lower"], profile[name])
                self.assertGreaterEqual(profile[f"{name}_upper"], profile[name])
            self.assertGreaterEqual(profile.open_wallet, 0)

    def test_the_top_fifth_of_open_wallets_is_marked(self):
        self._add_random_customers(49)
        self._run()
        marked = self._profiles().filtered("has_high_open_wallet")
        rest = self._profiles() - marked
        self.assertTrue(marked)
        self.assertGreater(
            min(marked.mapped("open_wallet")), max(rest.mapped("open_wallet")) - 0.01
        )

    # === STATEMENTS === #

    def test_impossible_statements_are_refused_with_a_reason(self):
        for values, reason in (
            ({"amount": 0}, "above zero"),
            ({"amount": -5}, "above zero"),
            ({"kind": "rank", "supplier_rank": 3, "supplier_count": 2}, "3 of 2"),
            ({"kind": "rank"}, "Our rank"),
            ({"kind": "intention", "intention": 11}, "it is 11"),
            ({"amount": 5, "date": date(2999, 1, 1)}, "in the future"),
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, reason),
            ):
                self._declare(**values)

    @mute_logger("odoo.sql_db")
    def test_validity_is_bounded(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._declare(amount=5, valid_months=0)

    def test_a_survey_records_in_one_batch_and_corrects_by_reference(self):
        answers = [
            {
                "partner_id": self.bar.id,
                "date": date(2025, 5, day),
                "kind": "wallet",
                "amount": amount,
                "source": "Spring survey",
                "reference": f"answer-{day}",
            }
            for day, amount in ((1, 4000), (2, 5000))
        ]
        declarations = self.env["crm.wallet.declaration"]
        first = declarations._record_declared(self.company, answers)
        self.assertEqual(first.mapped("amount"), [4000, 5000])
        answers[1]["amount"] = 8000
        again = declarations._record_declared(self.company, answers)
        self.assertEqual(again, first)
        self.assertAlmostEqual(self._scored().sector_value, 8000)

    def test_the_button_asks_for_the_customer_of_the_profile(self):
        action = self._scored().action_record_declaration()
        self.assertEqual(action["context"]["default_partner_id"], self.bar.id)
        self.assertEqual(action["context"]["default_company_id"], self.company.id)

    # === COMPANIES AND RIGHTS === #

    def test_statements_belong_to_one_company(self):
        other = self._add_company("Other")
        self._declare(amount=4000, company_id=other.id)
        self.assertFalse(self._scored().share_source)

    def test_salespeople_record_for_their_own_customers(self):
        user = self._add_user("wallet_seller", USER)
        manager = self._add_user("wallet_manager", MANAGER)
        mine = self._declare(amount=5).with_user(user)
        mine.amount = 6
        theirs = self._add_customer("Theirs", user_id=manager.id)
        other = self._declare(theirs, amount=5).with_user(user)
        with self.assertRaises(AccessError):
            other.amount = 6
        with self.assertRaises(AccessError):
            mine.unlink()
        mine.with_user(manager).unlink()

    # === RESUMED === #

    def test_a_resumed_run_gives_the_same_shares(self):
        self._add_random_customers(40)
        self._declare(amount=4000)
        self._run()
        expected = self._figures()
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "wallet":
            run._step()
        self.env.invalidate_all()
        run._step()
        self.env.flush_all()
        self.env.invalidate_all()
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._figures(), expected)

    def _figures(self):
        return [
            (
                profile.partner_id,
                profile.share_source,
                round(profile.share_of_wallet, 6),
                round(profile.loyalty, 6),
                profile.sector_value,
                profile.open_wallet,
            )
            for profile in self._profiles()
        ]
