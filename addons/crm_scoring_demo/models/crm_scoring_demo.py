import logging
import time
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..story.narrative import Story, tell

_logger = logging.getLogger(__name__)

# External identifiers of the companies: outside every module, so that no uninstallation
# tries to delete a company with its books.
MODULE = "__customer_demo__"
STORY = f"{MODULE}.company_story"
CDNOW = f"{MODULE}.company_cdnow"
TIMEZONES = {STORY: "Europe/Rome", CDNOW: "America/New_York"}
# What is built, in this order: each part finds the earlier ones in the books.
PARTS = (
    "catalogue",
    "staff",
    "customers",
    "history",
    "leads",
    "orders",
    "invoices",
    "credit_notes",
    "payments",
    "touches",
    "tasks",
    "statements",
    "costs",
    "groups",
    "probabilities",
)
# Months whose ends the roaster is scored as of: the same month of last year is among them.
HISTORY_MONTHS = 13
GROWING_TABLES = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "sale_order",
    "sale_order_line",
)
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_activity_quick_update": True,
    "mail_notify_force_send": False,
    "no_mail_to_attendees": True,
    "dont_notify": True,
    "no_reset_password": True,
}


@dataclass
class Books:
    """The records made so far, by the story's own keys."""

    story: Story
    # key of a customer or a contact: partner
    partners: dict = field(default_factory=dict)
    # code: product
    products: dict = field(default_factory=dict)
    # number of the salesperson: user
    users: list = field(default_factory=list)
    # number of the salesperson: team
    teams: list = field(default_factory=list)
    # key of the payment term, of the currency: record
    terms: dict = field(default_factory=dict)
    currencies: dict = field(default_factory=dict)
    # whether it is for domestic customers: fiscal position
    fiscal_positions: dict = field(default_factory=dict)
    sales_journal: models.Model = None
    # key of a customer: won lead
    won_leads: dict = field(default_factory=dict)
    # key of a purchase: sales order, invoice
    orders: dict = field(default_factory=dict)
    invoices: dict = field(default_factory=dict)


class CrmScoringDemo(models.AbstractModel):
    """Builder of the two demo companies.

    Each company is built in one transaction, with the host's own methods. Its external
    identifier is the mark that it is complete: a killed build leaves nothing behind, and
    a second one finds the company and adds nothing.
    """

    _name = "crm.scoring.demo"
    _description = "Demo Companies"

    @api.private
    def build_story(self, today=None, **telling):
        """Return the roaster, built if it is not there; ``telling`` as in ``tell``."""
        company = self.env.ref(STORY, raise_if_not_found=False)
        if company:
            _logger.info("%s is there already", company.name)
            return company
        demo = self.sudo().with_context(**QUIET)
        today = today or demo._today(STORY)
        books = Books(tell(today, **telling))
        company = demo._create_story_company(books)
        demo = demo.with_context(allowed_company_ids=company.ids).with_company(company)
        for part in PARTS:
            started = time.monotonic()
            what = getattr(demo, f"_build_{part}")(books)
            demo._settle()
            _logger.info("%s: %s in %.1f s", company.name, what, _since(started))
        return company

    @api.private
    def score_months(self, company):
        """Score ``company`` as of the end of each month of a year, the oldest first.

        Its history then has a past. Profiles show the last run: score as of today after it.
        """
        today = self._today(STORY)
        for months in range(HISTORY_MONTHS, 0, -1):
            month = fields.Date.subtract(today.replace(day=1), months=months - 1)
            self.score(company, fields.Date.subtract(month, days=1))

    @api.private
    def score_today(self, company):
        """Score ``company`` as of today and its past, unless it has been before."""
        runs = self.env["crm.scoring.run"].sudo()
        done = runs.search([("company_id", "=", company.id), ("state", "=", "done")])
        # a run of the past was queued in a later month than the one it is as of
        if any(run.as_of >= run.create_date.date().replace(day=1) for run in done):
            _logger.info("%s is scored already", company.name)
            return
        self.score_months(company)
        self.score(company, self._today(STORY))
        # A company too small for clusters is told so on their page.
        self.env["crm.needs.segmentation"].sudo()._for_company(company)._execute()

    @api.private
    def score(self, company, as_of=None):
        """Score ``company`` unless it has a finished run as of that day."""
        policy = self.env["crm.scoring.policy"].sudo()._for_company(company)
        runs = self.env["crm.scoring.run"].sudo()
        wanted = [("policy_id", "=", policy.id)]
        wanted += [("as_of", "=", as_of)] if as_of else []
        done = runs.search([*wanted, ("state", "=", "done")], limit=1)
        if done:
            _logger.info("%s is scored already", company.name)
            return done
        # A killed run goes on where it was.
        run = runs.search([*wanted, ("state", "in", ("queued", "running"))], limit=1)
        day = {"as_of": as_of} if as_of else {}
        run = run or runs.create({"policy_id": policy.id, **day})
        started = time.monotonic()
        if not run._execute():
            raise UserError(run.error)
        _logger.info(
            "%s: %s customers scored in %.1f s",
            company.name,
            run.customer_count,
            _since(started),
        )
        return run

    @api.model
    def _settle(self):
        """Write what is pending and tell PostgreSQL how far the tables have grown.

        Within one transaction it would go on planning for empty ones.
        """
        self.env.flush_all()
        tables = SQL(", ").join(SQL.identifier(table) for table in GROWING_TABLES)
        self.env.cr.execute(SQL("ANALYZE %s", tables))

    @api.model
    def _today(self, company_key):
        """Today where the company is."""
        return fields.Date.context_today(self.with_context(tz=TIMEZONES[company_key]))

    @api.model
    def _mark(self, company, key):
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": key, "record": company, "noupdate": True}]
        )


def _since(started):
    return time.monotonic() - started
