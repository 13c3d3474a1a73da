from odoo import api, fields, models


class CrmScoringPolicy(models.Model):
    """Costs of a policy: margins by category, and who serves customers."""

    _inherit = "crm.scoring.policy"

    margin_rate_ids = fields.One2many(
        "crm.margin.rate", "policy_id", string="Margins by Category", copy=True
    )
    has_costs = fields.Boolean(compute="_compute_has_costs")

    def _compute_has_costs(self):
        departments = self.env["crm.cost.department"]
        for policy in self:
            policy.has_costs = departments._has_costs(policy.company_id)

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env["crm.cost.department"]._create_defaults(policies.company_id)
        return policies

    def _margin_rate_of_categories(self):
        """Return the margin of each category that has one, its own or its nearest parent's.

        Keys are identifiers of categories.
        """
        own = {line.category_id.id: line.rate for line in self.margin_rate_ids}
        if not own:
            return {}
        below = self.env["product.category"].search([("id", "child_of", list(own))])
        return {
            category.id: next(
                own[above]
                for above in reversed(_ancestors(category.parent_path))
                if above in own
            )
            for category in below
        }

    # === ACTIONS === #

    def action_view_departments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_cost_department_action"
        )
        return {**action, "domain": [("company_id", "=", self.company_id.id)]}


def _ancestors(parent_path):
    """Identifiers on a path from the root to the category itself."""
    return [int(part) for part in parent_path.split("/") if part]
