from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.touchpoints import TouchpointCase


@tagged("post_install", "-at_install")
class TestMailingTouchpoints(TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailing = cls.env["mailing.mailing"].create(
            {
                "subject": "New blends",
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
            }
        )

    def _add_trace(self, record, **values):
        return self.env["mailing.trace"].create(
            {
                "mass_mailing_id": self.mailing.id,
                "model": record._name,
                "res_id": record.id,
                "email": "bar@example.com",
                "trace_status": "sent",
                "sent_datetime": "2025-03-01 10:00:00",
                **values,
            }
        )

    def test_mailing_that_arrived_is_marketing_by_email(self):
        self._add_trace(self.customer)
        mailing = self._touchpoints(self.customer)
        self.assertEqual(mailing.kind, "mailing")
        self.assertEqual((mailing.reason, mailing.channel), ("marketing", "email"))
        self.assertEqual((mailing.phase, mailing.direction), ("pre_sale", "out"))
        self.assertEqual(mailing.res_id, self.mailing.id)

    def test_click_is_a_visit_to_the_web(self):
        self._add_trace(
            self.customer,
            trace_status="open",
            links_click_datetime="2025-03-02 10:00:00",
        )
        found = self._touchpoints(self.customer)
        self.assertEqual(set(found.mapped("kind")), {"mailing", "click"})
        click = found.filtered(lambda row: row.kind == "click")
        self.assertEqual((click.channel, click.direction), ("web", "in"))

    def test_what_bounced_or_was_a_test_is_no_contact(self):
        self._add_trace(self.customer, trace_status="bounce")
        self._add_trace(self.customer, is_test_trace=True)
        self._add_trace(self.customer, trace_status="outgoing", sent_datetime=False)
        self.assertFalse(self._touchpoints(self.customer))

    def test_mailing_to_a_lead_counts_for_its_customer(self):
        self._add_trace(self._add_lead(self.customer))
        self.assertTrue(self._touchpoints(self.customer, kind="mailing"))

    def test_kept_message_of_a_mailing_counts_once(self):
        self._add_trace(self.customer)
        us = self.env.user.partner_id
        message = self._add_message(
            self.customer, "New blends", us, message_type="email_outgoing"
        )
        self.assertEqual(len(self._touchpoints(self.customer)), 2)
        self.env["mail.mail"].create(
            {"mail_message_id": message.id, "mailing_id": self.mailing.id}
        )
        self.assertEqual(self._touchpoints(self.customer).kind, "mailing")

    def test_mailings_need_the_right_to_read_mailings(self):
        self._add_trace(self.customer)
        salesperson = self._add_user("mailing_seller", "sales_team.group_sale_salesman")
        self.assertFalse(self._touchpoints(self.customer, salesperson))
        marketer = self._add_user(
            "marketer",
            "sales_team.group_sale_salesman,mass_mailing.group_mass_mailing_user",
        )
        self.assertTrue(self._touchpoints(self.customer, marketer))
