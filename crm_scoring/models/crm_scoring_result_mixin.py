from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway


class CrmScoringResultMixin(models.AbstractModel):
    """A table that runs alone write: filled as a working copy, then published at once.

    The working copy is unlogged, and has the columns of the table. A crash of the database
    server empties it, and a run that finds it emptied reads again. Readers see the rows of
    the last complete run until the next one is complete.
    """

    _name = "crm.scoring.result.mixin"
    _description = "Scoring Result"
    _log_access = False
    # Columns that identify a row; the unique constraint of the table has the same.
    _result_key = ("partner_id", "company_id")

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    run_id = fields.Many2one(
        "crm.scoring.run", readonly=True, ondelete="set null", index=True
    )

    def init(self):
        """Make the working copy anew, with the columns this table has now."""
        if self._abstract:
            return
        self.env.cr.execute(
            SQL(
                "DROP TABLE IF EXISTS %(staging)s;"
                "CREATE UNLOGGED TABLE %(staging)s"
                " (LIKE %(table)s INCLUDING DEFAULTS, PRIMARY KEY (%(key)s))",
                staging=SQL.identifier(self._staging_table()),
                table=SQL.identifier(self._table),
                key=self._result_key_sql(),
            )
        )

    @api.model
    def _result_models(self):
        """Return an empty recordset of each model of results."""
        return [
            self.env[name]
            for name in sorted(self.env.registry.descendants([self._name], "_inherit"))
            if not self.env[name]._abstract
        ]

    @api.model
    def _staging_table(self):
        return f"{self._table}_staging"

    @api.model
    def _staged_columns(self):
        return [
            name
            for name, field in self._fields.items()
            if field.store and not field.related and name != "id"
        ]

    @api.model
    def _result_key_sql(self):
        return SQL(", ").join(SQL.identifier(name) for name in self._result_key)

    @api.model
    def _stage(self, run, frame):
        """Add the rows of ``frame`` to the working copy, as those of ``run``."""
        rows = frame.assign(company_id=run.company_id.id, run_id=run.id)
        gateway.copy_into(self.env.cr, self._staging_table(), rows)

    @api.model
    def _publish(self, run):
        """Replace the rows of the run's company by its staged rows, all at once.

        Rows keep their identifiers. What the run did not find again goes.
        """
        self.env.flush_all()
        published = self._upsert_staged(run)
        self.env.cr.execute(
            SQL(
                "DELETE FROM %(table)s WHERE company_id = %(company)s"
                " AND run_id IS DISTINCT FROM %(run)s",
                table=SQL.identifier(self._table),
                company=run.company_id.id,
                run=run.id,
            )
        )
        self._clear_staging(run.company_id)
        self.env.invalidate_all()
        return published

    @api.model
    def _upsert_staged(self, run):
        """Write the staged rows over the published ones, money in the company's decimals."""
        columns = self._published_columns(run)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(columns)s)"
                " SELECT %(values)s FROM %(source)s WHERE staged.run_id = %(run)s"
                " ON CONFLICT (%(key)s) DO UPDATE SET %(assignments)s",
                table=SQL.identifier(self._table),
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                values=SQL(", ").join(columns.values()),
                source=self._published_source(),
                key=self._result_key_sql(),
                assignments=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in columns
                    if name not in self._result_key
                ),
                run=run.id,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _is_staged(self, field_name, records):
        """Whether a run under way is about to publish one of ``records``."""
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s WHERE %s = ANY(%s) LIMIT 1",
                    SQL.identifier(self._staging_table()),
                    SQL.identifier(field_name),
                    records.ids,
                )
            )
        )

    @api.model
    def _published_columns(self, run):
        """Return what is published of a staged row: {column: expression}."""
        decimals = run.company_id.currency_id.decimal_places
        return {
            name: SQL("ROUND(%s, %s)", SQL.identifier("staged", name), decimals)
            if self._fields[name].type == "monetary"
            else SQL.identifier("staged", name)
            for name in self._staged_columns()
        }

    @api.model
    def _published_source(self):
        """Return what the rows are published from, the working copy among it."""
        return SQL("%s AS staged", SQL.identifier(self._staging_table()))

    @api.model
    def _clear_staging(self, company):
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE company_id = %s",
                SQL.identifier(self._staging_table()),
                company.id,
            )
        )

    # === MERGED CUSTOMERS === #

    @api.model
    def _move_results(self, source, kept):
        """Give the customer ``kept`` the results of ``source`` that it does not have itself.

        The next run makes them those of the merged customer. One that is under way reads the
        purchases again, as it does when rows of its working copy are gone.
        """
        same = SQL(" AND ").join(
            SQL(
                "own.%(name)s IS NOT DISTINCT FROM other.%(name)s",
                name=SQL.identifier(name),
            )
            for name in self._result_key
            if name != "partner_id"
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s AS other SET partner_id = %(kept)s"
                " WHERE partner_id = %(source)s AND NOT EXISTS (SELECT FROM %(table)s AS own"
                " WHERE own.partner_id = %(kept)s AND %(same)s);"
                " DELETE FROM %(table)s WHERE partner_id = %(source)s;"
                " DELETE FROM %(staging)s WHERE partner_id = %(source)s",
                table=SQL.identifier(self._table),
                staging=SQL.identifier(self._staging_table()),
                source=source,
                kept=kept,
                same=same,
            )
        )
