from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..models import crm_scoring_run_payment
from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestPaymentRisk(AccountTestInvoicingCommon, ScoringCase):
    """Payments of invoices, instalment by instalment, to profiles and open instalments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("crm_scoring.group_crm_scoring_manager")
        cls.company = cls.env.company
        cls.policy = cls.env["crm.scoring.policy"]._for_company(cls.company)
        cls.customer = cls._add_customer("Invoiced", is_company=True)
        cls.month = cls.env.ref("account.account_payment_term_30days")

    # === BUILDERS === #

    def _add_invoice(self, day="2025-03-01", amount=100, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": day,
                "invoice_payment_term_id": self.month.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product_a.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _add_term(self, *instalments):
        """Add a payment term of ``(percent, days)``."""
        return self.env["account.payment.term"].create(
            {
                "name": "Instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in instalments
                ],
            }
        )

    def _pay(self, invoice, day, amount=None):
        """Register a payment of all that is open, or of a part."""
        values = {"payment_date": day, "amount": amount or invoice.amount_residual}
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(values)._create_payments()

    def _add_paid(self, *delays, start=date(2024, 1, 10), **values):
        """Add monthly invoices, each paid so many days after its due day."""
        for number, delay in enumerate(delays):
            day = start + timedelta(days=30 * number)
            self._pay(self._add_invoice(day, **values), day + timedelta(30 + delay))

    def _add_write_off(self, invoice, day):
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": self.customer.id,
                            "balance": -receivable.balance,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_expense"
                            ].id,
                            "balance": receivable.balance,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids[0]).reconcile()

    def _score(self, as_of=TODAY, **values):
        self.policy.write(values)
        run = self._run(as_of=as_of)
        self.assertEqual(run.state, "done", run.error)
        return self._profile(self.customer)

    def _risks(self, company=None):
        return self.env["crm.payment.risk"].search(
            [("company_id", "=", (company or self.company).id)], order="due_date, id"
        )

    # === WHICH PAYMENTS COUNT === #

    def test_late_and_prompt_payments_are_told_apart(self):
        self._add_paid(0, -5, 3, 4, 20)
        profile = self._score()
        self.assertEqual(profile.due_instalment_count, 5)
        self.assertEqual(profile.late_instalment_count, 2)
        self.assertAlmostEqual(profile.late_payment_share, 0.4)
        self.assertEqual(profile.payment_confidence, "B")
        self.assertTrue(0 < profile.late_payment_probability < 1)
        self.assertGreater(profile.expected_days_late, 0)
        self.assertEqual((profile.receivable_open, profile.expected_loss), (0, 0))
        self.assertGreater(profile.credit_loss_rate, 0)

    def test_without_grace_every_day_counts(self):
        self._add_paid(0, -5, 3, 4, 20)
        self.assertEqual(self._score(payment_grace_days=0).late_instalment_count, 3)

    def test_each_instalment_has_its_own_due_day(self):
        term = self._add_term((50, 30), (50, 200))
        invoice = self._add_invoice("2025-03-01", invoice_payment_term_id=term.id)
        profile = self._score()
        risks = self._risks()
        self.assertEqual(
            [(risk.due_date, risk.amount, risk.days_overdue) for risk in risks],
            [(date(2025, 3, 31), 50, 91), (date(2025, 9, 17), 50, 0)],
        )
        self.assertEqual(risks.move_id, invoice)
        self.assertEqual(profile.receivable_open, 100)
        self.assertEqual(profile.receivable_overdue, 50)
        self.assertEqual(profile.due_instalment_count, 1)

    def test_part_payment_leaves_the_rest_open_and_is_not_settled(self):
        invoice = self._add_invoice("2025-03-01")
        self._pay(invoice, "2025-03-20", amount=70)
        profile = self._score()
        self.assertEqual(self._risks().amount_open, 30)
        self.assertEqual(self._risks().amount, 100)
        self.assertEqual(profile.late_instalment_count, 1)
        self._pay(invoice, "2025-06-01")
        profile = self._score()
        self.assertFalse(self._risks())
        self.assertEqual(profile.late_instalment_count, 1, "settled with the last part")

    def test_credit_note_is_no_payment(self):
        """Credited in full it was never owed; in part, the payment alone counts."""
        self._add_paid(0)
        returned, shortened = self._add_invoice(), self._add_invoice()
        self._pay(shortened, "2025-03-20", amount=80)
        for invoice, amount in ((returned, 100), (shortened, 20)):
            note = self._add_invoice(
                "2025-05-20", amount, move_type="out_refund", invoice_payment_term_id=0
            )
            (invoice | note).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            ).reconcile()
        profile = self._score()
        self.assertEqual(profile.due_instalment_count, 2)
        self.assertEqual(profile.late_instalment_count, 0)
        self.assertFalse(self._risks())

    def test_write_off_is_owed_no_more_and_was_never_paid(self):
        self._add_write_off(self._add_invoice("2024-03-01"), "2024-04-01")
        profile = self._score()
        self.assertFalse(self._risks())
        self.assertEqual(profile.receivable_open, 0)
        self.assertEqual(profile.late_instalment_count, 1)

    def test_foreign_invoice_is_in_the_companys_currency(self):
        currency = self.setup_other_currency(
            "CHF", rates=[("2024-01-01", 0.5), ("2025-03-15", 0.8)]
        )
        self._add_invoice("2025-03-01", currency_id=currency.id)
        paid = self._add_invoice("2025-03-02", currency_id=currency.id)
        self._pay(paid, "2025-03-20")
        profile = self._score()
        self.assertEqual(profile.receivable_open, 200)
        self.assertEqual(self._risks().amount_open, 200)
        # the exchange difference booked with it is no later payment
        self.assertEqual(profile.due_instalment_count, 2)
        self.assertEqual(profile.late_instalment_count, 1)

    def test_invoice_set_aside_says_nothing_of_the_payer(self):
        self._add_paid(0, 0)
        invoice = self._add_invoice("2025-01-01")
        invoice.no_followup = True
        profile = self._score()
        self.assertEqual(profile.due_instalment_count, 2)
        self.assertEqual(profile.late_instalment_count, 0)
        self.assertEqual(profile.receivable_open, 100)
        self.assertTrue(self._risks().is_disputed)

    def test_contacts_pay_for_their_customer(self):
        contact = self._add_customer("Buyer", parent_id=self.customer.id)
        self._add_invoice(partner_id=contact.id)
        self._score()
        self.assertEqual(self._risks().partner_id, self.customer)

    def test_as_of_knows_no_later_payment(self):
        self._add_paid(0)
        self._pay(self._add_invoice("2025-03-01"), "2025-06-20")
        self._add_invoice("2025-06-25")
        profile = self._score(as_of=date(2025, 4, 30))
        self.assertEqual(self._risks().days_overdue, 30)
        self.assertEqual(self._risks().late_probability, 1)
        self.assertEqual(profile.receivable_overdue, 100)
        self._score()
        self.assertEqual(self._risks().invoice_date, date(2025, 6, 25))

    def test_draft_and_cancelled_invoices_do_not_count(self):
        self._add_paid(0)
        self._add_invoice().button_draft()
        self._add_invoice().button_cancel()
        self.assertEqual(self._score().due_instalment_count, 1)
        self.assertFalse(self._risks())

    # === TOO LITTLE === #

    def test_company_without_invoices_goes_on_without(self):
        self._add_purchases(self.customer, (date(2025, 3, 1), 100))
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertIn(
            "No posted customer invoice", "\n".join(self._messages(run, "info"))
        )
        profile = self._profile(self.customer)
        self.assertFalse(profile.payment_confidence)
        self.assertTrue(profile.clv)

    def test_nothing_fallen_due_is_told_with_a_number(self):
        self._add_invoice("2025-06-25")
        profile = self._score()
        self.assertFalse(profile.payment_confidence)
        messages = self._messages(profile.run_id, "info")
        self.assertTrue(any("1 payments are open" in text for text in messages))

    def test_customer_without_invoice_gets_what_is_usual(self):
        stranger = self._add_customer("Stranger")
        self._add_purchases(stranger, (date(2025, 3, 1), 100))
        self._add_paid(0, 0, 20)
        own = self._score()
        profile = self._profile(stranger)
        self.assertEqual(profile.payment_confidence, "D")
        self.assertTrue(0 < profile.late_payment_probability < 1)
        self.assertEqual(profile.due_instalment_count, 0)
        self.assertEqual(own.payment_confidence, "C")

    # === THE RUN === #

    def _figures(self):
        names = ["move_line_id", "late_probability", "expected_payment_date", "level"]
        own = ["late_payment_probability", "expected_loss", "receivable_open"]
        return self._risks().read(names), self._profile(self.customer).read(own)

    def test_second_run_changes_nothing_and_keeps_identifiers(self):
        self._add_paid(0, 10, 30)
        self._add_invoice("2025-05-01")
        self._add_invoice("2025-06-20")
        self._score()
        before = self._figures()
        self.assertEqual(len(before[0]), 2)
        self._score()
        self.assertEqual(self._figures(), before)

    def test_resumed_within_the_stage_gives_the_same(self):
        self._add_paid(0, 10, 30)
        self._add_invoice("2025-06-20")
        self._score()
        before = self._figures()
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while not run.payment_models:
            run._step()
        self.assertEqual(run.stage, "payment")
        run._step()
        # killed before its commit, the same step is done again
        run.stage = "payment"
        self.env.flush_all()
        self.env.invalidate_all()
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._figures(), before)

    def test_parts_of_the_customers_give_the_same(self):
        self._add_paid(0, 10)
        other = self._add_customer("Other")
        self._add_paid(5, 40, partner_id=other.id)
        self._add_invoice("2025-06-20")
        self._add_invoice("2025-06-21", partner_id=other.id)
        self._score()
        before = self._figures()
        self.patch(crm_scoring_run_payment, "RECEIVABLES_PER_FRAME", 2)
        self._score()
        self.assertEqual(self._figures(), before)

    def test_large_company_learns_from_a_part_of_its_customers(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(6)]
        )
        for customer in customers:
            self._add_paid(0, partner_id=customer.id)
        self.patch(crm_scoring_run_payment, "RECEIVABLES_PER_FIT", 6)
        self._score()
        run = self.policy.last_run_id
        self.assertIn("Learned from 3 payments", "\n".join(self._messages(run, "info")))
        profiles = self._profiles().filtered(lambda item: item.partner_id in customers)
        self.assertEqual(set(profiles.mapped("due_instalment_count")), {1})

    def test_working_table_lost_in_a_crash_is_filled_again(self):
        self._add_paid(0, 10)
        self._add_invoice("2025-06-20")
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "predict":
            run._step()
        for table in ("crm_customer_profile_staging", "crm_payment_risk_staging"):
            self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(len(self._risks()), 1)
        self.assertEqual(self._profile(self.customer).due_instalment_count, 2)

    def test_invoice_deleted_during_the_run_is_left_out(self):
        self._add_paid(0)
        invoice = self._add_invoice("2025-06-20")
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "publish":
            run._step()
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertFalse(self._risks())

    def test_run_shows_how_well_late_payment_was_predicted(self):
        term = self._add_term(*[(10, days) for days in range(5, 55, 5)])
        payers = [self._add_customer(f"Payer {number}") for number in range(6)]
        for number, paid_after in enumerate((9, 44) * 13):
            day = date(2023, 1, 10) + timedelta(days=30 * number)
            invoice = self._add_invoice(
                day,
                partner_id=payers[number % 6].id,
                invoice_payment_term_id=term.id,
            )
            self._pay(invoice, day + timedelta(days=paid_after))
        self._score()
        run = self.policy.last_run_id
        figures = run.diagnostic_ids.filtered(lambda row: row.model == "payment_risk")
        values = {row.parameter: row.value for row in figures}
        self.assertGreater(values["Payments held out"], 100)
        self.assertTrue(0.5 < values["AUC"] <= 1)
        told = " ".join(self._messages(run, "info"))
        self.assertIn("Payment risk was tried on the", told)
        self.assertTrue(run.diagnostic_ids - figures, "those of purchases are kept")

    def test_stage_needs_the_same_queries_for_more_customers(self):
        def count():
            run = self.env["crm.scoring.run"].create(
                {"policy_id": self.policy.id, "as_of": TODAY}
            )
            while run.stage != "payment":
                run._step()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            while run.stage == "payment":
                run._step()
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            run._execute()
            return queries

        self._add_paid(0, 10)
        self._add_paid(0, 10, partner_id=self._add_customer("Second").id)
        self._add_invoice("2025-06-20")
        count()  # publishing empties the cache, for the first run it was full
        few = count()
        for number in range(4):
            customer = self._add_customer(f"More {number}")
            self._add_paid(0, 10, partner_id=customer.id)
            self._add_invoice("2025-06-20", partner_id=customer.id)
        self.assertLessEqual(count(), few)

    # === SCREENS === #

    def test_invoice_shows_its_risk_and_a_draft_its_customers(self):
        self._add_paid(20, 30, 40, 20, 30, 40)
        due = self._add_invoice("2025-06-25")
        overdue = self._add_invoice("2025-05-01")
        paid = self._add_invoice("2025-05-02")
        self._pay(paid, "2025-05-03")
        draft = self._add_invoice("2025-06-26")
        draft.button_draft()
        bill = self.init_invoice("in_invoice", amounts=[10], post=True)
        profile = self._score()
        self.assertEqual(overdue.late_payment_probability, 1)
        self.assertEqual(overdue.late_payment_level, "medium")
        self.assertTrue(0 < due.late_payment_probability < 1)
        self.assertEqual(
            draft.late_payment_probability, profile.late_payment_probability
        )
        self.assertEqual(draft.late_payment_level, profile.late_payment_level)
        for move in paid | bill:
            self.assertFalse(move.late_payment_level)
        high = self.env["account.move"].search(
            [("payment_risk_ids.level", "=", "medium")]
        )
        self.assertIn(overdue, high)

    def test_follow_up_is_an_activity_planned_by_hand(self):
        self._add_invoice("2025-03-01")
        second = self._add_invoice("2025-03-02")
        self._score()
        moves = self._risks().move_id
        self.assertFalse(moves.activity_ids, "nothing is planned automatically")
        action = self._risks().action_follow_up()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_schedule_activities()
        self.assertEqual(len(second.activity_ids), 1)
        self.assertEqual(len(moves.activity_ids), 2)
        self.assertEqual(
            self._risks()[0].follow_up_date, moves[0].activity_date_deadline
        )

    def test_row_opens_the_invoice_or_else_the_customer(self):
        self._add_invoice("2025-03-01")
        self._score()
        risk = self._risks()
        self.assertEqual(risk.action_open()["res_model"], "account.move")
        user = self._add_user("no_invoices", "crm_scoring.group_crm_scoring_user_all")
        self.assertEqual(risk.with_user(user).action_open()["res_model"], "res.partner")

    # === RIGHTS === #

    def test_salesperson_sees_own_customers_and_employee_nothing(self):
        user = self._add_user("seller", "crm_scoring.group_crm_scoring_user")
        employee = self._add_user("accountant", "account.group_account_invoice")
        colleague = self._add_customer("Of a colleague", user_id=employee.id)
        mine = self._add_invoice("2025-03-01")
        theirs = self._add_invoice("2025-03-01", partner_id=colleague.id)
        self._score()
        seen = self.env["crm.payment.risk"].with_user(user).search([])
        self.assertEqual(seen.move_id.ids, mine.ids)
        with self.assertRaises(AccessError):
            self.env["crm.payment.risk"].with_user(employee).search([])
        with self.assertRaises(AccessError):
            theirs.with_user(employee).read(["late_payment_level"])
        user.group_ids |= self.env.ref("account.group_account_invoice")
        self.assertTrue(mine.with_user(user).late_payment_level)
        self.assertFalse(theirs.with_user(user).late_payment_level)

    def test_other_company_is_invisible_and_untouched(self):
        self._add_invoice("2025-03-01")
        self._score()
        mine = self._risks()
        other = self.setup_other_company()["company"]
        policy = self.env["crm.scoring.policy"]._for_company(other)
        self._add_purchases(self.customer, (TODAY, 10), company=other)
        run = self._run(policy=policy)
        self.assertEqual(run.state, "done", run.error)
        self.assertFalse(self._risks(other))
        self.assertEqual(self._risks(), mine)
        user = self._add_user(
            "elsewhere", "crm_scoring.group_crm_scoring_manager", company=other
        )
        self.assertFalse(self.env["crm.payment.risk"].with_user(user).search([]))
