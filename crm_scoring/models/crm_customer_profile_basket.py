from odoo import api, fields, models

MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]
# Offers named in a line of text.
OFFERS_NAMED = 3


class CrmCustomerProfile(models.Model):
    """What the customer's basket holds: breadth, season, discounts, channel."""

    _inherit = "crm.customer.profile"

    category_count = fields.Integer(
        string="Categories Bought",
        readonly=True,
        aggregator="avg",
        help="Product categories of which the customer has bought something.",
    )
    category_count_lapsed = fields.Integer(
        string="Categories Lapsed",
        readonly=True,
        help="Main categories that the customer used to buy and most likely no longer does.",
    )
    main_category_id = fields.Many2one(
        "product.category", readonly=True, ondelete="set null"
    )
    discount_rate = fields.Float(
        string="Discount",
        readonly=True,
        aggregator="avg",
        help="Share of the list price that was taken off on the lines of the documents.",
    )
    return_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of the purchased value that came back or was credited.",
    )
    seasonal_peak = fields.Selection(
        MONTHS,
        string="Busiest Month",
        readonly=True,
        help="The month in which the customer buys most, drawn to the company's season where"
        " purchases are few. Empty with less than two years of purchases.",
    )
    seasonal_strength = fields.Float(
        readonly=True,
        aggregator="avg",
        help="How much more the customer buys in the busiest month than in an average one.",
    )
    main_user_id = fields.Many2one(
        "res.users",
        string="Sold Mostly By",
        readonly=True,
        ondelete="set null",
        help="The salesperson on the documents with the largest share of the revenue.",
    )
    main_user_share = fields.Float(
        string="Share of That Salesperson", readonly=True, aggregator="avg"
    )
    main_team_id = fields.Many2one(
        "crm.team", string="Main Channel", readonly=True, ondelete="set null"
    )
    main_medium_id = fields.Many2one("utm.medium", readonly=True, ondelete="set null")

    category_ids = fields.Many2many("crm.customer.category", compute="_compute_basket")
    recommendation_ids = fields.Many2many(
        "crm.customer.recommendation", compute="_compute_basket", string="Offers"
    )
    next_best_offers = fields.Char(compute="_compute_basket")

    @api.depends("run_id")
    @api.depends_context("lang")
    def _compute_basket(self):
        domain = [
            ("partner_id", "in", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
        ]
        rows = {"category": {}, "recommendation": {}}
        for noun, found in rows.items():
            for row in self.env[f"crm.customer.{noun}"].search(domain):
                key = row.partner_id, row.company_id
                found[key] = found.get(key, row.browse()) | row
        for profile in self:
            key = profile.partner_id, profile.company_id
            offers = rows["recommendation"].get(
                key, profile.recommendation_ids.browse()
            )
            profile.category_ids = rows["category"].get(key)
            profile.recommendation_ids = offers.sorted(lambda row: (row.kind, row.rank))
            profile.next_best_offers = profile._offer_names()

    def _offer_names(self):
        best = self.recommendation_ids.filtered(lambda row: row.kind == "category")
        best = best or self.recommendation_ids
        names = [
            f"{offer._item().name} ({offer.probability:.0%})"
            for offer in best[:OFFERS_NAMED]
        ]
        # Not by the host's format_list: it fails in languages without lists of units.
        return ", ".join(names) or False
