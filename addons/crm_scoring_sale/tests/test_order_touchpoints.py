from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.touchpoints import TouchpointCase


@tagged("post_install", "-at_install")
class TestOrderTouchpoints(TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "Coffee"})

    def _add_order(self, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 5,
                            "price_unit": 10,
                        }
                    )
                ],
                **values,
            }
        )

    def _order_of(self, order):
        return self._touchpoints(self.customer, kind="order", res_id=order.id)

    def test_draft_is_no_contact_and_a_sent_quotation_is(self):
        order = self._add_order()
        self.assertFalse(self._order_of(order))
        order.action_quotation_sent()
        quotation = self._order_of(order)
        self.assertEqual(quotation.phase, "pre_sale")
        self.assertEqual(quotation.channel, "email")
        self.assertEqual(quotation.direction, "out")
        self.assertEqual(quotation.reason, "sale")
        order._action_cancel()
        self.env.invalidate_all()
        self.assertFalse(self._order_of(order))

    def test_confirmed_order_came_by_the_usual_channel(self):
        order = self._add_order()
        order.action_confirm()
        touchpoint = self._order_of(order)
        self.assertEqual((touchpoint.phase, touchpoint.direction), ("sale", "in"))
        self.assertEqual(touchpoint.channel, "other")
        self.assertEqual(touchpoint.amount, order.amount_untaxed)
        self.policy.document_channel = "phone"
        self.env.invalidate_all()
        self.assertEqual(self._order_of(order).channel, "phone")

    def test_signed_order_came_through_the_web(self):
        order = self._add_order(signed_on=datetime(2025, 3, 1))
        order.action_confirm()
        self.assertEqual(self._order_of(order).channel, "web")

    def test_order_of_the_web_shop(self):
        if "website_id" not in self.env["sale.order"]._fields:
            self.skipTest("website_sale is not installed")
        order = self._add_order(website_id=self.env["website"].search([], limit=1).id)
        order.action_confirm()
        self.assertEqual(self._order_of(order).channel, "ecommerce")

    def test_messages_on_an_order_but_not_its_envelope(self):
        order = self._add_order()
        order.action_quotation_sent()
        us = self.env.user.partner_id
        self._add_message(order, "Your quotation", us, message_type="comment")
        self._add_message(order, "Too expensive")
        messages = self._touchpoints(self.customer, kind="message")
        self.assertEqual(messages.mapped("name"), ["Too expensive"])
        self.assertEqual((messages.reason, messages.phase), ("sale", "sale"))

    def test_orders_of_a_colleague_are_hidden(self):
        salesperson = self._add_user("order_seller", "sales_team.group_sale_salesman")
        colleague = self._add_user("order_colleague", "sales_team.group_sale_salesman")
        order = self._add_order(user_id=colleague.id)
        order.action_confirm()
        self.assertFalse(self._touchpoints(self.customer, salesperson, kind="order"))
        self.assertTrue(self._touchpoints(self.customer, colleague, kind="order"))
