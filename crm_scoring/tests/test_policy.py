from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ScoringCase


@tagged("post_install", "-at_install")
class TestPolicy(ScoringCase):
    def test_each_company_has_a_policy_with_nine_classes_and_the_lost(self):
        companies = self.env["res.company"].search([])
        policies = self.env["crm.scoring.policy"].search([])
        self.assertEqual(policies.company_id, companies)
        self.assertEqual(len(self.policy.class_ids), 9 + 1)
        self.assertEqual(len(self.policy.value_band_ids), 3)
        self.assertEqual(len(self.policy.loyalty_band_ids), 3)

    def test_second_policy_of_a_company_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.policy.create({"company_id": self.company.id})

    def test_absurd_values_are_refused(self):
        for values in (
            {"horizon_days": 0},
            {"horizon_days": 100_000},
            {"interval_level": 1.0},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.policy.write(values)
        for values in (
            {"discount_rate": 1.5},
            {"discount_rate": -0.1},
            {"margin_rate": 0.0},
            {"margin_rate": 2.0},
            {"window_months": -1},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.policy.write(values)

    def test_customer_filter_that_is_no_domain_is_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "not a domain", "[1]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.policy.customer_domain = domain

    def test_bands_that_do_not_increase_are_refused(self):
        high = self.policy.value_band_ids[-1]
        with self.assertRaisesRegex(ValidationError, "must start above"):
            high.threshold = 100.0
        with self.assertRaisesRegex(ValidationError, "must start above"):
            high.quantile = 0.4

    def test_thresholds_are_edited_in_the_form(self):
        with (
            Form(self.policy) as form,
            form.value_band_ids.edit(2) as band,
        ):
            band.quantile = 0.9
        self.assertEqual(self.policy.value_band_ids[2].quantile, 0.9)

    def test_class_in_use_cannot_be_deleted(self):
        self._add_random_customers(20)
        self._run()
        used = self._profiles()[0].class_id
        with self.assertRaisesRegex(UserError, "customers are in class"):
            used.unlink()
        unused = self.policy.class_ids.filtered(lambda item: not item.customer_count)
        unused[:1].unlink()

    def test_class_name_is_kept_when_the_matrix_is_completed(self):
        champions = self.policy.class_ids.filtered(
            lambda item: (item.value_band, item.loyalty_band) == (3, 3)
        )
        champions.name = "Our best"
        self.policy._sync_classes()
        self.assertEqual(champions.name, "Our best")
        self.assertEqual(len(self.policy.class_ids), 9 + 1)
