from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import crm_scoring_run_basket
from ..models.crm_scoring_run_purchase_lines import LINE_TABLE
from .common import TODAY, ScoringCase

USER = "crm_scoring.group_crm_scoring_user"


class BasketCase(ScoringCase):
    """A shop whose printer buyers buy paper: customers with invoices, line by line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.use_purchase_history = True
        cls.products = {}
        for category, names in {
            "Machines": ("Printer", "Scanner"),
            "Paper": ("Paper",),
            "Tools": ("Hammer", "Nails"),
            "Kitchen": ("Mug",),
        }.items():
            found = cls.env["product.category"].create({"name": category})
            for name in names:
                cls.products[name] = cls.env["product.template"].create(
                    {"name": name, "categ_id": found.id, "taxes_id": False}
                )
        cls._set_up_books(cls.company)

    @classmethod
    def _set_up_books(cls, company):
        account = cls.env["account.account"].with_company(company)
        cls.income = account.create(
            {
                "code": "400000",
                "name": "Sales",
                "account_type": "income",
                "company_ids": [Command.set(company.ids)],
            }
        )
        cls.receivable = account.create(
            {
                "code": "100000",
                "name": "Receivable",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [Command.set(company.ids)],
            }
        )
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SAL",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": cls.income.id,
            }
        )

    @classmethod
    def _add_invoices(cls, *sales, move_type="out_invoice", **values):
        """Post an invoice for each (customer, day, product, price, discount)."""
        moves = cls.env["account.move"].create(
            [
                {
                    "move_type": move_type,
                    "company_id": cls.company.id,
                    "journal_id": cls.journal.id,
                    "partner_id": customer.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": cls.products[
                                    product
                                ].product_variant_id.id,
                                "price_unit": price,
                                "quantity": 1,
                                "discount": discount,
                                "account_id": cls.income.id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **values,
                }
                for customer, day, product, price, discount in sales
            ]
        )
        moves.partner_id.with_company(
            cls.company
        ).property_account_receivable_id = cls.receivable
        for move in moves:
            move.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            ).account_id = cls.receivable
        moves._post(soft=False)
        return moves

    @classmethod
    def _add_shop(cls, size=16):
        """Half buy printers, and paper later; the others hammers and nails."""
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Buyer {number}"} for number in range(size)]
        )
        sales = []
        for number, customer in enumerate(cls.customers):
            pair = ("Printer", "Paper") if number % 2 else ("Hammer", "Nails")
            start = TODAY - timedelta(days=600 - 7 * number)
            sales.append((customer, start, pair[0], 100, 0))
            if number < size - 2:
                sales += [
                    (customer, start + timedelta(days=60 * step), pair[1], 20, 10)
                    for step in range(1, 5)
                ]
            if number % 5 == 0:
                sales.append((customer, start + timedelta(days=9), "Mug", 8, 0))
        cls._add_invoices(*sales)

    def _rows(self, noun, partner=None, company=None):
        domain = [("company_id", "=", (company or self.company).id)]
        if partner:
            domain.append(("partner_id", "=", partner.id))
        return self.env[f"crm.customer.{noun}"].search(domain)


@tagged("post_install", "-at_install")
class TestBasket(BasketCase):
    def test_profile_shows_the_basket(self):
        customer = self._add_customer()
        self._add_invoices(
            (customer, date(2025, 1, 10), "Printer", 200, 0),
            (customer, date(2025, 3, 10), "Paper", 100, 50),
        )
        self._add_invoices(
            (customer, date(2025, 4, 10), "Paper", 10, 0), move_type="out_refund"
        )
        self._run()
        profile = self._profile(customer)
        self.assertEqual(profile.category_count, 2)
        self.assertEqual(profile.main_category_id.name, "Machines")
        self.assertAlmostEqual(profile.discount_rate, 50 / 290)
        self.assertAlmostEqual(profile.return_rate, 10 / 250)
        self.assertEqual(profile.main_user_id, self.env.user)
        self.assertEqual(profile.main_user_share, 1)
        self.assertEqual(
            set(profile.category_ids.mapped("category_id.name")), {"Machines", "Paper"}
        )

    def test_category_rows_agree_with_the_profile(self):
        self._add_shop()
        self._run()
        for profile in self._profiles():
            rows = self._rows("category", profile.partner_id)
            self.assertAlmostEqual(sum(rows.mapped("revenue")), profile.revenue)
            self.assertAlmostEqual(sum(rows.mapped("spend_share")), 1)
            for row in rows:
                self.assertLessEqual(
                    row.purchase_probability, profile.purchase_probability + 1e-9
                )
                self.assertEqual(row.company_id, self.company)

    def test_what_goes_together_is_suggested_with_its_reason(self):
        self._add_shop()
        self._run()
        printer_only = self.customers[-1]
        offers = self._rows("recommendation", printer_only).sorted("rank")
        product = offers.filtered(lambda offer: offer.kind == "product")[0]
        self.assertEqual(product.product_id, self.products["Paper"])
        self.assertEqual(product.category_id.name, "Paper")
        self.assertEqual(product.reason, "Customers who buy Printer also buy Paper")
        self.assertGreater(product.lift, 1)
        self.assertTrue(0 < product.probability < 1)
        self.assertGreater(product.expected_revenue, 0)
        category = offers.filtered(lambda offer: offer.kind == "category")[0]
        self.assertEqual(category.category_id.name, "Paper")
        self.assertIn("Paper", self._profile(printer_only).next_best_offers)
        # Hebrew is one of the languages of which the host knows no lists of units.
        self.env["res.lang"]._activate_lang("he_IL")
        profile = self._profile(printer_only).with_context(lang="he_IL")
        profile.invalidate_recordset()
        self.assertIn("Paper", profile.next_best_offers)

    def test_nothing_bought_archived_or_unsaleable_is_suggested(self):
        self._add_shop()
        self.products["Mug"].active = False
        self.products["Scanner"].sale_ok = False
        self._run()
        offers = self._rows("recommendation")
        self.assertTrue(offers)
        self.assertFalse(offers.product_id & self.products["Mug"])
        self.assertNotIn("Kitchen", offers.category_id.mapped("name"))
        bought = {(row.partner_id, row.category_id) for row in self._rows("category")}
        for offer in offers.filtered(lambda offer: offer.kind == "category"):
            self.assertNotIn((offer.partner_id, offer.category_id), bought)

    def test_categories_count_below_a_single_root_and_at_the_level_set(self):
        root = self.env["product.category"].create({"name": "Everything"})
        top = self.products["Printer"].categ_id
        deep = self.env["product.category"].create(
            {"name": "Laser", "parent_id": top.id}
        )
        self.products["Printer"].categ_id = deep
        customer = self._add_customer()
        self._add_invoices((customer, date(2025, 1, 10), "Printer", 200, 0))
        self._run()
        self.assertEqual(self._rows("category").category_id, top)
        self.policy.category_level = 2
        self._run()
        self.assertEqual(self._rows("category").category_id, deep)
        self.policy.category_level = 1
        self.env["product.template"].search([]).categ_id = root
        self.products["Printer"].categ_id = deep
        top.parent_id = root
        self._run()
        self.assertEqual(self._rows("category").category_id, top)

    def test_purchases_without_products_are_told_and_do_not_fail(self):
        self._add_random_customers(12)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertFalse(self._rows("category"))
        self.assertFalse(self._rows("recommendation"))
        self.assertEqual(set(self._profiles().mapped("category_count")), {0})
        told = "\n".join(self._messages(run, "info"))
        self.assertIn("No categories and products are suggested", told)
        self.assertIn("there are 18", told)
        self.assertIn("No season is used", run.season_text)
        self.assertFalse(run.season_graph)

    def test_two_years_have_a_season_that_moves_dates(self):
        """Sold in summer only: nobody is expected before spring."""
        self.policy.use_purchase_history = True
        customers = self.env["res.partner"].create(
            [{"name": f"Beach {number}"} for number in range(12)]
        )
        for customer in customers:
            self._add_purchases(
                customer,
                *(
                    (date(year, month, 5 + customer.id % 20), 100)
                    for year in (2022, 2023, 2024)
                    for month in (6, 7, 8)
                ),
            )
        run = self._run(as_of=date(2024, 12, 31))
        self.assertIn("2 whole years", run.season_text)
        self.assertIn("July", run.season_graph.replace("Jul", "July"))
        profiles = self._profiles()
        self.assertEqual(set(profiles.mapped("seasonal_peak")) - {"6", "7", "8"}, set())
        dates = [day for day in profiles.mapped("next_purchase_date") if day]
        self.assertTrue(dates)
        self.assertGreater(min(dates), date(2025, 4, 1))

    def test_a_run_says_how_suggestions_compare_with_popularity(self):
        self._add_shop()
        self._add_invoices(
            *(
                (customer, TODAY - timedelta(days=20), "Mug", 8, 0)
                for customer in self.customers
            )
        )
        run = self._run()
        self.assertIn("Products: of", run.basket_diagnostics)
        self.assertIn("most popular", run.basket_diagnostics)

    def test_second_run_keeps_identifiers_and_figures(self):
        self._add_shop()
        self._run()
        names = ["partner_id", "category_id", "probability", "expected_margin", "rank"]
        before = self._rows("recommendation").read(names)
        self._run()
        self.assertEqual(self._rows("recommendation").read(names), before)

    def test_batches_and_a_resumed_run_give_the_same(self):
        self._add_shop()
        self._run()
        expected = self._figures()
        self.patch(crm_scoring_run_basket, "CUSTOMERS_PER_BASKET_STEP", 5)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "basket":
            run._step()
        for _learn_and_first_batch in range(2):
            run._step()
            self.env.flush_all()
            self.env.invalidate_all()
        self.assertEqual(self._described(run), 5)
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._figures(), expected)

    def test_working_table_lost_in_a_crash_is_read_again(self):
        self._add_shop()
        self._run()
        expected = self._figures()
        self.patch(crm_scoring_run_basket, "CUSTOMERS_PER_BASKET_STEP", 5)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "basket":
            run._step()
        run._step()
        run._step()
        run._clear_staging()
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._figures(), expected)

    def test_nothing_is_left_in_the_working_table(self):
        self._add_shop(4)
        self._run()
        left = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM %s WHERE company_id = %s",
                SQL.identifier(LINE_TABLE),
                self.company.id,
            )
        )
        self.assertEqual(left, [(0,)])

    def test_companies_do_not_mix(self):
        self._add_shop(6)
        other = self._add_company("Other Company")
        policy = self.env["crm.scoring.policy"]._for_company(other)
        shared = self.customers[0]
        self._add_purchases(shared, (date(2025, 1, 1), 10), company=other)
        self._run()
        self._run(policy=policy)
        self.assertTrue(self._rows("category", shared))
        self.assertFalse(self._rows("category", shared, other))
        self.assertTrue(self._rows("recommendation", shared))
        self.assertFalse(self._rows("recommendation", shared, other))
        self.assertEqual(self._profile(shared, other).category_count, 0)

    def test_salesperson_sees_own_customers_only(self):
        self._add_shop(6)
        user = self._add_user("basket_user", USER)
        colleague = self._add_user("basket_colleague", USER)
        self.customers[0].user_id = colleague
        self._run()
        for noun in ("category", "recommendation"):
            rows = self.env[f"crm.customer.{noun}"].with_user(user).search([])
            self.assertTrue(rows)
            self.assertNotIn(self.customers[0], rows.partner_id)
            hidden = self._rows(noun, self.customers[0])[0]
            with self.assertRaises(AccessError):
                hidden.with_user(user).read(["category_id"])

    def _figures(self):
        return [
            self._rows("category")
            .sorted("id")
            .read(["partner_id", "category_id", "purchase_probability", "trend"]),
            self._rows("recommendation")
            .sorted(lambda row: (row.partner_id.id, row.kind, row.rank))
            .mapped(lambda row: (row.partner_id, row.category_id, row.probability)),
            self._profiles().mapped("category_count"),
        ]

    def _described(self, run):
        return self.env.execute_query(
            SQL(
                "SELECT COUNT(category_count) FROM %s WHERE run_id = %s",
                run._staging_identifier(),
                run.id,
            )
        )[0][0]


@tagged("post_install", "-at_install")
class TestOpportunities(BasketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_shop(8)
        cls.seller = cls._add_user("offer_seller", "sales_team.group_sale_salesman")

    def setUp(self):
        super().setUp()
        self._run()
        self.offers = self._rows("recommendation").with_user(self.seller)[:3]

    def test_an_opportunity_is_prefilled(self):
        offer = self.offers[0]
        action = offer.action_create_opportunity()
        lead = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id, offer.partner_id)
        self.assertEqual(lead.company_id, self.company)
        self.assertEqual(lead.user_id, self.seller)
        self.assertEqual(lead.expected_revenue, offer.expected_revenue)
        self.assertIn(offer._item().name, lead.name)
        self.assertIn(offer.reason, str(lead.description))

    def test_several_at_once_and_none_twice(self):
        self.offers[0].action_create_opportunity()
        action = self.offers.action_create_opportunity()
        leads = self.env["crm.lead"].search(action["domain"])
        self.assertEqual(len(leads), 3)
        self.assertEqual(set(self.offers.mapped("opportunity_id.id")), set(leads.ids))
        self.offers.action_create_opportunity()
        self.assertEqual(
            self.env["crm.lead"].search_count([("offer_category_id", "!=", False)]), 3
        )

    def test_a_closed_opportunity_makes_room_for_a_new_one(self):
        offer = self.offers[0]
        offer.action_create_opportunity()
        offer.opportunity_id.sudo().action_set_lost()
        offer.invalidate_recordset()
        self.assertFalse(offer.opportunity_id)
        offer.action_create_opportunity()
        self.assertTrue(offer.opportunity_id)
