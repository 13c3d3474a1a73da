from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from .common import TODAY
from .test_portfolio import PortfolioCase


@tagged("post_install", "-at_install")
class TestEconomicsFollow(PortfolioCase):
    """Figures by class follow what a manager does on the screen, without a run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for as_of in (date(2025, 4, 30), date(2025, 5, 31), TODAY):
            cls.env["crm.scoring.run"].create(
                {"policy_id": cls.policy.id, "as_of": as_of}
            )._execute()
        cls.economics = cls.env["crm.customer.economics"].search(
            [("company_id", "=", cls.company.id)]
        )

    def _other_bounds(self):
        values = sorted(self._profiles().filtered("value_band").mapped("matrix_value"))
        return {"value": [values[len(values) // 5], values[len(values) // 2]]}

    def _follow(self):
        self.economics._cron_follow()
        self.economics.invalidate_recordset()

    def _sizes(self):
        return {
            int(cell): figures["customers"]
            for cell, figures in self.economics.lifetimes.items()
            if cell != "all"
        }

    def _counted(self):
        return {
            cell.id: len(self._profiles().filtered(lambda p, c=cell: p.class_id == c))
            for cell in self._profiles().class_id
        }

    # === FIGURES BY CLASS === #

    def test_figures_by_class_follow_thresholds(self):
        equity, before = self.economics.equity, self._sizes()
        self.assertEqual(before, self._counted())
        self.policy.apply_thresholds(self._other_bounds())
        self.assertTrue(self.economics.is_outdated)
        self.assertEqual(self._sizes(), before)
        screen = self.economics.with_company(self.company).get_screen()
        self.assertTrue(screen["figures"]["is_outdated"])
        self._follow()
        self.assertFalse(self.economics.is_outdated)
        self.assertNotEqual(self._sizes(), before)
        self.assertEqual(self._sizes(), self._counted())
        self.assertEqual(self.economics.equity, equity, "classes do not change it")

    def test_they_are_those_of_the_next_run(self):
        self.policy.apply_thresholds(self._other_bounds())
        self._follow()
        names = ("cohorts", "retention", "lifetimes", "movement")
        followed = self.economics.read(names)[0]
        self._run()
        self.economics.invalidate_recordset()
        for name in names:
            self.assertEqual(self.economics[name], followed[name], name)

    def test_class_by_hand_is_followed(self):
        profile = self._profiles().filtered(lambda p: p.value_band == 1)[0]
        best = self.policy.class_ids.filtered(lambda cell: cell._place() == (3, 3))
        self.env["crm.customer.class.assignment"].create(
            {
                "partner_id": profile.partner_id.id,
                "company_id": self.company.id,
                "class_id": best.id,
                "reason": "Friend of the house",
            }
        )
        self.assertTrue(self.economics.is_outdated)
        self._follow()
        self.assertEqual(self._sizes(), self._counted())

    def test_a_run_under_way_will_do_it(self):
        self.policy.apply_thresholds(self._other_bounds())
        self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY, "state": "running"}
        )
        self._follow()
        self.assertTrue(self.economics.is_outdated)

    def test_other_companies_are_left_alone(self):
        self.economics._outdate(self._add_company("Economics Neighbour"))
        self.assertFalse(self.economics.is_outdated)

    # === MIGRATION === #

    def _migration(self, *months):
        return self.profiles.get_migration([], *months)

    def _counted_live(self, *months):
        """Count again, as if nothing were kept."""
        kept = "odoo.addons.crm_scoring.models.crm_customer_economics_follow"
        with patch(f"{kept}.CrmCustomerEconomics._kept_migration", lambda *_args: None):
            return self._migration(*months)

    def test_kept_migration_is_what_counting_finds(self):
        for months in ((), ("2025-05-01", "2025-06-01"), ("2025-04-01", "2025-05-01")):
            self.assertEqual(self._migration(*months), self._counted_live(*months))
        rows = self.economics.migration["rows"]
        self.assertEqual(set(rows), {"2025-04-01", "2025-05-01"})

    def test_migration_to_the_last_month_is_not_counted_again(self):
        profiles = type(self.profiles)
        with patch.object(profiles, "_migration_rows", side_effect=AssertionError):
            self.assertEqual(self._migration()["after"], "2025-06-01")
            with self.assertRaises(AssertionError):
                self._migration("2025-04-01", "2025-05-01")
            with self.assertRaises(AssertionError):
                self.profiles.get_migration([("clv", ">", 0)])

    def test_kept_migration_gives_way_to_thresholds(self):
        self.policy.apply_thresholds(self._other_bounds())
        self.assertFalse(self.economics.migration)
        counted = self._migration()
        self._follow()
        self.assertTrue(self.economics.migration)
        self.assertEqual(self._migration(), counted)

    def test_kept_migration_gives_way_to_other_definitions(self):
        """A new type compares months otherwise, before any run."""
        self.env["crm.customer.type"].create(
            {"name": "Hotels", "policy_id": self.policy.id, "domain": "[]"}
        )
        self.assertEqual(self._migration(), self._counted_live())

    def test_salesperson_counts_own_customers(self):
        seller = self._add_user("follow_seller", "crm_scoring.group_crm_scoring_user")
        other = self._add_user("follow_other", "crm_scoring.group_crm_scoring_user")
        partners = self._profiles().partner_id
        partners[:40].user_id = other
        partners[40:45].user_id = seller
        found = self.profiles.with_user(seller).get_migration([])
        shown = sum(map(sum, found["counts"])) + sum(found["entries"])
        self.assertEqual(shown, len(partners) - 40)
        ids = [state["id"] for state in found["states"]]
        for before, row in zip(ids, found["counts"], strict=True):
            for after, count in zip(ids, row, strict=True):
                action = self.profiles.with_user(seller).get_migration_action(
                    "2025-04-01", "2025-06-01", before, after
                )
                history = self.env[action["res_model"]].with_user(seller)
                opened = history.search_count(action["domain"])
                self.assertEqual(opened, count, (before, after))
        months = self.profiles.with_user(seller).get_class_history([], "2025-06-01")
        self.assertEqual(sum(row["customers"] for row in months), len(partners) - 40)
