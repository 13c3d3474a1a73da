from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestPurchaseHistory(ScoringCase):
    def _load(self, fields, rows):
        history = self.env["crm.purchase.history"].with_company(self.company)
        return history.load(fields, rows)

    def test_file_is_imported_by_the_host(self):
        customer = self._add_customer("Bar Centrale", ref="C1")
        result = self._load(
            ["name", "partner_id", "date", "amount", "margin"],
            [
                ["S1", "Bar Centrale", "2024-01-15", "120.50", "40"],
                ["S2", "Bar Centrale", "2024-02-15", "80", ""],
                ["S3", "Bar Centrale", "2024-03-15", "10", "0"],
            ],
        )
        self.assertEqual(result["messages"], [])
        rows = self.env["crm.purchase.history"].search(
            [("partner_id", "=", customer.id)], order="date"
        )
        self.assertEqual(rows.mapped("amount"), [120.5, 80.0, 10.0])
        self.assertEqual(rows.mapped("margin_known"), [True, False, True])
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(rows.currency_id, self.company.currency_id)

    def test_bad_rows_are_named_and_nothing_is_imported(self):
        self._add_customer("Bar Centrale")
        result = self._load(
            ["name", "partner_id", "date", "amount"],
            [
                ["S1", "Bar Centrale", "2024-01-15", "120.50"],
                ["S2", "Nobody We Know", "2024-01-15", "1"],
                ["S3", "Bar Centrale", "15th of Maybe", "1"],
            ],
        )
        self.assertFalse(result["ids"])
        self.assertEqual({message["record"] for message in result["messages"]}, {1, 2})

    def test_same_reference_twice_is_refused(self):
        customer = self._add_customer()
        self._add_purchases(customer, (TODAY, 10), name="S1")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._add_purchases(customer, (TODAY, 10), name="S1")

    def test_same_reference_in_another_company_is_fine(self):
        customer = self._add_customer()
        other = self._add_company("Other")
        self._add_purchases(customer, (TODAY, 10), name="S1")
        self._add_purchases(customer, (TODAY, 10), name="S1", company=other)

    def test_currency_without_rate_is_refused_with_its_name(self):
        customer = self._add_customer()
        currency = self.env["res.currency"].create({"name": "XQQ", "symbol": "Q"})
        with self.assertRaisesRegex(ValidationError, "XQQ"):
            self._add_purchases(customer, (TODAY, 10), currency_id=currency.id)

    def test_customer_of_another_company_is_refused(self):
        other = self._add_company("Other")
        customer = self._add_customer(company_id=other.id)
        with self.assertRaisesRegex(UserError, "another company"):
            self._add_purchases(customer, (TODAY, 10))
