from odoo import api, fields, models
from odoo.tools import format_date

SHARE_SOURCES = [
    ("declared", "Declared by the customer"),
    ("rank", "From our rank among their suppliers"),
    ("estimate", "Estimated from similar customers"),
]


class CrmCustomerProfile(models.Model):
    """What the customer spends with anybody, and our share of it."""

    _inherit = "crm.customer.profile"

    share_of_wallet = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Our part of what the customer spends in a year on what we sell: the last"
        " twelve months with us over the same with everybody.",
    )
    share_of_wallet_lower = fields.Float(
        string="Share of Wallet, Low", readonly=True, aggregator=None
    )
    share_of_wallet_upper = fields.Float(
        string="Share of Wallet, High", readonly=True, aggregator=None
    )
    share_source = fields.Selection(
        SHARE_SOURCES,
        string="Share Known From",
        readonly=True,
        help="A declared total comes before our rank among suppliers, and that before an"
        " estimate. Empty: nothing is known.",
    )
    share_date = fields.Date(
        readonly=True, help="Day on which it was said, or that of the estimate."
    )
    yearly_spend = fields.Monetary(
        string="Spend with Us per Year",
        readonly=True,
        help="Revenue of the last twelve months. For a customer of less than a year the"
        " missing months are filled with the spend expected.",
    )
    sector_value = fields.Monetary(
        readonly=True,
        help="What the customer will spend with anybody, us included, within the horizon:"
        " revenue, not discounted, like expected spend.",
    )
    sector_value_lower = fields.Monetary(
        string="Sector Value, Low", readonly=True, aggregator=None
    )
    sector_value_upper = fields.Monetary(
        string="Sector Value, High", readonly=True, aggregator=None
    )
    open_wallet = fields.Monetary(
        readonly=True,
        help="What others will get: sector value less the spend we expect with us, both"
        " revenue within the horizon, not discounted.",
    )
    has_high_open_wallet = fields.Boolean(
        string="High Open Wallet",
        readonly=True,
        help="One of the fifth of customers who spend most with others.",
    )
    sector_clv = fields.Monetary(
        string="Lifetime Value in the Sector",
        readonly=True,
        help="Lifetime value if the customer bought everything from us: lifetime value"
        " plus the margin on the open wallet, discounted to today like lifetime value.",
    )
    is_wallet_below_sales = fields.Boolean(
        readonly=True,
        help="The customer declared less than it already spends with us: our own sales"
        " count as the total.",
    )
    wallet_peer_count = fields.Integer(
        string="Customers Compared",
        readonly=True,
        aggregator=None,
        help="Customers on whose spend the estimate rests.",
    )
    wallet_declaration_id = fields.Many2one(
        "crm.wallet.declaration",
        string="Statement",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    stated_probability = fields.Float(
        string="Stated Probability of Buying",
        readonly=True,
        aggregator="avg",
        help="What the customer's own intention to buy amounts to, on Juster's scale.",
    )
    share_explanation = fields.Char(
        compute="_compute_share_explanation",
        help="Where the share of wallet is known from, in one sentence.",
    )
    declaration_ids = fields.Many2many(
        "crm.wallet.declaration",
        string="What They Said",
        compute="_compute_declaration_ids",
    )
    has_news = fields.Boolean(
        compute="_compute_declaration_ids",
        help="Something was recorded after this profile was made.",
    )

    @api.depends("share_source", "share_date", "wallet_peer_count")
    def _compute_share_explanation(self):
        for profile in self:
            profile.share_explanation = profile._share_in_words()

    def _share_in_words(self):
        said = self.wallet_declaration_id
        if self.share_source == "estimate":
            return self.env._(
                "Estimated from %s customers: one in ten of this kind spends more than this"
                " with us alone. Nobody has asked the customer yet.",
                self.wallet_peer_count,
            )
        if not self.share_source:
            return False
        return self.env._(
            "%(statement)s, said on %(date)s (%(origin)s).",
            statement=said.statement or self.env._("A statement since deleted"),
            date=format_date(self.env, self.share_date),
            origin=said.source or said.user_id.name or self.env._("no source given"),
        )

    @api.depends("partner_id", "company_id", "computed_at")
    def _compute_declaration_ids(self):
        """Return what the customer or its contacts said in the profile's company."""
        said = self.env["crm.wallet.declaration"].search(
            [
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        by_customer = said.grouped(
            lambda item: (item.partner_id.commercial_partner_id, item.company_id)
        )
        for profile in self:
            own = by_customer.get((profile.partner_id, profile.company_id), said[:0])
            profile.declaration_ids = own
            profile.has_news = any(
                item.write_date > profile.computed_at for item in own
            )

    # === EXPLANATION === #

    def _state_share(self):
        if not self.share_source:
            return None
        return {
            "name": self._field_label("share_of_wallet"),
            "icon": "fa-pie-chart",
            "sentence": self.env._(
                "We get %(share)s of what the customer spends; %(open)s will go to others in"
                " the next %(horizon)s.",
                share=self._percent(self.share_of_wallet),
                open=self._money(self.open_wallet),
                horizon=self._duration(self._horizon_days()),
            ),
            "rows": [],
            "advice": [self.share_explanation],
        }

    # === ACTIONS === #

    def action_record_declaration(self):
        self.ensure_one()
        return self.partner_id.with_company(
            self.company_id
        ).action_record_wallet_declaration()
