from odoo import api, models
from odoo.tools.misc import formatLang

# Standard deviations from which on a difference is worth a sentence, and a name.
TOLD, NAMED = 0.3, 0.5
# Sentences about a cluster, names it is put together from, bars drawn.
MOST_SENTENCES, MOST_NAMES = 4, 2
# Mean Jaccard coefficients from which on a cluster is stable, and may be used with care.
STABLE, DOUBTFUL = 0.75, 0.6
MULTIPLE_FROM = 1.15
# Share below which something is as good as not bought.
HARDLY = 0.005


class CrmNeedsCluster(models.Model):
    """A cluster in words: what sets it apart, and whether it is really there."""

    _inherit = "crm.needs.cluster"

    @api.depends("traits")
    @api.depends_context("lang")
    def _compute_description(self):
        for cluster in self:
            sentences = cluster._trait_sentences()
            cluster.description = " ".join(sentences) or cluster.env._(
                "Much like the average customer."
            )

    @api.depends("jaccard", "found_again", "redraw_count")
    @api.depends_context("lang")
    def _compute_stability(self):
        for cluster in self:
            numbers = {"found": cluster.found_again, "draws": cluster.redraw_count}
            if cluster.jaccard >= STABLE:
                words = cluster.env._(
                    "Stable: found again in %(found)s of %(draws)s random samples"
                )
            elif cluster.jaccard >= DOUBTFUL:
                words = cluster.env._(
                    "Use with care: found again in %(found)s of %(draws)s random samples"
                )
            else:
                words = cluster.env._(
                    "Not stable: found again in only %(found)s of %(draws)s random samples"
                )
            cluster.stability = words % numbers

    def _told_traits(self):
        """Return the traits with their labels; those of deleted records are left out."""
        self.ensure_one()
        traits = self.traits or []
        items = {one["column"] for one in traits} - {one["variable"] for one in traits}
        names = self.segmentation_id._item_names(items)
        return [
            {**trait, "item": names.get(trait["column"], True)}
            for trait in traits
            if trait["column"] in names or trait["column"] not in items
        ]

    def _trait_sentences(self):
        large = [one for one in self._told_traits() if abs(one["difference"]) >= TOLD]
        return [self._trait_sentence(trait) for trait in large[:MOST_SENTENCES]]

    def _trait_sentence(self, trait):
        """Say one difference in plain words, with the numbers."""
        if trait["variable"] == "category_mix":
            return self._mix_sentence(trait)
        words = self._figure_words() | self._choice_words()
        return words[trait["variable"]] % self._trait_values(trait)

    def _figure_words(self):
        return {
            "purchase_interval": self.env._(
                "Orders every %(value)s; %(average)s are usual."
            ),
            "average_purchase": self.env._(
                "An order is worth %(value)s; %(average)s are usual."
            ),
            "category_count": self.env._(
                "Buys from %(value)s categories; the average is %(average)s."
            ),
            "seasonal_strength": self.env._(
                "The busiest month is %(value)s times an ordinary one; among all customers"
                " %(average)s times."
            ),
            "discount_rate": self.env._(
                "Gets %(value)s discount; the average is %(average)s."
            ),
            "return_rate": self.env._(
                "Sends back %(value)s of what it buys; the average is %(average)s."
            ),
            "late_payment_share": self.env._(
                "Pays %(value)s of the time late; the average is %(average)s."
            ),
            "share_of_wallet": self.env._(
                "Gives us %(value)s of what it spends; the average is %(average)s."
            ),
        }

    def _choice_words(self):
        return {
            "channel": self.env._(
                "%(value)s are served by %(item)s; on average %(average)s."
            ),
            "industry": self.env._(
                "%(value)s belong to the industry %(item)s; on average %(average)s."
            ),
            "country": self.env._("%(value)s are in %(item)s; on average %(average)s."),
            "tag": self.env._(
                "%(value)s have the tag %(item)s; on average %(average)s."
            ),
        }

    def _mix_sentence(self, trait):
        values = self._trait_values(trait)
        if trait["value"] < HARDLY:
            return self.env._(
                "Buys no %(item)s, which make %(average)s of the average customer's spend.",
                **values,
            )
        if (trait["ratio"] or 0) >= MULTIPLE_FROM:
            return self.env._(
                "Spends %(ratio)s times as much of its money on %(item)s as the average"
                " (%(value)s, not %(average)s).",
                **values,
            )
        return self.env._(
            "Spends %(value)s on %(item)s; the average is %(average)s.", **values
        )

    def _trait_values(self, trait):
        """Return value and average written in the unit of the variable."""
        write = {
            "purchase_interval": lambda one: self.env._(
                "%s days", self._number(one, 0)
            ),
            "average_purchase": self._money,
            "category_count": lambda one: self._number(one, 1),
            "seasonal_strength": lambda one: self._number(1 + one, 1),
        }.get(trait["variable"], self._percent)
        return {
            "item": trait["item"],
            "value": write(trait["value"]),
            "average": write(trait["average"]),
            "ratio": self._number(trait["ratio"] or 0.0, 1),
        }

    def _number(self, value, digits):
        return formatLang(self.env, value, digits=digits)

    def _percent(self, share):
        return f"{self._number(100 * share, 0)}%"

    def _money(self, amount):
        return formatLang(
            self.env, amount, currency_obj=self.currency_id, rounding_unit="units"
        )

    # === NAMES === #

    def _name_by_traits(self):
        """Give a new cluster the name of what is most of it, in each language."""
        for code, _label in self.env["res.lang"].get_installed():
            cluster = self.with_context(lang=code)
            cluster.name = cluster._free_name()

    def _free_name(self):
        """Return the usual name, with the number where another cluster has it already."""
        name = self._usual_name()
        others = self.segmentation_id.cluster_ids - self
        return f"{name} {self.number + 1}" if name in others.mapped("name") else name

    def _usual_name(self):
        names = []
        for trait in self._told_traits():
            name = self._trait_name(trait)
            if name and abs(trait["difference"]) >= NAMED and name not in names:
                names.append(name)
        if not names:
            return self.env._("Cluster %s", self.number + 1)
        return ", ".join(names[:MOST_NAMES])

    def _trait_name(self, trait):
        """Return what a large difference is called; of what is lacking nothing."""
        is_more = trait["difference"] > 0
        names = {
            ("purchase_interval", True): self.env._("Occasional buyers"),
            ("purchase_interval", False): self.env._("Frequent buyers"),
            ("average_purchase", True): self.env._("Large orders"),
            ("average_purchase", False): self.env._("Small orders"),
            ("category_count", True): self.env._("Full range"),
            ("category_count", False): self.env._("Specialists"),
            ("seasonal_strength", True): self.env._("Seasonal"),
            ("discount_rate", True): self.env._("Bargain hunters"),
            ("return_rate", True): self.env._("Many returns"),
            ("late_payment_share", True): self.env._("Late payers"),
            ("share_of_wallet", True): self.env._("Loyal to us"),
        }
        if trait["item"] is not True:
            return trait["item"] if is_more else None
        return names.get((trait["variable"], is_more))
