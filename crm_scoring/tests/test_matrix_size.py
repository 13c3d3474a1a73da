from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestMatrixSize(ScoringCase):
    """A matrix with another number of bands has classes of its own; nothing is renamed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_random_customers(60)
        cls.history = cls.env["crm.customer.profile.history"]

    def _class(self, value, loyalty):
        return self.policy.class_ids.filtered(
            lambda cell: cell._place() == (value, loyalty)
        )

    def _every_class(self):
        return self.policy.with_context(active_test=False).class_ids

    def _note(self):
        return self.policy.message_ids[0].body

    # === HISTORY === #

    def test_former_months_keep_the_names_of_their_matrix(self):
        self._run(as_of=date(2025, 5, 31))
        may = [("company_id", "=", self.company.id), ("month", "=", "2025-05-01")]
        then = {row.partner_id: row.class_id for row in self.history.search(may)}
        names = {partner: cell.name for partner, cell in then.items()}
        self.policy.write({"value_band_count": 4, "loyalty_band_count": 2})
        self._run()
        after = {row.partner_id: row.class_id for row in self.history.search(may)}
        self.assertEqual(after, then)
        self.assertEqual({p: cell.name for p, cell in after.items()}, names)
        for cell in after.values():
            suffix = " (3 × 3)" if cell.value_band else ""
            self.assertEqual(cell.display_name, cell.name + suffix)
        for profile in self._profiles():
            self.assertTrue(profile.class_id.active)
            self.assertEqual(profile.class_id.display_name, profile.class_id.name)
        told = self.profiles.get_class_history([], "2025-05-01")
        self.assertIn(
            f"{max(names.values())} (3 × 3)",
            {row["name"] for row in told if row["month"] == "2025-05-01"},
        )

    @property
    def profiles(self):
        return self.env["crm.customer.profile"].with_company(self.company)

    def test_profile_of_a_former_matrix_says_so(self):
        self._run()
        self._class(3, 3).name = "Our best"
        profile = self._profiles().filtered(lambda p: p.class_id == self._class(3, 3))[
            0
        ]
        self.policy.value_band_count = 4
        told = str(profile.explanation)
        self.assertIn("Our best (3 × 3)", told)
        self.assertIn("in a former matrix", told)
        self.assertNotIn("begins at", told)

    def test_group_tells_of_the_former_matrix(self):
        self._run()
        group = self._add_group("All", [])
        self.policy.value_band_count = 4
        names = {row["name"] for row in group.get_figures(group.id, {})["classes"]}
        self.assertIn("Champions (3 × 3)", names)

    def test_former_classes_without_customers_are_in_no_forecast(self):
        for month in (4, 5):
            self._run(as_of=date(2025, month, 28))
        self.policy.value_band_count = 5
        self._run()
        economics = self.env["crm.customer.economics"].search(
            [("company_id", "=", self.company.id)]
        )
        former = self._every_class() - self.policy.class_ids
        states = set(economics.movement["model"]["states"])
        self.assertFalse(states & set(map(str, former.ids)))
        self.assertLessEqual(set(map(str, self.policy.class_ids.ids)), states)

    def test_classes_that_figures_tell_of_have_names(self):
        for month in (4, 5):
            self._run(as_of=date(2025, month, 28))
        self._run()
        self.policy.value_band_count = 2
        screen = self.env["crm.customer.economics"].with_company(self.company)
        screen = screen.get_screen()
        names = {label["id"]: label["name"] for label in screen["classes"]}
        for span in screen["figures"]["movement"]["spans"]:
            self.assertLessEqual(set(span["states"]) - {0}, names.keys())

    # === CLASSES === #

    def test_both_numbers_at_once_make_one_matrix(self):
        before = self._every_class()
        self.policy.write({"value_band_count": 2, "loyalty_band_count": 5})
        made = self._every_class() - before
        self.assertEqual(len(made), 10)
        self.assertEqual({cell._matrix_size() for cell in made}, {(2, 5)})

    def test_not_while_a_run_is_under_way(self):
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "publish":
            run._step()
        with self.assertRaisesRegex(UserError, "A scoring run is under way"):
            self.policy.value_band_count = 5
        self.assertEqual(len(self.policy.value_band_ids), 3)
        self.policy.value_band_count = 3
        run._execute()
        self.policy.value_band_count = 5
        self.assertEqual(len(self.policy.value_band_ids), 5)

    def test_same_number_changes_nothing(self):
        self.policy.value_band_ids[1].name = "Middling"
        self.policy.write({"value_band_count": 3, "loyalty_band_count": 3})
        self.assertEqual(self.policy.value_band_ids[1].name, "Middling")

    def test_matrix_comes_back_as_it_was(self):
        self._class(2, 2).write({"name": "Our middle", "strategy": "harvest"})
        classes = self.policy.class_ids
        self.policy.value_band_count = 5
        self.policy.value_band_count = 3
        self.assertEqual(self.policy.class_ids, classes)
        self.assertEqual(self._class(2, 2).name, "Our middle")
        self.assertEqual(self._class(2, 2).strategy, "harvest")

    def test_wording_goes_to_the_same_place(self):
        self.env["res.lang"]._activate_lang("it_IT")
        best = self._class(3, 3)
        best.write({"name": "Our best", "description": "Dine with them.", "color": 5})
        best.with_context(lang="it_IT").name = "I nostri migliori"
        self._class(2, 2).description = "Listen to them."
        self.policy.write({"value_band_count": 5, "loyalty_band_count": 4})
        corner = self._class(5, 4)
        self.assertNotEqual(corner, best)
        self.assertEqual(corner.name, "Our best")
        self.assertEqual(corner.description, "Dine with them.")
        self.assertEqual(corner.color, 5)
        self.assertEqual(corner.with_context(lang="it_IT").name, "I nostri migliori")
        self.assertEqual(self._class(3, 3).description, "Listen to them.")
        self.assertEqual(best.name, "Our best")

    def test_lost_customers_are_of_every_matrix(self):
        lost = self._class(0, 0)
        self.policy.loyalty_band_count = 2
        self.assertEqual(self._class(0, 0), lost)
        self.assertTrue(lost.active)

    def test_number_of_bands_of_a_new_policy_is_heeded(self):
        company = self._add_company("Five by Three")
        policy = self.env["crm.scoring.policy"].search(
            [("company_id", "=", company.id)]
        )
        policy.unlink()
        policy = policy.create({"company_id": company.id, "value_band_count": 5})
        self.assertEqual(len(policy.value_band_ids), 5)
        self.assertEqual(len(policy.loyalty_band_ids), 3)
        self.assertEqual(len(policy.class_ids), 16)

    # === WHO REFERS TO CLASSES === #

    def test_class_by_hand_goes_to_the_same_place(self):
        self._run()
        profile = self._profiles()[0]
        self.env["crm.customer.class.assignment"].create(
            {
                "partner_id": profile.partner_id.id,
                "company_id": self.company.id,
                "class_id": self._class(3, 3).id,
                "reason": "Owner's friend",
                "date_from": TODAY,
                "date_to": date.today() + timedelta(days=30),
            }
        )
        self.policy.write({"value_band_count": 4, "loyalty_band_count": 4})
        self.assertIn("1 classes given by hand", self._note())
        self._run()
        self.assertEqual(profile.class_id, self._class(4, 4))
        self.assertTrue(profile.is_class_assigned)

    def test_groups_and_alerts_that_ask_for_former_classes_say_so(self):
        self._run()
        best = self._class(3, 3)
        asking = self._add_group("Best", [("class_id", "in", best.ids)])
        by_name = self._add_group("Named", [("class_id", "=", "Switchers")])
        by_strategy = self._add_group("Growing", [("class_id.strategy", "=", "grow")])
        alert = self.env["crm.scoring.alert"].create(
            {
                "name": "Best at risk",
                "active": True,
                "company_id": self.company.id,
                "profile_domain": f"[('class_id', '=', {best.id})]",
            }
        )
        groups = asking | by_name | by_strategy
        self.assertFalse(groups.former_class_ids)
        self.policy.value_band_count = 4
        groups.invalidate_recordset()
        self.assertEqual(asking.former_class_ids, best)
        self.assertEqual(alert.former_class_ids, best)
        self.assertFalse(by_strategy.former_class_ids)
        for text in ("“Best” asks for Champions (3 × 3)", "“Best at risk”"):
            self.assertIn(text, self._note())
        self.assertNotIn("Growing", self._note())
        self.policy.value_band_count = 3
        groups.invalidate_recordset()
        self.assertFalse(groups.former_class_ids)

    def test_classes_of_other_companies_do_not_hide_a_former_one(self):
        self._add_company("Neighbour")  # has a class of the same name
        other = self.env["crm.customer.class"].search(
            [("company_id", "!=", self.company.id), ("name", "=", "Switchers")]
        )
        self._run()
        group = self._add_group("By name", [("class_id.name", "=", "Switchers")])
        self.policy.value_band_count = 4
        self.assertTrue(other)
        former = self._every_class().filtered(
            lambda cell: not cell.active and cell.name == "Switchers"
        )
        self.assertTrue(former)
        self.assertEqual(group.former_class_ids, former)

    def _add_group(self, name, domain):
        return self.env["crm.target.group"].create(
            {"name": name, "company_id": self.company.id, "domain": str(domain)}
        )
