import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user

TODAY = date(2025, 6, 30)


class ScoringCase(TransactionCase):
    """A company of its own, scored as of a fixed day; builder verbs for its purchases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "tz": "Europe/Rome"}
        )
        cls.company = cls._add_company("Scored Company")
        cls.policy = cls.env["crm.scoring.policy"]._for_company(cls.company)
        # The scheduler's commit would leave the test's transaction.
        cls.startClassPatcher(
            patch.object(
                type(cls.env["ir.cron"]),
                "_commit_progress",
                lambda self, *args, **kwargs: float("inf"),
            )
        )

    # === BUILDERS === #

    @classmethod
    def _add_company(cls, name, currency="EUR"):
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": cls._currency(currency).id}
        )
        company.partner_id.tz = "Europe/Rome"
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def _currency(cls, name):
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)], limit=1)
        currency.active = True
        return currency

    @classmethod
    def _add_customer(cls, name="Customer", **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def _add_purchases(cls, partner, *purchases, company=None, **values):
        """Add ``(day, amount)`` or ``(day, amount, margin)`` purchases of ``partner``."""
        return cls.env["crm.purchase.history"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": (company or cls.company).id,
                    "date": day,
                    "amount": amount,
                    **({"margin": margin[0]} if margin else {}),
                    **values,
                }
                for day, amount, *margin in purchases
            ]
        )

    @classmethod
    def _add_random_customers(cls, count, seed=1, company=None):
        """Add customers that buy at their own rhythm and quietly stop."""
        rng = random.Random(seed)
        partners = cls.env["res.partner"].create(
            [{"name": f"Customer {seed}-{index}"} for index in range(count)]
        )
        rows = []
        for partner in partners:
            day = rng.uniform(0, 500)
            rhythm, life = rng.gammavariate(2, 20), rng.expovariate(1 / 400)
            end = min(day + life, 540)
            while day <= end:
                rows.append(
                    {
                        "partner_id": partner.id,
                        "company_id": (company or cls.company).id,
                        "date": TODAY - timedelta(days=540 - int(day)),
                        "amount": round(rng.gammavariate(4, 25), 2),
                    }
                )
                day += 1 + rng.expovariate(1 / rhythm)
        cls.env["crm.purchase.history"].create(rows)
        return partners

    @classmethod
    def _add_user(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _run(self, as_of=TODAY, policy=None):
        """Score to the end and return the run."""
        policy = policy or self.policy
        run = self.env["crm.scoring.run"].create(
            {"policy_id": policy.id, "as_of": as_of}
        )
        run._execute()
        return run

    def _profiles(self):
        return self.env["crm.customer.profile"].search(
            [("company_id", "=", self.company.id)]
        )

    def _messages(self, run, level="warning"):
        return run.log_ids.filtered(lambda log: log.level == level).mapped("message")

    def _profile(self, partner, company=None):
        return self.env["crm.customer.profile"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )
