from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

INVOICE_TYPES = ("out_invoice", "out_refund", "out_receipt")


class CrmScoringRun(models.Model):
    """Which purchases count: one row per customer and day, in the company's currency."""

    _inherit = "crm.scoring.run"

    def _transactions_query(self, condition=None) -> SQL:
        """Return the purchases of each customer and day, ordered by customer.

        ``condition`` on ``customer.commercial_partner_id`` leaves out other customers.

        Contacts roll up to their commercial partner as it is now, so that merged and moved
        contacts count once, with the customer they belong to. Days cancelled to zero
        are no purchase; a free order is one.
        """
        queries = self._purchase_queries()
        if not queries:
            raise UserError(
                self.env._("Choose at least one source of purchases in the policy.")
            )
        return SQL(
            """
            SELECT customer.commercial_partner_id AS customer_id,
                   SUM(purchase.amount) AS amount,
                   SUM(purchase.margin) AS margin,
                   purchase.day
              FROM (%(purchases)s) AS purchase
              JOIN res_partner AS customer ON customer.id = purchase.partner_id
             WHERE %(window)s
               AND %(condition)s
             GROUP BY customer.commercial_partner_id, purchase.day
            HAVING SUM(purchase.amount) <> 0 OR SUM(ABS(purchase.amount)) = 0
             ORDER BY customer.commercial_partner_id
            """,
            purchases=SQL(" UNION ALL ").join(queries),
            window=self._purchase_condition(),
            condition=condition or SQL("TRUE"),
        )

    def _purchase_condition(self) -> SQL:
        """Which rows of ``purchase`` and ``customer`` count: the window and the policy's."""
        return SQL(
            "purchase.day <= %s AND purchase.day >= %s AND %s",
            self.as_of,
            self.window_start or "-infinity",
            self._customer_condition(),
        )

    def _purchase_queries(self) -> list[SQL]:
        """Return one ``SELECT partner_id, day, amount, margin`` per source of purchases.

        A bridge whose purchases come on top, whatever the main source, appends its own.
        """
        queries = self._source_queries()
        if self.policy_id.use_purchase_history:
            queries.append(self._purchase_history_query())
        return queries

    def _source_queries(self) -> list[SQL]:
        """Return the queries of the policy's main source; a bridge adds its own source."""
        if self.policy_id.purchase_source == "invoice":
            return [self._invoice_query(INVOICE_TYPES)]
        return []

    def _product_of_line_sql(self) -> SQL:
        """Join the product of a document's ``line``, in its own unit and in the sold one."""
        return SQL(
            """
              LEFT JOIN product_product AS product ON product.id = line.product_id
              LEFT JOIN product_template AS template
                     ON template.id = product.product_tmpl_id
              LEFT JOIN uom_uom AS unit ON unit.id = line.product_uom_id
              LEFT JOIN uom_uom AS product_unit ON product_unit.id = template.uom_id
            """
        )

    def _product_units_sql(self) -> SQL:
        """How many of the product's units one sold unit is."""
        return SQL("COALESCE(unit.factor / product_unit.factor, 1)")

    def _invoice_query(self, move_types, details=SQL("")) -> SQL:  # noqa: B008
        """Product lines of posted invoices; credit notes come out negative.

        ``balance`` is in the company's currency at the invoice's own rate; ``details``
        are further columns.
        """
        amount = SQL("-line.balance")
        quantity = SQL(
            "CASE WHEN move.move_type = 'out_refund' THEN -line.quantity"
            " ELSE line.quantity END * %s",
            self._product_units_sql(),
        )
        return SQL(
            """
            SELECT move.partner_id,
                   move.invoice_date AS day,
                   %(amount)s AS amount,
                   %(margin)s AS margin
                   %(details)s
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
              %(product)s
             WHERE move.company_id = %(company)s
               AND move.state = 'posted'
               AND move.move_type IN %(move_types)s
               AND line.display_type = 'product'
            """,
            amount=amount,
            margin=self._margin_sql(amount, quantity),
            details=details,
            product=self._product_of_line_sql(),
            company=self.company_id.id,
            move_types=tuple(move_types),
        )

    def _margin_sql(self, amount, quantity) -> SQL:
        """Margin of a line from its product's cost, else from the rate of its category.

        Needs the aliases ``product`` and ``template`` in the query.
        """
        by_rate = SQL("%s * %s", amount, self._margin_rate_sql())
        if self.policy_id.margin_method == "rate":
            return by_rate
        products = self.env["product.product"].with_company(self.company_id)
        cost = products._field_to_sql("product", "standard_price")
        return SQL(
            "CASE WHEN %(cost)s > 0 THEN %(amount)s - %(quantity)s * %(cost)s"
            " ELSE %(by_rate)s END",
            cost=cost,
            amount=amount,
            quantity=quantity,
            by_rate=by_rate,
        )

    def _margin_rate_sql(self) -> SQL:
        """Margin of the product's category, or of the nearest one above that has any."""
        categories = {}
        for category, rate in self.policy_id._margin_rate_of_categories().items():
            categories.setdefault(rate, []).append(category)
        if not categories:
            return SQL("%s", self.policy_id.margin_rate)
        return SQL(
            "CASE %s ELSE %s END",
            SQL(" ").join(
                SQL("WHEN template.categ_id = ANY(%s) THEN %s", ids, rate)
                for rate, ids in categories.items()
            ),
            self.policy_id.margin_rate,
        )

    def _purchase_history_query(self, details=SQL("")) -> SQL:  # noqa: B008
        """Imported purchases, converted at the rate of their day as the host does."""
        rate = self._conversion_sql(SQL("history.currency_id"), SQL("history.date"))
        return SQL(
            """
            SELECT history.partner_id,
                   history.date AS day,
                   history.amount * %(rate)s AS amount,
                   CASE WHEN history.margin_known
                        THEN history.margin ELSE history.amount * %(margin_rate)s
                   END * %(rate)s AS margin
                   %(details)s
              FROM crm_purchase_history AS history
             WHERE history.company_id = %(company)s
               AND history.date <= %(history_end)s
            """,
            rate=rate,
            details=details,
            margin_rate=self.policy_id.margin_rate,
            company=self.company_id.id,
            history_end=self.policy_id.history_end or "infinity",
        )

    def _conversion_sql(self, currency, day) -> SQL:
        """Units of the company's currency for one of ``currency`` on ``day``."""
        own = SQL("%s", self.company_id.currency_id.id)
        return SQL(
            "CASE WHEN %(currency)s = %(own)s THEN 1 ELSE %(own_rate)s / %(rate)s END",
            currency=currency,
            own=own,
            own_rate=self._rate_sql(own, day),
            rate=self._rate_sql(currency, day),
        )

    def _rate_sql(self, currency, day) -> SQL:
        """Units of ``currency`` per reference unit on the day, else on the first day known."""
        return SQL(
            """COALESCE((
                SELECT rate.rate FROM res_currency_rate AS rate
                 WHERE rate.currency_id = %(currency)s
                   AND (rate.company_id IS NULL OR rate.company_id = %(root)s)
                 ORDER BY (rate.name <= %(day)s) DESC,
                          rate.company_id NULLS LAST,
                          CASE WHEN rate.name <= %(day)s THEN rate.name END DESC,
                          rate.name
                 LIMIT 1
            ), 1)""",
            currency=currency,
            day=day,
            root=self.company_id.root_id.id,
        )

    def _customer_condition(self) -> SQL:
        """Return the condition on ``customer`` that the policy sets."""
        conditions = [SQL("customer.commercial_partner_id IS NOT NULL")]
        domain = self.policy_id._customer_domain()
        if not domain.is_true():
            partners = self.env["res.partner"].with_context(active_test=False)
            conditions.append(
                SQL(
                    "customer.commercial_partner_id IN %s",
                    partners._search(domain).subselect(),
                )
            )
        if self.policy_id.exclude_group_companies:
            conditions.append(
                SQL(
                    "customer.commercial_partner_id NOT IN"
                    " (SELECT partner_id FROM res_company)"
                )
            )
        return SQL(" AND ").join(conditions)

    def _check_currencies(self):
        """Refuse to convert at a rate that nobody ever entered."""
        history = self.env["crm.purchase.history"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("currency_id", "!=", self.company_id.currency_id.id),
            ],
            ["currency_id"],
        )
        currencies = self.env["res.currency"].union(*(row[0] for row in history))
        rated = self.env["res.currency.rate"]._read_group(
            [
                ("currency_id", "in", currencies.ids),
                ("company_id", "in", (False, self.company_id.root_id.id)),
            ],
            ["currency_id"],
        )
        unrated = currencies.filtered(lambda item: (item,) not in rated)
        if unrated:
            raise UserError(
                self.env._(
                    "The purchase history holds currencies without an exchange rate:"
                    " %(currencies)s. Add one in Invoicing, Configuration, Currencies, then"
                    " score again.",
                    currencies=", ".join(unrated.mapped("name")),
                )
            )

    def _count_future_purchases(self):
        """Count purchases dated after today: most often a slip in a year."""
        return self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM (%s) AS purchase WHERE purchase.day > %s",
                SQL(" UNION ALL ").join(self._purchase_queries()),
                self.company_id._local_today(),
            )
        )[0][0]
