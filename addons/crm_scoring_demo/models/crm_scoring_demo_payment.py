from collections import defaultdict

from odoo import Command, fields, models
from odoo.tools import split_every

BATCH = 200
# Receipts of the last days are payments of their own; earlier ones were booked from the
# bank's statement, all of a day in one entry, as the RiBa of a month are.
RECENT_DAYS = 60


class CrmScoringDemo(models.AbstractModel):
    """Receipts, reconciled with the instalments they pay."""

    _inherit = "crm.scoring.demo"

    def _build_payments(self, books):
        receipts = self._receipts(books)
        recent = fields.Date.subtract(books.story.today, days=RECENT_DAYS)
        euro = self.env.company.currency_id
        single, of_day = [], defaultdict(list)
        for receipt in receipts:
            is_single = receipt["day"] >= recent and receipt["method"] != "riba"
            if is_single or receipt["line"].currency_id != euro:
                single.append(receipt)
            else:
                of_day[receipt["day"], receipt["method"]].append(receipt)
        self._book_payments(single)
        self._book_statements(of_day)
        return self.env._(
            "%(receipts)s receipts, %(payments)s of them payments",
            receipts=len(receipts),
            payments=len(single),
        )

    def _receipts(self, books):
        """Turn shares of instalments into amounts of what is left of each."""
        invoices = self.env["account.move"].union(*books.invoices.values())
        instalments = {
            invoice: invoice.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            ).sorted("date_maturity")
            for invoice in invoices
        }
        left = {
            line: line.amount_residual_currency
            for lines in instalments.values()
            for line in lines
        }
        receipts = []
        for payment in books.story.payments:
            lines = instalments[books.invoices[payment.purchase.key]]
            line = lines[min(payment.instalment, len(lines) - 1)]
            amount = line.currency_id.round(left[line] * payment.share)
            if line.currency_id.compare_amounts(amount, 0) > 0:
                left[line] -= amount
                receipts.append(
                    {
                        "line": line,
                        "day": payment.day,
                        "amount": amount,
                        "method": payment.method,
                    }
                )
        return receipts

    def _bank(self):
        return self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "bank")], limit=1
        )

    # === ONE PAYMENT A RECEIPT === #

    def _book_payments(self, receipts):
        bank = self._bank()
        for batch in split_every(BATCH, receipts, list):
            payments = self.env["account.payment"].create(
                [self._payment_vals(receipt, bank) for receipt in batch]
            )
            moves = self.env["account.move"].create(
                [payment._generate_move_vals() for payment in payments]
            )
            # The state would be computed anew after each of these.
            with self.env.protecting([payments._fields["state"]], payments):
                for payment, move in zip(payments, moves, strict=True):
                    payment.move_id = move
            payments.action_post()
            self._reconcile(batch, moves.mapped(self._receivable_line))

    def _payment_vals(self, receipt, bank):
        line = receipt["line"]
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": line.partner_id.id,
            "amount": receipt["amount"],
            "currency_id": line.currency_id.id,
            "date": receipt["day"],
            "journal_id": bank.id,
            "memo": line.move_name,
        }

    def _receivable_line(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    # === ONE ENTRY A DAY === #

    def _book_statements(self, receipts_of_day):
        bank = self._bank()
        entries = self.env["account.move"].create(
            [
                self._statement_vals(bank, day, method, receipts)
                for (day, method), receipts in receipts_of_day.items()
            ]
        )
        entries._post(soft=False)
        receipts, lines = [], self.env["account.move.line"]
        for entry, of_day in zip(entries, receipts_of_day.values(), strict=True):
            receipts += of_day
            lines += self._receivable_line(entry).sorted("id")
        for start in range(0, len(receipts), BATCH):
            part = slice(start, start + BATCH)
            self._reconcile(receipts[part], lines[part])

    def _statement_vals(self, bank, day, method, receipts):
        label = {
            "riba": self.env._("RiBa collection"),
            "card": self.env._("Card payments"),
            "bank": self.env._("Bank transfers"),
        }[method]
        total = sum(receipt["amount"] for receipt in receipts)
        return {
            "move_type": "entry",
            "journal_id": bank.id,
            "date": day,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "name": label,
                        "account_id": bank.default_account_id.id,
                        "balance": self.env.company.currency_id.round(total),
                    }
                ),
                *(
                    Command.create(
                        {
                            "name": receipt["line"].move_name,
                            "account_id": receipt["line"].account_id.id,
                            "partner_id": receipt["line"].partner_id.id,
                            "balance": -receipt["amount"],
                            "date_maturity": day,
                        }
                    )
                    for receipt in receipts
                ),
            ],
        }

    def _reconcile(self, receipts, lines):
        self.env["account.move.line"]._reconcile_plan(
            [
                receipt["line"] | line
                for receipt, line in zip(receipts, lines, strict=True)
            ]
        )
        self._settle()
