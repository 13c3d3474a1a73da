from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestPartnerProfile(ScoringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls._add_customer("Firm", is_company=True)
        cls.contact = cls._add_customer("Contact of Firm", parent_id=cls.firm.id)
        cls.small = cls._add_customer("Small")
        cls.stranger = cls._add_customer("Stranger")
        days = [TODAY - timedelta(days=30 * step) for step in range(10)]
        cls._add_purchases(cls.firm, *[(day, 500) for day in days[::2]])
        cls._add_purchases(cls.contact, *[(day, 500) for day in days[1::2]])
        cls._add_purchases(cls.small, (days[3], 20), (days[5], 30))

    def setUp(self):
        super().setUp()
        self._run()
        self.partners = self.env["res.partner"].with_company(self.company)
        self.ids = (self.firm | self.contact | self.small | self.stranger).ids

    def _search(self, domain, **kwargs):
        return self.partners.search([("id", "in", self.ids), *domain], **kwargs)

    def test_contacts_roll_up_to_the_customer(self):
        profile = self._profile(self.firm)
        self.assertEqual(profile.purchase_count, 10)
        self.assertFalse(self._profile(self.contact))
        contact = self.contact.with_company(self.company)
        self.assertEqual(contact.customer_profile_id, profile)
        self.assertEqual(contact.clv, profile.clv)

    def test_partners_are_searched_by_their_profile(self):
        self.assertEqual(self._search([("clv", ">", 100)]), self.firm | self.contact)
        scored = self.firm | self.contact | self.small
        self.assertEqual(self._search([("customer_profile_id", "!=", False)]), scored)
        self.assertEqual(
            self._search([("customer_profile_id", "=", False)]), self.stranger
        )
        profile = self._profile(self.small)
        self.assertEqual(
            self._search([("customer_class_id", "=", profile.class_id.id)]), self.small
        )
        self.assertEqual(
            self._search([("customer_class_id.name", "=", profile.class_id.name)]),
            self.small,
        )
        self.assertEqual(
            self._search([("customer_class_id", "=", False)]), self.stranger
        )

    def test_partners_are_sorted_with_unscored_ones_last(self):
        self.assertEqual(
            self._search([("id", "!=", self.contact.id)], order="clv desc").ids,
            [self.firm.id, self.small.id, self.stranger.id],
        )
        self.assertEqual(
            self._search([("id", "!=", self.contact.id)], order="clv").ids,
            [self.small.id, self.firm.id, self.stranger.id],
        )

    def test_partners_are_grouped_by_class(self):
        groups = self.partners._read_group(
            [("id", "in", self.ids)], ["customer_class_id"], ["__count"]
        )
        self.assertEqual(
            {customer_class.id: count for customer_class, count in groups},
            {
                self._profile(self.firm).class_id.id: 2,
                self._profile(self.small).class_id.id: 1,
                False: 1,
            },
        )

    def test_profile_is_the_one_of_the_current_company(self):
        other = self._add_company("Other Company")
        self._add_purchases(self.firm, (TODAY, 1), company=other)
        self._run(policy=self.env["crm.scoring.policy"]._for_company(other))
        here = self.firm.with_company(self.company)
        there = self.firm.with_company(other)
        self.assertEqual(here.customer_profile_id.purchase_count, 10)
        self.assertEqual(there.customer_profile_id.purchase_count, 1)
        self.assertEqual(
            self.env["res.partner"].with_company(other).search([("clv", "!=", False)]),
            self.firm | self.contact,
        )

    def test_lead_shows_the_profile_of_its_customer(self):
        leads = self.env["crm.lead"].with_company(self.company)
        lead = leads.create({"name": "Again", "partner_id": self.contact.id})
        self.assertEqual(lead.clv, self._profile(self.firm).clv)
        self.assertIn(lead, leads.search([("clv", ">", 100)]))
        self.assertEqual(leads.search([], order="clv desc", limit=1), lead)

    def test_merged_customers_count_once(self):
        twin = self._add_customer("Firm again", is_company=True)
        self._add_purchases(twin, (TODAY - timedelta(days=7), 70))
        self._run()
        self.assertEqual(self._profile(twin).revenue, 70)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [(6, 0, (self.firm | twin).ids)]}
        )
        wizard.dst_partner_id = self.firm
        wizard.action_merge()
        self.assertFalse(twin.exists())
        self._run()
        profile = self._profile(self.firm)
        self.assertEqual(profile.revenue, 5070)
        self.assertEqual(profile.purchase_count, 11)

    def test_archived_customer_is_scored_and_filtered(self):
        self.small.active = False
        self._run()
        profile = self._profile(self.small)
        self.assertTrue(profile)
        self.assertFalse(profile.customer_active)
        self.assertNotIn(
            profile,
            self.env["crm.customer.profile"].search([("customer_active", "=", True)]),
        )

    def test_deleted_customer_takes_the_profile_along(self):
        self.env["crm.purchase.history"].search(
            [("partner_id", "=", self.small.id)]
        ).unlink()
        profile = self._profile(self.small)
        self.small.unlink()
        self.assertFalse(profile.exists())

    def test_user_without_rights_sees_no_profile_fields(self):
        user = self._add_user("plain_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.firm.with_user(user).read(["clv"])
        self.firm.with_user(user).read(["name"])
