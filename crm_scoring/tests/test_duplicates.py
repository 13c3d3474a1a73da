from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ScoringCase


@tagged("post_install", "-at_install")
class TestDuplicates(ScoringCase):
    def _duplicates(self, partners):
        rows = self.env["crm.customer.duplicate"].search(
            [("partner_id", "in", partners.ids)]
        )
        return {(row.reason, row.partner_id) for row in rows}

    def test_shared_values_are_found_whatever_their_spelling(self):
        cases = {
            "vat": ({"vat": "IT 01234567890"}, {"vat": "it01234567890"}),
            "email": ({"email": "Info@Bar.example"}, {"email": "info@bar.example"}),
            "phone": ({"phone": "+39 06 1234 567"}, {"phone": "+39061234567"}),
            "name": ({"name": "Bar  Centrale"}, {"name": "bar centrale."}),
        }
        for reason, (first, second) in cases.items():
            with self.subTest(reason):
                pair = self._add_customer(
                    **{"name": f"One {reason}", **first}
                ) | self._add_customer(**{"name": f"Two {reason}", **second})
                self.assertEqual(
                    self._duplicates(pair), {(reason, partner) for partner in pair}
                )

    def test_different_customers_contacts_and_archived_ones_are_left_alone(self):
        firm = self._add_customer("Firm", email="same@firm.example", is_company=True)
        contact = self._add_customer(
            "Ann", email="same@firm.example", parent_id=firm.id
        )
        gone = self._add_customer("Firm", active=False)
        short = self._add_customer("X1", phone="113") | self._add_customer(
            "X2", phone="113"
        )
        self.assertFalse(self._duplicates(firm | contact | gone | short))

    def test_merge_opens_the_wizard_of_the_host(self):
        pair = self._add_customer("Twin") | self._add_customer("Twin")
        rows = self.env["crm.customer.duplicate"].search(
            [("partner_id", "in", pair.ids)]
        )
        action = rows.action_merge()
        self.assertEqual(action["res_model"], "base.partner.merge.automatic.wizard")
        self.assertEqual(set(action["context"]["active_ids"]), set(pair.ids))
        with self.assertRaises(UserError):
            rows[:1].action_merge()
