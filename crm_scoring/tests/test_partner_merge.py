from datetime import date

from odoo.tests import tagged

from .common import TODAY
from .target_groups import TargetGroupCase

DAY = date(2025, 5, 1)


@tagged("post_install", "-at_install")
class TestPartnerMerge(TargetGroupCase):
    """The host's merge of customers loses nothing that both had."""

    def _merge(self, kept, *others):
        partners = kept.union(*others)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [(6, 0, partners.ids)], "dst_partner_id": kept.id}
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def _join(self, group, partner, since, left_on=False, is_fixed=False):
        self.env["crm.target.group.member"].create(
            {
                "group_id": group.id,
                "partner_id": partner.id,
                "since": since,
                "left_on": left_on,
                "is_fixed": is_fixed,
            }
        )
        self.env.flush_all()

    def test_members_of_a_shared_group_stay_in_the_others_too(self):
        nobody = [("clv", "<", -1)]
        shared = self._add_group("Shared", nobody, kind="static")
        others = [
            self._add_group(name, nobody, kind="static") for name in ("One", "Two")
        ]
        self._join(shared, self.first, DAY, is_fixed=True)
        self._join(shared, self.second, date(2025, 4, 1))
        self._join(shared, self.third, date(2025, 3, 1), date(2025, 3, 9))
        self._join(others[0], self.second, DAY, is_fixed=True)
        self._join(others[1], self.third, DAY, is_fixed=True)
        self._merge(self.first, self.second, self.third)
        for group in (shared, *others):
            self.assertEqual(self._members(group), self.first)
        self.assertEqual(
            self._spells(shared, self.first),
            [(date(2025, 3, 1), date(2025, 3, 9)), (date(2025, 4, 1), None)],
        )
        self.assertTrue(all(shared.member_ids.mapped("is_fixed")))
        shared._refresh()
        self.assertEqual(self._members(shared), self.first)

    def test_decisions_by_hand_are_kept(self):
        shared, other = self._add_group("Shared"), self._add_group("Other")
        for group, partner, reason in (
            (shared, self.first, "Ours"),
            (shared, self.second, "Theirs"),
            (other, self.second, "Elsewhere"),
        ):
            self.env["crm.target.group.exception"].create(
                {"group_id": group.id, "partner_id": partner.id, "reason": reason}
            )
        self._merge(self.first, self.second)
        self.assertEqual(shared.exception_ids.partner_id, self.first)
        self.assertEqual(shared.exception_ids.reason, "Ours; Theirs")
        self.assertEqual(other.exception_ids.partner_id, self.first)

    def test_months_of_both_add_up(self):
        history = self.env["crm.customer.profile.history"]
        champion, other = self.policy.class_ids[:2]
        for partner, month, clv, cell in (
            (self.first, DAY, 10, other),
            (self.second, DAY, 100, champion),
            (self.second, date(2025, 4, 1), 90, champion),
            (self.third, DAY, 1, other),
        ):
            history.create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "month": month,
                    "clv": clv,
                    "purchase_count": 2,
                    "class_id": cell.id,
                }
            )
        self._merge(self.first, self.second, self.third)
        months = history.search([("company_id", "=", self.company.id)], order="month")
        self.assertEqual(months.partner_id, self.first)
        self.assertEqual(months.mapped("clv"), [90, 111])
        self.assertEqual(months.mapped("purchase_count"), [2, 6])
        self.assertEqual(months.class_id, champion)

    def test_results_of_another_company_are_kept(self):
        other = self._add_company("Other Company")
        self._add_scored("There", company=other, partner=self.second, clv=7)
        self._merge(self.first, self.second)
        self.assertEqual(self._profile(self.first).clv, 1000)
        self.assertEqual(self._profile(self.first, other).clv, 7)

    def test_rows_that_may_be_there_twice_move(self):
        champion, other = self.policy.class_ids[:2]
        alert = self.env["crm.scoring.alert"].search(
            [("company_id", "=", self.company.id), ("active", "in", (True, False))],
            limit=1,
        )
        created = {}
        for partner, cell in ((self.first, champion), (self.second, other)):
            rows = {
                "crm.customer.class.assignment": {
                    "class_id": cell.id,
                    "reason": "Agreed",
                    "date_from": TODAY,
                    "date_to": date(2025, 12, 31),
                },
                "crm.wallet.declaration": {"amount": 100, "date": TODAY},
                "crm.scoring.alert.event": {"alert_id": alert.id, "date": TODAY},
                "crm.purchase.history": {"date": TODAY, "amount": 50},
            }
            for model, values in rows.items():
                company = (
                    {} if "alert_id" in values else {"company_id": self.company.id}
                )
                created.setdefault(model, self.env[model])
                created[model] |= self.env[model].create(
                    {"partner_id": partner.id, **company, **values}
                )
        self._merge(self.first, self.second)
        for model, records in created.items():
            self.assertEqual(len(records.exists()), 2, model)
            self.assertEqual(records.partner_id, self.first, model)

    def test_of_two_classes_by_hand_the_one_given_last_holds(self):
        self._add_purchases(self.first, (TODAY, 10), (DAY, 20))
        champion, other = self.policy.class_ids[:2]
        for partner, cell in ((self.second, champion), (self.first, other)):
            self.env["crm.customer.class.assignment"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "class_id": cell.id,
                    "reason": f"Agreed on {cell.name}",
                    "date_from": DAY,
                    "date_to": date(2999, 12, 31),
                }
            )
        self._merge(self.first, self.second)
        self._run()
        profile = self._profile(self.first)
        self.assertEqual(profile.class_id, other)
        self.assertIn(f"Agreed on {other.name}", str(profile.explanation))

    def test_a_merge_during_a_run_is_read_again(self):
        partners = self._add_random_customers(12)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "explain":
            run._step()
        self._merge(partners[0], partners[1])
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(len(self._profiles()), 11)
