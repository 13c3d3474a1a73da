from odoo import api, models

# Mean silhouettes from which on clusters lie apart, or at least are told from one another.
APART, OVERLAPPING = 0.5, 0.25


class CrmNeedsSegmentation(models.Model):
    """What the page of the clusters shows, in one call."""

    _inherit = "crm.needs.segmentation"

    @api.readonly
    def get_screen(self):
        """Return the clusters with their words and bars, and the table by class."""
        self.ensure_one()
        clusters = self.cluster_ids.sorted("number")
        total = sum(clusters.mapped("customer_count"))
        variables = self.env["crm.needs.variable"].search([])
        labels = {variable.code: variable.name for variable in variables}
        return {
            "currency_id": self.currency_id.id,
            "number_words": self._number_words(),
            "trials": (self.report or {}).get("trials", []),
            "method": self.method,
            "clusters": [cluster._screen_values(total, labels) for cluster in clusters],
            "classes": self._class_table(clusters),
        }

    def _number_words(self):
        """Say why there are so many clusters, how far apart they are, and what is unused."""
        report = self.report
        if not report:
            return []
        return [
            words
            for words in (
                self._count_words(report),
                self._distance_words(report),
                self._dropped_words(report),
            )
            if words
        ]

    def _count_words(self, report):
        numbers = {
            "count": report["count"],
            "suggested": report["suggested"],
            "bic": report["best_bic"],
        }
        if not report["suggested"]:
            return self.env._("%(count)s clusters, as you set.", **numbers)
        if report["count"] != report["suggested"]:
            return self.env._(
                "%(count)s clusters, as you set; %(suggested)s would be suggested.",
                **numbers,
            )
        if report["best_bic"] == report["suggested"]:
            return self.env._(
                "%(count)s clusters are suggested: customers are told apart best with this"
                " number, by either measure. It is a suggestion: use the number that you can"
                " work with.",
                **numbers,
            )
        return self.env._(
            "%(count)s clusters are suggested: of the numbers that leave no cluster too"
            " small they are furthest apart. Another measure (BIC) would take %(bic)s: use"
            " the number that you can work with.",
            **numbers,
        )

    def _distance_words(self, report):
        of_count = {trial["count"]: trial["silhouette"] for trial in report["trials"]}
        silhouette = of_count.get(report["count"])
        if silhouette is None:
            return None
        if silhouette >= APART:
            return self.env._(
                "The clusters lie well apart (silhouette %.2f).", silhouette
            )
        if silhouette >= OVERLAPPING:
            return self.env._(
                "The clusters can be told apart, with customers in between (silhouette"
                " %.2f).",
                silhouette,
            )
        return self.env._(
            "The clusters run into each other: many customers are between two (silhouette"
            " %.2f).",
            silhouette,
        )

    def _dropped_words(self, report):
        if not report["dropped"]:
            return None
        return self.env._(
            "%s things were left out because all customers are alike in them.",
            len(report["dropped"]),
        )

    def _class_table(self, clusters):
        """Return customers by cluster and class, the classes in the order of the matrix."""
        counts = {
            (cluster.id, cell.id): count
            for cluster, cell, count in self.env["crm.customer.profile"]._read_group(
                [("needs_cluster_id", "in", clusters.ids)],
                ["needs_cluster_id", "class_id"],
                ["__count"],
            )
        }
        classes = self.env["crm.customer.class"].with_context(active_test=False)
        cells = classes.search([("id", "in", [cell for _cluster, cell in counts])])
        return {
            "columns": [{"id": cell.id, "name": cell.display_name} for cell in cells],
            "rows": [
                {
                    "id": cluster.id,
                    "name": cluster.name,
                    "counts": [counts.get((cluster.id, cell.id), 0) for cell in cells],
                }
                for cluster in clusters
            ],
        }
