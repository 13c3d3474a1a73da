from odoo import Command, api, fields, models
from odoo.exceptions import UserError

METHODS = [
    ("kmeans", "Compact clusters (k-means)"),
    ("mixture", "Overlapping clusters (Gaussian mixture)"),
    ("latent", "Kinds by yes or no, low or high (latent classes)"),
]
COUNTS = [("auto", "Suggested"), *((str(count), str(count)) for count in range(2, 7))]
OPEN_STATES = ("queued", "running")


class CrmNeedsSegmentation(models.Model):
    """How a company sorts its customers by what they need: one that is in use per company.

    Clusters are found on demand and kept: every run assigns each customer, also a new one,
    to the clusters found last.
    """

    _name = "crm.needs.segmentation"
    _description = "Needs Segmentation"
    _order = "company_id, id"

    name = fields.Char(
        required=True, translate=True, default=lambda self: self.env._("Needs clusters")
    )
    active = fields.Boolean(
        default=True,
        help="One segmentation of a company is in use; archive it to change.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # What a manager chooses
    variable_ids = fields.Many2many(
        "crm.needs.variable",
        string="Compared By",
        default=lambda self: self.env["crm.needs.variable"].search(
            [("is_default", "=", True)]
        ),
        help="Choose what tells needs apart: with everything ticked, clusters blur.",
    )
    method = fields.Selection(
        METHODS,
        required=True,
        default="kmeans",
        help="Compact: each customer belongs to the nearest centre. Overlapping: clusters"
        " may have different sizes and shapes. Kinds: for categories such as channel,"
        " industry or tags; numbers are cut into low, middling and high.",
    )
    cluster_number = fields.Selection(
        COUNTS,
        string="Number of Clusters",
        required=True,
        default="auto",
        help="Suggested: the number from 2 to 6 that tells customers apart best, with every"
        " cluster large enough.",
    )

    # What was found
    state = fields.Selection(
        [
            ("draft", "Not Computed"),
            ("queued", "Waiting"),
            ("running", "Assigning"),
            ("done", "Up to Date"),
            ("refused", "Too Little Data"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="draft",
    )
    progress = fields.Float(readonly=True, aggregator=None, help="Percent.")
    computed_at = fields.Datetime(readonly=True)
    learned = fields.Json(readonly=True, help="What assigns customers to the clusters.")
    report = fields.Json(readonly=True, help="Figures of the clusters found.")
    refusal = fields.Json(readonly=True, help="What was needed and what was found.")
    last_partner_id = fields.Integer(readonly=True)
    message = fields.Text(compute="_compute_message")
    cluster_ids = fields.One2many("crm.needs.cluster", "segmentation_id")
    cluster_count = fields.Integer(compute="_compute_cluster_count")

    _one_in_use = models.UniqueIndex(
        "(company_id) WHERE active",
        "This company has a segmentation in use already: archive it first.",
    )

    @api.depends("cluster_ids")
    def _compute_cluster_count(self):
        for segmentation in self:
            segmentation.cluster_count = len(segmentation.cluster_ids)

    @api.depends("state", "refusal")
    @api.depends_context("lang")
    def _compute_message(self):
        for segmentation in self:
            segmentation.message = segmentation._refusal_words()

    def _refusal_words(self):
        """Say what is missing, with the numbers."""
        if self.state == "failed":
            return self.env._("Unexpected error: the server log has the details.")
        if self.state != "refused":
            return False
        sentences = {
            "customers": self.env._(
                "Clusters need %(needed)s scored customers or more; there are %(found)s."
                " Below that, chance alone draws groups."
            ),
            "customers in the smallest cluster": self.env._(
                "The smallest cluster would have %(found)s customers, %(needed)s are needed."
                " Choose fewer clusters, or other things to compare customers by."
            ),
            "different customers": self.env._(
                "Only %(found)s kinds of customers differ in what was ticked, %(needed)s"
                " are needed. Tick more to compare customers by."
            ),
            "variables": self.env._(
                "Nothing is ticked yet: choose what customers are compared by."
            ),
            "variables in which customers differ": self.env._(
                "All customers are alike in what was ticked, or nothing is known of it."
                " Tick something else to compare customers by."
            ),
        }
        return sentences[self.refusal["what"]] % self.refusal

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            self._clear_customers()
        return result

    def unlink(self):
        self._clear_customers()
        return super().unlink()

    @api.model
    def _for_company(self, company):
        """Return the segmentation that ``company`` uses, made on the spot if it has none."""
        found = self.search([("company_id", "=", company.id)], limit=1)
        return found or self.create({"company_id": company.id})

    # === ACTIONS === #

    @api.model
    def action_open(self):
        """Open the segmentation of the user's company; a manager's first one is made."""
        company = self.env.company
        found = self.search([("company_id", "=", company.id)], limit=1)
        if not found and self.has_access("create"):
            found = self._for_company(company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_needs_segmentation_action"
        )
        if found:
            form = [view for view in action["views"] if view[1] == "form"]
            action.update(res_id=found.id, view_mode="form", views=form)
        return action

    def action_compute(self):
        """Find the clusters in the background."""
        self.ensure_one()
        self.check_access("write")
        if not self.active:
            raise UserError(
                self.env._(
                    "This segmentation is archived: bring it back into use first."
                )
            )
        self._queue()

    def action_reset_variables(self):
        self.ensure_one()
        usual = self.env["crm.needs.variable"].search([("is_default", "=", True)])
        self.variable_ids = [Command.set(usual.ids)]

    def action_view_customers(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_scoring.crm_customer_profile_action"
            ),
            "domain": [("needs_cluster_id.segmentation_id", "=", self.id)],
            "context": {"search_default_group_needs_cluster": 1},
        }
