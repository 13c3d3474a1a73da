import json

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

MONTHS = range(1, 13)


class CrmScoringRun(models.Model):
    """What a run learnt about seasons, categories and suggestions, in words."""

    _inherit = "crm.scoring.run"

    basket_parameters = fields.Json(
        readonly=True, help="Seasons, models of the categories, how offers are made."
    )
    basket_diagnostics = fields.Text(
        string="Suggestions",
        compute="_compute_basket_diagnostics",
        help="Suggestions are judged on purchases held out, beside those of the most"
        " popular items; whichever found more of what was bought is used.",
    )
    season_text = fields.Text(string="Season", compute="_compute_basket_diagnostics")
    season_graph = fields.Text(compute="_compute_basket_diagnostics")

    @api.depends("basket_parameters")
    @api.depends_context("lang")
    def _compute_basket_diagnostics(self):
        for run in self:
            known = run.basket_parameters
            run.basket_diagnostics = known and "\n".join(run._offer_sentences())
            run.season_text = known and run._season_sentence()
            run.season_graph = known and run._season_bars()

    def _log_basket(self):
        self._log(self._season_sentence())
        for sentence in self._offer_sentences():
            self._log(sentence)

    # === WORDS === #

    def _season_sentence(self):
        models = self.basket_parameters["models"]
        season = models["season"]
        if not season:
            return self.env._(
                "No season is used: telling it from chance takes 24 whole months of"
                " purchases, and there are %(months)s.",
                months=models["months"],
            )
        names = self._month_names("wide")
        index = season["index"]
        high, low = max(index), min(index)
        return self.env._(
            "Learnt from %(years)s whole years: %(peak)s is the busiest month, %(high)s%%"
            " of an average one, and %(trough)s the quietest with %(low)s%%.",
            years=season["years"],
            peak=names[index.index(high)],
            high=round(100 * high),
            trough=names[index.index(low)],
            low=round(100 * low),
        )

    def _offer_sentences(self):
        offers = self.basket_parameters["offers"]
        kinds = {
            "category": self.env._("Categories"),
            "product": self.env._("Products"),
        }
        if not any(offers.values()):
            return [
                self.env._(
                    "No categories and products are suggested: that takes purchases with at"
                    " least two products in two categories, and the documents of these"
                    " customers name fewer."
                )
            ]
        return [
            f"{label}: {self._offer_sentence(offers[kind])}"
            for kind, label in kinds.items()
            if offers[kind]
        ]

    def _offer_sentence(self, decided):
        if not decided["customers"]:
            return self.env._(
                "nobody bought anything new in the last part of the history, so"
                " suggestions could not be compared with popularity."
            )
        values = {
            "customers": decided["customers"],
            "hits": round(100 * decided["hit_rate"]),
            "popular": round(100 * decided["popularity_hit_rate"]),
        }
        if decided["is_popularity"]:
            return self.env._(
                "of %(customers)s customers who later bought something new, the most"
                " popular items met %(popular)s%% and what is bought together"
                " %(hits)s%%: the most popular ones are suggested.",
                **values,
            )
        if not decided["is_certain"]:
            return self.env._(
                "of %(customers)s customers who later bought something new, what is bought"
                " together met %(hits)s%% and the most popular items %(popular)s%%; with"
                " so few customers the difference may be chance.",
                **values,
            )
        return self.env._(
            "of %(customers)s customers who later bought something new, what is bought"
            " together met %(hits)s%%, against %(popular)s%% for the most popular items.",
            **values,
        )

    # === CURVE === #

    def _season_bars(self):
        """Return the twelve indices as the host's small bar chart wants them."""
        season = self.basket_parameters["models"]["season"]
        if not season:
            return False
        names = self._month_names("abbreviated")
        values = [
            {"label": name, "value": round(100 * index), "type": "future"}
            for name, index in zip(names, season["index"], strict=True)
        ]
        title = self.env._("Percent of an average month")
        return json.dumps([{"values": values, "title": "", "key": title}])

    def _month_names(self, width):
        locale = babel_locale_parse(get_lang(self.env).code)
        return [locale.months["stand-alone"][width][month] for month in MONTHS]
