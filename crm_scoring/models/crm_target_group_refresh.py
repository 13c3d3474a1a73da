from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_filter_mixin import FILTER_ERRORS

WANTED = "crm_target_group_wanted"
# Who belongs now, in a table of the transaction: four statements read it. Its key keeps
# them fast while the planner does not know yet how many members a new group has.
WANTED_CUSTOMERS = """
    DROP TABLE IF EXISTS %(wanted)s;
    CREATE TEMPORARY TABLE %(wanted)s ON COMMIT DROP AS
    SELECT base.partner_id
      FROM (%(base)s) AS base (partner_id)
     WHERE NOT EXISTS (
           SELECT 1
             FROM crm_target_group_exception AS by_hand
            WHERE by_hand.group_id = %(group)s
              AND by_hand.partner_id = base.partner_id)
     UNION ALL
    SELECT profile.partner_id
      FROM crm_target_group_exception AS by_hand
      JOIN crm_customer_profile AS profile
        ON profile.partner_id = by_hand.partner_id
       AND profile.company_id = %(company)s
     WHERE by_hand.group_id = %(group)s AND by_hand.kind = 'include';
    ALTER TABLE %(wanted)s ADD PRIMARY KEY (partner_id);
    ANALYZE %(wanted)s
"""
# Who left this very day has not been away.
RETURN_OF_THE_DAY = """
    UPDATE crm_target_group_member AS member
       SET left_on = NULL
      FROM %(wanted)s AS wanted
     WHERE member.group_id = %(group)s
       AND member.left_on = %(day)s
       AND member.partner_id = wanted.partner_id
"""
# Who joined this very day was never in: a filter under work leaves no trace.
NEVER_IN = """
    DELETE FROM crm_target_group_member AS member
     WHERE member.group_id = %(group)s
       AND member.left_on IS NULL
       AND member.since = %(day)s
       AND member.is_fixed IS NOT TRUE
       AND NOT EXISTS (
           SELECT 1 FROM %(wanted)s AS wanted
            WHERE wanted.partner_id = member.partner_id)
"""
LEAVERS = """
    UPDATE crm_target_group_member AS member
       SET left_on = %(day)s
     WHERE member.group_id = %(group)s
       AND member.left_on IS NULL
       AND NOT EXISTS (
           SELECT 1 FROM %(wanted)s AS wanted
            WHERE wanted.partner_id = member.partner_id)
"""
JOINERS = """
    INSERT INTO crm_target_group_member (group_id, partner_id, since)
    SELECT %(group)s, wanted.partner_id, %(day)s
      FROM %(wanted)s AS wanted
     WHERE NOT EXISTS (
           SELECT 1
             FROM crm_target_group_member AS member
            WHERE member.group_id = %(group)s
              AND member.left_on IS NULL
              AND member.partner_id = wanted.partner_id)
     ORDER BY wanted.partner_id
"""
FIXED_MEMBERS = """
    SELECT member.partner_id
      FROM crm_target_group_member AS member
     WHERE member.group_id = %(group)s AND member.is_fixed
     GROUP BY member.partner_id
"""
MARK_FIXED = """
    UPDATE crm_target_group_member AS member
       SET is_fixed = (left_on IS NULL AND %(fix)s AND NOT EXISTS (
               SELECT 1
                 FROM crm_target_group_exception AS by_hand
                WHERE by_hand.group_id = member.group_id
                  AND by_hand.partner_id = member.partner_id))
     WHERE member.group_id = %(group)s
       AND (is_fixed OR %(fix)s)
"""
TAKE_MEMBERS = """
    DELETE FROM crm_target_group_member WHERE group_id = %(group)s;
    INSERT INTO crm_target_group_member (group_id, partner_id, since, is_fixed)
    SELECT %(group)s, partner_id, %(day)s, TRUE
      FROM crm_target_group_member
     WHERE group_id = %(source)s AND left_on IS NULL
"""


