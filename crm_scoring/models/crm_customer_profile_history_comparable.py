from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Months are placed again by the bounds in force now where other bounds placed them. The
# rest stays as it was, with the steadiness that kept it there.
# Money is compared as it is kept: to turn it into a float costs five times as much.
COMPARABLE = """
    LATERAL (
        SELECT placed.value_band, placed.loyalty_band,
               CASE WHEN placed.is_as_kept OR %(month)s.is_class_assigned
                    THEN %(month)s.class_id
                    ELSE placed.classes[
                        placed.value_band * placed.width + placed.loyalty_band + 1]
                END AS class_id
          FROM (SELECT figure.classes, figure.width,
                       CASE WHEN %(value_keeps)s THEN %(month)s.value_band
                            ELSE figure.value_rank END AS value_band,
                       CASE WHEN %(loyalty_keeps)s THEN %(month)s.loyalty_band
                            ELSE figure.loyalty_rank END AS loyalty_band,
                       %(value_keeps)s AND %(loyalty_keeps)s AS is_as_kept
                  FROM (SELECT bound.*,
                               CASE WHEN %(month)s.churn_probability
                                         > 1 - bound.lost_below THEN 0
                                    ELSE 1 + WIDTH_BUCKET(COALESCE(
                                        CASE WHEN bound.is_sector
                                             THEN %(month)s.sector_clv END,
                                        %(month)s.clv, 0), bound.value_bounds)
                               END AS value_rank,
                               CASE WHEN %(month)s.churn_probability
                                         > 1 - bound.lost_below THEN 0
                                    ELSE 1 + WIDTH_BUCKET(
                                        COALESCE(%(month)s.loyalty, 0),
                                        bound.loyalty_bounds)
                               END AS loyalty_rank
                          FROM %(bounds)s
                       ) AS figure
               ) AS placed
    )
"""
AS_KEPT = """
    LATERAL (SELECT %(month)s.value_band, %(month)s.loyalty_band, %(month)s.class_id)
"""
# Without types the bounds are constants of one row: then nothing is joined, and the database
# shares out the months among its processes.
ONE_BOUND = """
    (SELECT %s AS company_id, %s AS type_id, %s::numeric[] AS value_bounds,
            %s::double precision[] AS loyalty_bounds, %s AS value_since,
            %s AS loyalty_since, %s::double precision AS lost_below, %s AS is_sector,
            %s::integer[] AS classes, %s AS width) AS bound
"""
BOUNDS_BY_TYPE = """
    (SELECT 1) AS once
      LEFT JOIN (VALUES %(rows)s) AS bound(
                company_id, type_id, value_bounds, loyalty_bounds, value_since,
                loyalty_since, lost_below, is_sector, classes, width)
        ON bound.company_id = %(month)s.company_id
       AND bound.type_id = COALESCE(%(type)s, 0)
"""
BOUND_ROW = """(%s, %s, %s::numeric[], %s::double precision[], %s, %s,
    %s::double precision, %s, %s::integer[], %s)"""
# By bounds that are defined as they are now, and for customers of the same type. Where
# bounds drift with the customers, a month is told by its own figures if ``is_own``; the
# limit of the lost does not drift.
KEEPS = """COALESCE(%(month)s.company_id IS DISTINCT FROM figure.company_id OR
    COALESCE(%(month)s.run_number, 0) >= figure.%(axis)s_since
    AND %(month)s.type_id IS NOT DISTINCT FROM %(type)s
    AND (NOT %(is_own)s OR 0 IN (COALESCE(%(month)s.%(axis)s_rank, 0),
                                 figure.%(axis)s_rank)
         OR %(month)s.%(axis)s_rank = figure.%(axis)s_rank), TRUE)"""


class CrmCustomerProfileHistory(models.Model):
    """Months compared by the same bounds: who moves is the customer, not the bound."""

    _inherit = "crm.customer.profile.history"

    comparable_class_id = fields.Many2one(
        "crm.customer.class",
        string="Class by Today's Thresholds",
        compute="_compute_comparable_class_id",
        search="_search_comparable_class_id",
        help="The class of the month. Where thresholds were changed later: the class that"
        " the figures of the month have by the thresholds in force now.",
    )

    def _compute_comparable_class_id(self):
        query = self._search(Domain("id", "in", self.ids))
        query = query.select(
            SQL.identifier(query.table, "id"),
            self._field_to_sql(query.table, "comparable_class_id", query),
        )
        found = dict(self.env.execute_query(query)) if self.ids else {}
        for month in self:
            month.comparable_class_id = found.get(month._origin.id)

    @api.model
    def _search_comparable_class_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = [item for item in value if item]

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, "comparable_class_id", query)
            found = SQL("%s = ANY(%s)", column, ids)
            return SQL("%s OR %s IS NULL", found, column) if False in value else found

        return Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Place the month again in the query where its bounds were others."""
        if field_expr != "comparable_class_id":
            return super()._field_to_sql(alias, field_expr, query)
        policies = self.env["crm.scoring.policy"].sudo()
        policies = policies.search([("company_id", "in", self.env.companies.ids)])
        same = query.make_alias(alias, "comparable")
        profile = query.make_alias(alias, "profile_now")
        query.add_join(
            "LEFT JOIN",
            profile,
            SQL.identifier("crm_customer_profile"),
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(profile, "partner_id"),
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(profile, "company_id"),
                SQL.identifier(alias, "company_id"),
            ),
        )
        query.add_join(
            "LEFT JOIN",
            same,
            self._comparable(policies, alias, SQL.identifier(profile)),
            SQL("TRUE"),
        )
        return SQL.identifier(same, "class_id")

    @api.model
    def _comparable(self, policies, month, profile, is_own=False) -> SQL:
        """Return what to join to a ``month`` of the history: bands and class to compare.

        ``profile`` is the alias of the customer's profile now: its type says by which
        bounds. ``is_own``: bounds that found themselves anew do not move anybody either.
        """
        month = SQL.identifier(month)
        if not is_own and not policies._has_other_bounds():
            return SQL(AS_KEPT, month=month)
        type_now = SQL("%s.type_id", month)
        if policies._has_types():
            type_now = SQL(
                "CASE WHEN %(now)s.partner_id IS NULL THEN %(month)s.type_id"
                " ELSE %(now)s.type_id END",
                now=profile,
                month=month,
            )
        keeps = {
            f"{axis}_keeps": SQL(
                KEEPS, month=month, axis=SQL(axis), type=type_now, is_own=is_own
            )
            for axis in ("value", "loyalty")
        }
        bounds = self._bounds_to_compare(policies, month, type_now)
        return SQL(COMPARABLE, month=month, bounds=bounds, **keeps)

    @api.model
    def _bounds_to_compare(self, policies, month, type_now) -> SQL:
        rows = list(policies._bound_rows())
        if len(rows) == 1:
            return SQL(ONE_BOUND, *rows[0])
        return SQL(
            BOUNDS_BY_TYPE,
            rows=SQL(", ").join(SQL(BOUND_ROW, *row) for row in rows),
            month=month,
            type=type_now,
        )
