import random
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import crm_scoring_run_prospect
from .common import TODAY, ScoringCase

USER = "crm_scoring.group_crm_scoring_user"


@tagged("post_install", "-at_install")
class TestLeadValue(ScoringCase):
    """Leads valued by customers like them, from the run to the list of leads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.company_id = cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.countries = cls.env.ref("base.it") | cls.env.ref("base.at")
        cls.customers = cls._add_kinds_of_customers(30)

    @classmethod
    def _add_kinds_of_customers(cls, count):
        """Italians spend ten times as much as Austrians, on days without a rhythm."""
        rng = random.Random(7)
        rows = [
            (country, 1000 if country.code == "IT" else 100)
            for country in cls.countries
            for _ in range(count)
        ]
        customers = cls.env["res.partner"].create(
            [
                {"name": f"{country.code} {place}", "country_id": country.id}
                for place, (country, _amount) in enumerate(rows)
            ]
        )
        for place, (customer, (_country, amount)) in enumerate(
            zip(customers, rows, strict=True)
        ):
            cls._add_purchases(
                customer,
                *[
                    (TODAY - timedelta(days=rng.randrange(360)), amount + place)
                    for _purchase in range(7 + place % 5)
                ],
            )
        return customers

    def _add_lead(self, country="it", **values):
        return self.env["crm.lead"].create(
            {
                "name": f"Lead {country}",
                "country_id": country and self.env.ref(f"base.{country}").id,
                "company_id": self.company.id,
                "probability": 50,
                **values,
            }
        )

    def _scored(self, **options):
        run = self._run(**options)
        self.assertEqual(run.state, "done", run.error)
        self.env.invalidate_all()
        return run

    # === VALUE === #

    def test_creating_no_lead_is_no_error(self):
        self.assertFalse(self.env["crm.lead"].create([]))

    def test_leads_are_worth_what_customers_like_them_are(self):
        italian, austrian = self._add_lead("it"), self._add_lead("at")
        run = self._scored()
        self.assertEqual(run.prospect_basis, "similar")
        self.assertGreater(italian.value_if_won, 3 * austrian.value_if_won)
        self.assertEqual(italian.value_basis, "similar")
        self.assertLess(italian.value_if_won_lower, italian.value_if_won)
        self.assertGreater(italian.value_if_won_upper, italian.value_if_won)
        self.assertIn("Country Italy", italian.value_explanation)

    def test_expected_value_follows_the_probability(self):
        lead = self._add_lead()
        self._scored()
        self.assertAlmostEqual(lead.expected_value, lead.value_if_won / 2, 2)
        lead.probability = 10
        self.assertAlmostEqual(lead.expected_value, lead.value_if_won / 10, 2)
        total = self.env["crm.lead"]._read_group(
            [("id", "=", lead.id)], [], ["expected_value:sum"]
        )[0][0]
        self.assertAlmostEqual(total, lead.expected_value, 2)

    def test_leads_are_sorted_by_expected_value_unknown_last(self):
        low = self._add_lead("at", probability=90)
        high = self._add_lead("it", probability=90)
        middle = self._add_lead("it", probability=30)
        unknown = self._add_lead("it", company_id=self._add_company("Idle").id)
        self._scored()
        leads = self.env["crm.lead"].with_context(active_test=False)
        domain = [("id", "in", (low | high | middle | unknown).ids)]
        self.assertEqual(
            leads.search(domain, order="expected_value desc").ids,
            (high | middle | low | unknown).ids,
        )
        self.assertEqual(
            leads.search(domain, order="expected_value").ids,
            (low | middle | high | unknown).ids,
        )
        high.probability = 1
        self.assertEqual(leads.search(domain, order="expected_value", limit=1), high)

    def test_leads_are_filtered_by_value(self):
        italian, austrian = self._add_lead("it"), self._add_lead("at")
        self._scored()
        leads = self.env["crm.lead"]
        limit = (italian.expected_value + austrian.expected_value) / 2
        self.assertEqual(leads.search([("expected_value", ">", limit)]), italian)
        self.assertIn(austrian, leads.search([("expected_value", "<=", limit)]))
        self.assertIn(italian, leads.search([("value_if_won", ">", 0)]))
        self.assertEqual(
            leads.search([("lead_value_id", "!=", False)]), italian | austrian
        )
        self.assertNotIn(italian, leads.search([("lead_value_id", "=", False)]))

    def test_sources_are_compared(self):
        fair = self.env["utm.source"].create({"name": "Fair of the test"})
        lead = self._add_lead(source_id=fair.id)
        self._scored()
        rows = self.env["crm.lead"].formatted_read_group(
            [("source_id", "=", fair.id)], ["source_id"], ["value_if_won:sum"]
        )
        self.assertAlmostEqual(rows[0]["value_if_won:sum"], lead.value_if_won, 2)

    def test_class_if_won_is_that_of_customers_of_that_value(self):
        lead = self._add_lead()
        self._scored()
        band = lead.class_if_won_id.value_band
        bounds = self.policy.value_band_ids.filtered("lower_bound")
        reached = bounds.filtered(lambda item: item.lower_bound <= lead.value_if_won)
        self.assertEqual(band, max([1, *reached.mapped("rank")]))

    def test_leads_of_customers_show_their_own_value(self):
        customer = self.customers[0]
        contact = self._add_customer("Person", parent_id=customer.id)
        lead = self._add_lead("at", partner_id=contact.id)
        self._scored()
        profile = self._profile(customer)
        self.assertEqual(lead.value_basis, "customer")
        self.assertEqual(lead.value_if_won, profile.clv)
        self.assertEqual(lead.class_if_won_id, profile.class_id)
        self.assertIn("Already a customer", lead.value_explanation)

    def test_class_if_won_goes_by_the_type_of_the_contact(self):
        """Two leads of one value: the shop is among the best shops, the other is not."""
        self.customers[30:].ref = "shop"
        shops = self.env["crm.customer.type"].create(
            {
                "name": "Shops",
                "policy_id": self.policy.id,
                "domain": "[('ref', '=', 'shop')]",
            }
        )
        shop = self._add_customer("New Shop", ref="shop", is_company=True)
        clerk = self._add_customer("Clerk", parent_id=shop.id)
        other = self._add_customer("Other")
        leads = [
            self._add_lead("at", partner_id=partner and partner.id)
            for partner in (clerk, other, False)
        ]
        self._scored()
        values = self.env["crm.lead.value"].search([])
        values.value_if_won = max(shops.value_band_ids.mapped("lower_bound"))
        self.env.flush_all()
        values._write_classes(self.company)
        self.env.invalidate_all()
        self.assertLess(
            values[0].value_if_won, self.policy.value_band_ids[1].lower_bound
        )
        bands = [lead.class_if_won_id.value_band for lead in leads]
        self.assertEqual(bands, [3, 1, 1])
        with self.assertQueryCount(8):
            values._write_classes(self.company)

    # === COMPLETENESS === #

    def test_what_is_missing_is_named(self):
        full, empty = self._add_lead("it"), self._add_lead(False)
        empty.country_id = False
        self._scored()
        self.assertGreater(full.lead_completeness, empty.lead_completeness)
        self.assertTrue(empty.value_missing.startswith("Country"))
        self.assertNotIn("Country", full.value_missing)

    def test_filling_in_what_is_missing_changes_the_value_at_once(self):
        lead = self._add_lead(False)
        lead.country_id = False
        self._scored()
        before = lead.value_if_won
        lead.country_id = self.env.ref("base.it")
        self.assertGreater(lead.value_if_won, before)
        self.assertNotIn("Country", lead.value_missing)

    # === BETWEEN RUNS === #

    def test_a_new_lead_is_valued_like_one_of_the_run(self):
        first = self._add_lead()
        self._scored()
        second = self._add_lead()
        self.assertAlmostEqual(second.value_if_won, first.value_if_won, 2)
        self.assertEqual(second.class_if_won_id, first.class_if_won_id)
        self.assertAlmostEqual(second.expected_value, second.value_if_won / 2, 2)

    def test_closed_leads_have_no_value_and_reopened_ones_have(self):
        lost, won = self._add_lead(), self._add_lead()
        self._scored()
        lost.action_set_lost()
        won.action_set_won()
        self.assertFalse(lost.lead_value_id)
        self.assertFalse(won.lead_value_id)
        lost.action_unarchive()
        self.assertTrue(lost.lead_value_id)

    def test_a_lead_that_comes_in_during_a_run_is_not_lost(self):
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "publish":
            run._step()
        lead = self._add_lead()
        self.assertFalse(lead.lead_value_id)
        run._execute()
        self.env.invalidate_all()
        self.assertTrue(lead.lead_value_id)

    def test_leads_come_in_steps_and_a_resumed_run_gives_the_same(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {place}",
                    "country_id": self.countries[place % 2].id,
                    "company_id": self.company.id,
                }
                for place in range(7)
            ]
        )
        self._scored()
        expected = leads.mapped("value_if_won")
        self.patch(crm_scoring_run_prospect, "LEADS_PER_STEP", 3)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.state in ("queued", "running"):
            run._step()
            self.env.flush_all()
            self.env.invalidate_all()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(leads.mapped("value_if_won"), expected)

    # === LITTLE DATA === #

    def test_attributes_that_tell_nothing_give_the_mean_and_the_screen_says_so(self):
        company = self._add_company("Even")
        policy = self.env["crm.scoring.policy"]._for_company(company)
        self._add_random_customers(30, company=company)
        lead = self._add_lead(company_id=company.id)
        run = self._scored(policy=policy)
        self.assertEqual(run.prospect_basis, "mean")
        self.assertEqual(lead.value_basis, "mean")
        self.assertIn("does not tell more", lead.value_explanation)

    def test_too_few_customers_value_no_lead(self):
        company = self._add_company("Young")
        policy = self.env["crm.scoring.policy"]._for_company(company)
        self._add_purchases(self.customers[0], (TODAY, 10), company=company)
        lead = self._add_lead(company_id=company.id)
        run = self._scored(policy=policy)
        self.assertFalse(lead.lead_value_id)
        self.assertTrue(
            [text for text in self._messages(run, "info") if "5 needed" in text]
        )

    # === COMPANIES AND RIGHTS === #

    def test_leads_of_another_company_keep_their_own_value(self):
        other = self._add_company("Second")
        lead = self._add_lead()
        anybody = self._add_lead(company_id=False, user_id=False, team_id=False)
        anybody.company_id = False
        self._scored()
        self.assertTrue(lead.with_company(other).value_if_won)
        self.assertTrue(anybody.value_if_won)
        self.assertFalse(anybody.with_company(other).lead_value_id)

    def test_only_the_scoring_group_sees_values(self):
        seller = self._add_user("lead_seller", f"sales_team.group_sale_salesman,{USER}")
        employee = self._add_user("lead_employee", "base.group_user")
        lead = self._add_lead(user_id=seller.id)
        self._scored()
        self.assertTrue(lead.with_user(seller).expected_value)
        values = self.env["crm.lead.value"]
        self.assertEqual(values.with_user(seller).search([]).lead_id, lead)
        with self.assertRaises(AccessError):
            values.with_user(employee).search([])
        self.assertNotIn(
            "expected_value", self.env["crm.lead"].with_user(employee).fields_get()
        )
