from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TODAY
from .test_portfolio import PortfolioCase


@tagged("post_install", "-at_install")
class TestCustomerType(PortfolioCase):
    """Customers judged among themselves: thresholds of their own, one matrix."""

    def _add_type(self, name="Hotels", **values):
        return self.env["crm.customer.type"].create(
            {"name": name, "policy_id": self.policy.id, **values}
        )

    def _mark(self, count, ref="hotel"):
        """Mark the best customers, whose type will have high bounds."""
        best = self._profiles().sorted("clv", reverse=True)[:count]
        best.partner_id.ref = ref
        return best.partner_id

    def _bounds_of(self, customer_type):
        bands = customer_type.value_band_ids[1:]
        return bands.mapped("lower_bound")

    def test_first_type_that_matches_counts(self):
        hotels = self._mark(30)
        chains = hotels[:8]
        chains.ref = "hotel chain"
        later = self._add_type(domain="[('ref', 'like', 'hotel')]", sequence=20)
        first = self._add_type(
            "Chains", domain="[('ref', 'like', 'chain')]", sequence=5
        )
        self._run()
        of_type = self._profiles().grouped("type_id")
        self.assertEqual(of_type[first].partner_id, chains)
        self.assertEqual(of_type[later].partner_id, hotels - chains)
        none = self.env["crm.customer.type"]
        self.assertEqual(len(of_type[none]), len(self._profiles()) - 30)

    def test_each_type_has_bounds_of_its_own(self):
        self._mark(30)
        hotels = self._add_type(domain="[('ref', '=', 'hotel')]")
        self._run()
        rest = self._bounds()["value"]
        self.assertGreater(self._bounds_of(hotels)[0], rest[0])
        for customer_type in (hotels, self.env["crm.customer.type"]):
            inside = self._profiles().filtered(
                lambda p, of=customer_type: p.type_id == of and p.value_band
            )
            top = inside.filtered(lambda p: p.value_band == 3)
            self.assertAlmostEqual(len(top) / len(inside), 0.2, delta=0.07)
        profile = self._profiles().filtered(lambda p: p.type_id and p.value_band == 2)[
            0
        ]
        self.assertIn("Medium value", str(profile.explanation))

    def test_type_keeps_names_and_number_of_the_matrix(self):
        hotels = self._add_type()
        names = hotels.value_band_ids.mapped("display_name")
        self.assertEqual(names, ["Low value", "Medium value", "High value"])
        self.policy.value_band_ids[0].name = "Little"
        self.assertEqual(hotels.value_band_ids[0].display_name, "Little")
        self.policy.value_band_count = 4
        self.assertEqual(len(hotels.value_band_ids), 4)
        self.assertEqual(len(self.policy.value_band_ids), 4)
        self.assertEqual(len(self.policy.class_ids), 13)

    def test_portfolio_of_one_type_and_of_the_others(self):
        self._mark(30)
        hotels = self._add_type(domain="[('ref', '=', 'hotel')]")
        self._run()
        everybody = self._portfolio()
        self.assertEqual(
            [(each["id"], each["customers"]) for each in everybody["types"]],
            [(hotels.id, 30), (-1, len(self._profiles()) - 30)],
        )
        of_hotels = self._portfolio(type_id=hotels.id)
        self.assertEqual(of_hotels["totals"]["customers"], 30)
        self.assertEqual(
            [band["lower_bound"] for band in of_hotels["bands"]["value"][1:]],
            self._bounds_of(hotels),
        )
        others = self._portfolio(type_id=-1)
        self.assertEqual(others["totals"]["customers"], len(self._profiles()) - 30)
        for place, cell in enumerate(everybody["cells"]):
            parts = (of_hotels["cells"][place], others["cells"][place])
            self.assertEqual(cell["customers"], sum(p["customers"] for p in parts))

    def test_preview_and_apply_touch_one_type(self):
        self._mark(30)
        hotels = self._add_type(domain="[('ref', '=', 'hotel')]")
        self._run()
        before = {p: p.class_id for p in self._profiles()}
        values = sorted(
            self._profiles()
            .filtered(lambda p: p.type_id and p.value_band)
            .mapped("matrix_value")
        )
        bounds = {"value": [values[3], values[8]]}
        preview = self.profiles.get_threshold_preview([], bounds, hotels.id)
        action = self.profiles.get_preview_movers_action([], bounds, hotels.id)
        movers = self.env[action["res_model"]].search(action["domain"])
        done = self.policy.apply_thresholds(bounds, hotels.id)
        self.assertTrue(done["moved"])
        self.assertEqual(done["moved"], preview["moved"])
        moved = {p for p in self._profiles() if p.class_id != before[p]}
        self.assertEqual(moved, set(movers))
        self.assertEqual({p.type_id for p in moved}, {hotels})
        self.assertIn("Hotels", self.policy.message_ids[0].body)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(
            moved, {p for p in self._profiles() if p.class_id != before[p]}
        )

    def test_type_in_use_is_not_deleted(self):
        self._mark(30)
        hotels = self._add_type(domain="[('ref', '=', 'hotel')]")
        self._run()
        with self.assertRaisesRegex(UserError, "30 customers are of type “Hotels”"):
            hotels.unlink()
        hotels.active = False
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertFalse(self._profiles().type_id)
        self.assertEqual(self._portfolio()["types"], [])
        bands = hotels.value_band_ids | hotels.loyalty_band_ids
        hotels.unlink()
        self.assertFalse(bands.exists())

    def test_type_of_the_past_or_of_a_run_under_way_is_not_deleted(self):
        self._mark(30)
        hotels = self._add_type(domain="[('ref', '=', 'hotel')]")
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "publish":
            run._step()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            hotels.unlink()
        run._execute()
        hotels.active = False
        months = self.env["crm.customer.profile.history"].search([])
        of_type = months.filtered("type_id")
        self.assertEqual(len(of_type), 30)
        self._profiles().type_id = False
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            hotels.unlink()
        of_type.type_id = False
        self.env.flush_all()
        hotels.unlink()

    def test_class_of_a_run_under_way_is_not_deleted(self):
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "publish":
            run._step()
        staged = self.env["crm.customer.profile"]
        used = self.policy.class_ids.filtered(
            lambda cell: staged._is_staged("class_id", cell)
        )
        self._profiles().unlink()
        self.env["crm.customer.profile.history"].search([]).unlink()
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            used[0].unlink()

    def test_type_without_customers_is_no_harm(self):
        empty = self._add_type("Nobody", domain="[('ref', '=', 'nobody at all')]")
        bounds = self._bounds_of(empty)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._bounds_of(empty), bounds)
        self.assertEqual(self._portfolio(type_id=empty.id)["totals"]["customers"], 0)
        with self.assertRaisesRegex(UserError, "no customers"):
            self.policy.apply_thresholds({"value": [1, 2]}, empty.id)

    def test_type_that_is_gone_or_a_neighbours_is_told(self):
        other = self._add_company("Neighbour of Types")
        policy = self.env["crm.scoring.policy"]._for_company(other)
        foreign = self._add_type(policy_id=policy.id)
        for type_id in (foreign.id, 2**31 - 1):
            with self.assertRaisesRegex(UserError, "type is gone"):
                self._portfolio(type_id=type_id)
            with self.assertRaisesRegex(UserError, "type is gone"):
                self.policy.apply_thresholds({"value": [1, 2]}, type_id)
        with self.assertRaisesRegex(ValidationError, "stays with its company"):
            foreign.policy_id = self.policy

    def test_filter_that_is_no_filter_is_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "[(", "nonsense"):
            with self.assertRaisesRegex(ValidationError, "choose the customers"):
                self._add_type(domain=domain)

    def test_both_bounds_may_rise_at_once_in_the_form(self):
        self.policy.value_method = "manual"
        with Form(self.policy) as form:
            for place, bound in ((1, 7000), (2, 9000)):
                with form.value_band_ids.edit(place) as band:
                    band.threshold = bound
        self.assertEqual(
            self.policy.value_band_ids[1:].mapped("threshold"), [7000, 9000]
        )
        with self.assertRaisesRegex(ValidationError, "must start above"):
            self.policy.value_band_ids[1].threshold = 10_000

    def test_manager_makes_types_and_a_user_does_not(self):
        manager = self._add_user(
            "type_manager", "crm_scoring.group_crm_scoring_manager"
        )
        made = (
            self.env["crm.customer.type"]
            .with_user(manager)
            .with_company(self.company)
            .create({"name": "Offices"})
        )
        self.assertEqual(made.policy_id, self.policy)
        self.assertEqual(len(made.loyalty_band_ids), 3)
        self.assertEqual(made.company_id, self.company)
        self.assertEqual(TODAY, self._profiles()[:1].as_of)

    def test_filter_that_finds_nothing_but_an_error_is_refused(self):
        for domain in ("[('id', '=', 'abc')]", "[('credit_limit', '>', 'x')]", "[(1"):
            with (
                self.subTest(domain),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(ValidationError, "not valid"),
            ):
                self._add_type(domain=domain)

    def test_filter_that_broke_since_fails_the_run_in_words(self):
        hotels = self._add_type(domain="[('ref', '=', 'hotel')]")
        self.env.cr.execute(
            "UPDATE crm_customer_type SET domain = %s WHERE id = %s",
            ["[('gone_with_its_addon', '=', 1)]", hotels.id],
        )
        hotels.invalidate_recordset()
        before = {p: p.class_id for p in self._profiles()}
        run = self._run()
        self.assertEqual(run.state, "failed")
        self.assertIn("The filter of “Hotels” does not work any more", run.error)
        self.assertEqual({p: p.class_id for p in self._profiles()}, before)
        hotels.active = False
        self.assertEqual(self._run().state, "done")
