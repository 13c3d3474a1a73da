from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date
from odoo.tools.misc import formatLang

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.classification import class_bleeding

from .crm_scoring_alert_raise import lower

BLEEDING = "class_bleeding"
# Spans before the present one that tell what is usual.
SPANS = 4
# Customers of a class at the beginning of spans, by the bounds in force now, and what
# became of them: bounds that moved make nobody leave.
OF_A_CLASS = """
      FROM (VALUES %(spans)s) AS span(before, after)
      JOIN crm_customer_profile_history AS earlier
        ON earlier.month = span.before AND earlier.company_id = %(company)s
      JOIN crm_customer_profile_history AS later
        ON later.month = span.after
       AND later.company_id = earlier.company_id
       AND later.partner_id = earlier.partner_id
      LEFT JOIN crm_customer_profile AS profile
        ON profile.company_id = earlier.company_id
       AND profile.partner_id = earlier.partner_id
      LEFT JOIN %(before)s AS was ON TRUE
      LEFT JOIN %(after)s AS became ON TRUE
     WHERE earlier.revenue_recent > 0
       AND was.class_id IS NOT NULL
       AND was.value_band > 0
"""
# Gone for a year, or in a lower band and no higher one.
LEFT = SQL("(later.revenue_recent <= 0 OR %s)", SQL(lower("became", "was")))


class CrmScoringAlert(models.Model):
    """Classes that bleed: one activity per class and month for one person."""

    _inherit = "crm.scoring.alert"

    trigger = fields.Selection(
        selection_add=[(BLEEDING, "A class loses more customers than usual")],
        ondelete={BLEEDING: "cascade"},
    )
    months_back = fields.Integer(
        string="Within (months)",
        default=3,
        help="Customers who were in the class so many months ago are looked at.",
    )
    least_lost_share = fields.Float(
        string="And At Least This Share",
        default=0.1,
        help="Part of its customers that a class must have lost before anybody is told,"
        " beside being more than chance explains.",
    )

    _months_back_positive = models.Constraint(
        "CHECK(months_back BETWEEN 1 AND 12)",
        "A class can be looked at over 1 to 12 months.",
    )
    _least_lost_share_range = models.Constraint(
        "CHECK(least_lost_share >= 0 AND least_lost_share <= 1)",
        "The share of customers lost lies between 0% and 100%.",
    )

    @api.model
    def _create_defaults(self, companies):
        alerts = super()._create_defaults(companies)
        return alerts | self.create(
            [
                {
                    "name": self.env._("A class loses customers"),
                    "trigger": BLEEDING,
                    "company_id": company.id,
                }
                for company in companies
            ]
        )

    def _changed_profiles(self, run):
        """A class has no profile: it is looked at as a whole."""
        if self.trigger == BLEEDING:
            return self.env["crm.customer.profile"]
        return super()._changed_profiles(run)

    @api.model
    def _raise(self, run):
        events = super()._raise(run)
        if run.as_of < run.company_id._local_today() - timedelta(days=1):
            return events
        alerts = self.search(
            [("company_id", "=", run.company_id.id), ("trigger", "=", BLEEDING)]
        )
        for alert in alerts:
            events |= alert._raise_for_classes(run)
        return events

    # === CLASSES === #

    def _raise_for_classes(self, run):
        """Schedule an activity for each class that bleeds and was not told of this month."""
        month = run.as_of.replace(day=1)
        before = fields.Date.subtract(month, months=self.months_back)
        told = self.event_ids.filtered(lambda one: one.date >= month).class_id
        events = self.env["crm.scoring.alert.event"]
        losses = self._class_losses(month)
        for row in losses[losses["is_bleeding"]].to_dict("records"):
            cell = self.env["crm.customer.class"].browse(int(row["class_id"]))
            if cell not in told and len(events) < self.max_activities:
                events |= self._raise_for_class(cell, row, before, run)
        return events

    def _class_losses(self, month):
        spans = [
            tuple(
                fields.Date.subtract(month, months=self.months_back * number)
                for number in (place + 1, place)
            )
            for place in range(SPANS + 1)
        ]
        return class_bleeding.class_losses(
            self._leavers_frame(spans[:1]),
            self._leavers_frame(spans[1:]),
            least_share=self.least_lost_share,
        )

    def _leavers_frame(self, spans):
        query = SQL(
            "SELECT was.class_id, COUNT(*), COUNT(*) FILTER (WHERE %s) %s"
            " GROUP BY was.class_id ORDER BY was.class_id",
            LEFT,
            self._of_classes(spans),
        )
        types = dict.fromkeys(("class_id", "customers", "lost"), "int64")
        return gateway.read_frame(self.env.cr, query, types)

    def _of_classes(self, spans) -> SQL:
        """Return the rest of a query over those who were in a class when a span began."""
        history = self.env["crm.customer.profile.history"]
        policy = self.env["crm.scoring.policy"]._for_company(self.company_id).sudo()
        before, after = (
            history._comparable(policy, month, SQL("profile"), is_own=True)
            for month in ("earlier", "later")
        )
        return SQL(
            OF_A_CLASS,
            spans=SQL(", ").join(SQL("(%s::date, %s::date)", *span) for span in spans),
            company=self.company_id.id,
            before=before,
            after=after,
        )

    def _raise_for_class(self, cell, row, before, run):
        facts = self._class_facts(cell, row, before)
        event = self.env["crm.scoring.alert.event"].create(
            {
                "alert_id": self.id,
                "class_id": cell.id,
                "month_before": before,
                "date": run.as_of,
                "facts": facts,
                "user_id": self.user_id.id,
            }
        )
        quiet = event.with_context(mail_activity_quick_update=True)
        event.activity_id = quiet.activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.name,
            note="\n".join(filter(None, [facts, self.note])),
            date_deadline=run.company_id._local_today()
            + timedelta(days=self.days_to_act),
            user_id=self.user_id.id,
        )
        return event

    def _class_facts(self, cell, row, before):
        """Say in the responsible person's language what was lost and what is usual."""
        env = self.with_context(lang=self.user_id.lang).env
        return env._(
            "%(name)s lost %(lost)s of %(customers)s customers since %(month)s, %(expected)s"
            " expected.",
            name=cell.with_env(env).name,
            lost=int(row["lost"]),
            customers=int(row["customers"]),
            month=format_date(env, before, date_format="MMMM yyyy"),
            expected=formatLang(env, row["expected"], digits=0),
        )
