from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import TODAY
from .target_groups import TargetGroupCase

AT_RISK = [("churn_probability", ">=", 0.5)]


@tagged("post_install", "-at_install")
@freeze_time("2025-06-30 10:00:00")
class TestTargetGroup(TargetGroupCase):
    # === WHO BELONGS === #

    def test_a_new_group_has_its_members_at_once(self):
        group = self._add_group(domain=AT_RISK)
        self.assertEqual(self._members(group), self.second | self.third)
        self.assertEqual((group.member_count, group.clv), (2, 600))
        self.assertEqual(group.refreshed_for, TODAY)
        self.assertEqual(set(group.member_ids.mapped("since")), {TODAY})

    def test_filter_reaches_the_contact_and_the_class(self):
        italy = self.env.ref("base.it")
        self.first.country_id = italy
        group = self._add_group(domain=[("partner_id.country_id", "=", italy.id)])
        self.assertEqual(self._members(group), self.first)
        best = self.policy.class_ids.filtered(lambda cell: cell.strategy == "defend")[0]
        self._rescore(self.third, class_id=best.id)
        group = self._add_group(domain=[("class_id.strategy", "=", "defend")])
        self.assertEqual(self._members(group), self.third)

    def test_some_are_left_out(self):
        group = self._add_group(
            domain=AT_RISK, has_exclusions=True, excluded_domain="[('clv', '<', 200)]"
        )
        self.assertEqual(self._members(group), self.second)
        group.has_exclusions = False
        self.assertEqual(self._members(group), self.second | self.third)

    def test_leaving_everyone_out_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Choose which customers"):
            self._add_group(has_exclusions=True)

    def test_other_companies_customers_do_not_belong(self):
        other = self._add_company("Other Company")
        stranger = self._add_scored("Stranger", company=other, churn_probability=1)
        self._add_scored("", partner=self.second, company=other, churn_probability=0)
        group = self._add_group(domain=AT_RISK)
        self.assertNotIn(stranger, self._members(group))
        self.assertEqual(self._members(group), self.second | self.third)
        both = self.env["crm.customer.profile"].with_context(
            allowed_company_ids=(self.company | other).ids
        )
        found = both.search([("target_group_ids", "in", group.ids)])
        self.assertEqual(found.company_id, self.company)
        with self.assertRaises(UserError):
            group.company_id = other

    def test_by_hand_beats_the_filter(self):
        group = self._add_group(domain=AT_RISK)
        group.exception_ids = [
            (
                0,
                0,
                {"partner_id": self.first.id, "kind": "include", "reason": "Friend"},
            ),
            (0, 0, {"partner_id": self.third.id, "kind": "exclude", "reason": "Asked"}),
        ]
        self.assertEqual(self._members(group), self.first | self.second)
        self.assertEqual(group.exception_ids.user_id, self.env.user)
        group.exception_ids.unlink()
        group._refresh()
        self.assertEqual(self._members(group), self.second | self.third)

    def test_a_contact_decided_by_hand_is_its_customer(self):
        contact = self._add_customer("Contact", parent_id=self.first.id)
        group = self._add_group(domain=AT_RISK)
        group.exception_ids = [
            (0, 0, {"partner_id": contact.id, "kind": "include", "reason": "Friend"})
        ]
        self.assertIn(self.first, self._members(group))

    def test_a_group_may_build_on_another(self):
        risky = self._add_group("Risky", AT_RISK)
        on_top = self._add_group(
            "Also valuable", [("target_group_ids", "in", risky.ids), ("clv", ">", 200)]
        )
        self.assertEqual(self._members(on_top), self.second)
        self._rescore(self.first, churn_probability=0.9)
        (on_top | risky)._refresh()
        self.assertEqual(self._members(on_top), self.first | self.second)

    # === OVER TIME === #

    def test_joining_and_leaving_are_dated(self):
        group = self._add_group(domain=AT_RISK)
        july, august = date(2025, 7, 31), date(2025, 8, 31)
        self._rescore(self.first, churn_probability=0.6)
        self._rescore(self.third, churn_probability=0.2)
        group._refresh(july)
        self.assertEqual(self._spells(group, self.first), [(july, None)])
        self.assertEqual(self._spells(group, self.second), [(TODAY, None)])
        self.assertEqual(self._spells(group, self.third), [(TODAY, july)])
        self._rescore(self.third, churn_probability=0.9)
        group._refresh(august)
        self.assertEqual(
            self._spells(group, self.third), [(TODAY, july), (august, None)]
        )
        self.assertEqual(
            [
                (row["date"], row["customer_count"], row["joined_count"])
                for row in group.get_history()
            ],
            [(TODAY, 2, 2), (july, 2, 1), (august, 3, 1)],
        )
        self.assertEqual([row["left_count"] for row in group.get_history()], [0, 1, 0])

    def test_a_second_refresh_changes_nothing(self):
        group = self._add_group(domain=AT_RISK)
        before = group.member_ids.read(["since", "left_on"]), group.get_history()
        group._refresh()
        self.assertEqual(
            (group.member_ids.read(["since", "left_on"]), group.get_history()), before
        )

    def test_a_filter_under_work_leaves_no_trace(self):
        group = self._add_group(domain=AT_RISK)
        tomorrow = TODAY + timedelta(days=1)
        with freeze_time(f"{tomorrow} 10:00:00"):
            group.domain = "[]"
            self.assertEqual(len(group.member_ids), 3)
            group.domain = "[('clv', '>', 900)]"
            self.assertEqual(self._members(group), self.first)
            self.assertEqual(self._spells(group, self.second), [(TODAY, tomorrow)])
            group.domain = repr(AT_RISK)
        self.assertEqual(self._members(group), self.second | self.third)
        self.assertEqual(self._spells(group, self.second), [(TODAY, None)])
        self.assertEqual(self._spells(group, self.first), [])

    def test_fixed_members_stay(self):
        group = self._add_group(domain=AT_RISK, kind="static")
        self.assertEqual(group.fixed_on, TODAY)
        self._rescore(self.first, churn_probability=1)
        self._rescore(self.second, churn_probability=0)
        group._refresh(date(2025, 7, 31))
        self.assertEqual(self._members(group), self.second | self.third)
        self._profile(self.third).sudo().unlink()
        group._refresh(date(2025, 7, 31))
        self.assertEqual(self._members(group), self.second | self.third)
        group.action_fix_again()
        self.assertEqual(self._members(group), self.first)

    def test_fixed_members_change_by_hand_and_back(self):
        group = self._add_group(domain=AT_RISK, kind="static")
        group.exception_ids = [
            (0, 0, {"partner_id": self.first.id, "kind": "include", "reason": "a"}),
            (0, 0, {"partner_id": self.second.id, "kind": "exclude", "reason": "b"}),
        ]
        self.assertEqual(self._members(group), self.first | self.third)
        group.exception_ids = [(5,)]
        self.assertEqual(self._members(group), self.second | self.third)

    def test_fixed_members_follow_the_data_again(self):
        group = self._add_group(domain=AT_RISK, kind="static")
        self._rescore(self.second, churn_probability=0)
        group.kind = "refreshed"
        self.assertEqual(self._members(group), self.third)
        self.assertFalse(group.fixed_on)
        group.kind = "static"
        self._rescore(self.third, churn_probability=0)
        group._refresh()
        self.assertEqual(self._members(group), self.third)

    def test_frozen_copy_has_the_members_of_today(self):
        group = self._add_group(domain=AT_RISK)
        self._rescore(self.second, churn_probability=0)
        frozen = group.browse(group.action_freeze()["res_id"])
        self.assertEqual(frozen.kind, "static")
        self.assertEqual(self._members(frozen), self.second | self.third)
        self.assertEqual(self._members(frozen.copy()), self.second | self.third)
        self.assertEqual(self._members(group.copy()), self.third)

    def test_deleted_customer_is_gone_from_groups_and_their_history(self):
        group = self._add_group(domain=AT_RISK)
        group._refresh(date(2025, 7, 31))
        self.third.unlink()
        self.assertFalse(
            self.env["crm.target.group.member"].search_count(
                [("group_id", "=", group.id), ("partner_id", "=", self.third.id)]
            )
        )
        self.assertEqual(self._members(group), self.second)

    def test_merged_customers_are_one_member(self):
        group = self._add_group(domain=AT_RISK)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [(6, 0, (self.second | self.third).ids)],
                "dst_partner_id": self.second.id,
            }
        )
        wizard.action_merge()
        group.invalidate_recordset()
        self.assertEqual(self._members(group), self.second)

    # === WHAT GOES WRONG === #

    def test_a_filter_that_cannot_work_is_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "[('clv',", "[(uid, '=', 1)]"):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "choose its customers"),
            ):
                self._add_group().domain = domain

    def test_a_broken_filter_keeps_the_members_and_says_so(self):
        broken = self._add_group("Broken", AT_RISK)
        sound = self._add_group("Sound", AT_RISK)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_target_group SET domain = %s WHERE id = %s",
            ["[('field_of_an_addon_that_is_gone', '=', 1)]", broken.id],
        )
        broken.invalidate_recordset()
        self._rescore(self.second, churn_probability=0)
        self.assertEqual((broken | sound)._refresh(), broken)
        self.assertIn("Broken", broken.error)
        self.assertEqual(self._members(broken), self.second | self.third)
        self.assertEqual(self._members(sound), self.third)
        with self.assertRaisesRegex(UserError, "Broken"):
            broken.action_refresh()
        broken.domain = repr(AT_RISK)
        self.assertFalse(broken.error)
        self.assertEqual(self._members(broken), self.third)

    # === THE RUN AND THE NIGHT === #

    def test_a_run_refreshes_the_groups_of_its_company(self):
        self._add_purchases(self.first, (TODAY - timedelta(days=9), 100))
        self._add_purchases(self.second, (TODAY - timedelta(days=90), 100))
        broken = self._add_group("Broken")
        buyers = self._add_group("Buyers", [("revenue", ">=", 1)])
        self.assertFalse(buyers.member_ids)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_target_group SET domain = '[(' WHERE id = %s", [broken.id]
        )
        broken.invalidate_recordset()
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._members(buyers), self.first | self.second)
        self.assertTrue(any("Broken" in text for text in self._messages(run)))
        [told] = [text for text in self._messages(run, "info") if "joined" in text]
        self.assertIn("up to date: 1; customers who joined: 2, who left: 0.", told)

    def test_before_the_first_scoring_nothing_is_known(self):
        new = self._add_company("New Company")
        group = self._add_group(company_id=new.id, kind="static")
        self.assertFalse(group.refreshed_for or group.fixed_on)
        self._add_purchases(self.first, (TODAY - timedelta(days=99), 100), company=new)
        policy = self.env["crm.scoring.policy"]._for_company(new)
        past = TODAY - timedelta(days=30)
        self._run(as_of=past, policy=policy)
        self.assertEqual(group.fixed_on, past)
        self._run(policy=policy)
        group = group.with_context(allowed_company_ids=new.ids)
        self.assertEqual(self._spells(group, self.first), [(past, None)])

    def test_a_run_of_an_earlier_day_leaves_the_members(self):
        self._add_purchases(self.first, (TODAY - timedelta(days=99), 100))
        group = self._add_group(domain=AT_RISK)
        members = self._members(group)
        run = self._run(as_of=TODAY - timedelta(days=30))
        self.assertEqual(self._members(group), members)
        self.assertTrue(
            any("later day" in text for text in self._messages(run, "info"))
        )

    def test_groups_are_refreshed_every_night(self):
        group = self._add_group(domain=[("partner_id.phone", "!=", False)])
        self.assertFalse(group.member_ids)
        self.second.phone = "+39 011 555 0100"
        self.env["crm.target.group"]._cron_refresh()
        self.assertEqual(self._members(group), self.second)

    # === FOR OTHERS === #

    def test_members_are_found_among_partners_and_profiles(self):
        group = self._add_group("Risky", AT_RISK)
        partners, profiles = self.env["res.partner"], self.env["crm.customer.profile"]
        found = partners.search(group._members_domain())
        self.assertEqual(found.sorted("id"), self.second | self.third)
        self.env.cr.execute(group._member_query())
        self.assertEqual({row[0] for row in self.env.cr.fetchall()}, set(found.ids))
        self.assertEqual(self.second.target_group_ids, group)
        self.assertFalse(self.first.target_group_ids)
        everyone = Domain("company_id", "=", self.company.id)
        named = everyone & Domain("target_group_ids", "ilike", "risk")
        self.assertEqual(profiles.search(named).partner_id.sorted("id"), found)
        none = everyone & Domain("target_group_ids", "=", False)
        self.assertEqual(profiles.search(none).partner_id, self.first)
        none = everyone & Domain("target_group_ids", "not in", group.ids)
        self.assertEqual(profiles.search(none).partner_id, self.first)

    def test_profiles_are_grouped_by_target_group(self):
        risky = self._add_group("Risky", AT_RISK)
        valuable = self._add_group("Valuable", [("clv", ">=", 500)])
        groups = self.env["crm.customer.profile"]._read_group(
            [("company_id", "=", self.company.id)],
            ["target_group_ids"],
            ["__count", "clv:sum"],
        )
        self.assertEqual(
            {group.name: tuple(sums) for group, *sums in groups},
            {risky.name: (2, 600), valuable.name: (2, 1500)},
        )

    def test_profile_tells_its_groups_since_when(self):
        group = self._add_group(domain=AT_RISK)
        profile = self._profile(self.second)
        self.assertEqual(profile.target_member_ids.group_id, group)
        self.assertEqual(profile.target_member_ids.since, TODAY)
        self.assertFalse(self._profile(self.first).target_member_ids)

    def test_selected_profiles_become_a_fixed_group(self):
        chosen = self._profile(self.first) | self._profile(self.third)
        context = chosen.action_save_as_target_group()["context"]
        group = self.env["crm.target.group"].with_context(**context)
        group = group.create({"name": "Chosen"})
        self.assertEqual(group.kind, "static")
        self.assertEqual(self._members(group), self.first | self.third)

    # === FIGURES === #

    def test_figures_are_shown_before_saving(self):
        groups = self.env["crm.target.group"]
        values = {
            "name": "New",
            "kind": "refreshed",
            "company_id": self.company.id,
            "domain": repr(AT_RISK),
        }
        figures = groups.get_figures(False, values)
        self.assertEqual((figures["count"], figures["clv"]), (2, 600))
        self.assertAlmostEqual(figures["share"], 2 / 3)
        self.assertAlmostEqual(figures["clv_share"], 600 / 1600)
        self.assertEqual([row["count"] for row in figures["classes"]], [2])
        broken = groups.get_figures(False, {**values, "domain": "[('x', '=', 1)]"})
        self.assertIn("New", broken["error"])

    def test_figures_of_a_saved_group_agree_with_its_members(self):
        group = self._add_group(domain=AT_RISK)
        group.exception_ids = [
            (0, 0, {"partner_id": self.first.id, "kind": "include", "reason": "a"}),
            (0, 0, {"partner_id": self.third.id, "kind": "exclude", "reason": "b"}),
        ]
        values = {name: group[name] for name in ("name", "kind", "domain")}
        values["company_id"] = self.company.id
        figures = group.get_figures(group.id, values)
        self.assertEqual(
            (figures["count"], figures["clv"]), (group.member_count, group.clv)
        )
        fixed = group.copy({"kind": "static"})
        self._rescore(self.second, churn_probability=0)
        figures = group.get_figures(fixed.id, {**values, "kind": "static"})
        self.assertEqual(figures["count"], 2)

    # === OVERLAP === #

    def test_overlap_of_two_groups(self):
        risky = self._add_group("Risky", AT_RISK)
        valuable = self._add_group("Valuable", [("clv", ">=", 500)])
        overlap = (risky | valuable).get_overlap()
        parts = {part["name"]: part for part in overlap["parts"]}
        self.assertEqual(
            {name: (part["count"], part["clv"]) for name, part in parts.items()},
            {
                "Only Risky": (1, 100),
                "Only Valuable": (1, 1000),
                "Risky + Valuable": (1, 500),
            },
        )
        self.assertEqual([group["count"] for group in overlap["groups"]], [2, 2])
        for part in parts.values():
            action = (risky | valuable).get_overlap_action(part["inside"])
            found = self.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(found, part["count"], part["name"])

    def test_groups_without_a_common_customer_say_so(self):
        risky = self._add_group("Risky", AT_RISK)
        safe = self._add_group("Safe", [("churn_probability", "<", 0.5)])
        parts = (risky | safe).get_overlap()["parts"]
        self.assertEqual(parts[-1]["count"], 0)
        self.assertEqual(len(parts), 3)
