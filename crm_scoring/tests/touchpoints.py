from datetime import timedelta

from odoo import Command, fields

from .common import ScoringCase


class TouchpointCase(ScoringCase):
    """A customer, and builder verbs for all that passes between us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.customer = cls._add_customer("Bar Centrale", is_company=True)

    # === BUILDERS === #

    @classmethod
    def _add_message(cls, record, subject, author=..., subtype=None, **values):
        """Add a message; without an author given, the customer wrote it."""
        author = cls.customer if author is ... else author
        return cls.env["mail.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "subject": subject,
                "author_id": author.id if author else False,
                "email_from": "somebody@example.com",
                "message_type": "email",
                "subtype_id": cls.env.ref(subtype or "mail.mt_comment").id,
                **values,
            }
        )

    @classmethod
    def _add_lead(cls, partner, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Offer",
                "type": "opportunity",
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "user_id": False,
                **values,
            }
        )

    @classmethod
    def _add_meeting(cls, partners, start=None, user=None, **values):
        user = user or cls.env.user
        start = start or fields.Datetime.now() - timedelta(days=30)
        return (
            cls.env["calendar.event"]
            .with_context(no_mail_to_attendees=True, dont_notify=True)
            .create(
                {
                    "name": "Visit",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": user.id,
                    "partner_ids": [Command.set((partners | user.partner_id).ids)],
                    **values,
                }
            )
        )

    @classmethod
    def _add_word(cls, word, reason, company=None):
        policy = cls.env["crm.scoring.policy"]._for_company(company or cls.company)
        return cls.env["crm.contact.word"].create(
            {"policy_id": policy.id, "word": word, "reason": reason}
        )

    @classmethod
    def _add_cost(cls, channel, amount):
        return cls.env["crm.contact.cost"].create(
            {"policy_id": cls.policy.id, "channel": channel, "amount": amount}
        )

    @classmethod
    def _touchpoints(cls, customer, user=None, **wanted):
        """Return the contacts with ``customer`` as ``user`` finds them."""
        touchpoints = cls.env["crm.customer.touchpoint"]
        if user:
            touchpoints = touchpoints.with_user(user)
        domain = [(name, "=", value) for name, value in wanted.items()]
        return touchpoints.search([("partner_id", "=", customer.id), *domain])
