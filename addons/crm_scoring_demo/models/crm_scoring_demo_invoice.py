from odoo import Command, models
from odoo.tools import split_every

# Invoices created and posted at once.
BATCH = 200


class CrmScoringDemo(models.AbstractModel):
    """Customer invoices since the cut-over and the credit notes for what came back."""

    _inherit = "crm.scoring.demo"

    def _build_invoices(self, books):
        moves = self.env["account.move"]
        for sales in split_every(BATCH, books.story.sales, list):
            batch = moves.create([self._invoice_vals(books, sale) for sale in sales])
            batch._post(soft=False)
            self._settle()
            books.invoices |= dict(
                zip([sale.key for sale in sales], batch, strict=True)
            )
        return self.env._("%s invoices", len(books.invoices))

    def _invoice_vals(self, books, sale):
        customer = sale.customer
        order = books.orders.get(sale.key)
        lead = books.won_leads.get(customer.key)
        return {
            "move_type": "out_invoice",
            **self._fixed_vals(books, customer),
            "partner_id": books.partners[sale.buyer].id,
            "invoice_date": sale.day,
            "date": sale.day,
            "invoice_payment_term_id": books.terms[customer.term].id,
            "invoice_origin": order.name if order else False,
            "is_move_sent": True,
            "source_id": lead.source_id.id if lead else False,
            "medium_id": lead.medium_id.id if lead else False,
            "campaign_id": lead.campaign_id.id if lead else False,
            "invoice_line_ids": self._invoice_lines(books, sale, order),
        }

    def _fixed_vals(self, books, customer):
        """Return what the host would look up for each document."""
        return {
            "journal_id": books.sales_journal.id,
            "fiscal_position_id": books.fiscal_positions[customer.country == "IT"].id,
            "currency_id": books.currencies[customer.currency].id,
            "invoice_user_id": books.users[customer.salesperson].id,
            "team_id": books.teams[customer.salesperson].id,
        }

    def _invoice_lines(self, books, sale, order):
        order_lines = order.order_line.ids if order else [False] * len(sale.lines)
        return [
            Command.create(
                {
                    **self._line_vals(books, sale, line, line.quantity, -1),
                    "sale_line_ids": [Command.link(order_line)] if order_line else [],
                }
            )
            for line, order_line in zip(sale.lines, order_lines, strict=True)
        ]

    def _line_vals(self, books, sale, line, quantity, sign):
        """Return one line of an invoice; ``sign`` is that of its balance."""
        product = books.products[line.code]
        currency = books.currencies[sale.customer.currency]
        price = currency.round(line.price * self._rate(books, currency, sale.day))
        is_domestic = sale.customer.country == "IT"
        taxes = books.fiscal_positions[is_domestic].map_tax(product.taxes_id)
        vals = {
            "product_id": product.id,
            "name": product.display_name,
            "quantity": quantity,
            "product_uom_id": product.uom_id.id,
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
            "discount": line.discount,
            "account_id": books.sales_journal.default_account_id.id,
            "analytic_distribution": False,
        }
        if currency == self.env.company.currency_id:
            # The host would write the balance one line at a time.
            net = currency.round(quantity * (price * (1 - line.discount / 100)))
            vals |= {"balance": sign * net, "amount_currency": sign * net}
        return vals

    def _build_credit_notes(self, books):
        """Credit what came back or was contested; the host settles it with the invoice."""
        returns = books.story.returns + books.story.rebates
        for batch in split_every(BATCH, returns, list):
            notes = self.env["account.move"].create(
                [self._credit_note_vals(books, returned) for returned in batch]
            )
            notes._post(soft=False)
        return self.env._("%s credit notes", len(returns))

    def _credit_note_vals(self, books, returned):
        sale = returned.purchase
        invoice = books.invoices[sale.key]
        came_back = zip(sale.lines, returned.quantities, strict=True)
        return {
            "move_type": "out_refund",
            **self._fixed_vals(books, sale.customer),
            "reversed_entry_id": invoice.id,
            "partner_id": invoice.partner_id.id,
            "invoice_date": returned.day,
            "date": returned.day,
            "invoice_origin": invoice.name,
            "ref": returned.reason,
            "invoice_line_ids": [
                Command.create(self._line_vals(books, sale, line, quantity, 1))
                for line, quantity in came_back
                if quantity
            ],
        }
