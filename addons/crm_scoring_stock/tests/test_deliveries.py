from odoo.tests import tagged

from .deliveries import DeliveryCase


@tagged("post_install", "-at_install")
class TestDeliveries(DeliveryCase):
    def test_done_deliveries_and_returns_take_time(self):
        delivery = self._deliver(1)
        self._deliver(1, day="2024-06-30 10:00:00")
        self._deliver(1, validate=False)
        incoming = self.warehouse.in_type_id
        self._deliver(1, kind=incoming, return_id=delivery.id)
        self._deliver(1, kind=incoming)  # bought, not brought back
        self._run()
        self.assertEqual(self._quantity("delivery"), 1)
        self.assertEqual(self._quantity("return"), 1)
        minutes = sum(self._costs().mapped("minutes"))
        self.assertEqual(minutes, 25 + 3 + 40)

    def test_prospects_and_suppliers_are_nobody_s_cost(self):
        self._deliver(1, partner_id=self._add_customer("Sampled").id)
        self._run()
        self.assertFalse(self._costs())
        self.assertGreater(self._department("warehouse").other_hours, 0)
