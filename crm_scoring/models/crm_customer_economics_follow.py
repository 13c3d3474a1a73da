import hashlib
import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# The last month and the twelve before it.
MONTHS_KEPT = 13


class CrmCustomerEconomics(models.Model):
    """What depends on the classes follows when thresholds, not a run, changed them."""

    _inherit = "crm.customer.economics"

    is_outdated = fields.Boolean(
        readonly=True,
        help="Thresholds or classes were changed by hand since the figures by class were"
        " counted: the scheduler counts them again shortly.",
    )
    migration = fields.Json(
        readonly=True,
        help="Customers by class in each month kept and in the last one, as counted when the"
        " last one was written: the screen need not join a million customers again.",
    )

    @api.model
    def _outdate(self, companies):
        """Have the figures by class counted again, soon."""
        outdated = self.sudo().search([("company_id", "in", companies.ids)])
        outdated.write({"is_outdated": True, "migration": False})
        if outdated:
            self.env.ref("crm_scoring.ir_cron_follow_classes").sudo()._trigger()

    @api.model
    def _cron_follow(self):
        """Count again, company by company, within the time that the scheduler grants."""
        outdated = self.search([("is_outdated", "=", True)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(outdated))
        for figures in outdated:
            figures._follow()
            if not cron._commit_progress(1):
                return

    def _follow(self):
        """Count again by the classes as they are; a run under way will do it anyway.

        Nobody waits for it: whoever changes classes meanwhile has it done once more.
        """
        policies = self.env["crm.scoring.policy"]
        policy = policies.search([("company_id", "=", self.company_id.id)])
        run = policy.last_run_id.with_company(self.company_id)
        if self.run_id != run or policy._has_run_under_way():
            return
        figures = run._follow_classes()
        migration = self._counted_migration(self.company_id)
        if not self._is_as_read():
            _logger.info("%s: classes changed meanwhile, counted again later", self)
            self.env.ref("crm_scoring.ir_cron_follow_classes")._trigger()
            return
        self.write({**figures, "migration": migration, "is_outdated": False})

    def _is_as_read(self):
        """Whether nobody has written the row since; then nobody can until we are done."""
        row = SQL(
            "SELECT FROM %s WHERE id = %s FOR UPDATE",
            SQL.identifier(self._table),
            self.id,
        )
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(row, log_exceptions=False)
        except psycopg2.errors.SerializationFailure:
            return False
        return True

    # === MIGRATION === #

    @api.model
    def _keep_migration(self, company):
        """Keep who moved from each month of the last year to the last one of all."""
        known = self.search([("company_id", "=", company.id)])
        if known:
            known.migration = self._counted_migration(company)

    @api.model
    def _counted_migration(self, company):
        profiles = self.env["crm.customer.profile"].sudo().with_company(company)
        *earlier, last = profiles._kept_months()[-MONTHS_KEPT:] or [None]
        if not earlier:
            return False
        return {
            "signature": self._migration_signature(company),
            "after": fields.Date.to_string(last),
            "rows": {
                fields.Date.to_string(month): profiles._migration_rows([], month, last)
                for month in earlier
            },
        }

    @api.model
    def _kept_migration(self, before, after):
        """Return the rows of the migration between two months of all, if they are kept."""
        company = self.env.company
        kept = self.search([("company_id", "=", company.id)]).migration or {}
        rows = kept.get("rows", {}).get(fields.Date.to_string(before))
        is_valid = (
            rows is not None
            and kept["after"] == fields.Date.to_string(after)
            and kept["signature"] == self._migration_signature(company)
        )
        return rows if is_valid else None

    @api.model
    def _migration_signature(self, company):
        """Return what stands for all that decides by which bounds months are compared."""
        policies = self.env["crm.scoring.policy"].sudo()
        policy = policies.search([("company_id", "=", company.id)])
        decisive = [policy._has_other_bounds(), *policy._bound_rows()]
        return hashlib.sha256(repr(decisive).encode()).hexdigest()
