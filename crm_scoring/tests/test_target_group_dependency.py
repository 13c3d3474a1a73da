from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .target_groups import TargetGroupCase

VALUABLE = [("clv", ">=", 500)]


@tagged("post_install", "-at_install")
class TestTargetGroupDependency(TargetGroupCase):
    """Groups that ask for the members of other groups."""

    def _in(self, *groups):
        return [("target_group_ids", "in", [group.id for group in groups])]

    def _chain(self):
        """Return a group, one that asks for it, and one that asks for that one."""
        base = self._add_group("Z base", VALUABLE)
        middle = self._add_group("M middle", self._in(base))
        last = self._add_group("A last", self._in(middle))
        return base, middle, last

    def test_all_follow_in_one_refresh_whatever_their_names(self):
        base, middle, last = self._chain()
        self._rescore(self.third, clv=900)
        (last | middle | base)._refresh()
        for group in (base, middle, last):
            self.assertIn(self.third, self._members(group), group.name)

    def test_groups_that_ask_for_a_changed_group_follow_at_once(self):
        base, middle, last = self._chain()
        base.domain = "[('clv', '>', 900)]"
        self.assertEqual(self._members(base), self.first)
        self.assertEqual(self._members(middle), self.first)
        self.assertEqual(self._members(last), self.first)
        self.env["crm.target.group.exception"].create(
            {
                "group_id": base.id,
                "partner_id": self.third.id,
                "kind": "include",
                "reason": "A friend",
            }
        )
        base._refresh()
        self.assertEqual(self._members(last), self.first | self.third)

    def test_a_group_known_as_of_a_later_day_stays(self):
        base, middle, _last = self._chain()
        middle._refresh(date(2999, 1, 1))
        base._refresh(date(2998, 1, 1))
        self.assertEqual(middle.refreshed_for, date(2999, 1, 1))

    def test_every_way_to_ask_is_seen(self):
        base = self._add_group("Base", VALUABLE)
        for domain in (
            [("target_group_ids", "not in", base.ids)],
            [("target_group_ids", "=", base.id)],
            [("target_group_ids", "ilike", "Bas")],
            [("target_group_ids.name", "=", "Base")],
            [("target_group_ids", "any", [("name", "=", "Base")])],
            [("partner_id.target_group_ids", "in", base.ids)],
            [("partner_id", "any", [("target_group_ids", "in", base.ids)])],
            ["!", ("target_group_ids", "in", base.ids)],
            ["|", ("clv", "<", 0), ("target_group_ids", "in", base.ids)],
        ):
            group = self._add_group("One that asks", domain)
            self.assertIn(group, base._dependents(), domain)
            group.unlink()
        other = self._add_group("Else", [("target_group_ids", "ilike", "nothing")])
        self.assertNotIn(other, base._dependents())

    def test_circles_are_refused_and_named(self):
        base, middle, last = self._chain()
        with self.assertRaisesRegex(
            ValidationError,
            "“Z base” → “A last” → “M middle” → “Z base”",
        ):
            base.domain = repr(self._in(last))
        with self.assertRaisesRegex(ValidationError, "cannot depend on itself"):
            base.write(
                {"has_exclusions": True, "excluded_domain": repr(self._in(middle))}
            )
        with self.assertRaisesRegex(ValidationError, "cannot depend on itself"):
            base.domain = repr(self._in(base))

    def test_fixed_members_close_no_circle(self):
        base, _middle, last = self._chain()
        last.kind = "static"
        base.domain = repr(self._in(last))
        with self.assertRaisesRegex(ValidationError, "cannot depend on itself"):
            last.kind = "refreshed"

    def test_a_circle_of_old_days_is_refreshed_without_end_of_the_world(self):
        base, middle, last = self._chain()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_target_group SET domain = %s WHERE id = %s",
            [repr(self._in(last)), base.id],
        )
        self.env.invalidate_all()
        self.assertFalse((base | middle | last)._refresh())
