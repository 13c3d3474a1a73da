from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


def lower(below, above):
    """Return the condition that ``below`` is in a lower band and no higher one."""
    return (
        f"{below}.value_band <= {above}.value_band"
        f" AND {below}.loyalty_band <= {above}.loyalty_band"
        f" AND {below}.value_band + {below}.loyalty_band"
        f" < {above}.value_band + {above}.loyalty_band"
    )


# Conditions on the profile now (p), on the last one of an earlier month (h), and on what
# that one is by the bounds in force now (same): bounds that moved tell nobody's fate.
CHANGES = {
    "churn_rise": "p.churn_probability >= %(threshold)s"
    " AND p.churn_probability >= %(factor)s * h.churn_probability",
    "value_drop": "p.clv <= (1 - %(loss)s) * h.clv AND h.clv > 0",
    "class_drop": f"{lower('p', 'h')} AND {lower('p', 'same')}",
    "class_rise": f"{lower('h', 'p')} AND {lower('same', 'p')}",
    "at_risk_soon": "p.at_risk_date > %(today)s AND p.at_risk_date <= %(soon)s",
}
# Of an earlier month the last profile counts, if it is at most four months old.
CHANGED_PROFILES = """
    SELECT p.id
      FROM crm_customer_profile AS p
      LEFT JOIN LATERAL (
           SELECT *
             FROM crm_customer_profile_history AS past
            WHERE past.partner_id = p.partner_id
              AND past.company_id = p.company_id
              AND past.month < DATE_TRUNC('month', %(as_of)s::date)
              AND past.month >= %(as_of)s::date - INTERVAL '4 months'
            ORDER BY past.month DESC
            LIMIT 1
      ) AS h ON TRUE
      LEFT JOIN %(comparable)s AS same ON TRUE
     WHERE p.id IN %(profiles)s
       AND %(change)s
       AND NOT EXISTS (
           SELECT 1
             FROM crm_scoring_alert_event AS event
            WHERE event.alert_id = %(alert)s
              AND event.partner_id = p.partner_id
              AND event.date > %(as_of)s::date - %(quiet_days)s)
     ORDER BY p.clv DESC, p.id
     LIMIT %(limit)s
"""


class CrmScoringAlert(models.Model):
    """Raising: find the customers that changed, and schedule an activity for each."""

    _inherit = "crm.scoring.alert"

    @api.model
    def _raise(self, run):
        """Raise the active alerts of the run's company; a past is not acted upon."""
        if run.as_of < run.company_id._local_today() - timedelta(days=1):
            return self.env["crm.scoring.alert.event"]
        alerts = self.search([("company_id", "=", run.company_id.id)])
        events = self.env["crm.scoring.alert.event"]
        for alert in alerts:
            events |= alert._raise_for(alert._changed_profiles(run), run)
        if events:
            run._log(self.env._("%s alerts were raised as activities.", len(events)))
        return events

    def _changed_profiles(self, run):
        """Return the profiles that this alert is about, most valuable first."""
        profiles = self.env["crm.customer.profile"]
        domain = Domain("company_id", "=", run.company_id.id) & self._filter(
            "profile_domain"
        )
        found = self.env.execute_query(
            SQL(
                CHANGED_PROFILES,
                profiles=profiles._search(domain).subselect(),
                change=self._change_sql(run),
                comparable=self.env["crm.customer.profile.history"]._comparable(
                    run.policy_id, "h", SQL("p"), is_own=True
                ),
                as_of=run.as_of,
                alert=self.id,
                quiet_days=self.quiet_days,
                limit=self.max_activities,
            )
        )
        return profiles.browse(row[0] for row in found)

    def _change_sql(self, run):
        return SQL(
            CHANGES[self.trigger],
            threshold=self.threshold,
            factor=self.factor,
            loss=self.value_loss,
            today=run.as_of,
            soon=run.as_of + timedelta(days=self.days_ahead),
        )

    def _raise_for(self, profiles, run):
        """Schedule one activity per customer and note it."""
        past = self._past_profiles(profiles, run)
        facts = {
            profile: self._facts(profile, past.get(profile.partner_id))
            for profile in profiles
        }
        activities = (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    self._activity_values(profile, facts[profile], run)
                    for profile in profiles
                ]
            )
        )
        return self.env["crm.scoring.alert.event"].create(
            [
                {
                    "alert_id": self.id,
                    "partner_id": profile.partner_id.id,
                    "date": run.as_of,
                    "facts": facts[profile],
                    "user_id": activity.user_id.id,
                    "activity_id": activity.id,
                }
                for profile, activity in zip(profiles, activities, strict=True)
            ]
        )

    def _activity_values(self, profile, facts, run):
        user = profile.user_id.filtered("active") or self.user_id
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": profile.partner_id.id,
            "activity_type_id": self.activity_type_id.id,
            "summary": self.name,
            "note": "\n".join(filter(None, [facts, self.note])),
            "date_deadline": run.company_id._local_today()
            + timedelta(days=self.days_to_act),
            "user_id": user.id,
        }

    def _past_profiles(self, profiles, run):
        """Return the last profile of an earlier month: {partner: history}."""
        history = self.env["crm.customer.profile.history"].search(
            [
                ("partner_id", "in", profiles.partner_id.ids),
                ("company_id", "=", run.company_id.id),
                ("month", "<", run.as_of.replace(day=1)),
                ("month", ">=", fields.Date.subtract(run.as_of, months=4)),
            ],
            order="month",
        )
        return {past.partner_id: past for past in history}

    def _facts(self, profile, past):
        """Say in the responsible person's language what changed."""
        user = profile.user_id or self.user_id
        profile = profile.with_context(lang=user.lang, tz=user.tz)
        return "\n".join(self._fact_lines(profile, past))

    def _fact_lines(self, profile, past):
        lines = [
            profile._risk_sentence(),
            profile.env._(
                "Lifetime value %(now)s, in the month before %(before)s.",
                now=profile._money(profile.clv),
                before=profile._money(past.clv),
            )
            if past
            else profile.env._("Lifetime value %s.", profile._money(profile.clv)),
        ]
        before = past and past.with_env(profile.env).comparable_class_id
        if before and before != profile.class_id:
            lines.append(
                profile.env._(
                    "Moved from %(before)s to %(now)s.",
                    before=before.display_name,
                    now=profile.class_id.display_name,
                )
            )
        return lines
