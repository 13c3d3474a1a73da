from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# States beside the classes: no purchase for a year, no class, no customer.
GONE, CLASSLESS, NOBODY = 0, -2, -1
# Each month is looked up in the index after the one before it.
KEPT_MONTHS = """
    WITH RECURSIVE kept AS (
        SELECT MIN(month) AS month FROM %(history)s WHERE company_id = %(company)s
         UNION ALL
        SELECT (SELECT MIN(later.month) FROM %(history)s AS later
                 WHERE later.company_id = %(company)s AND later.month > kept.month)
          FROM kept WHERE kept.month IS NOT NULL
    )
    SELECT month FROM kept WHERE month IS NOT NULL ORDER BY month
"""
# Who is in no earlier row has neither class nor loss there. Classes are joined although
# their identifiers are known: so the database knows how few groups there will be, and shares
# out the customers among its processes.
JOINED_MONTHS = """
    SELECT was.id, earlier.is_gone, became.id, later.is_gone, COUNT(*)
      FROM (%(later)s) AS later
      LEFT JOIN (%(earlier)s) AS earlier ON earlier.partner_id = later.partner_id
      LEFT JOIN crm_customer_class AS was ON was.id = earlier.class_id
      LEFT JOIN crm_customer_class AS became ON became.id = later.class_id
     GROUP BY 1, 2, 3, 4
"""
MONTH_STATES = """
    SELECT is_in.id, month.is_gone, COUNT(*)
      FROM (%s) AS month
      LEFT JOIN crm_customer_class AS is_in ON is_in.id = month.class_id
     GROUP BY 1, 2
"""


