from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import TODAY, ScoringCase

HOOT = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"


@tagged("post_install", "-at_install")
class TestUi(ScoringCase, HttpCase):
    """The journeys of a manager and of a salesperson, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_random_customers(30)
        cls.best = cls._add_customer("Best Customer")
        cls.fading = cls._add_customer("Fading Customer")
        # every week until today, because the button scores as of today
        weeks = (fields.Date.today() - TODAY).days // 7
        cls._add_purchases(
            cls.best,
            *[(TODAY + timedelta(weeks=week), 900) for week in range(-50, weeks)],
        )
        cls._add_purchases(cls.fading, (TODAY - timedelta(days=400), 20))
        cls.manager = cls._add_user(
            "ui_manager", "sales_team.group_sale_manager,base.group_partner_manager"
        )
        cls.salesperson = cls._add_user(
            "ui_salesperson", "sales_team.group_sale_salesman"
        )

        # Here once: what a test makes goes with its transaction.
        for name in ("web.assets_web", "web.assets_tests"):
            bundle = cls.env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
            bundle.css()
            bundle.js()

    def _tour(self, name, user):
        self.start_tour("/odoo", name, login=user.login)

    def test_manager_scores_and_sees_it_end(self):
        run_model = type(self.env["crm.scoring.run"])
        web_read = run_model.web_read

        def step_and_read(runs, specification):
            """Stand in for the scheduler: read first, then a few steps at a time."""
            for _step in range(1 if runs.state == "queued" else 4):
                if runs.state in ("queued", "running"):
                    runs._step()
            return web_read(runs, specification)

        step_and_read._readonly = False
        with patch.object(run_model, "web_read", step_and_read):
            self._tour("crm_scoring_manager_tour", self.manager)
        self.assertEqual(self.policy.horizon_days, 180)
        self.assertEqual(self.policy.last_run_id.settings["horizon_days"], 180)

    def test_salesperson_knows_the_customer(self):
        self._run()
        self.env["crm.lead"].create(
            {
                "name": "Offer for the Best Customer",
                "type": "opportunity",
                "partner_id": self.best.id,
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
            }
        )
        self._tour("crm_scoring_salesperson_tour", self.salesperson)

    def test_manager_merges_duplicates(self):
        for name in ("Twin Bakery", "Twin Bakers"):
            self._add_customer(name, email="twin@example.com")
        self._tour("crm_scoring_duplicates_tour", self.manager)
        twins = self.env["res.partner"].search([("email", "=", "twin@example.com")])
        self.assertEqual(len(twins), 1)

    def test_manager_renames_a_class_and_looks_at_profiles(self):
        self._run()
        self._tour("crm_scoring_classes_tour", self.manager)
        self.assertIn("House Friends", self.policy.class_ids.mapped("name"))

    def test_manager_reads_customer_economics(self):
        for day in (TODAY - timedelta(days=31), TODAY):
            self._run(day)
        self._tour("crm_scoring_economics_tour", self.manager)

    def test_manager_sets_a_threshold_on_the_portfolio(self):
        self._run()
        profiles = self.env["crm.customer.profile"].search(
            [("company_id", "=", self.company.id)]
        )
        classes = {profile: profile.class_id for profile in profiles}
        self._tour("crm_scoring_portfolio_tour", self.manager)
        profiles.invalidate_recordset()
        moved = profiles.filtered(lambda one: one.class_id != classes[one])
        self.assertTrue(moved)
        self.assertEqual(self.policy.value_method, "manual")
        self.assertEqual(self.policy.loyalty_method, "manual")
        history = self.env["crm.customer.profile.history"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            {row.partner_id: row.class_id for row in history},
            {profile.partner_id: profile.class_id for profile in profiles},
        )

    def test_manager_takes_another_number_of_bands(self):
        self._run()
        best = self.policy.class_ids.filtered(lambda cell: cell._place() == (3, 3))
        self.env["crm.target.group"].create(
            {
                "name": "To invite",
                "company_id": self.company.id,
                "domain": str([("class_id", "in", best.ids)]),
            }
        )
        self._tour("crm_scoring_matrix_size_tour", self.manager)
        self.assertEqual(len(self.policy.class_ids), 13)
        self.assertFalse(best.active)

    def test_scripts(self):
        self.browser_js(
            f"{HOOT}&id={self._hoot_id('@crm_scoring')}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )

    @staticmethod
    def _hoot_id(suite):
        """Return what the test runner of the web client calls a suite."""
        number = 0
        for char in suite:
            number = (number * 31 + ord(char)) & 0xFFFFFFFF
        return f"{number:08x}"
