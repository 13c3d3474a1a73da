from odoo import models

from .crm_needs_cluster_words import DOUBTFUL, STABLE, TOLD

# Bars drawn of a cluster, and the difference at which a bar is full.
MOST_BARS, FULL_DIFFERENCE = 6, 2.0


class CrmNeedsCluster(models.Model):
    """One cluster as the page shows it."""

    _inherit = "crm.needs.cluster"

    def _screen_values(self, total, labels):
        traits = self._told_traits()[:MOST_BARS]
        return {
            "id": self.id,
            "name": self.name,
            "color": self.color,
            "customers": self.customer_count,
            "share": self.customer_count / total if total else 0.0,
            "clv": self.clv,
            "stability": self.stability,
            "is_stable": self.jaccard >= STABLE,
            "is_doubtful": self.jaccard < DOUBTFUL,
            "sentences": self._trait_sentences()
            or [self.env._("Much like the average customer.")],
            "bars": [
                {
                    "label": labels[trait["variable"]]
                    if trait["item"] is True
                    else trait["item"],
                    "text": self._trait_values(trait)["value"],
                    "size": max(-1.0, min(1.0, trait["difference"] / FULL_DIFFERENCE)),
                    "title": self._trait_sentence(trait),
                    "is_strong": abs(trait["difference"]) >= TOLD,
                }
                for trait in traits
            ],
        }
