from datetime import datetime, time

from odoo import Command, fields, models

# Kinds of customers whose orders are entered before they are invoiced, and since when.
ORDERING = ("chain", "hotel", "newcomer")
ORDERED_DAYS = 270
DELIVERY_DAYS = 2


class CrmScoringDemo(models.AbstractModel):
    """Sales orders: of the larger customers lately, and what is not invoiced yet."""

    _inherit = "crm.scoring.demo"

    def _build_orders(self, books):
        since = fields.Date.subtract(books.story.today, days=ORDERED_DAYS)
        ordered = [
            sale
            for sale in books.story.sales
            if sale.day >= since and sale.customer.segment.key in ORDERING
        ]
        books.orders = dict(
            zip(
                [sale.key for sale in ordered],
                self._create_orders(books, ordered),
                strict=True,
            )
        )
        quotes = books.story.quotes
        offers = self._create_orders(books, [quote.purchase for quote in quotes])
        states = dict(zip(offers, (quote.state for quote in quotes), strict=True))
        confirmed = self.env["sale.order"].union(*books.orders.values())
        confirmed += offers.filtered(lambda order: states[order] == "sale")
        self._confirm(confirmed)
        self._deliver(confirmed, books.story.today)
        offers.filtered(lambda order: states[order] == "sent").action_quotation_sent()
        offers.filtered(lambda order: states[order] == "cancel")._action_cancel()
        return self.env._(
            "%(orders)s orders, %(quotations)s quotations",
            orders=len(confirmed),
            quotations=len(offers),
        )

    def _create_orders(self, books, purchases):
        orders = self.env["sale.order"].create(
            [self._order_vals(books, purchase) for purchase in purchases]
        )
        return orders

    def _confirm(self, orders):
        """Confirm ``orders``; the host dates them now, so give them their day back."""
        days = {order: order.date_order for order in orders}
        orders.action_confirm()
        for order, day in days.items():
            order.date_order = day

    def _deliver(self, orders, today):
        """Ship what was ordered, two days later, where the host has an inventory."""
        if "picking_ids" not in orders._fields:
            return
        due = fields.Date.subtract(today, days=DELIVERY_DAYS)
        shipped = orders.filtered(lambda order: order.date_order.date() <= due)
        transfers = shipped.picking_ids
        for move in transfers.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        transfers._action_done()
        for transfer in transfers:
            ordered = transfer.sale_id.date_order
            transfer.date_done = fields.Datetime.add(ordered, days=DELIVERY_DAYS)

    def _order_vals(self, books, purchase):
        customer = purchase.customer
        lead = books.won_leads.get(customer.key, self.env["crm.lead"])
        return {
            "partner_id": books.partners[purchase.buyer].id,
            "date_order": datetime.combine(purchase.day, time(9)),
            "user_id": books.users[customer.salesperson].id,
            "team_id": books.teams[customer.salesperson].id,
            "payment_term_id": books.terms[customer.term].id,
            "opportunity_id": lead.id,
            "source_id": lead.source_id.id,
            "medium_id": lead.medium_id.id,
            "campaign_id": lead.campaign_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": books.products[line.code].id,
                        "product_uom_qty": line.quantity,
                        "price_unit": line.price,
                        "discount": line.discount,
                    }
                )
                for line in purchase.lines
            ],
        }
