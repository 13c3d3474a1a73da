from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.touchpoints import TouchpointCase

from .deliveries import DeliveryCase


@tagged("post_install", "-at_install")
class TestDeliveryTouchpoints(DeliveryCase, TouchpointCase):
    def _transfers(self, user=None):
        return self._touchpoints(self.customer, user, kind="transfer")

    def test_done_delivery_is_a_contact_and_a_planned_one_is_none(self):
        delivery = self._deliver(2)
        self._deliver(1, validate=False)
        found = self._transfers()
        self.assertEqual(
            (found.res_model, found.res_id), ("stock.picking", delivery.id)
        )
        self.assertEqual(found.reason, "delivery")
        self.assertEqual(found.phase, "sale")
        self.assertEqual(found.channel, "post")
        self.assertEqual(found.direction, "out")
        self.assertEqual(found.date, delivery.date_done)
        self.assertEqual(found.name, delivery.name)

    def test_return_is_assistance_and_a_receipt_from_a_supplier_is_none(self):
        delivery = self._deliver(1)
        incoming = self.warehouse.in_type_id
        returned = self._deliver(1, kind=incoming, return_id=delivery.id)
        self._deliver(1, kind=incoming)
        found = self._touchpoints(self.customer, reason="assistance")
        self.assertEqual(found.res_id, returned.id)
        self.assertEqual((found.phase, found.direction), ("post_sale", "in"))
        self.assertEqual(len(self._transfers()), 2)

    def test_message_on_a_delivery_is_about_it(self):
        delivery = self._deliver(1, validate=False)
        self._add_message(delivery, "When will it come?", self.customer)
        message = self._touchpoints(self.customer, kind="message")
        self.assertEqual((message.reason, message.phase), ("delivery", "sale"))

    def test_delivery_costs_what_its_activity_takes(self):
        self._deliver(1)
        self._add_cost("post", 4)
        # 25 minutes at 60 an hour
        self.assertAlmostEqual(self._transfers().cost, 25)
        self._department("warehouse").cost = 0
        self.env.invalidate_all()
        self.assertAlmostEqual(self._transfers().cost, 4)

    def test_deliveries_need_the_right_to_read_them(self):
        self._deliver(1)
        analyst = self._add_user("analyst", "crm_scoring.group_crm_scoring_user_all")
        self.assertFalse(self._transfers(analyst))
        packer = self._add_user(
            "packer",
            "crm_scoring.group_crm_scoring_user_all,stock.group_stock_user",
        )
        self.assertTrue(self._transfers(packer))

    def test_deliveries_of_another_company_are_hidden(self):
        self._deliver(1)
        other = self._add_company("Other")
        packer = self._add_user(
            "packer",
            "crm_scoring.group_crm_scoring_user_all,stock.group_stock_user",
            company=other,
        )
        hidden = self.env["crm.customer.touchpoint"].with_user(packer)
        hidden = hidden.with_context(allowed_company_ids=other.ids)
        self.assertFalse(hidden.search([("kind", "=", "transfer")]))
