from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import TODAY, ScoringCase


class CostCase(ScoringCase):
    """A company whose departments cost something; verbs for what is done for customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.departments = cls.env["crm.cost.department"]
        cls.service = cls._department("service")
        cls.sales = cls._department("sales")
        cls.customer = cls._add_customer("Served", is_company=True)
        cls._add_purchases(cls.customer, (TODAY - timedelta(days=40), 1000))

    @classmethod
    def _department(cls, code, company=None):
        return cls.departments.search(
            [("company_id", "=", (company or cls.company).id), ("code", "=", code)]
        )

    @classmethod
    def _driver(cls, code):
        return cls.env.ref(f"crm_scoring.crm_cost_driver_{code}")

    @classmethod
    def _activity(cls, code, company=None):
        return cls.env["crm.cost.activity"].search(
            [
                ("company_id", "=", (company or cls.company).id),
                ("driver_id.code", "=", code),
            ]
        )

    @classmethod
    def _add_call(cls, record, day=date(2025, 5, 5), activity_type=None):
        kind = activity_type or cls.env.ref("mail.mail_activity_data_call")
        return cls.env["mail.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "date": datetime.combine(day, datetime.min.time().replace(hour=9)),
                "message_type": "notification",
                "subtype_id": cls.env.ref("mail.mt_activities").id,
                "mail_activity_type_id": kind.id,
            }
        )

    def _costs(self, partner=None):
        return self.env["crm.customer.cost"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", (partner or self.customer).id),
            ]
        )

    def _quantity(self, code, partner=None):
        costs = self._costs(partner)
        return costs.filtered(lambda c: c.activity_id.driver_id.code == code).quantity


@tagged("post_install", "-at_install")
class TestCost(CostCase):
    def test_a_company_starts_with_activities_that_cost_nothing(self):
        activities = self.env["crm.cost.activity"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertGreaterEqual(len(activities), 8)
        self.assertFalse(any(activities.department_id.mapped("cost")))
        self.assertFalse(self.policy.has_costs)

    def test_no_costs_entered_is_told_and_counts_as_nothing(self):
        self._add_call(self.customer)
        run = self._run()
        self.assertIn("Nobody has entered", " ".join(self._messages(run, level="info")))
        profile = self._profile(self.customer)
        self.assertFalse(profile.has_costs)
        self.assertEqual(profile.cost_to_serve, 0)
        self.assertEqual(profile.profit_recent, profile.margin_recent)
        self.assertEqual(profile.clv_service_cost, 0)
        self.assertFalse(self._costs())

    def test_time_and_direct_cost_are_charged(self):
        self.service.write({"cost": 60_000, "capacity": 1000})  # 1 a minute
        self._activity("call").write({"minutes": 20, "direct_cost": 2.5})
        self._add_call(self.customer)
        self._add_call(self.customer)
        self._run()
        cost = self._costs()
        self.assertEqual(cost.activity_id, self._activity("call"))
        self.assertEqual((cost.quantity, cost.minutes, cost.cost), (2, 40, 45))
        profile = self._profile(self.customer)
        self.assertEqual(profile.cost_ids, cost)
        self.assertEqual(profile.cost_to_serve, 45)
        self.assertEqual(profile.profit_recent, 300 - 45)
        self.assertTrue(profile.has_costs)

    def test_unused_capacity_is_shown_and_charged_to_nobody(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        self._activity("call").minutes = 60
        self._add_call(self.customer)
        prospect = self._add_customer("Prospect")
        self._add_call(prospect)
        self._add_call(prospect)
        self._run()
        service = self.service
        self.assertEqual((service.used_hours, service.used_cost), (1, 60))
        self.assertEqual((service.other_hours, service.other_cost), (2, 120))
        self.assertEqual((service.unused_hours, service.unused_cost), (997, 59_820))
        self.assertEqual(sum(self._profiles().mapped("cost_to_serve")), 60)
        self.assertFalse(self._costs(prospect))

    def test_parts_of_lifetime_value_add_up_to_the_cent(self):
        self._add_random_customers(40)
        self.service.write({"cost": 12_345, "capacity": 777})
        for customer in self.env["crm.purchase.history"].search([]).partner_id:
            self._add_call(customer)
        self._run()
        cents = self.company.currency_id.round
        self.assertTrue(any(self._profiles().mapped("clv_service_cost")))
        for profile in self._profiles():
            costs = (
                profile.clv_product_cost
                + profile.clv_service_cost
                + profile.clv_credit_loss
            )
            self.assertEqual(profile.clv, cents(profile.clv_revenue - costs))
            self.assertEqual(
                profile.cost_to_serve, cents(sum(profile.cost_ids.mapped("cost")))
            )
            self.assertLessEqual(profile.clv_lower, profile.clv_upper)

    def test_what_grows_with_time_or_purchases_is_told_apart(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        self._add_call(self.customer)
        self._run()
        profile = self._profile(self.customer)
        self.assertEqual(profile.service_cost_per_purchase, 0)
        self.assertGreater(profile.service_cost_per_year, 0)
        self._activity("call").grows_with = "purchases"
        self._run()
        self.assertGreater(profile.service_cost_per_purchase, 0)
        self.assertEqual(profile.service_cost_per_year, 0)

    def test_scoring_again_gives_the_same_costs(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        self._add_call(self.customer)
        self._run()
        before = self._costs()
        figures = before.read(["quantity", "minutes", "cost"])
        self._run()
        self.assertEqual(self._costs(), before)
        self.assertEqual(before.read(["quantity", "minutes", "cost"]), figures)

    def test_a_run_killed_after_the_costs_goes_on(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        self._add_call(self.customer)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "cost":
            run._step()
        run._step()
        run.stage = "cost"  # killed before the stage was left
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._profile(self.customer).cost_to_serve, 15)

    def test_costs_go_when_activities_are_archived(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        self._add_call(self.customer)
        self._run()
        self.assertTrue(self._costs())
        self.service.active = False
        self._run()
        self.assertFalse(self._costs())
        self.assertEqual(self.service.used_hours, 0)

    # === SETTINGS === #

    @mute_logger("odoo.sql_db")
    def test_impossible_figures_are_refused(self):
        for record, values in (
            (self.service, {"capacity": 0}),
            (self.service, {"capacity": -5}),
            (self.service, {"cost": -1}),
            (self._activity("call"), {"minutes": -1}),
            (self._activity("call"), {"direct_cost": -1}),
            (self._activity("invoice").extra_ids, {"minutes": -1}),
        ):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                record.write(values)
                self.env.flush_all()

    def test_built_in_drivers_stay(self):
        with self.assertRaises(UserError):
            self._driver("call").unlink()

    def test_only_managers_see_and_enter_costs(self):
        seller = self._add_user("cost_seller", "sales_team.group_sale_salesman")
        manager = self._add_user("cost_manager", "sales_team.group_sale_manager")
        service = self.service.with_user(seller)
        self.assertEqual(service.name, self.service.name)
        with self.assertRaises(AccessError):
            service.read(["cost"])
        with self.assertRaises(AccessError):
            service.write({"name": "Mine"})
        self.service.with_user(manager).write({"cost": 100})
        self.assertEqual(self.service.cost, 100)

    def test_sellers_see_the_costs_of_their_own_customers(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        seller = self._add_user("cost_own", "sales_team.group_sale_salesman")
        other = self._add_user("cost_other", "sales_team.group_sale_salesman")
        self.customer.user_id = seller
        self._add_call(self.customer)
        self._run()
        costs = self._costs()
        self.assertEqual(costs.with_user(seller).search([]), costs)
        self.assertFalse(costs.with_user(other).search([]))
        with self.assertRaises(AccessError):
            costs.with_user(seller).write({"cost": 1})
        profile = self._profile(self.customer).with_user(seller)
        self.assertEqual(profile.cost_ids.activity_id.name, "Call the customer")

    def test_companies_keep_their_costs_apart(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        other = self._add_company("Other Company")
        self._department("service", other).write({"cost": 600_000, "capacity": 1000})
        lead = self.env["crm.lead"].create(
            {"name": "Theirs", "partner_id": self.customer.id, "company_id": other.id}
        )
        self._add_call(lead)
        self._run()
        self.assertFalse(self._costs())
        manager = self._add_user("cost_here", "sales_team.group_sale_manager")
        self.assertEqual(
            self.departments.with_user(manager).search([]).company_id, self.company
        )

    def test_the_settings_lead_to_each_other(self):
        self._run()
        for record in (self.policy, self._profile(self.customer)):
            action = record.action_view_departments()
            found = self.departments.search(action["domain"])
            self.assertEqual(found.company_id, self.company)
        action = self.service.action_view_costs()
        self.assertEqual(action["res_model"], "crm.customer.cost")


@tagged("post_install", "-at_install")
class TestMarginRate(ScoringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        categories = cls.env["product.category"]
        cls.coffee = categories.create({"name": "Coffee"})
        cls.beans = categories.create({"name": "Beans", "parent_id": cls.coffee.id})
        cls.ground = categories.create({"name": "Ground", "parent_id": cls.coffee.id})
        cls.cups = categories.create({"name": "Cups"})
        cls.policy.margin_rate_ids = [
            Command.create({"category_id": cls.coffee.id, "rate": 0.5}),
            Command.create({"category_id": cls.beans.id, "rate": 0.6}),
        ]

    def _margin_of(self, category, cost=0.0):
        """Margin of 100 of revenue, of a product of ``category``, as the query says it."""
        product = self.env["product.product"].create(
            {"name": "Product", "categ_id": category.id}
        )
        product.with_company(self.company).standard_price = cost
        run = self.env["crm.scoring.run"].new({"policy_id": self.policy.id})
        self.env.flush_all()
        margin = run._margin_sql(SQL("100.0"), SQL("1"))
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM product_product AS product JOIN product_template AS"
                " template ON template.id = product.product_tmpl_id"
                " WHERE product.id = %s",
                margin,
                product.id,
            )
        )[0][0]

    def test_the_nearest_category_with_a_margin_counts(self):
        for category, margin in (
            (self.beans, 60),
            (self.ground, 50),
            (self.coffee, 50),
            (self.cups, 30),
        ):
            with self.subTest(category.name):
                self.assertAlmostEqual(self._margin_of(category), margin)

    def test_a_known_cost_comes_first_unless_margins_are_rates(self):
        self.assertAlmostEqual(self._margin_of(self.beans, cost=80), 20)
        self.policy.margin_method = "rate"
        self.assertAlmostEqual(self._margin_of(self.beans, cost=80), 60)

    def test_without_category_margins_the_rate_of_the_policy_counts(self):
        self.policy.margin_rate_ids.unlink()
        self.assertAlmostEqual(self._margin_of(self.beans), 30)

    @mute_logger("odoo.sql_db")
    def test_impossible_margins_are_refused(self):
        for values in ({"rate": 1.5}, {"rate": -0.1}, {"category_id": self.beans.id}):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.policy.margin_rate_ids.filtered(
                    lambda line: line.category_id == self.coffee
                ).write(values)
                self.env.flush_all()
