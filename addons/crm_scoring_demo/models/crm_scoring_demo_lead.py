from datetime import datetime, time

from odoo import Command, models
from odoo.tools import SQL

# What the host's win probability learns from here.
PLS_FIELDS = "phone_state,email_state,country_id,source_id,tag_ids"
LOST_REASONS = {
    "too expensive": "crm.lost_reason_1",
    "competitor": "Scelto un concorrente",
    "no answer": "Non risponde più",
    "closed down": "Ha chiuso l'attività",
}
# Every third firm that is no customer is known as a prospect.
PROSPECT_EVERY = 3


class CrmScoringDemo(models.AbstractModel):
    """Leads won, lost and open, with the signals that tell them apart."""

    _inherit = "crm.scoring.demo"

    def _build_leads(self, books):
        drawn = books.story.leads
        records = self._lead_records(drawn)
        prospects = self._create_prospects(books, drawn)
        leads = self.env["crm.lead"].create(
            [self._lead_vals(books, records, prospects, lead) for lead in drawn]
        )
        self._date_leads(leads, drawn)
        books.won_leads = {
            lead.customer: record
            for lead, record in zip(drawn, leads, strict=True)
            if lead.outcome == "won"
        }
        return self.env._(
            "%(leads)s leads, %(prospects)s prospects",
            leads=len(leads),
            prospects=len(prospects),
        )

    def _lead_records(self, leads):
        """Return tags, origins, stages and reasons by the story's words."""
        stages = self.env["crm.stage"].search([])
        reasons = {
            key: self.env.ref(reason)
            if reason.startswith("crm.")
            else self._named("crm.lost.reason", reason)
            for key, reason in LOST_REASONS.items()
        }
        return {
            "tag": self._all_named("crm.tag", {lead.tag for lead in leads}),
            "source": self._all_named("utm.source", {lead.source for lead in leads}),
            "medium": self._all_named("utm.medium", {lead.medium for lead in leads}),
            "campaign": self._all_named(
                "utm.campaign", {lead.campaign for lead in leads if lead.campaign}
            ),
            "stage": {
                "New": stages[0],
                "Qualified": stages[1],
                "Proposition": stages[2],
                "Won": stages.filtered("is_won")[0],
            },
            "reason": reasons,
        }

    def _all_named(self, model, names):
        return {name: self._named(model, name) for name in sorted(names)}

    def _named(self, model, name):
        """Return the record of ``model`` of that name, created if there is none."""
        records = self.env[model]
        return records.search([("name", "=", name)], limit=1) or records.create(
            {"name": name}
        )

    def _create_prospects(self, books, leads):
        """Create firms that have never bought, for some of the leads."""
        known = [lead for lead in leads if not lead.customer][::PROSPECT_EVERY]
        partners = self.env["res.partner"].create(
            [
                {
                    "name": lead.partner_name,
                    "ref": f"AUR-{lead.key}",
                    "is_company": True,
                    "company_id": self.env.company.id,
                    "city": lead.city,
                    "country_id": self.env.ref(f"base.{lead.country.lower()}").id,
                    "email": lead.email,
                    "phone": lead.phone,
                    "user_id": books.users[lead.salesperson].id,
                }
                for lead in known
            ]
        )
        return dict(zip([lead.key for lead in known], partners, strict=True))

    def _lead_vals(self, books, records, prospects, lead):
        partner = books.partners.get(lead.customer) or prospects.get(lead.key)
        vals = {
            "name": lead.name,
            "type": "lead"
            if lead.stage == "New" and lead.outcome == "open"
            else "opportunity",
            "partner_id": partner.id if partner else False,
            "partner_name": lead.partner_name,
            "contact_name": lead.contact_name,
            "email_from": lead.email,
            "phone": lead.phone,
            "city": lead.city,
            "country_id": self.env.ref(f"base.{lead.country.lower()}").id,
            "tag_ids": [Command.link(records["tag"][lead.tag].id)],
            "source_id": records["source"][lead.source].id,
            "medium_id": records["medium"][lead.medium].id,
            "campaign_id": lead.campaign and records["campaign"][lead.campaign].id,
            "user_id": books.users[lead.salesperson].id,
            "team_id": books.teams[lead.salesperson].id,
            "company_id": self.env.company.id,
            "expected_revenue": lead.revenue,
            "stage_id": records["stage"][lead.stage].id,
            **self._outcome_vals(records, lead),
        }
        if "iap_enrich_done" in self.env["crm.lead"]._fields:
            vals["iap_enrich_done"] = True  # nothing to be asked from a paid service
        return vals

    def _outcome_vals(self, records, lead):
        if lead.outcome == "won":
            return {"probability": 100, "date_closed": _moment(lead.closed)}
        if lead.outcome == "lost":
            return {
                "active": False,
                "probability": 0,
                "date_closed": _moment(lead.closed),
                "lost_reason_id": records["reason"][lead.lost_reason].id,
            }
        return {}

    def _date_leads(self, leads, drawn):
        """Give leads the day they came in: the ORM itself knows only now."""
        leads.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead AS lead
                   SET create_date = drawn.day, date_open = drawn.day
                  FROM UNNEST(%s, %s) AS drawn(id, day)
                 WHERE lead.id = drawn.id
                """,
                leads.ids,
                [_moment(lead.created) for lead in drawn],
            )
        )
        leads.invalidate_recordset(["create_date", "date_open"])
        leads.modified(["create_date", "date_open"])

    def _build_probabilities(self, books):
        """Let the host estimate the win probability of open leads from all others.

        The last part: outside tests the host commits here.
        """
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("crm.pls_fields", PLS_FIELDS)
        parameters.set_param("crm.pls_start_date", books.story.start)
        self.env["crm.lead"]._cron_update_automated_probabilities()
        return self.env._("win probabilities")


def _moment(day):
    return datetime.combine(day, time(9))