class CrmCustomerProfile(models.Model):
    """Who moved between classes from one month to another."""

    _inherit = "crm.customer.profile"

    @api.model
    @api.readonly
    def get_migration(self, domain, before_month=False, after_month=False):
        """Return customers by class in two months; without months a year up to the last."""
        months = self._kept_months()
        if not months:
            return {"months": [], "before": False, "after": False, "states": []} | dict(
                counts=[], entries=[], exits=[]
            )
        after = fields.Date.to_date(after_month) or months[-1]
        before = fields.Date.to_date(before_month) or self._year_before(months, after)
        if before >= after:
            raise UserError(
                self.env._("The earlier month must come before the later one.")
            )
        rows = None
        if not self._chooses(domain):
            rows = self.env["crm.customer.economics"]._kept_migration(before, after)
        if rows is None:
            rows = self._migration_rows(domain, before, after)
        return {
            "months": list(map(fields.Date.to_string, months)),
            "before": fields.Date.to_string(before),
            "after": fields.Date.to_string(after),
            **self._migration_counts(rows),
        }

    @api.model
    def _kept_months(self):
        """Return the months that the company's history keeps, the oldest first."""
        history = self.env["crm.customer.profile.history"]
        history.check_access("read")
        rows = self.env.execute_query(
            SQL(
                KEPT_MONTHS,
                history=SQL.identifier(history._table),
                company=self.env.company.id,
            )
        )
        return [month for (month,) in rows]

    @api.model
    def _year_before(self, months, after):
        """Return the month a year before, else the oldest: the one itself if alone."""
        year = fields.Date.subtract(after, months=12)
        earlier = [month for month in months if month < after]
        known = [month for month in earlier if month >= year]
        return (known or earlier or [fields.Date.subtract(after, months=1)])[0]

    @api.model
    def _migration_domain(self, domain, month):
        """Return the domain of the history of a month; a filter is of customers today."""
        wanted = Domain("company_id", "=", self.env.company.id)
        wanted &= Domain("month", "=", month)
        if self._chooses(domain):
            wanted &= Domain("partner_id.customer_profile_id", "any", domain or [])
        return wanted

    @api.model
    def _migration_rows(self, domain, before, after):
        """Return [(state before, state after, customers)], those who came or went too.

        Those who went are what the earlier month has and the join has not, if any: the
        database would not share out the work of a full join among its processes.
        """
        earlier, later = (self._month_rows(domain, month) for month in (before, after))
        counts = Counter()
        for class_id, is_gone, *now, customers in self.env.execute_query(
            SQL(JOINED_MONTHS, earlier=earlier, later=later)
        ):
            counts[self._state(class_id, is_gone), self._state(*now)] += customers
        counts.update(self._exits(earlier, counts, self._month_count(domain, before)))
        return [(*states, customers) for states, customers in counts.items()]

    @api.model
    def _exits(self, earlier, counts, customers):
        """Return the customers of the earlier month who are not in the later one."""
        stayed = Counter()
        for (before, _after), count in counts.items():
            if before != NOBODY:
                stayed[before] += count
        if stayed.total() == customers:
            return {}
        were = Counter()
        for class_id, is_gone, count in self.env.execute_query(
            SQL(MONTH_STATES, earlier)
        ):
            were[self._state(class_id, is_gone)] += count
        return {(before, NOBODY): count for before, count in (were - stayed).items()}

    @api.model
    def _month_count(self, domain, month):
        query = self._chosen_months(Domain("month", "=", month), domain)
        [(count,)] = self.env.execute_query(query.select(SQL("COUNT(*)")))
        return count

    @api.model
    def _month_rows(self, domain, month):
        """Return the customers whom the reader may see in a month, with class and loss."""
        query = self._chosen_months(Domain("month", "=", month), domain)
        history = self.env["crm.customer.profile.history"]
        column = {
            name: history._field_to_sql(query.table, name, query)
            for name in ("partner_id", "comparable_class_id", "revenue_recent")
        }
        return query.select(
            SQL("%s AS partner_id", column["partner_id"]),
            SQL("%s AS class_id", column["comparable_class_id"]),
            SQL("COALESCE(%s, 0) <= 0 AS is_gone", column["revenue_recent"]),
        )

    @api.model
    def _chooses(self, domain):
        """Whether only some of the company's customers are asked for, or may be seen."""
        sees_all = self.env["crm.customer.economics"].has_access("read")
        return bool(domain) or not sees_all

    @api.model
    def _chosen_months(self, then, domain):
        """Return the query of the months that match, of whom a filter chooses now.

        Who may see a customer sees its past. Whom the reader may see is asked of the
        profiles, whose index knows, rather than of the contacts for each month again.
        """
        history = self.env["crm.customer.profile.history"]
        history.check_access("read")
        then &= Domain("company_id", "=", self.env.company.id)
        if not self._chooses(domain):
            return history._search(then)
        chosen = self._portfolio_query(domain)
        partner = self._field_to_sql(chosen.table, "partner_id", chosen)
        among = Domain("partner_id", "in", chosen.subselect(partner))
        return history.sudo()._search(then & among)

    @api.model
    def _state(self, class_id, is_gone):
        if is_gone is None:
            return NOBODY
        return GONE if is_gone else class_id or CLASSLESS

    @api.model
    def _migration_counts(self, rows):
        """Arrange the counts by state; classes no longer in the matrix come if used."""
        used = {state for before, after, _count in rows for state in (before, after)}
        classes = self.env["crm.customer.class"].with_context(active_test=False)
        states = [
            {"id": cell.id, "name": cell.display_name, "color": cell.color}
            for cell in classes.search([("company_id", "=", self.env.company.id)])
            if cell.active or cell.id in used
        ]
        states.append({"id": GONE, "name": self.env._("Gone a year"), "color": 0})
        if CLASSLESS in used:
            states.append({"id": CLASSLESS, "name": self.env._("No class"), "color": 0})
        count = {(before, after): count for before, after, count in rows}
        ids = [state["id"] for state in states]
        return {
            "states": states,
            "counts": [
                [count.get((before, after), 0) for after in ids] for before in ids
            ],
            "entries": [count.get((NOBODY, after), 0) for after in ids],
            "exits": [count.get((before, NOBODY), 0) for before in ids],
        }

    @api.model
    @api.readonly
    def get_migration_action(
        self, before_month, after_month, before, after, domain=False
    ):
        """Return the action that lists the customers of one cell of the migration matrix.

        ``before`` and ``after`` are states: identifiers of classes, 0 for those gone a
        year, -2 without a class, -1 for no customers in that month.
        """
        month, state = (
            (after_month, after) if after != NOBODY else (before_month, before)
        )
        other_month, other = (
            (before_month, before) if after != NOBODY else (after_month, after)
        )
        history = self.env["crm.customer.profile.history"]
        then = Domain("company_id", "=", self.env.company.id)
        then &= Domain("month", "=", other_month)
        if other != NOBODY:
            then &= Domain(history._state_domain(other))
        was = "not any" if other == NOBODY else "any"
        now = self._migration_domain(domain, month) & Domain(
            history._state_domain(state)
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_scoring.crm_customer_profile_history_action"
            ),
            "display_name": self.env._("Customers Who Moved"),
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": list(now & Domain("partner_id.profile_history_ids", was, then)),
        }
