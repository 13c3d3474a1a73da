from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TODAY
from .rights import MANAGER, USER, USER_ALL, RightsCase

# Model: operations of each group.
RIGHTS = {
    "crm.customer.profile": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.customer.profile.history": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.payment.risk": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.customer.category": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.customer.recommendation": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.customer.class": {USER: "r", USER_ALL: "r", MANAGER: "rwd"},
    "crm.customer.band": {USER: "r", USER_ALL: "r", MANAGER: "rw"},
    "crm.customer.type": {USER: "r", USER_ALL: "r", MANAGER: "rwcd"},
    "crm.scoring.policy": {USER: "", USER_ALL: "r", MANAGER: "rw"},
    "crm.scoring.run": {USER: "r", USER_ALL: "r", MANAGER: "rwcd"},
    "crm.scoring.run.log": {USER: "", USER_ALL: "", MANAGER: "r"},
    "crm.scoring.run.diagnostic": {USER: "", USER_ALL: "", MANAGER: "r"},
    "crm.purchase.history": {USER: "", USER_ALL: "r", MANAGER: "rwcd"},
    "crm.contact.cost": {USER: "r", USER_ALL: "r", MANAGER: "rwcd"},
    "crm.contact.word": {USER: "r", USER_ALL: "r", MANAGER: "rwcd"},
    "crm.customer.touchpoint": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.wallet.declaration": {USER: "rwc", USER_ALL: "rwc", MANAGER: "rwcd"},
    "crm.lead.value": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.customer.duplicate": {USER: "", USER_ALL: "r", MANAGER: "r"},
}


@tagged("post_install", "-at_install")
class TestSecurity(RightsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._add_customer("Own", user_id=cls.users[USER].id)
        cls.unassigned = cls._add_customer("Unassigned")
        cls.colleague = cls._add_customer("Of a colleague", user_id=cls.employee.id)
        for customer in cls.own | cls.unassigned | cls.colleague:
            cls._add_purchases(customer, (TODAY - timedelta(days=9), 100))

    def test_rights_of_each_group_on_each_model(self):
        self.assertRights(RIGHTS)

    def test_salesperson_sees_own_and_unassigned_customers(self):
        self._run()
        profiles = self.env["crm.customer.profile"]
        seen = profiles.with_user(self.users[USER]).search([])
        self.assertEqual(seen.partner_id, self.own | self.unassigned)
        seen = profiles.with_user(self.users[USER_ALL]).search([])
        self.assertEqual(seen.partner_id, self.own | self.unassigned | self.colleague)
        history = self.env["crm.customer.profile.history"].with_user(self.users[USER])
        self.assertEqual(history.search([]).partner_id, self.own | self.unassigned)
        hidden = self._profile(self.colleague)
        with self.assertRaises(AccessError):
            hidden.with_user(self.users[USER]).read(["clv"])

    def test_partner_list_shows_only_the_profiles_the_user_may_see(self):
        self._run()
        partners = self.env["res.partner"].with_company(self.company)
        customers = self.own | self.unassigned | self.colleague
        domain = [("id", "in", customers.ids)]
        mine = partners.with_user(self.users[USER])
        self.assertEqual(
            mine.search([*domain, ("clv", ">", 0.01)]), self.own | self.unassigned
        )
        self.assertEqual(mine.search(domain, order="clv desc")[-1], self.colleague)
        self.assertFalse(self.colleague.with_user(self.users[USER]).customer_profile_id)
        self.assertFalse(self.colleague.with_user(self.users[USER]).clv)
        self.assertTrue(self.own.with_user(self.users[USER]).clv)
        everyone = partners.with_user(self.users[USER_ALL])
        self.assertEqual(everyone.search([*domain, ("clv", ">", 0.01)]), customers)
        self.assertTrue(self.colleague.with_user(self.users[USER_ALL]).clv)

    def test_sales_rights_bring_profile_rights(self):
        for sales, scoring in (
            ("sales_team.group_sale_salesman", USER),
            ("sales_team.group_sale_salesman_all_leads", USER_ALL),
            ("sales_team.group_sale_manager", MANAGER),
        ):
            user = self._add_user(sales.rpartition(".")[2], sales)
            self.assertTrue(user.has_group(scoring), (sales, scoring))

    def test_other_company_is_invisible(self):
        other = self._add_company("Other Company")
        self._add_purchases(self.own, (TODAY, 10), company=other)
        run = self._run(policy=self.env["crm.scoring.policy"]._for_company(other))
        manager = self.users[MANAGER]
        for model in (
            "crm.customer.profile",
            "crm.customer.class",
            "crm.customer.band",
            "crm.scoring.policy",
            "crm.scoring.run",
            "crm.scoring.run.diagnostic",
            "crm.purchase.history",
        ):
            with self.subTest(model):
                domain = [("company_id", "=", other.id)]
                self.assertTrue(self.env[model].search(domain))
                self.assertFalse(self.env[model].with_user(manager).search(domain))
        with self.assertRaises(AccessError):
            run.with_user(manager).action_cancel()

    def test_manager_starts_a_run_and_a_user_cannot(self):
        policy = self.policy
        action = policy.with_user(self.users[MANAGER]).action_score_now()
        self.assertEqual(action["res_model"], "crm.scoring.run")
        with self.assertRaises(AccessError):
            policy.with_user(self.users[USER_ALL]).action_score_now()
        with self.assertRaises(AccessError):
            policy.with_user(self.users[USER]).action_score_now()

    def test_manager_runs_to_the_end_with_a_managers_rights(self):
        """The scheduler runs as the system; from a shell it may be a manager."""
        run = (
            self.env["crm.scoring.run"]
            .with_user(self.users[MANAGER])
            .create({"policy_id": self.policy.id, "as_of": TODAY})
        )
        run._execute()
        self.assertEqual(run.state, "done", run.error)
