from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestClassAlerts(ScoringCase):
    """A class that loses more customers than usual is somebody's task."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2025-06-30 10:00:00"))
        alerts = self.env["crm.scoring.alert"].with_context(active_test=False)
        self.alert = alerts.search(
            [("company_id", "=", self.company.id), ("trigger", "=", "class_bleeding")]
        )
        self.alert.write(
            {"active": True, "user_id": self.env.ref("base.user_admin").id}
        )
        self.best, self.other = self.policy.class_ids.sorted(
            lambda cell: -(cell.value_band + cell.loyalty_band)
        )[:2]
        self.run_record = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY, "state": "done"}
        )

    def _add_months(self, cell, count, lost, months=((3, 0),), revenue=0.0):
        """Add customers of a class, of whom ``lost`` are gone at the end of each span."""
        rows = []
        for before, after in months:
            partners = self.env["res.partner"].create(
                [{"name": f"{before} {number}"} for number in range(count)]
            )
            for number, partner in enumerate(partners):
                gone = number < lost
                for month, money in ((before, 9.0), (after, revenue if gone else 9.0)):
                    rows.append(
                        {
                            "partner_id": partner.id,
                            "company_id": self.company.id,
                            "month": date(2025, 6 - month, 1)
                            if month < 6
                            else date(2024, 18 - month, 1),
                            "class_id": cell.id,
                            "value_band": cell.value_band,
                            "loyalty_band": cell.loyalty_band,
                            "revenue_recent": money,
                        }
                    )
        self.env["crm.customer.profile.history"].create(rows)

    def _raise(self):
        return self.env["crm.scoring.alert"]._raise(self.run_record)

    def test_a_bleeding_class_raises_one_activity_with_the_numbers(self):
        self._add_months(self.best, 57, 14)
        self._add_months(self.best, 57, 3, months=((6, 3), (9, 6)))
        event = self._raise()
        self.assertEqual(event.class_id, self.best)
        self.assertEqual(
            event.facts,
            f"{self.best.name} lost 14 of 57 customers since March 2025, 3 expected.",
        )
        activity = event.activity_ids
        self.assertEqual(activity, event.activity_id)
        self.assertEqual(activity.user_id, self.alert.user_id)
        self.assertIn("14 of 57", activity.note)
        self.assertTrue(event.is_open)
        self.assertEqual(event.display_name, self.best.display_name)

    def test_once_a_month(self):
        self._add_months(self.best, 57, 14)
        self._add_months(self.best, 57, 3, months=((6, 3),))
        self.assertTrue(self._raise())
        self.assertFalse(self._raise())
        self.alert.event_ids.date = date(2025, 5, 31)
        self.assertTrue(self._raise())

    def test_as_many_as_usual_raise_nothing(self):
        self._add_months(self.best, 57, 5)
        self._add_months(self.best, 57, 4, months=((6, 3), (9, 6)))
        self.assertFalse(self._raise())

    def test_the_managers_share_is_needed_too(self):
        self._add_months(self.best, 57, 14)
        self._add_months(self.best, 57, 3, months=((6, 3), (9, 6)))
        self.alert.least_lost_share = 0.5
        self.assertFalse(self._raise())

    def test_who_left_is_listed(self):
        self._add_months(self.best, 57, 14)
        self._add_months(self.best, 57, 3, months=((6, 3),))
        event = self._raise()
        months = self.env["crm.customer.profile.history"].search(
            [("company_id", "=", self.company.id)]
        )
        self.env["crm.customer.profile"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in months.partner_id
            ]
        )
        action = event.action_view_leavers()
        self.assertLess(len(str(action["domain"])), 100, "no list of customers")
        found = self.env["crm.customer.profile"].search(action["domain"])
        left = months.filtered(
            lambda row: row.month == date(2025, 6, 1) and not row.revenue_recent
        )
        self.assertEqual(found.partner_id, left.partner_id)
        self.assertEqual(len(found), 14)
        seller = self._add_user("seller", "crm_scoring.group_crm_scoring_user")
        self.assertFalse(found.with_user(seller).search(action["domain"]))

    def test_switched_off_or_of_the_past_nothing_is_raised(self):
        self._add_months(self.best, 57, 14)
        self._add_months(self.best, 57, 3, months=((6, 3),))
        self.alert.active = False
        self.assertFalse(self._raise())
        self.alert.active = True
        self.run_record.as_of = date(2025, 5, 31)
        self.assertFalse(self._raise())

    def test_own_customers_only_does_not_see_it(self):
        self._add_months(self.best, 57, 14)
        self._add_months(self.best, 57, 3, months=((6, 3),))
        event = self._raise()
        events = self.env["crm.scoring.alert.event"]
        seller = self._add_user("seller", "crm_scoring.group_crm_scoring_user")
        reader = self._add_user("reader", "crm_scoring.group_crm_scoring_user_all")
        self.assertFalse(events.with_user(seller).search([]))
        self.assertEqual(events.with_user(reader).search([]).ids, event.ids)

    def test_a_run_with_no_history_passes(self):
        self._add_random_customers(10)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertFalse(self.alert.event_ids)
