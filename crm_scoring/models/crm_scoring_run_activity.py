from odoo import fields, models
from odoo.tools import SQL


class CrmScoringRun(models.Model):
    """How often each thing was done for a customer in the twelve months up to the day."""

    _inherit = "crm.scoring.run"

    def _activity_counts_query(self, drivers) -> SQL:
        """Return ``customer_id, driver, count`` of ``drivers``, ordered by customer.

        Contacts roll up to their commercial partner. What was done for nobody with a
        profile, a prospect say, comes under customer 0.
        """
        queries = self._activity_count_queries()
        counted = [
            SQL(
                "SELECT %s AS driver, counted.partner_id, counted.count FROM (%s) AS counted",
                driver.id,
                queries[driver.code]
                if driver.code
                else self._done_activities_query(driver.activity_type_id),
            )
            for driver in drivers
        ]
        return SQL(
            """
            SELECT COALESCE(staged.partner_id, 0) AS customer_id,
                   counted.driver,
                   SUM(counted.count)
              FROM (%(counted)s) AS counted
              JOIN res_partner AS partner ON partner.id = counted.partner_id
              LEFT JOIN %(staging)s AS staged
                     ON staged.partner_id = partner.commercial_partner_id
                    AND staged.run_id = %(run)s
             GROUP BY 1, 2
             ORDER BY 1
            """,
            counted=SQL(" UNION ALL ").join(counted),
            staging=self._staging_identifier(),
            run=self.id,
        )

    def _activity_count_queries(self) -> dict[str, SQL]:
        """Return one ``SELECT partner_id, count`` per code of a driver; bridges add theirs."""
        return {
            "invoice": self._invoice_count_query(("out_invoice", "out_receipt")),
            "credit_note": self._invoice_count_query(("out_refund",)),
            "invoice_line": self._invoice_line_count_query(),
            "late_payment": self._late_payment_count_query(),
            "lead": self._lead_count_query(),
            "meeting": self._meeting_count_query(),
            "call": self._done_activities_query(
                self.env["mail.activity.type"]
                .with_context(active_test=False)
                .search([("category", "=", "phonecall")])
            ),
            "email_sent": self._message_count_query(
                SQL(
                    "message.message_type = 'comment' AND message.subtype_id = %s AND"
                    " EXISTS (SELECT FROM res_partner AS author WHERE"
                    " author.id = message.author_id AND NOT author.partner_share)",
                    self.env.ref("mail.mt_comment").id,
                )
            ),
            "email_received": self._message_count_query(
                SQL("message.message_type = 'email'")
            ),
        }

    # === DOCUMENTS === #

    def _invoice_count_query(self, move_types) -> SQL:
        return SQL(
            "SELECT move.partner_id, COUNT(*) AS count FROM account_move AS move"
            " WHERE %s AND move.move_type IN %s GROUP BY move.partner_id",
            self._counted_moves(SQL("move.invoice_date")),
            move_types,
        )

    def _invoice_line_count_query(self) -> SQL:
        return SQL(
            """
            SELECT move.partner_id, COUNT(*) AS count
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
             WHERE %s
               AND move.move_type IN ('out_invoice', 'out_receipt')
               AND line.display_type = 'product'
             GROUP BY move.partner_id
            """,
            self._counted_moves(SQL("move.invoice_date")),
        )

    def _late_payment_count_query(self) -> SQL:
        """Instalments that were still open after their due date: somebody had to remind."""
        return SQL(
            """
            SELECT move.partner_id, COUNT(*) AS count
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
             WHERE %(moves)s
               AND line.date_maturity < %(as_of)s
               AND move.move_type IN ('out_invoice', 'out_receipt')
               AND line.display_type = 'payment_term'
               AND (line.amount_residual <> 0
                    OR EXISTS (SELECT FROM account_partial_reconcile AS payment
                                WHERE payment.debit_move_id = line.id
                                  AND payment.max_date > line.date_maturity))
             GROUP BY move.partner_id
            """,
            moves=self._counted_moves(SQL("line.date_maturity")),
            as_of=self.as_of,
        )

    def _counted_moves(self, day) -> SQL:
        return SQL(
            "move.company_id = %s AND move.state = 'posted' AND %s",
            self.company_id.id,
            self._days_of_last_year(day),
        )

    def _lead_count_query(self) -> SQL:
        return SQL(
            """
            SELECT lead.partner_id, COUNT(*) AS count
              FROM crm_lead AS lead
              LEFT JOIN res_users AS seller ON seller.id = lead.user_id
             WHERE lead.partner_id IS NOT NULL
               AND COALESCE(lead.company_id, seller.company_id, %(company)s) = %(company)s
               AND %(period)s
             GROUP BY lead.partner_id
            """,
            company=self.company_id.id,
            period=self._moments_of_last_year(SQL("lead.create_date")),
        )

    def _meeting_count_query(self) -> SQL:
        """Meetings that a customer attends or that are about his opportunity, each once."""
        return SQL(
            """
            SELECT customer.commercial_partner_id AS partner_id,
                   COUNT(DISTINCT event.id) AS count
              FROM calendar_event AS event
              LEFT JOIN crm_lead AS lead ON lead.id = event.opportunity_id
              LEFT JOIN res_users AS organiser ON organiser.id = event.user_id
              JOIN LATERAL (
                    SELECT attendee.res_partner_id AS partner_id
                      FROM calendar_event_res_partner_rel AS attendee
                     WHERE attendee.calendar_event_id = event.id
                     UNION SELECT lead.partner_id
                   ) AS contact ON TRUE
              JOIN res_partner AS customer ON customer.id = contact.partner_id
             WHERE event.active
               AND customer.partner_share
               AND COALESCE(lead.company_id, organiser.company_id, %(company)s)
                   = %(company)s
               AND %(period)s
             GROUP BY customer.commercial_partner_id
            """,
            company=self.company_id.id,
            period=self._moments_of_last_year(SQL("event.start")),
        )

    # === MESSAGES === #

    def _contact_documents(self) -> dict[str, tuple[SQL, SQL, SQL]]:
        """Return the models on which customers are written to and called.

        Of each, the columns of ``document`` for customer, company and salesperson.
        """
        partner, company = SQL("document.partner_id"), SQL("document.company_id")
        user = SQL("document.user_id")
        return {
            "res.partner": (SQL("document.id"), company, user),
            "crm.lead": (partner, company, user),
            "account.move": (partner, company, SQL("document.invoice_user_id")),
        }

    def _done_activities_query(self, activity_types) -> SQL:
        """Activities of some types that were done: the host keeps a message of each."""
        return self._message_count_query(
            SQL("message.mail_activity_type_id = ANY(%s)", activity_types.ids)
        )

    def _message_count_query(self, condition) -> SQL:
        """Messages on a customer and his documents; a shared one is its salesperson's."""
        queries = [
            SQL(
                """
                SELECT %(partner)s AS partner_id, COUNT(*) AS count
                  FROM mail_message AS message
                  JOIN %(table)s AS document ON document.id = message.res_id
                  LEFT JOIN res_users AS seller ON seller.id = %(user)s
                 WHERE message.model = %(model)s
                   AND %(partner)s IS NOT NULL
                   AND COALESCE(%(owner)s, seller.company_id, %(company)s) = %(company)s
                   AND %(period)s
                   AND %(condition)s
                 GROUP BY %(partner)s
                """,
                table=SQL.identifier(self.env[model]._table),
                model=model,
                partner=partner,
                owner=owner,
                user=user,
                company=self.company_id.id,
                period=self._moments_of_last_year(SQL("message.date")),
                condition=condition,
            )
            for model, (partner, owner, user) in self._contact_documents().items()
        ]
        return SQL(" UNION ALL ").join(queries)

    # === PERIOD === #

    def _days_of_last_year(self, day) -> SQL:
        """Condition on a date: within the twelve months that end with ``as_of``."""
        since = fields.Date.subtract(self.as_of, years=1)
        return SQL("%s > %s AND %s <= %s", day, since, day, self.as_of)

    def _moments_of_last_year(self, moment) -> SQL:
        """The same of a moment in UTC, days being those of the company."""
        return SQL(
            "%s >= %s AND %s < %s",
            moment,
            self._midnight_after(fields.Date.subtract(self.as_of, years=1)),
            moment,
            self._midnight_after(self.as_of),
        )

    def _midnight_after(self, day) -> SQL:
        return SQL(
            "((%s::date + 1)::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC')",
            day,
            self.company_id._local_timezone(),
        )
