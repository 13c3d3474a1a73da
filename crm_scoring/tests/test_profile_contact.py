from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.crm_customer_profile_contact import CONTACT_FIELDS
from .common import TODAY, ScoringCase

USER = "crm_scoring.group_crm_scoring_user"


@tagged("post_install", "-at_install")
class TestProfileContact(ScoringCase):
    """What a profile keeps of its contact is what the contact says, at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls._add_user("before", USER)
        cls.after = cls._add_user("after", USER)
        cls.italy, cls.france = cls.env.ref("base.it"), cls.env.ref("base.fr")
        cls.customer = cls._add_customer(
            "Customer", user_id=cls.before.id, country_id=cls.italy.id
        )
        cls.twin = cls._add_customer("Twin", user_id=cls.after.id)
        for partner in cls.customer | cls.twin:
            cls._add_purchases(partner, (TODAY - timedelta(days=9), 100))

    def _seen_by(self, user):
        profiles = self.env["crm.customer.profile"].with_user(user)
        return profiles.search([("company_id", "=", self.company.id)]).partner_id

    def _assert_follows(self, profile):
        """In the database, where filters and rights look."""
        self.env.flush_all()
        profile.invalidate_recordset()
        for name, said in CONTACT_FIELDS.items():
            self.assertEqual(profile[name], profile.partner_id[said], name)

    def test_a_run_publishes_what_the_contact_says(self):
        self._run()
        self._assert_follows(self._profile(self.customer))
        self.customer.write({"country_id": self.france.id, "active": False})
        self._assert_follows(self._profile(self.customer))
        self._run()
        self._assert_follows(self._profile(self.customer))

    def test_customers_are_found_by_the_tags_of_their_contacts(self):
        self._run()
        tags = self.env["res.partner.category"]
        sector = tags.create({"name": "Sector"})
        hotels = tags.create({"name": "Hotels", "parent_id": sector.id})
        self.customer.category_id = hotels
        profiles = self.env["crm.customer.profile"]
        company = ("company_id", "=", self.company.id)
        for condition in (
            ("contact_tag_ids", "in", hotels.ids),
            ("contact_tag_ids", "in", sector.ids),
            ("contact_tag_ids", "ilike", "hotel"),
            ("contact_tag_ids", "ilike", "sector"),
            ("contact_tag_ids", "!=", False),
        ):
            with self.subTest(condition):
                found = profiles.search([company, condition])
                self.assertEqual(found.partner_id, self.customer)
        for condition in (
            ("contact_tag_ids", "=", False),
            ("contact_tag_ids", "not in", hotels.ids),
        ):
            with self.subTest(condition):
                found = profiles.search([company, condition])
                self.assertEqual(found.partner_id, self.twin)
        self.assertEqual(self._profile(self.customer).contact_tag_ids, hotels)

    def test_another_salesperson_sees_it_at_once_and_the_old_one_no_longer(self):
        self._run()
        profile = self._profile(self.customer)
        self.assertEqual(self._seen_by(self.before), self.customer)
        self.assertEqual(
            profile.with_user(self.before).read(["clv"])[0]["id"], profile.id
        )
        self.customer.user_id = self.after
        self.assertFalse(self._seen_by(self.before))
        self.assertEqual(self._seen_by(self.after), self.customer | self.twin)
        with self.assertRaises(AccessError):
            profile.with_user(self.before).read(["clv"])
        self.customer.user_id = False
        self.assertEqual(self._seen_by(self.before), self.customer)

    def test_who_loses_a_salesperson_is_everybodys(self):
        self._run()
        self.after.unlink()
        self.assertEqual(self._seen_by(self.before), self.customer | self.twin)

    def test_a_merged_customer_is_its_new_contacts(self):
        """The profile of a contact that had none moves there from the one that had."""
        target = self._add_customer("Target", user_id=self.after.id)
        self._run()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | target).ids, target)
        self.assertEqual(self._seen_by(self.before), self.env["res.partner"])
        self._assert_follows(self._profile(target))

    def test_what_was_written_in_sql_follows(self):
        self._run()
        self.env.cr.execute(
            "UPDATE res_partner SET country_id = %s WHERE id = %s",
            [self.france.id, self.customer.id],
        )
        self.customer.invalidate_recordset()
        self.env["crm.customer.profile"]._follow_contacts()
        self._assert_follows(self._profile(self.customer))

    def test_many_contacts_do_not_cost_a_query_each(self):
        partners = self._add_random_customers(40)
        self._run()
        with self.assertQueryCount(8):
            partners.user_id = self.after
            self.env.flush_all()
        self.assertLessEqual(partners & self._seen_by(self.after), partners)
        self._assert_follows(self._profile(partners[0]))
