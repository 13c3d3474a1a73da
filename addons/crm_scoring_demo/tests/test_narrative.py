from collections import defaultdict
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..story import narrative, payments
from ..story.segments import SEGMENTS

TODAY = date(2026, 3, 20)


@tagged("post_install", "-at_install")
class TestNarrative(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.story = narrative.tell(TODAY)

    def _revenue(self, purchases):
        revenue = defaultdict(float)
        for purchase in purchases:
            revenue[purchase.customer.key] += purchase.net
        return revenue

    def test_the_same_seed_and_day_tell_the_same(self):
        self.assertEqual(self.story, narrative.tell(TODAY))

    def test_another_seed_tells_another_story(self):
        self.assertNotEqual(self.story.sales, narrative.tell(TODAY, seed=2).sales)

    def test_three_hundred_customers_of_every_kind(self):
        customers = [c for c in self.story.customers if not c.twin_of]
        self.assertEqual(len(customers), 300)
        self.assertEqual(
            {customer.segment.key for customer in customers},
            {segment.key for segment in SEGMENTS},
        )

    def test_nothing_is_later_than_today(self):
        story = self.story
        for thing in (*story.sales, *story.returns, *story.rebates, *story.payments):
            self.assertLessEqual(thing.day, TODAY)
        for lead in story.leads:
            self.assertLessEqual(lead.closed or lead.created, TODAY)

    def test_the_cutover_parts_the_old_system_from_odoo(self):
        story = self.story
        self.assertLess(max(p.day for p in story.history), story.cutover)
        self.assertGreaterEqual(min(p.day for p in story.sales), story.cutover)

    def test_a_fifth_of_the_customers_makes_about_seven_tenths_of_revenue(self):
        revenue = sorted(
            self._revenue(self.story.history + self.story.sales).values(), reverse=True
        )
        share = sum(revenue[: len(revenue) // 5]) / sum(revenue)
        self.assertAlmostEqual(share, 0.7, delta=0.06)

    def test_beaches_buy_in_summer_only(self):
        months = {
            sale.day.month
            for sale in self.story.sales
            if sale.customer.segment.key == "beach"
        }
        self.assertLessEqual(months, {4, 5, 6, 7, 8, 9})

    def test_a_fifth_of_the_payments_is_late(self):
        late = [
            payment.day
            > payments.due_dates(payment.purchase)[payment.instalment]
            + timedelta(days=5)
            for payment in self.story.payments
        ]
        self.assertAlmostEqual(sum(late) / len(late), 0.2, delta=0.06)

    def test_no_address_can_belong_to_anybody(self):
        for customer in self.story.customers:
            for thing in (customer, *customer.contacts):
                self.assertTrue(thing.email.endswith(".example") or not thing.email)
                self.assertIn("555", thing.phone or "555")

    def test_leads_from_referrals_are_won_more_often_than_cold_calls(self):
        won = defaultdict(list)
        for lead in self.story.leads:
            if lead.outcome != "open":
                won[lead.source].append(lead.outcome == "won")
        rate = {
            source: sum(outcomes) / len(outcomes) for source, outcomes in won.items()
        }
        self.assertGreater(rate["Referral"], 2 * rate["Cold call"])

    def test_some_customers_say_what_they_spend_and_some_said_it_long_ago(self):
        said = self.story.statements
        self.assertEqual({item.kind for item in said}, {"wallet", "rank", "intention"})
        self.assertGreater(len(said), 30)
        self.assertLess(len(said), len(self.story.customers) / 3)
        self.assertLessEqual(max(item.day for item in said), self.story.today)
        self.assertLess(min(item.day for item in said), TODAY - timedelta(days=366))
        for item in said:
            self.assertLessEqual(item.rank, item.suppliers)
