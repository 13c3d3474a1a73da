from odoo import fields, models


class CrmCustomerProfile(models.Model):
    """Which needs the customer shares with others."""

    _inherit = "crm.customer.profile"

    needs_cluster_id = fields.Many2one(
        "crm.needs.cluster",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Customers who buy alike: the cluster, of those found last, that the customer"
        " is nearest to.",
    )

    def _statements(self):
        """Say after the class what the customer needs."""
        statements = super()._statements()
        if self.needs_cluster_id:
            statements.insert(1, self._state_needs())
        return statements

    def _state_needs(self):
        cluster = self.needs_cluster_id
        return {
            "name": self._field_label("needs_cluster_id"),
            "icon": "fa-object-group",
            "sentence": self.env._(
                "Buys like %(count)s other customers, “%(name)s”.",
                count=max(cluster.customer_count - 1, 0),
                name=cluster.name,
            ),
            "rows": [],
            "advice": cluster._trait_sentences(),
        }
