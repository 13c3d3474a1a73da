from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .touchpoints import TouchpointCase


@tagged("post_install", "-at_install")
class TestTouchpoints(TouchpointCase):
    """Each kind of record: what counts as a contact, and as which."""

    def test_message_counts_unless_it_is_internal(self):
        self._add_message(self.customer, "From them", self.customer)
        self._add_message(self.customer, "To them", self.env.user.partner_id)
        self._add_message(self.customer, "Note", subtype="mail.mt_note")
        self._add_message(self.customer, "Hidden", is_internal=True)
        self._add_message(self.customer, "Tracked", message_type="notification")
        found = self._touchpoints(self.customer)
        self.assertEqual(
            set(found.mapped(lambda row: (row.name, row.direction))),
            {("From them", "in"), ("To them", "out")},
        )
        self.assertEqual(set(found.mapped("kind")), {"message"})
        self.assertEqual(set(found.mapped("channel")), {"email"})
        self.assertEqual(set(found.mapped("reason")), {"information"})
        self.assertEqual(set(found.mapped("phase")), {"pre_sale"})

    def test_answer_from_an_unknown_address_comes_from_the_customer(self):
        self._add_message(self.customer, "Hello", author=None)
        self.assertEqual(self._touchpoints(self.customer).direction, "in")

    def test_mail_to_many_is_a_contact_with_each(self):
        us = self.env.user.partner_id
        self._add_message(
            self.customer, "Closed in August", us, message_type="email_outgoing"
        )
        message = self._touchpoints(self.customer)
        self.assertEqual((message.channel, message.direction), ("email", "out"))

    def test_message_without_a_subject_is_named_by_its_text(self):
        self._add_message(self.customer, "", body="<p>Please <b>call</b> me</p>")
        self.assertEqual(
            self._touchpoints(self.customer).name.split(), ["Please", "call", "me"]
        )

    def test_message_on_a_lead_is_part_of_the_sale_before_it(self):
        lead = self._add_lead(self.customer)
        self._add_message(lead, "About your offer")
        message = self._touchpoints(self.customer, kind="message")
        self.assertEqual(message.reason, "sale")
        self.assertEqual(message.phase, "pre_sale")
        self.assertEqual((message.res_model, message.res_id), ("crm.lead", lead.id))

    def test_word_in_the_subject_tells_the_reason(self):
        self._add_word("broken", "assistance")
        self._add_word("100%_", "marketing")
        self._add_message(self.customer, "Machine BROKEN again")
        self._add_message(self.customer, "100 percent sure")
        self._add_message(self._add_lead(self.customer), "It is broken")
        messages = self._touchpoints(self.customer, kind="message")
        by_name = {message.name: message for message in messages}
        self.assertEqual(by_name["Machine BROKEN again"].reason, "assistance")
        self.assertEqual(by_name["Machine BROKEN again"].phase, "post_sale")
        self.assertEqual(by_name["100 percent sure"].reason, "information")
        self.assertEqual(by_name["It is broken"].phase, "post_sale")

    def test_changed_word_counts_at_once(self):
        self._add_message(self.customer, "Machine broken")
        word = self._add_word("broken", "assistance")
        self.assertEqual(self._touchpoints(self.customer).reason, "assistance")
        word.reason = "delivery"
        self.env.invalidate_all()
        self.assertEqual(self._touchpoints(self.customer).reason, "delivery")
        word.unlink()
        self.env.invalidate_all()
        self.assertEqual(self._touchpoints(self.customer).reason, "information")

    def test_words_of_another_company_tell_nothing_here(self):
        other = self._add_company("Other")
        self._add_word("broken", "assistance", company=other)
        self._add_message(self.customer, "Machine broken")
        self.assertEqual(self._touchpoints(self.customer).reason, "information")

    def test_done_activity_counts_by_its_type(self):
        for xml_id in ("call", "email", "todo"):
            activity = self.customer.activity_schedule(
                f"mail.mail_activity_data_{xml_id}", summary=xml_id
            )
            self.assertFalse(self._touchpoints(self.customer, name=xml_id))
            activity.action_feedback(feedback="done")
        activities = self._touchpoints(self.customer, kind="activity")
        self.assertEqual(set(activities.mapped("channel")), {"phone", "email"})
        self.assertEqual(set(activities.mapped("direction")), {"out"})
        self.assertEqual(activities.user_id, self.env.user)

    def test_logged_contact_that_the_customer_made_comes_in(self):
        values = {
            "message_type": "notification",
            "subtype": "mail.mt_activities",
            "mail_activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
        }
        self._add_message(self.customer, "They called", **values)
        us = self.env.user.partner_id
        self._add_message(self.customer, "We called", us, **values)
        found = self._touchpoints(self.customer, channel="phone")
        self.assertEqual(
            set(found.mapped(lambda row: (row.name, row.direction))),
            {("They called", "in"), ("We called", "out")},
        )

    def test_activity_type_may_state_its_reason(self):
        reminder = self.env["mail.activity.type"].create(
            {
                "name": "Payment reminder",
                "category": "phonecall",
                "contact_reason": "administration",
            }
        )
        self.assertEqual(reminder.contact_channel, "phone")
        lead = self._add_lead(self.customer)
        lead.activity_schedule(activity_type_id=reminder.id).action_feedback()
        activity = self._touchpoints(self.customer, kind="activity")
        self.assertEqual(activity.reason, "administration")
        self.assertEqual(activity.phase, "post_sale")

    def test_word_tells_more_than_the_activity_type(self):
        self._add_word("invoice", "administration")
        letter = self.env["mail.activity.type"].create(
            {"name": "Letter", "contact_channel": "post", "contact_reason": "marketing"}
        )
        for subject in ("Statement and invoice by post", "Catalogue"):
            self._add_message(
                self.customer,
                subject,
                message_type="notification",
                subtype="mail.mt_activities",
                mail_activity_type_id=letter.id,
            )
        letters = self._touchpoints(self.customer, kind="activity")
        self.assertEqual(
            {row.name: (row.reason, row.phase) for row in letters},
            {
                "Statement and invoice by post": ("administration", "post_sale"),
                "Catalogue": ("marketing", "pre_sale"),
            },
        )

    def test_meeting_counts_once_for_each_customer(self):
        colleague = self._add_customer("Colleague", parent_id=self.customer.id)
        other = self._add_customer("Other customer")
        self._add_meeting(self.customer | colleague | other)
        for customer in self.customer | other:
            meeting = self._touchpoints(customer)
            self.assertEqual(len(meeting), 1)
            self.assertEqual(meeting.kind, "meeting")
            self.assertEqual(meeting.channel, "visit")
        self.assertFalse(self._touchpoints(self.env.user.partner_id))

    def test_meeting_to_come_cancelled_or_declined_is_no_contact(self):
        self._add_meeting(
            self.customer, start=fields.Datetime.now() + timedelta(days=1)
        )
        self._add_meeting(self.customer).active = False
        self._add_meeting(self.customer).attendee_ids.state = "declined"
        self.assertFalse(self._touchpoints(self.customer))

    def test_meeting_of_a_lead_and_by_video(self):
        lead = self._add_lead(self.customer)
        self._add_meeting(self.customer, opportunity_id=lead.id)
        self._add_meeting(self.customer, videocall_location="https://meet.example/1")
        meetings = self._touchpoints(self.customer, kind="meeting")
        self.assertEqual(
            set(meetings.mapped(lambda row: (row.reason, row.channel))),
            {("sale", "visit"), ("information", "web")},
        )

    def test_done_meeting_activity_counts_in_the_calendar_only(self):
        meeting_type = self.env.ref("mail.mail_activity_data_meeting")
        self.assertEqual(meeting_type.contact_channel, "visit")
        activity = self.customer.activity_schedule(activity_type_id=meeting_type.id)
        self._add_meeting(self.customer, start=fields.Datetime.now())
        activity.action_feedback()
        self.assertEqual(self._touchpoints(self.customer).kind, "meeting")

    def test_done_meeting_activity_without_a_meeting_is_a_visit(self):
        self.customer.activity_schedule(
            "mail.mail_activity_data_meeting"
        ).action_feedback()
        visit = self._touchpoints(self.customer)
        self.assertEqual((visit.kind, visit.channel), ("activity", "visit"))

    def test_lead_came_through_its_medium(self):
        fair = self.env["utm.medium"].create({"name": "Trade Fair"})
        self.assertEqual(fair.contact_channel, "event")
        lead = self._add_lead(self.customer, type="lead", medium_id=fair.id)
        touchpoint = self._touchpoints(self.customer)
        self.assertEqual(touchpoint.channel, "event")
        self.assertEqual(touchpoint.reason, "information")
        self.assertEqual(touchpoint.direction, "in")
        self.assertEqual(touchpoint.res_id, lead.id)

    def test_manager_corrects_the_channel_of_a_medium(self):
        medium = self.env["utm.medium"].create({"name": "Newsletter"})
        self.assertEqual(medium.contact_channel, "email")
        medium.contact_channel = "post"
        medium.name = "Newsletter on paper"
        self.assertEqual(medium.contact_channel, "post")

    def test_medium_without_a_known_word_and_lead_without_a_medium(self):
        medium = self.env["utm.medium"].create({"name": "Zzz"})
        self.assertFalse(medium.contact_channel)
        self._add_lead(self.customer, medium_id=medium.id)
        self._add_lead(self.customer)
        self.assertEqual(
            self._touchpoints(self.customer).mapped("channel"), ["other", "other"]
        )

    def test_purchase_of_an_earlier_system_by_the_usual_channel(self):
        self._add_purchases(self.customer, ("2024-03-31", 10))
        purchase = self._touchpoints(self.customer)
        self.assertEqual((purchase.reason, purchase.channel), ("sale", "other"))
        self.policy.document_channel = "phone"
        self.env.invalidate_all()
        self.assertEqual(purchase.channel, "phone")
        self.assertEqual(str(purchase.date.date()), "2024-03-31")

    def test_contacts_roll_up_to_the_commercial_partner(self):
        person = self._add_customer("Person", parent_id=self.customer.id)
        self._add_message(person, "Hello", person)
        self._add_lead(person)
        self._add_purchases(person, ("2024-03-31", 10))
        found = self._touchpoints(self.customer)
        self.assertEqual(len(found), 3)
        self.assertEqual(found.contact_id, person)

    def test_colleague_is_no_customer(self):
        self._add_message(self.env.user.partner_id, "Hello")
        self.assertFalse(self._touchpoints(self.env.user.partner_id))

    def test_identifiers_are_unique_and_read_alone(self):
        self._add_message(self.customer, "Hello")
        self._add_lead(self.customer)
        self._add_meeting(self.customer)
        self._add_purchases(self.customer, ("2024-03-31", 10))
        found = self._touchpoints(self.customer)
        self.assertEqual(len(set(found.ids)), 4)
        kinds = {row.id: row.kind for row in found}
        self.env.invalidate_all()
        for touchpoint in found:
            alone = self.env["crm.customer.touchpoint"].browse(touchpoint.id)
            self.assertEqual(alone.kind, kinds[touchpoint.id])
            self.assertEqual(alone.action_open_record()["res_id"], alone.res_id)


