from odoo import models
from odoo.tools import SQL

# Times in a group become one where they touch.
JOINED_SPELLS = """
    WITH spell AS (
        SELECT id, group_id, since, COALESCE(left_on, 'infinity') AS until, is_fixed,
               MAX(COALESCE(left_on, 'infinity')) OVER (
                   PARTITION BY group_id ORDER BY since, id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_before
          FROM crm_target_group_member
         WHERE partner_id IN %s
    ), numbered AS (
        SELECT *, COUNT(*) FILTER (WHERE until_before IS NULL OR since > until_before)
                  OVER (PARTITION BY group_id ORDER BY since, id
                        ROWS UNBOUNDED PRECEDING) AS number
          FROM spell
    )
    SELECT group_id, MIN(since), NULLIF(MAX(until), 'infinity'), BOOL_OR(is_fixed)
      FROM numbered GROUP BY group_id, number
"""
# What was decided for the one that stays holds; the other's reason is not forgotten.
MERGE_EXCEPTIONS = """
    WITH told AS (
        UPDATE crm_target_group_exception AS kept
           SET reason = CONCAT_WS('; ', kept.reason, gone.reason)
          FROM crm_target_group_exception AS gone
         WHERE gone.partner_id = %(source)s AND kept.partner_id = %(kept)s
           AND kept.group_id = gone.group_id
     RETURNING gone.id
    )
    DELETE FROM crm_target_group_exception WHERE id IN (SELECT id FROM told)
"""
# A month of both: their amounts together, and the class of the more valuable one.
MERGE_HISTORY = """
    WITH added AS (
        UPDATE crm_customer_profile_history AS kept
           SET %(sums)s
          FROM crm_customer_profile_history AS gone
         WHERE kept.partner_id IN (%(source)s, %(kept)s)
           AND gone.partner_id IN (%(source)s, %(kept)s)
           AND kept.partner_id <> gone.partner_id
           AND kept.company_id = gone.company_id
           AND kept.month = gone.month
           AND (COALESCE(kept.clv, 0), kept.id) > (COALESCE(gone.clv, 0), gone.id)
     RETURNING gone.id
    )
    DELETE FROM crm_customer_profile_history WHERE id IN (SELECT id FROM added)
"""
ADD_UP = """
    %(name)s = COALESCE(kept.%(name)s + gone.%(name)s, kept.%(name)s, gone.%(name)s)
"""
MOVE = "UPDATE %(table)s SET partner_id = %(kept)s WHERE partner_id = %(source)s"
ADDED_UP = (
    "clv",
    "sector_clv",
    "expected_purchases",
    "revenue_recent",
    "purchase_count",
)


class ResPartner(models.Model):
    """Customers that are merged: what both had is kept, once.

    The host moves the rows of a table together, and where one of them is there already it
    deletes all of the merged contacts' rows. So rows that would collide are joined before.
    """

    _inherit = "res.partner"

    def _join_customer_rows(self, sources):
        """Take over from ``sources``, which the host is about to merge into this one."""
        self.ensure_one()
        self.env.flush_all()
        self._join_members(sources)
        for source in sources:
            self._join_rows(source)
        profiles = self.env["crm.customer.profile"].sudo()
        merged = profiles.search([("partner_id", "=", self.id)])
        self.env["crm.customer.economics"]._outdate(merged.company_id)

    def _join_members(self, sources):
        """Write the times that any of all these was in a group as those of this one."""
        everybody = tuple((self | sources).ids)
        rows = self.env.execute_query(SQL(JOINED_SPELLS, everybody))
        self.env.cr.execute(
            SQL("DELETE FROM crm_target_group_member WHERE partner_id IN %s", everybody)
        )
        self.env["crm.target.group.member"].sudo().create(
            [
                {
                    "partner_id": self.id,
                    "group_id": group_id,
                    "since": since,
                    "left_on": left_on,
                    "is_fixed": is_fixed,
                }
                for group_id, since, left_on, is_fixed in rows
            ]
        )
        self.env.flush_all()

    def _join_rows(self, source):
        """Move the rows of ``source``; those that this one has too are joined first."""
        pair = {"source": source.id, "kept": self.id}
        sums = SQL(", ").join(
            SQL(ADD_UP, name=SQL.identifier(name)) for name in ADDED_UP
        )
        self.env.cr.execute(SQL(MERGE_HISTORY, sums=sums, **pair))
        self.env.cr.execute(SQL(MERGE_EXCEPTIONS, **pair))
        for table in ("crm_customer_profile_history", "crm_target_group_exception"):
            self.env.cr.execute(SQL(MOVE, table=SQL.identifier(table), **pair))
        for results in self.env["crm.scoring.result.mixin"]._result_models():
            if "partner_id" in results._result_key:
                results._move_results(**pair)
