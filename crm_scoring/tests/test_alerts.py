import random
from datetime import timedelta
from itertools import accumulate

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestAlerts(ScoringCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2025-06-30 10:00:00"))
        self.alert = self._add_alert()

    def _add_alert(self, **values):
        return self.env["crm.scoring.alert"].create(
            {
                "name": "Look after them",
                "active": True,
                "company_id": self.company.id,
                "trigger": "churn_rise",
                "user_id": self.env.ref("base.user_admin").id,
                **values,
            }
        )

    def _add_lapsing_customer(self, name="Lapsing", **values):
        """A buyer of about every week who stopped 75 days ago: in April all was well."""
        customer = self._add_customer(name, **values)
        rng = random.Random(4)
        gaps = [75, *(1 + int(rng.expovariate(1 / 6)) for _purchase in range(39))]
        days = [TODAY - timedelta(days=silence) for silence in accumulate(gaps)]
        self._add_purchases(customer, *[(day, 200) for day in days])
        return customer

    def _score_both_months(self):
        self._run(as_of=TODAY - timedelta(days=70))
        return self._run()

    def _activities(self, customer):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", customer.id)]
        )

    def test_doubled_risk_raises_an_activity_with_the_facts(self):
        seller = self._add_user("seller", "crm_scoring.group_crm_scoring_user")
        customer = self._add_lapsing_customer(user_id=seller.id)
        run = self._score_both_months()
        self.assertEqual(run.state, "done", run.error)
        activity = self._activities(customer)
        self.assertEqual(activity.user_id, seller)
        self.assertEqual(activity.summary, "Look after them")
        self.assertIn("silent for 75 days", activity.note)
        self.assertIn("in the month before", activity.note)
        self.assertEqual(activity.date_deadline, TODAY + timedelta(days=3))
        self.assertIn("1 alerts were raised", " ".join(self._messages(run, "info")))

    def test_without_salesperson_the_named_person_acts(self):
        customer = self._add_lapsing_customer()
        self._score_both_months()
        self.assertEqual(self._activities(customer).user_id, self.alert.user_id)

    def test_same_customer_is_left_in_peace(self):
        customer = self._add_lapsing_customer()
        self._score_both_months()
        self._run()
        self.assertEqual(len(self._activities(customer)), 1)
        self.alert.event_ids.write({"date": TODAY - timedelta(days=61)})
        self._run()
        self.assertEqual(len(self._activities(customer)), 2)

    def test_inactive_alert_and_past_day_raise_nothing(self):
        customer = self._add_lapsing_customer()
        self.alert.active = False
        self._score_both_months()
        self.assertFalse(self._activities(customer))
        self.alert.active = True
        self._run(as_of=TODAY - timedelta(days=5))
        self.assertFalse(self._activities(customer))

    def test_most_valuable_come_first_up_to_the_limit(self):
        self._add_lapsing_customer("Small")
        big = self._add_lapsing_customer("Big")
        self.env["crm.purchase.history"].search([("partner_id", "=", big.id)]).write(
            {"amount": 900}
        )
        self.alert.max_activities = 1
        self._score_both_months()
        self.assertEqual(self.alert.event_ids.partner_id, big)

    def test_only_customers_that_match(self):
        customer = self._add_lapsing_customer()
        self.alert.profile_domain = "[('country_id.code', '=', 'FR')]"
        self._score_both_months()
        self.assertFalse(self._activities(customer))

    def test_lost_value_and_lower_class(self):
        loss = self._add_alert(name="Loss", trigger="value_drop", value_loss=0.2)
        lower = self._add_alert(name="Lower", trigger="class_drop")
        higher = self._add_alert(name="Higher", trigger="class_rise")
        customer = self._add_lapsing_customer()
        self._add_random_customers(20)
        self._score_both_months()
        self.assertIn(customer, loss.event_ids.partner_id)
        for event in lower.event_ids | higher.event_ids:
            self.assertIn("Moved from", event.facts)
        self.assertFalse(
            set(lower.event_ids.partner_id) & set(higher.event_ids.partner_id)
        )

    def test_about_to_be_at_risk(self):
        soon = self._add_alert(name="Soon", trigger="at_risk_soon", days_ahead=400)
        self._add_random_customers(30)
        self._run()
        warned = self._profiles().filtered(
            lambda one: (
                one.at_risk_date
                and TODAY < one.at_risk_date <= TODAY + timedelta(days=400)
            )
        )
        self.assertTrue(warned)
        self.assertEqual(len(soon.event_ids), min(20, len(warned)))

    def test_other_company_is_not_touched(self):
        other = self._add_company("Other")
        elsewhere = self._add_alert(name="Elsewhere", company_id=other.id)
        self._add_lapsing_customer()
        self._score_both_months()
        self.assertFalse(elsewhere.event_ids)
        self.assertTrue(self.alert.event_ids)

    def test_event_knows_whether_it_is_still_to_do(self):
        customer = self._add_lapsing_customer()
        self._score_both_months()
        event = self.alert.event_ids
        self.assertTrue(event.is_open)
        self.assertIn(event, event.search([("is_open", "=", True)]))
        self._activities(customer).action_feedback(feedback="Called")
        event.invalidate_recordset()
        self.assertFalse(event.is_open)
        self.assertNotIn(event, event.search([("is_open", "=", True)]))

    def test_new_company_has_the_usual_alerts_switched_off(self):
        company = self._add_company("Newborn")
        alerts = self.env["crm.scoring.alert"].with_context(active_test=False)
        usual = alerts.search([("company_id", "=", company.id)])
        self.assertEqual(len(usual), 5)
        self.assertFalse(any(usual.mapped("active")))

    def test_impossible_settings_are_refused(self):
        with self.assertRaises(ValidationError):
            self.alert.profile_domain = "[('no_such_field', '=', 1)]"
        for values in ({"factor": 1}, {"value_loss": 0}, {"max_activities": 0}):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.alert.write(values)
                self.alert.flush_recordset()