@tagged("post_install", "-at_install")
class TestTouchpointInvoices(TouchpointCase):
    """Invoices, what is written on them, and what only wraps them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "invoice_date": "2025-03-01",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Coffee", "price_unit": 80, "tax_ids": False}
                    )
                ],
            }
        )

    def test_invoice_counts_once_posted(self):
        self.assertFalse(self._touchpoints(self.customer))
        self.invoice.action_post()
        touchpoint = self._touchpoints(self.customer)
        self.assertEqual(touchpoint.reason, "administration")
        self.assertEqual(touchpoint.phase, "post_sale")
        self.assertEqual(touchpoint.channel, "other")
        self.assertEqual(touchpoint.amount, 80)
        self.assertEqual(touchpoint.name, self.invoice.name)
        self.assertEqual(str(touchpoint.date.date()), "2025-03-01")

    def test_sent_invoice_and_its_envelope_are_one_contact(self):
        self.invoice.action_post()
        self.invoice.is_move_sent = True
        us, them = self.env.user.partner_id, self.customer
        self._add_message(self.invoice, "Your invoice", us, message_type="comment")
        self.assertEqual(self._touchpoints(self.customer).kind, "invoice")
        self.assertEqual(self._touchpoints(self.customer).channel, "email")
        self._add_message(self.invoice, "Reminder", us, message_type="comment")
        self._add_message(self.invoice, "Paid!", them)
        messages = self._touchpoints(self.customer, kind="message")
        self.assertEqual(set(messages.mapped("name")), {"Reminder", "Paid!"})
        self.assertEqual(set(messages.mapped("reason")), {"administration"})

    def test_message_on_an_invoice_not_sent_counts(self):
        self.invoice.action_post()
        self._add_message(self.invoice, "Where to?", message_type="comment")
        self.assertEqual(len(self._touchpoints(self.customer, kind="message")), 1)

    def test_vendor_bill_is_no_contact_with_a_customer(self):
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": "2025-03-01",
                "invoice_line_ids": [
                    Command.create({"name": "Bags", "price_unit": 8, "tax_ids": False})
                ],
            }
        ).action_post()
        self.assertFalse(self._touchpoints(self.customer))
