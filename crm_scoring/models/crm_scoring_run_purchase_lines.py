from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway

from .crm_scoring_run_transactions import INVOICE_TYPES

LINE_TABLE = "crm_scoring_purchase_line"
LINE_TYPES = {
    "customer_id": "int64",
    "product_id": "int64",
    "category_id": "int64",
    "amount": "float64",
    "margin": "float64",
    "discount": "float64",
    "user_id": "int64",
    "team_id": "int64",
    "medium_id": "int64",
}
# Categories that are looked at one by one: those that make this share of revenue, but
# no fewer than the first and no more than the last of these numbers.
MAIN_SHARE = 0.95
MAIN_CATEGORIES = (10, 30)


class CrmScoringRun(models.Model):
    """Who bought which product and category when: a working table of one run.

    The documents are read once into an unlogged table, by customer, product and day; the
    steps of the basket then read their customers from it.
    """

    _inherit = "crm.scoring.run"

    def init(self):
        """Make the working table; a crash of the database server empties it."""
        self.env.cr.execute(
            SQL(
                "DROP TABLE IF EXISTS %(table)s;"
                "CREATE UNLOGGED TABLE %(table)s ("
                " company_id integer NOT NULL, run_id integer NOT NULL,"
                " customer_id integer NOT NULL, day date NOT NULL,"
                " product_id integer NOT NULL, category_id integer NOT NULL,"
                " amount double precision NOT NULL, margin double precision NOT NULL,"
                " discount double precision NOT NULL, user_id integer NOT NULL,"
                " team_id integer NOT NULL, medium_id integer NOT NULL);"
                "CREATE INDEX ON %(table)s (run_id, customer_id)",
                table=SQL.identifier(LINE_TABLE),
            )
        )
        return super().init()

    # === SOURCES === #

    def _category_purchase_queries(self) -> list[SQL]:
        """Return the queries of the main source and the history, line by line.

        The same sources as ``_purchase_queries``, so that nothing counts twice, with the
        columns of ``_details_sql`` after partner, day, amount and margin. A bridge adds
        its own source to both.
        """
        queries = []
        if self.policy_id.purchase_source == "invoice":
            queries.append(self._invoice_query(INVOICE_TYPES, self._invoice_details()))
        if self.policy_id.use_purchase_history:
            queries.append(
                self._purchase_history_query(
                    SQL(", NULL::int, 0, NULL::int, NULL::int, NULL::int")
                )
            )
        return queries

    def _invoice_details(self) -> SQL:
        return self._details_sql(
            SQL("-line.balance"),
            user=SQL("move.invoice_user_id"),
            team=SQL("NULL::int"),
            medium=SQL("NULL::int"),
        )

    def _details_sql(self, amount, user, team, medium) -> SQL:
        """Columns that a line adds: product, money taken off, salesperson, channel.

        Needs the aliases ``product`` and ``line``; what was given away for nothing has no
        price to take a discount from.
        """
        return SQL(
            ", product.product_tmpl_id AS product_id,"
            " CASE WHEN line.discount > 0 AND line.discount < 100"
            " THEN %(amount)s * line.discount / (100 - line.discount) ELSE 0 END"
            " AS discount, %(user)s AS user_id, %(team)s AS team_id,"
            " %(medium)s AS medium_id",
            amount=amount,
            user=user,
            team=team,
            medium=medium,
        )

    # === WORKING TABLE === #

    def _gather_purchase_lines(self):
        """Fill the working table with the purchases of the staged customers."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s
                SELECT %(company)s, %(run)s, customer.commercial_partner_id, purchase.day,
                       COALESCE(purchase.product_id, 0), COALESCE(%(category)s, 0),
                       SUM(purchase.amount), SUM(purchase.margin),
                       SUM(purchase.discount), COALESCE(purchase.user_id, 0),
                       COALESCE(purchase.team_id, 0), COALESCE(purchase.medium_id, 0)
                  FROM (%(purchases)s) AS purchase
                       (partner_id, day, amount, margin, product_id, discount, user_id,
                        team_id, medium_id)
                  JOIN res_partner AS customer ON customer.id = purchase.partner_id
                  JOIN %(staging)s AS staged
                    ON staged.partner_id = customer.commercial_partner_id
                   AND staged.run_id = %(run)s
                  LEFT JOIN product_template AS template
                         ON template.id = purchase.product_id
                  LEFT JOIN product_category AS category
                         ON category.id = template.categ_id
                 WHERE %(condition)s
                 GROUP BY customer.commercial_partner_id, purchase.day,
                          purchase.product_id, 6, purchase.user_id, purchase.team_id,
                          purchase.medium_id
                """,
                table=SQL.identifier(LINE_TABLE),
                staging=self._staging_identifier(),
                company=self.company_id.id,
                run=self.id,
                category=self._main_level_sql(),
                purchases=SQL(" UNION ALL ").join(self._category_purchase_queries()),
                condition=self._purchase_condition(),
            )
        )

    def _main_level_sql(self) -> SQL:
        """Ancestor of ``category`` at the policy's level, or itself if it is higher up."""
        return SQL(
            "COALESCE(NULLIF(SPLIT_PART(category.parent_path, '/', %s), '')::int,"
            " category.id)",
            self._category_level(),
        )

    def _category_level(self):
        """Levels count below the one category that all products hang from, as "All"."""
        groups = self.env["product.template"]._read_group([], ["categ_id"])
        paths = [row[0].parent_path for row in groups if row[0]]
        roots = {path.split("/")[0] for path in paths}
        has_one_root = len(roots) == 1 and any(path.count("/") > 1 for path in paths)
        return self.policy_id.category_level + has_one_root

    def _clear_staging(self):
        self._clear_purchase_lines()
        return super()._clear_staging()

    def _finish(self):
        self._clear_purchase_lines()
        return super()._finish()

    def _clear_purchase_lines(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE company_id = %s",
                SQL.identifier(LINE_TABLE),
                self.company_id.id,
            )
        )

    def _lines_frame(self, condition):
        """Return lines of this run as the engine's PURCHASE_LINES."""
        query = SQL(
            "SELECT %s, day FROM %s WHERE run_id = %s AND %s ORDER BY customer_id",
            SQL(", ").join(SQL.identifier(name) for name in LINE_TYPES),
            SQL.identifier(LINE_TABLE),
            self.id,
            condition,
        )
        return gateway.read_frame(self.env.cr, query, LINE_TYPES, dates=("day",))

    def _monthly_frame(self):
        """Return purchases per month, of each category and (category 0) of the company."""
        query = SQL(
            """
            SELECT category_id, COUNT(*), DATE_TRUNC('month', day)::date
              FROM (
                SELECT 0 AS category_id, day
                  FROM %(table)s WHERE run_id = %(run)s
                 GROUP BY customer_id, day HAVING SUM(amount) > 0
                 UNION ALL
                SELECT category_id, day
                  FROM %(table)s WHERE run_id = %(run)s AND category_id <> 0
                 GROUP BY customer_id, category_id, day HAVING SUM(amount) > 0
              ) AS bought
             GROUP BY 1, 3 ORDER BY 1, 3
            """,
            table=SQL.identifier(LINE_TABLE),
            run=self.id,
        )
        types = {"category_id": "int64", "purchases": "float64"}
        return gateway.read_frame(self.env.cr, query, types, dates=("month",))

    def _main_categories(self):
        """Return the categories that make most of the revenue, the largest first."""
        rows = self.env.execute_query(
            SQL(
                "SELECT category_id, SUM(amount) FROM %s"
                " WHERE run_id = %s AND category_id <> 0"
                " GROUP BY category_id HAVING SUM(amount) > 0 ORDER BY 2 DESC, 1",
                SQL.identifier(LINE_TABLE),
                self.id,
            )
        )
        wanted = MAIN_SHARE * sum(revenue for _category, revenue in rows)
        main, covered = [], 0
        least, most = MAIN_CATEGORIES
        for category, revenue in rows[:most]:
            if covered >= wanted and len(main) >= least:
                break
            main.append(category)
            covered += revenue
        return main
