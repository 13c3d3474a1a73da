from odoo.tests import Form, tagged

from odoo.addons.crm_scoring.host_filters import release_filters
from odoo.addons.crm_scoring.tests.target_groups import TargetGroupCase

MAILING_USER = "mass_mailing.group_mass_mailing_user"


@tagged("post_install", "-at_install")
class TestTargetGroupMailing(TargetGroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner in cls.first | cls.second | cls.third:
            partner.email = f"{partner.name.lower()}@example.com"
        cls.group = cls._add_group("At risk", [("churn_probability", ">=", 0.5)])

    def _mailing(self, group):
        action = group.action_send_mailing()
        mailing = group.env[action["res_model"]].with_context(**action["context"])
        form = Form(mailing)
        form.subject = "We miss you"
        return form.save()

    def test_mailing_goes_to_the_members(self):
        mailing = self._mailing(self.group)
        self.assertEqual(mailing.mailing_model_real, "res.partner")
        self.assertEqual(
            set(mailing._get_recipients()), set((self.second | self.third).ids)
        )

    def test_mailing_goes_to_who_belongs_when_it_is_sent(self):
        mailing = self._mailing(self.group)
        self._rescore(self.first, churn_probability=0.9)
        self._rescore(self.third, churn_probability=0.1)
        self.group._refresh()
        self.assertEqual(
            set(mailing._get_recipients()), set((self.first | self.second).ids)
        )

    def test_blacklisted_members_get_no_mail(self):
        self.env["mail.blacklist"]._add(self.third.email)
        mailing = self._mailing(self.group)
        mailing.body_html = "<p>Come back</p>"
        mailing.action_send_mail()
        traces = self.env["mailing.trace"].search(
            [("mass_mailing_id", "=", mailing.id)]
        )
        status = {trace.res_id: trace.trace_status for trace in traces}
        self.assertEqual(status[self.third.id], "cancel")
        self.assertNotEqual(status[self.second.id], "cancel")

    def test_salesperson_writes_to_own_customers(self):
        """The scheduler that sends has all rights: the mailing itself says whom it is for."""
        seller = self._add_user(
            "seller", f"crm_scoring.group_crm_scoring_user,{MAILING_USER}"
        )
        self.third.user_id = self.env.ref("base.user_admin")
        mailing = self._mailing(self.group.with_user(seller))
        self.assertEqual(mailing.sudo()._get_recipients(), self.second.ids)
        marketer = self._add_user(
            "marketer", f"crm_scoring.group_crm_scoring_user_all,{MAILING_USER}"
        )
        mailing = self._mailing(self.group.with_user(marketer))
        self.assertEqual(
            set(mailing.sudo()._get_recipients()), set((self.second | self.third).ids)
        )

    def test_uninstalled_the_mailing_keeps_its_recipients(self):
        mailing = self._mailing(self.group)
        other = mailing.copy({"mailing_domain": "[('email', '!=', False)]"})
        release_filters(self.env)
        self.assertEqual(
            mailing.mailing_domain,
            repr([("id", "in", (self.second | self.third).ids)]),
        )
        self.assertIn("2 recipients", mailing.message_ids[0].body)
        self.assertEqual(other.mailing_domain, "[('email', '!=', False)]")

    def test_uninstalled_a_mailing_that_the_host_cannot_read_goes_to_nobody(self):
        mailing = self._mailing(self.group)
        mailing.mailing_domain = "[('churn_probability', '>', least)]"
        release_filters(self.env)
        self.assertEqual(mailing.mailing_domain, repr([("id", "in", [])]))

    def test_button_is_for_who_may_send_mailings(self):
        seller = self._add_user("seller", "crm_scoring.group_crm_scoring_user")
        views = self.env["crm.target.group"].with_user(seller)
        arch = views.get_view(view_type="form")["arch"]
        self.assertNotIn("action_send_mailing", arch)
        seller.group_ids |= self.env.ref(MAILING_USER)
        self.assertIn("action_send_mailing", views.get_view(view_type="form")["arch"])