class CrmTargetGroup(models.Model):
    """Bringing members up to date: in bulk, once per group and moment, with a history."""

    _inherit = "crm.target.group"

    # === FOR OTHER ADDONS === #

    def _members_domain(self):
        """Return the domain of the members among partners, for the host's own lists.

        It names the groups and not the members, so that a stored filter or mailing reads
        them when it is used; there the rights of who uses it decide whom it finds.
        """
        return Domain("target_group_ids", "in", self.ids)

    def _member_query(self) -> SQL:
        """Return a query of the members' ``partner_id``, each once, whoever asks.

        No right is checked: show what comes of it through a model with record rules.
        """
        self.env["crm.target.group.member"].flush_model()
        return SQL(
            "SELECT DISTINCT partner_id FROM crm_target_group_member"
            " WHERE group_id IN %s AND left_on IS NULL",
            tuple(self.ids) or (0,),
        )

    def _refresh(self, day=None):
        """Bring the members up to date as of ``day``, today if not given.

        Groups that ask for these follow, unless they are known as of a later day. Can be
        repeated: nothing changes the second time. Two at once wait for each other, and the
        later one is tried again. A group whose filter does not work keeps its members and
        says why in ``error``; return those.
        """
        self.env.flush_all()
        groups = self.with_user(SUPERUSER_ID)
        dependents = groups._dependents().filtered(
            lambda group: (
                not (day and group.refreshed_for and group.refreshed_for > day)
            )
        )
        failed = (groups | dependents)._in_order()._refresh_each(day)
        return (failed & groups).with_env(self.env)

    def _refresh_each(self, day=None):
        """Refresh these groups one after another; return those that could not be."""
        failed = self.browse()
        for group in self:
            try:
                with self.env.cr.savepoint():
                    group._lock()
                    group._refresh_members(day or group._refresh_day())
            except FILTER_ERRORS as error:
                group.error = group._filter_message(error)
                failed |= group
        self.env.invalidate_all()
        return failed

    # === REFRESH === #

    @api.model
    def _refresh_after(self, run):
        """Refresh the groups of the run's company with the profiles just published."""
        groups = self.search([("company_id", "=", run.company_id.id)])
        later = groups.filtered(
            lambda group: group.refreshed_for and group.refreshed_for > run.as_of
        )
        failed = (groups - later)._refresh(run.as_of)
        for group in failed:
            run._log(group.error, level="warning")
        run._log_groups(groups - later - failed, later)

    @api.model
    def _cron_refresh(self):
        """Every night: filters may look at the contact, or count days from today."""
        groups = self.search([("kind", "=", "refreshed")])._in_order()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(groups))
        for group in groups.with_user(SUPERUSER_ID):
            group._refresh_each()
            if not cron._commit_progress(1):
                return

    def _refresh_day(self):
        """Today where the company is, and never before the last refresh."""
        today = self.company_id._local_today()
        return max(today, self.refreshed_for or today)

    def _lock(self):
        """Wait until no other transaction refreshes this group."""
        self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id = %s FOR NO KEY UPDATE",
                self._sql(),
                self.id,
            )
        )

    def _sql(self):
        return SQL.identifier(self._table)

    def _refresh_members(self, day):
        """Write who joined and who left since the last time, and keep the totals.

        Before the first scoring nothing is known, not even that nobody belongs.
        """
        everyone = Domain("company_id", "=", self.company_id.id)
        if not self.env["crm.customer.profile"].search_count(everyone, limit=1):
            return
        named = self._named(day)
        self.env.cr.execute(
            SQL(
                WANTED_CUSTOMERS,
                base=self._base_query(),
                company=self.company_id.id,
                **named,
            )
        )
        for statement in (RETURN_OF_THE_DAY, NEVER_IN, LEAVERS, JOINERS):
            self.env.cr.execute(SQL(statement, **named))
        is_to_fix = self.kind == "static" and not self.fixed_on
        if is_to_fix or self.kind == "refreshed":
            self.env.cr.execute(SQL(MARK_FIXED, fix=is_to_fix, **named))
        self.write(
            {
                "fixed_on": day if is_to_fix else self.fixed_on,
                "refreshed_at": fields.Datetime.now(),
                "refreshed_for": day,
                "error": False,
            }
        )
        self.env["crm.target.group.snapshot"]._keep(self, day)

    def _named(self, day):
        return {"wanted": SQL.identifier(WANTED), "group": self.id, "day": day}

    def _base_query(self) -> SQL:
        """Return a query of the customers who belong, but for what was done by hand."""
        if self.kind == "static" and self.fixed_on:
            return SQL(FIXED_MEMBERS, group=self.id)
        profiles = self.env["crm.customer.profile"].with_context(
            allowed_company_ids=self.company_id.ids,
            tz=self.company_id._local_timezone(),
        )
        query = profiles._search(self._profile_domain(), order="id")
        return query.select(SQL.identifier(query.table, "partner_id"))

    def _take_members(self, source):
        """Fix as members those of ``source``, whatever its filter finds now."""
        self.env.flush_all()
        group = self.with_user(SUPERUSER_ID)
        day = source.refreshed_for
        self.env.cr.execute(SQL(TAKE_MEMBERS, source=source.id, **group._named(day)))
        group.fixed_on = day
        group._refresh()
