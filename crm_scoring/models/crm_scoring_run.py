import contextlib
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.customer_analytics.errors import AnalyticsError

_logger = logging.getLogger(__name__)

OPEN_STATES = ("queued", "running")
# In the order of execution, with the progress at which each begins.
STAGES = [
    ("read", "Reading purchases", 0),
    ("validate", "Checking against the last period", 15),
    ("payment", "Payment risk", 35),
    ("cost", "Counting costs to serve", 40),
    ("fit", "Estimating models", 45),
    ("predict", "Predicting", 50),
    ("wallet", "Estimating shares of wallet", 80),
    ("basket", "Reading baskets", 84),
    ("prospect", "Valuing prospects", 88),
    ("explain", "Explaining", 92),
    ("needs", "Assigning to needs clusters", 93),
    ("economics", "Adding up the customers", 94),
    ("publish", "Publishing", 95),
]
# First key of the advisory lock; the second is the company.
LOCK_KEY = 0x5C0213


class CrmScoringRun(models.Model):
    """One execution of a policy: a small state machine that survives a kill.

    ``_step`` does one unit of work and the caller commits it. All that a unit needs is in
    the database, so another process goes on where a killed one stopped.
    """

    _name = "crm.scoring.run"
    _description = "Scoring Run"
    _order = "id desc"

    policy_id = fields.Many2one(
        "crm.scoring.policy",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(
        string="As of",
        required=True,
        compute="_compute_as_of",
        store=True,
        readonly=False,
        precompute=True,
        help="Only purchases up to this day count: what was known then.",
    )
    window_start = fields.Date(
        string="Purchases Since", readonly=True, help="Empty: everything on record."
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    stage = fields.Selection(
        [(stage, label) for stage, label, _progress in STAGES],
        required=True,
        readonly=True,
        default="read",
    )
    progress = fields.Float(readonly=True, aggregator=None, help="Percent.")
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    duration = fields.Float(
        string="Duration (s)", compute="_compute_duration", aggregator=None
    )

    # What it found
    customer_count = fields.Integer(string="Customers", readonly=True)
    repeat_count = fields.Integer(
        string="Repeat Customers",
        readonly=True,
        help="Customers with two purchases or more.",
    )
    purchase_count = fields.Integer(string="Purchases", readonly=True)
    revenue = fields.Monetary(readonly=True)
    first_purchase_date = fields.Date(string="First Purchase", readonly=True)
    last_purchase_date = fields.Date(string="Last Purchase", readonly=True)
    settings = fields.Json(readonly=True, help="The policy as it was for this run.")
    parameters = fields.Json(readonly=True, help="The estimated models.")
    diagnostic_ids = fields.One2many(
        "crm.scoring.run.diagnostic", "run_id", string="Models", readonly=True
    )
    log_ids = fields.One2many("crm.scoring.run.log", "run_id", readonly=True)
    error = fields.Text(readonly=True)

    _one_open_run = models.UniqueIndex(
        "(policy_id) WHERE state IN ('queued', 'running')",
        "A run of this company is under way already.",
    )

    @api.depends("policy_id")
    def _compute_as_of(self):
        for run in self:
            run.as_of = run.as_of or run.company_id._local_today()

    @api.depends("started_at", "finished_at")
    def _compute_duration(self):
        for run in self:
            finished = run.finished_at or run.started_at
            run.duration = (
                (finished - run.started_at).total_seconds() if run.started_at else 0.0
            )

    @api.depends("company_id", "as_of")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(company)s as of %(day)s",
                company=run.company_id.name,
                day=format_date(run.env, run.as_of),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Wake the scheduler for the new runs."""
        runs = super().create(vals_list)
        self.env.ref("crm_scoring.ir_cron_score").sudo()._trigger()
        return runs

    @api.constrains("as_of")
    def _check_as_of(self):
        for run in self:
            if run.as_of > run.company_id._local_today():
                raise ValidationError(
                    self.env._("Customers can be scored as of today or an earlier day.")
                )

    @api.model
    def _queue(self, policy):
        """Return the open run of ``policy``, made if there is none."""
        run = self.search(
            [("policy_id", "=", policy.id), ("state", "in", OPEN_STATES)], limit=1
        )
        return run or self.create({"policy_id": policy.id})

    @api.model
    def _queue_due(self):
        """Queue a run for each policy whose schedule asks for one today."""
        periods = {"daily": 1, "weekly": 7, "monthly": 30}
        under_way = self.search([("state", "in", OPEN_STATES)]).policy_id
        for policy in self.env["crm.scoring.policy"].search(
            [("schedule", "in", list(periods)), ("id", "not in", under_way.ids)]
        ):
            last = self.search([("policy_id", "=", policy.id)], limit=1)
            if not last or last._days_since_queued() >= periods[policy.schedule]:
                self.create({"policy_id": policy.id})

    def _days_since_queued(self):
        """Calendar days where the company is: midnight there is not midnight in UTC."""
        local = self.with_context(tz=self.company_id._local_timezone())
        queued = fields.Datetime.context_timestamp(local, self.create_date).date()
        return (self.company_id._local_today() - queued).days

    # === ACTIONS === #

    def action_cancel(self):
        self.filtered(lambda run: run.state in OPEN_STATES).write(
            {"state": "cancelled", "finished_at": fields.Datetime.now()}
        )
        self.flush_recordset(["state"])  # the index allows the next run only then

    def action_retry(self):
        """Queue the same day again, with the policy as it is now."""
        self.ensure_one()
        if self.state in OPEN_STATES:
            raise UserError(self.env._("This run is still under way."))
        run = self.create({"policy_id": self.policy_id.id, "as_of": self.as_of})
        return run._get_records_action()

    def action_view_profiles(self):
        self.ensure_one()
        return self.policy_id.action_view_profiles()

    # === RUN === #

    @api.model
    def _cron_score(self):
        """Work off the queue within the time that the scheduler grants, resuming any run."""
        self._queue_due()
        cron = self.env["ir.cron"]
        while runs := self.search([("state", "in", OPEN_STATES)], order="id"):
            run = runs[0]
            with run._exclusive() as is_free:
                if not is_free:
                    return
                run._step()
            seconds_left = cron._commit_progress(
                1, remaining=self.search_count([("state", "in", OPEN_STATES)])
            )
            if not seconds_left:
                return

    def _execute(self):
        """Run to the end in this process, committing each step."""
        self.ensure_one()
        with self._exclusive() as is_free:
            if not is_free:
                raise UserError(
                    self.env._("Another process is scoring %s.", self.company_id.name)
                )
            while self.state in OPEN_STATES:
                self._step()
                self.env["ir.cron"]._commit_progress()
        return self.state == "done"

    @contextlib.contextmanager
    def _exclusive(self):
        """Hold the company's lock, which outlives commits and dies with the process."""
        key = SQL("%s, %s", LOCK_KEY, self.company_id.id)
        self.env.cr.execute(SQL("SELECT pg_try_advisory_lock(%s)", key))
        is_free = self.env.cr.fetchone()[0]
        try:
            yield is_free
        finally:
            if is_free:
                self.env.cr.execute(SQL("SELECT pg_advisory_unlock(%s)", key))

    def _step(self):
        """Do the next unit of work; a failure is told in the run and changes nothing else."""
        # The log is written once for all readers: in the company's language.
        lang = self.company_id.partner_id.lang or self.env.lang
        self = self.with_company(self.company_id).with_context(lang=lang).sudo()  # noqa: PLW0642
        try:
            with self.env.cr.savepoint():
                if self.state == "queued":
                    self._start()
                getattr(self, f"_stage_{self.stage}")()
        except psycopg2.OperationalError:
            raise  # a conflict or a lost connection: the scheduler tries again
        except (AnalyticsError, UserError) as error:
            self._fail(self._error_message(error))
        except Exception:
            _logger.exception("Scoring run %s failed", self.id)
            self._fail(
                self.env._(
                    "Unexpected error at “%(stage)s”: the server log has the details.",
                    stage=dict(self._fields["stage"]._description_selection(self.env))[
                        self.stage
                    ],
                )
            )

    def _start(self):
        policy = self.policy_id
        window_start = False
        if policy.window_months:
            window_start = fields.Date.subtract(self.as_of, months=policy.window_months)
        self.write(
            {
                "state": "running",
                "stage": "read",
                "progress": 0,
                "started_at": fields.Datetime.now(),
                "window_start": window_start,
                "settings": policy._settings(),
            }
        )

    def _advance(self, **values):
        """Go to the next stage, keeping ``values`` on the run."""
        _stage, (stage, progress) = self._stage_and_next()
        self.write({"stage": stage, "progress": progress, **values})

    def _progress_within_stage(self, share):
        """Move on by ``share`` of the way from this stage's progress to the next one's."""
        (_stage, begin), (_next, end) = self._stage_and_next()
        self.progress = min(end, self.progress + share * (end - begin))

    def _stage_and_next(self):
        """Return this stage and the next one, each with the progress it begins at."""
        order = [(stage, progress) for stage, _label, progress in STAGES]
        place = [stage for stage, _progress in order].index(self.stage)
        return order[place], order[place + 1]

    def _finish(self):
        self.write(
            {"state": "done", "progress": 100, "finished_at": fields.Datetime.now()}
        )

    def _fail(self, message):
        self.invalidate_recordset()
        self.write(
            {"state": "failed", "error": message, "finished_at": fields.Datetime.now()}
        )
        self._log(message, level="error")
        self._clear_staging()

    def _log(self, message, level="info"):
        self.env["crm.scoring.run.log"].create(
            {"run_id": self.id, "level": level, "message": message}
        )

    @api.model
    def _error_message(self, error):
        """Say an engine's error to a user; the engine itself speaks to programs."""
        if isinstance(error, UserError):
            return str(error)
        return self.env._("The estimate is not possible: %s", error)

    @api.autovacuum
    def _gc_runs(self):
        """Keep a year of runs, and each company's last one whatever its age."""
        limit = fields.Datetime.now() - timedelta(days=365)
        kept = self.env["crm.scoring.policy"].search([]).last_run_id
        self.search([("create_date", "<", limit), ("id", "not in", kept.ids)]).unlink()
