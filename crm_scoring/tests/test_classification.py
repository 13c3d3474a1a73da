from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestClassification(ScoringCase):
    def setUp(self):
        super().setUp()
        self.policy.write({"lost_below": 0, "steadiness": "none"})

    def _class(self, value, loyalty):
        return self.policy.class_ids.filtered(
            lambda cell: (cell.value_band, cell.loyalty_band) == (value, loyalty)
        )

    def _bounds(self, axis="value"):
        bands = self.policy[f"{axis}_band_ids"]
        return bands.filtered(lambda band: band.rank > 1).mapped("lower_bound")

    # === THRESHOLDS === #

    def test_share_of_the_total_puts_who_crosses_it_above(self):
        self._add_random_customers(40)
        self.policy.value_method = "cumulative_share"
        self._run()
        profiles = self._profiles()
        top = profiles.filtered(lambda one: one.value_band == 3)
        total = sum(profiles.mapped("clv"))
        self.assertGreaterEqual(sum(top.mapped("clv")), 0.8 * total)
        self.assertLess(sum(top.mapped("clv")) - min(top.mapped("clv")), 0.8 * total)

    def test_natural_breaks_fill_every_band_without_figures(self):
        self._add_random_customers(40)
        self.policy.write(
            {"value_method": "natural_breaks", "loyalty_method": "natural_breaks"}
        )
        self._run()
        self.assertEqual(set(self._profiles().mapped("value_band")), {1, 2, 3})
        self.assertEqual(set(self._profiles().mapped("loyalty_band")), {1, 2, 3})
        self.assertEqual(self._bounds(), sorted(self._bounds()))

    def test_equal_customers_share_a_class_whatever_the_method(self):
        customers = [self._add_customer(f"Equal {index}") for index in range(12)]
        for customer in customers:
            self._add_purchases(customer, (date(2025, 1, 1), 50), (TODAY, 50))
        for method in ("quantile", "cumulative_share", "natural_breaks", "manual"):
            with self.subTest(method):
                self.policy.value_method = method
                run = self._run()
                self.assertEqual(run.state, "done", run.error)
                self.assertEqual(len(self._profiles().class_id), 1)

    def test_another_number_of_bands_makes_its_classes(self):
        self._add_random_customers(40)
        for value, loyalty in ((2, 2), (5, 5), (4, 3)):
            with self.subTest((value, loyalty)):
                self.policy.write(
                    {"value_band_count": value, "loyalty_band_count": loyalty}
                )
                classes = self.policy.class_ids
                self.assertEqual(len(classes), value * loyalty + 1)
                self.assertEqual(len(set(classes.mapped("name"))), len(classes))
                run = self._run()
                self.assertEqual(run.state, "done", run.error)
                self.assertTrue(all(self._profiles().mapped("class_id")))

    def test_renamed_corner_keeps_its_name_in_a_larger_matrix(self):
        self._class(3, 3).name = "Our best"
        self._class(1, 1).name = "Champions of sleep"
        self.policy.value_band_count = 4
        self.assertEqual(self._class(4, 3).name, "Our best")
        self.assertEqual(self._class(1, 1).name, "Champions of sleep")
        self.assertNotIn("Our best", self._class(3, 3).name)

    def test_usual_name_moves_with_its_place(self):
        self.policy.value_band_count = 2
        self.assertEqual(self._class(2, 3).name, "Champions")
        self.policy.value_band_count = 3
        self.assertEqual(self._class(3, 3).name, "Champions")
        self.assertEqual(self._class(2, 3).name, "Faithful regulars")

    def test_one_band_and_six_are_refused(self):
        for count in (1, 6):
            with self.assertRaisesRegex(ValidationError, "2 to 5 bands"):
                self.policy.value_band_count = count
        self.assertEqual(len(self.policy.value_band_ids), 3)

    def test_manager_changes_the_number_of_bands(self):
        manager = self._add_user("bands", "crm_scoring.group_crm_scoring_manager")
        with Form(self.policy.with_user(manager)) as form:
            form.value_band_count = 2
            form.loyalty_band_count = 5
        self.assertEqual(len(self.policy.value_band_ids), 2)
        self.assertEqual(len(self.policy.class_ids), 11)

    def test_new_bands_find_bounds_though_bounds_are_kept(self):
        self._add_random_customers(30)
        self._run()
        self.policy.write({"frozen_until": TODAY, "value_band_count": 5})
        self._run()
        self.assertEqual(len(set(self._bounds())), 4)
        self.assertEqual(set(self._profiles().mapped("value_band")), {1, 2, 3, 4, 5})
        bounds = self._bounds()
        self._add_random_customers(30, seed=2)
        self._run()
        self.assertEqual(self._bounds(), bounds)

    def test_bound_of_loyalty_beyond_all_is_refused(self):
        for threshold in (1.5, -0.5):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, "loyalty_range"),
                self.cr.savepoint(),
            ):
                self.policy.with_context(bands_together=True).loyalty_band_ids[
                    2
                ].threshold = threshold
                self.policy.loyalty_band_ids.flush_recordset()

    def test_high_value_is_the_upper_third_of_any_number_of_bands(self):
        self._add_random_customers(40)
        for count, high, valuable in (
            (2, {2}, {2}),
            (3, {3}, {2, 3}),
            (4, {4}, {2, 3, 4}),
            (5, {4, 5}, {3, 4, 5}),
        ):
            with self.subTest(count):
                self.policy.value_band_count = count
                self._run()
                profiles = self._profiles()
                for name, bands in (("is_high_value", high), ("is_valuable", valuable)):
                    of_level = [("id", "in", profiles.ids), (name, "=", True)]
                    found = profiles.search(of_level)
                    self.assertEqual(set(found.mapped("value_band")), bands)
                    self.assertEqual(found, profiles.filtered(name))
                    others = profiles.search([of_level[0], (name, "=", False)])
                    self.assertEqual(found | others, profiles)

    def test_shares_that_do_not_decrease_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "share of the total"):
            self.policy.value_band_ids[-1].share = 0.97
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.policy.value_band_ids[-1].share = 0
            self.policy.value_band_ids.flush_recordset()

    def test_number_of_bands_is_chosen_in_the_form(self):
        with Form(self.policy) as form:
            form.value_band_count = 4
        self.assertEqual(len(self.policy.value_band_ids), 4)

    # === STEADINESS === #

    def _add_wavering_customers(self):
        """Some to compare with, and the bound set just above one of them."""
        self._add_random_customers(30)
        self._run()
        ranked = self._profiles().sorted("clv")
        waverer = ranked[len(ranked) // 2]
        self.policy.value_method = "manual"
        self._set_bound(waverer.clv * 0.98)
        self._run()
        return waverer

    def _set_bound(self, bound):
        low, high = self.policy.value_band_ids[1:]
        high.write({"threshold": 1e9})
        low.write({"threshold": bound})

    def _keep_settings(self):
        """Make the changed thresholds look as if they had been in force before."""
        runs = self.env["crm.scoring.run"].search([("policy_id", "=", self.policy.id)])
        runs.write({"threshold_settings": self.policy._threshold_settings()})

    def test_noise_around_a_bound_changes_nothing(self):
        waverer = self._add_wavering_customers()
        self.policy.write({"steadiness": "margin", "steadiness_margin": 0.05})
        for factor in (1.02, 0.97, 1.04, 0.99):
            self._set_bound(waverer.clv * factor)
            self._keep_settings()
            self._run()
            self.assertEqual(waverer.value_band, 2)
        self.assertEqual(waverer.value_rank, 2)
        self._set_bound(waverer.clv * 1.2)
        self._keep_settings()
        self._run()
        self.assertEqual(waverer.value_band, 1)

    def test_changed_thresholds_apply_at_once(self):
        waverer = self._add_wavering_customers()
        self.policy.write({"steadiness": "margin", "steadiness_margin": 0.05})
        self._set_bound(waverer.clv * 1.02)
        self._run()
        self.assertEqual(waverer.value_band, 1)

    def test_two_months_must_agree(self):
        self.policy.steadiness = "two_periods"
        customer = self._add_customer("Riser")
        self._add_random_customers(30)
        self._add_purchases(customer, (date(2025, 1, 10), 10))
        self._run(as_of=date(2025, 4, 30))
        before = self._profile(customer).value_band
        self._add_purchases(
            customer, *[(date(2025, 5, day), 5000) for day in (2, 9, 16, 23)]
        )
        self._run(as_of=date(2025, 5, 31))
        profile = self._profile(customer)
        self.assertGreater(profile.value_rank, before)
        self.assertEqual(profile.value_band, before)
        self._run(as_of=date(2025, 6, 30))
        self.assertGreater(self._profile(customer).value_band, before)

    def test_frozen_bounds_stay_though_customers_change(self):
        self._add_random_customers(30)
        self._run()
        bounds = self._bounds()
        self._add_random_customers(30, seed=2)
        self.policy.frozen_until = TODAY
        self._run()
        self.assertEqual(self._bounds(), bounds)
        self.policy.frozen_until = TODAY - timedelta(days=1)
        self._run()
        self.assertNotEqual(self._bounds(), bounds)

    # === LOST CUSTOMERS === #

    def test_lost_customers_are_apart_and_do_not_move_the_bounds(self):
        self._add_random_customers(40)
        gone = self._add_customer("Gone")
        self._add_purchases(
            gone, *[(date(2022, 1, 1) + timedelta(days=9 * n), 80) for n in range(20)]
        )
        self.policy.lost_below = 0.05
        self._run()
        profile = self._profile(gone)
        self.assertLess(profile.purchase_probability, 0.05)
        self.assertEqual(profile.class_id, self._class(0, 0))
        self.assertEqual(profile.value_band, 0)
        self.assertIn("lost", str(profile.explanation))
        kept = self._profiles().filtered(lambda one: one.value_band)
        self.assertAlmostEqual(
            len(kept.filtered(lambda one: one.value_band == 3)) / len(kept), 0.2, 1
        )

    def _set_lost_below(self, probability):
        self.policy.lost_below = probability
        self._keep_settings()
        self._run()

    def test_noise_around_the_limit_of_the_lost_changes_nothing(self):
        self._add_random_customers(40)
        self.policy.write({"steadiness": "margin", "steadiness_margin": 0.05})
        self._run()
        profile = self._profiles().sorted("purchase_probability")[10]
        limit = profile.purchase_probability
        for factor, is_lost in ((0.98, 0), (1.02, 0), (1.1, 1), (0.98, 1), (0.9, 0)):
            self._set_lost_below(limit * factor)
            self.assertEqual(profile.value_band == 0, bool(is_lost), factor)
        self.policy.lost_below = limit * 1.02
        self._run()
        self.assertEqual(profile.value_band, 0, "a changed limit applies at once")

    # === CLASSES GIVEN BY HAND === #

    def _assign(self, customer, cell=(3, 3), **values):
        return self.env["crm.customer.class.assignment"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "class_id": self._class(*cell).id,
                "reason": "Framework contract",
                "date_from": TODAY,
                "date_to": TODAY + timedelta(days=30),
                **values,
            }
        )

    def test_class_given_by_hand_holds_until_its_last_day(self):
        customer = self._add_customer()
        self._add_purchases(customer, (date(2025, 1, 1), 1))
        self._add_random_customers(20)
        self._run()
        found = self._profile(customer).class_id
        self.assertNotEqual(found, self._class(3, 3))
        given = self._assign(customer)
        self._run()
        profile = self._profile(customer)
        self.assertEqual(profile.class_id, self._class(3, 3))
        self.assertTrue(profile.is_class_assigned)
        self.assertIn("Framework contract", str(profile.explanation))
        given.write({"date_from": date(2025, 1, 1), "date_to": date(2025, 6, 29)})
        self._run()
        profile = self._profile(customer)
        self.assertEqual(profile.class_id, found)
        self.assertFalse(profile.is_class_assigned)

    def test_contact_rolls_up_and_two_at_once_are_refused(self):
        customer = self._add_customer(is_company=True)
        contact = self._add_customer("Contact", parent_id=customer.id)
        given = self._assign(contact)
        self.assertEqual(given.partner_id, customer)
        with self.assertRaisesRegex(ValidationError, "end that one first"):
            self._assign(customer, cell=(1, 1))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            given.date_to = TODAY - timedelta(days=1)
            given.flush_recordset()

    def test_many_at_once_are_shown_at_once(self):
        customers = self._add_random_customers(8)
        self._run()
        assigned = customers.filtered(self._profile)
        values = [
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "class_id": self._class(1, 3).id,
                "reason": "Family of the founder",
                "date_from": TODAY,
                "date_to": TODAY + timedelta(days=30),
            }
            for customer in assigned
        ]
        with freeze_time(TODAY):
            self.env["crm.customer.class.assignment"].create(values)
        self.assertGreater(len(assigned), 4)
        for customer in assigned:
            self.assertEqual(self._profile(customer).class_id, self._class(1, 3))

    def test_change_of_a_class_given_by_hand_is_seen_at_once(self):
        self._add_random_customers(20)
        self._run()
        profile = self._profiles()[0]
        customer, found = profile.partner_id, profile.class_id
        first, second = (self.policy.class_ids - found)[:2]
        kept = self.env["crm.customer.profile.history"].search(
            [("partner_id", "=", customer.id), ("company_id", "=", self.company.id)]
        )

        def seen():
            classes = profile.class_id | kept.class_id
            return classes, profile.is_class_assigned

        with freeze_time(TODAY):
            given = self._assign(customer, class_id=first.id)
            self.assertEqual(seen(), (first, True))
            given.class_id = second
            self.assertEqual(seen(), (second, True))
            given.write({"date_from": "2025-01-01", "date_to": "2025-06-29"})
            self.assertEqual(seen(), (found, False))
            given.date_to = TODAY
            self.assertEqual(seen(), (second, True))
            given.unlink()
            self.assertEqual(seen(), (found, False))

    def test_class_of_another_company_is_refused(self):
        other = self._add_company("Other")
        policy = self.env["crm.scoring.policy"]._for_company(other)
        with self.assertRaises(UserError):
            self._assign(self._add_customer(), class_id=policy.class_ids[0].id)

    # === HISTORY === #

    def test_class_is_dated_from_when_it_began(self):
        april, may = date(2025, 4, 30), date(2025, 5, 31)
        self._add_random_customers(40)
        self._run(as_of=april)
        before = {one.partner_id: one.class_id for one in self._profiles()}
        self._run(as_of=may)
        profiles = self._profiles()
        stayed = profiles.filtered(
            lambda one: one.class_id == before.get(one.partner_id)
        )
        self.assertTrue(stayed)
        self.assertEqual(set(stayed.mapped("class_since")), {april})
        self.assertEqual(set((profiles - stayed).mapped("class_since")), {may})

    def test_class_given_by_hand_is_dated_too(self):
        customer = self._add_customer()
        self._add_purchases(customer, (date(2025, 1, 1), 100))
        self._add_random_customers(20)
        self._run(as_of=date(2025, 5, 31))
        self._assign(customer, date_from=date(2025, 6, 1))
        self._run()
        profile = self._profile(customer)
        self.assertTrue(profile.is_class_assigned)
        self.assertEqual(profile.class_since, TODAY)

    def test_why_in_this_class_names_bands_and_bounds(self):
        self._add_random_customers(20)
        self._run()
        profile = self._profiles().filtered(
            lambda one: one.value_band == 2 and one.loyalty_band > 1
        )[0]
        text = str(profile.explanation)
        self.assertIn("Medium value", text)
        self.assertIn("“High value” begins at", text)
