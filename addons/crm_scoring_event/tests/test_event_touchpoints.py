from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.touchpoints import TouchpointCase


@tagged("post_install", "-at_install")
class TestEventTouchpoints(TouchpointCase):
    def _add_registration(self, days_ago=30, **values):
        begin = fields.Datetime.now() - timedelta(days=days_ago)
        event = self.env["event.event"].create(
            {
                "name": "Coffee Fair",
                "date_begin": begin,
                "date_end": begin + timedelta(hours=8),
                "company_id": self.company.id,
            }
        )
        return self.env["event.registration"].create(
            {"event_id": event.id, "partner_id": self.customer.id, **values}
        )

    def test_registration_for_an_event_that_has_begun_is_a_contact(self):
        registration = self._add_registration()
        touchpoint = self._touchpoints(self.customer)
        self.assertEqual(touchpoint.kind, "registration")
        self.assertEqual(touchpoint.channel, "event")
        self.assertEqual(touchpoint.reason, "marketing")
        self.assertEqual(touchpoint.name, "Coffee Fair")
        self.assertEqual(touchpoint.date, registration.event_id.date_begin)

    def test_event_to_come_or_cancelled_registration_is_none(self):
        self._add_registration(days_ago=-10)
        self._add_registration(state="cancel")
        self._add_registration(state="draft")
        self.assertFalse(self._touchpoints(self.customer))

    def test_registrations_need_the_right_to_read_them(self):
        self._add_registration()
        analyst = self._add_user("analyst", "crm_scoring.group_crm_scoring_user_all")
        self.assertFalse(self._touchpoints(self.customer, analyst))
        organiser = self._add_user(
            "organiser",
            "crm_scoring.group_crm_scoring_user_all,event.group_event_user",
        )
        self.assertTrue(self._touchpoints(self.customer, organiser))
