from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [("category", "Category"), ("product", "Product")]
# Opportunities made from suggestions at once: more are a campaign.
MAX_OPPORTUNITIES = 500


class CrmCustomerRecommendation(models.Model):
    """What a customer may buy next that he does not buy yet; written by runs only."""

    _name = "crm.customer.recommendation"
    _inherit = ["crm.customer.result.mixin"]
    _description = "Next Best Offer"
    _order = "expected_margin desc, id"
    _result_key = ("partner_id", "company_id", "kind", "rank")

    kind = fields.Selection(KINDS, string="Offer", required=True, readonly=True)
    rank = fields.Integer(
        required=True, readonly=True, aggregator=None, help="1 is the best offer."
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    product_id = fields.Many2one("product.template", readonly=True, ondelete="cascade")

    probability = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Probability that the customer buys it within the horizon, if nothing more is"
        " done than so far.",
    )
    lift = fields.Float(
        readonly=True,
        aggregator="avg",
        help="How many times likelier this customer buys it than any customer, because of"
        " what goes together.",
    )
    expected_revenue = fields.Monetary(
        string="Value of a Purchase",
        readonly=True,
        help="What one purchase of it brings from a customer of this size.",
    )
    expected_margin = fields.Monetary(
        readonly=True, help="Margin of one purchase times its probability."
    )

    # Why
    reason_category_id = fields.Many2one("product.category", ondelete="set null")
    second_reason_category_id = fields.Many2one("product.category", ondelete="set null")
    reason_product_id = fields.Many2one("product.template", ondelete="set null")
    second_reason_product_id = fields.Many2one("product.template", ondelete="set null")
    reason = fields.Char(compute="_compute_reason")

    opportunity_id = fields.Many2one(
        "crm.lead",
        compute="_compute_opportunity_id",
        help="An open opportunity for this offer.",
    )

    _partner_company_rank_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, kind, rank)",
        "A customer has one offer of each rank in a company.",
    )

    @api.depends("category_id", "product_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = self.env._(
                "%(customer)s: %(item)s",
                customer=offer.partner_id.display_name,
                item=offer._item().display_name,
            )

    @api.depends("category_id", "product_id", "lift")
    @api.depends_context("lang")
    def _compute_reason(self):
        for offer in self:
            names = [item.name for item in offer._reason_items()]
            if len(names) == 2:
                offer.reason = self.env._(
                    "Customers who buy %(first)s and %(second)s also buy %(item)s",
                    first=names[0],
                    second=names[1],
                    item=offer._item().name,
                )
            elif names:
                offer.reason = self.env._(
                    "Customers who buy %(first)s also buy %(item)s",
                    first=names[0],
                    item=offer._item().name,
                )
            else:
                offer.reason = self.env._("Popular with all customers")

    def _item(self):
        return self.product_id if self.kind == "product" else self.category_id

    def _reason_items(self):
        """What speaks for the offer, where it is likelier for this customer than for all."""
        if self.lift <= 1:
            return []
        items = [self[f"reason_{self.kind}_id"], self[f"second_reason_{self.kind}_id"]]
        return [item for item in items if item]

    @api.depends("partner_id", "category_id", "product_id")
    def _compute_opportunity_id(self):
        leads = self.env["crm.lead"].search(
            [
                ("partner_id", "child_of", self.partner_id.ids),
                ("offer_category_id", "in", self.category_id.ids),
                ("probability", "<", 100),
            ]
        )
        open_leads = {lead._offer_key(): lead for lead in leads}
        for offer in self:
            offer.opportunity_id = open_leads.get(offer._offer_key())

    def _offer_key(self):
        return self.partner_id, self.category_id, self.product_id

    # === ACTIONS === #

    def action_create_opportunity(self):
        """Make an opportunity of each selected offer that has none, and show them."""
        if len(self) > MAX_OPPORTUNITIES:
            raise UserError(
                self.env._(
                    "%(count)s offers are selected; choose at most %(most)s at a time.",
                    count=len(self),
                    most=MAX_OPPORTUNITIES,
                )
            )
        self.check_access("read")
        new = self.filtered(lambda offer: not offer.opportunity_id)
        leads = self.opportunity_id
        if new:
            leads |= leads.create([offer._opportunity_vals() for offer in new])
        self.invalidate_recordset(["opportunity_id"])
        return leads._get_records_action(name=self.env._("Opportunities"))

    def _opportunity_vals(self):
        return {
            "type": "opportunity",
            "name": self.display_name,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": (self.user_id or self.env.user).id,
            "expected_revenue": self.expected_revenue,
            "description": self.reason,
            "offer_category_id": self.category_id.id,
            "offer_product_id": self.product_id.id,
        }

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()
