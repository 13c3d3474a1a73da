from pathlib import Path
from tempfile import TemporaryDirectory

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

# Thirty customers; every third buys again on the first day, as a row of its own.
MASTER = [
    line
    for number in range(1, 31)
    for line in (
        f" {number:05d} 199701{number % 28 + 1:02d}  1   11.77",
        f" {number:05d} 199806{number % 30 + 1:02d}  2   29.33",
    )
] + [
    f" {number:05d} 199701{number % 28 + 1:02d}  1   5.00" for number in range(3, 31, 3)
]
SAMPLE = [" 00004 0001 19970105  1   11.77", " 00021 0002 19970122  1   11.77"]


@tagged("post_install", "-at_install")
class TestCdnow(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        (cls.folder / "CDNOW_master.txt").write_text("\n".join(MASTER))
        (cls.folder / "CDNOW_sample.txt").write_text("\n".join(SAMPLE))
        cls.demo = cls.env["crm.scoring.demo"]
        cls.company = cls.demo.import_cdnow(cls.folder)
        cls.history = cls.env["crm.purchase.history"].search(
            [("company_id", "=", cls.company.id)], order="name"
        )

    def test_every_line_is_a_purchase(self):
        self.assertEqual(len(self.history), len(MASTER))
        self.assertEqual(self.history[0].name, "CDNOW-000001")
        self.assertAlmostEqual(
            sum(self.history.mapped("amount")), 30 * (11.77 + 29.33) + 10 * 5
        )
        self.assertFalse(any(self.history.mapped("margin_known")))

    def test_customers_belong_to_the_shop(self):
        partners = self.history.partner_id
        self.assertEqual(len(partners), 30)
        self.assertEqual(partners.company_id, self.company)
        self.assertIn("CDNOW customer 00001", partners.mapped("name"))

    def test_the_sample_is_marked(self):
        tag = self.env["res.partner.category"].search(
            [("name", "=", "CDNOW 1/10 sample")]
        )
        self.assertEqual(set(tag.partner_ids.mapped("ref")), {"00004", "00021"})

    def test_spend_is_scored_over_the_weeks_of_the_literature(self):
        policy = self.env["crm.scoring.policy"]._for_company(self.company)
        self.assertEqual((policy.margin_rate, policy.horizon_days), (1, 273))

    def test_a_second_import_adds_nothing(self):
        self.assertEqual(self.demo.import_cdnow(self.folder), self.company)
        self.assertEqual(
            self.env["crm.purchase.history"].search_count(
                [("company_id", "=", self.company.id)]
            ),
            len(MASTER),
        )

    def test_a_missing_file_is_named(self):
        self.env.ref("__customer_demo__.company_cdnow")  # the import would stop here
        with TemporaryDirectory() as empty, self.assertRaisesRegex(UserError, "CDNOW"):
            self.demo._find_file(empty, "CDNOW_master.txt")
