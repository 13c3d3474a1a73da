from datetime import datetime, time, timedelta

from odoo import Command, models

from ..story.touchpoints import INBOUND

ACTIVITY_TYPES = {
    "call": "mail.mail_activity_data_call",
    "visit": "mail.mail_activity_data_meeting",
    "e-mail": "mail.mail_activity_data_email",
}
# Name, channel and reason of what a roaster logs beyond the host's own types.
OWN_TYPES = {
    "letter": ("Lettera", "post", "marketing", "fa-envelope-o"),
    "social": ("Messaggio social", "social", False, "fa-share-alt"),
    "fair": ("Incontro in fiera", "event", "marketing", "fa-calendar-o"),
}
# The story tells local hours; Italy is one hour ahead of UTC, two in summer.
UTC_OFFSET = timedelta(hours=1)


class CrmScoringDemo(models.AbstractModel):
    """Calls, visits, messages and planned activities on the customers."""

    _inherit = "crm.scoring.demo"

    def _build_touches(self, books):
        touches = books.story.touches
        visits = [touch for touch in touches if touch.kind == "visit"]
        messages = [touch for touch in touches if touch.kind != "visit"]
        types = self._contact_activity_types()
        self.env["mail.message"].create(
            [self._message_vals(books, types, touch) for touch in messages]
        )
        self.env["calendar.event"].create(
            [self._meeting_vals(books, visit) for visit in visits]
        )
        return self.env._(
            "%(messages)s messages and calls, %(visits)s visits",
            messages=len(messages),
            visits=len(visits),
        )

    def _contact_activity_types(self):
        """Return the activity types of the contacts that are logged once done."""
        own = {
            kind: self.env["mail.activity.type"].create(
                {
                    "name": name,
                    "icon": icon,
                    "contact_channel": channel,
                    "contact_reason": reason,
                }
            )
            for kind, (name, channel, reason, icon) in OWN_TYPES.items()
        }
        return {"call": self.env.ref(ACTIVITY_TYPES["call"]), **own}

    def _message_vals(self, books, types, touch):
        partner = books.partners[touch.customer.key]
        user = books.users[touch.customer.salesperson]
        author = partner if touch.kind in INBOUND else user.partner_id
        vals = {
            "model": "res.partner",
            "res_id": partner.id,
            "date": self._moment_of(touch),
            "subject": touch.subject,
            "body": touch.subject,
            "author_id": author.id,
            "email_from": author.email_formatted,
            "reply_to": author.email_formatted,
            "message_type": "email" if touch.kind in INBOUND else "comment",
            "subtype_id": self.env.ref("mail.mt_comment").id,
        }
        if touch.kind in types:
            vals |= {
                "message_type": "notification",
                "subtype_id": self.env.ref("mail.mt_activities").id,
                "mail_activity_type_id": types[touch.kind].id,
            }
        return vals

    def _meeting_vals(self, books, visit):
        partner = books.partners[visit.customer.key]
        user = books.users[visit.customer.salesperson]
        start = self._moment_of(visit)
        return {
            "name": f"{visit.subject}: {partner.name}",
            "start": start,
            "stop": start + timedelta(hours=1),
            "user_id": user.id,
            "partner_ids": [Command.set([user.partner_id.id, partner.id])],
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": partner.id,
        }

    def _moment_of(self, touch):
        return datetime.combine(touch.day, time(touch.hour)) - UTC_OFFSET

    def _build_tasks(self, books):
        """Plan activities, and archive who is no customer any more."""
        tasks = books.story.tasks
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": books.partners[task.customer.key].id,
                    "activity_type_id": self.env.ref(ACTIVITY_TYPES[task.kind]).id,
                    "summary": task.subject,
                    "date_deadline": task.day,
                    "user_id": books.users[task.customer.salesperson].id,
                }
                for task in tasks
            ]
        )
        for customer in books.story.customers:
            if customer.is_archived:
                books.partners[customer.key].active = False
        return self.env._("%s planned activities", len(tasks))
