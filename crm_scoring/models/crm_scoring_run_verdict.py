from odoo import models

from odoo.addons.customer_analytics.value.accuracy.recalibration import Recalibration

# A total nearer than this to what was spent is called right.
RIGHT_TOTAL = 0.05


class CrmScoringRun(models.Model):
    """Who was better at what, in the words of the figures; and what was put right."""

    _inherit = "crm.scoring.run"

    # === WHO WAS BETTER AT WHAT === #

    def _verdict_words(self):
        """Say of who buys again and of amounts what their cards say."""
        comparison = self.holdout["comparison"]
        return " ".join(
            (
                self._order_words()[comparison["auc"]],
                self._amount_words()[comparison["rmse"]],
            )
        )

    def _compared(self):
        return {
            "period": self._period_words(),
            "used": self._forecast_label(self.forecast),
            "rival": self._forecast_label(self.holdout["rival"]),
        }

    def _order_words(self):
        words = self._compared()
        return {
            "better": self.env._(
                "On your last %(period)s “%(used)s” told better than “%(rival)s” who would"
                " buy again.",
                **words,
            ),
            "equal": self.env._(
                "On your last %(period)s “%(used)s” and “%(rival)s” told about equally well"
                " who would buy again.",
                **words,
            ),
            "worse": self.env._(
                "On your last %(period)s “%(rival)s” told better than “%(used)s” who would"
                " buy again.",
                **words,
            ),
        }

    def _amount_words(self):
        words = self._compared()
        return {
            "better": self.env._(
                "How much each customer would spend, “%(used)s” foretold more closely.",
                **words,
            ),
            "equal": self.env._(
                "How much each customer would spend, both foretold about equally well."
            ),
            "worse": self.env._(
                "How much each customer would spend, “%(rival)s” foretold more closely.",
                **words,
            ),
        }

    def _total_words(self):
        if not self._is_compared():
            return None
        error = self.validation_ids.filtered("is_used").total_error
        if abs(error) < RIGHT_TOTAL:
            return self.env._(
                "The total of all customers came within %s of what was spent.",
                self._share_words(RIGHT_TOTAL),
            )
        if error > 0:
            return self.env._(
                "In total %s more was foretold than was spent.",
                self._share_words(error),
            )
        return self.env._(
            "In total %s less was foretold than was spent.", self._share_words(-error)
        )

    def _choice_words(self):
        """Say why the method is used, by the mark that decided."""
        if not self._is_compared():
            return None
        used, rival = self.validation_ids.filtered("is_used"), self._rival()
        words = {
            **self._compared(),
            "mark": round(used.mark),
            "other": round(rival.mark),
        }
        if used.is_rule:
            return self.env._(
                "The simple rule “%(used)s” replaces the models for expected spend, lifetime"
                " value and the probability to buy again: by the mark, half for amounts and"
                " half for who buys again, it was clearly better than “%(rival)s”, the best"
                " of them (%(mark)s against %(other)s of 100).",
                **words,
            )
        if used.mark >= rival.mark:
            return self.env._(
                "“%(used)s” is used because of its mark, half for amounts and half for who"
                " buys again: %(mark)s of 100, against %(other)s of “%(rival)s”, the best"
                " simple rule.",
                **words,
            )
        return self._lower_mark_words(words)

    def _lower_mark_words(self, words):
        if self.settings.get("purchase_model") != "auto":
            return self.env._(
                "The policy asks for “%(used)s”, but the simple rule “%(rival)s” had the"
                " better mark, half for amounts and half for who buys again (%(other)s"
                " against %(mark)s of 100): let the policy choose by fit.",
                **words,
            )
        return self.env._(
            "By the mark, half for amounts and half for who buys again, “%(used)s” and"
            " “%(rival)s”, the best simple rule, are equal within the margin of error"
            " (%(mark)s and %(other)s of 100); “%(used)s” stays, because it also gives"
            " dates and intervals.",
            **words,
        )

    # === WHAT WAS PUT RIGHT === #

    def _recalibration_words(self):
        """Say what the errors of the past changed in the forecasts of the future."""
        if not self._is_compared() or self.settings["purchase_model"] != "auto":
            return []
        taught = self.holdout["recalibration"]
        if not taught:
            return [
                self.env._(
                    "There was too little before that period to learn from earlier errors:"
                    " the forecasts are used as they are."
                )
            ]
        return [self._probability_words(taught), self._spend_words(taught)]

    def _probability_words(self, taught):
        if not taught["is_probability_used"]:
            return self.env._(
                "Probabilities are shown as the method gives them: its errors in the period"
                " before would not have made those of the last one better."
            )
        maps = Recalibration.from_dict(taught["applied"])
        high, low = (self._share_words(maps.probability(p)) for p in (0.9, 0.1))
        return self.env._(
            "Probabilities are put right by how earlier ones came true: where the method"
            " says 90%%, %(high)s is shown, and where it says 10%%, %(low)s.",
            high=high,
            low=low,
        )

    def _spend_words(self, taught):
        factor = taught["applied"]["spend_factor"]
        words = {
            "share": self._share_words(abs(factor - 1.0)),
            "earlier": self._signed_share_words(taught["earlier_total_error"]),
            "latest": self._signed_share_words(taught["total_error"]),
        }
        if not taught["is_spend_used"]:
            return self.env._(
                "Forecasts of spend are not changed: their total was off by %(earlier)s in"
                " the period before and by %(latest)s in the last, and the one error would"
                " not have put the other right.",
                **words,
            )
        if factor < 1.0:
            return self.env._(
                "Forecasts of spend are lowered by %(share)s, because their total was off by"
                " %(earlier)s in the period before and by %(latest)s in the last.",
                **words,
            )
        return self.env._(
            "Forecasts of spend are raised by %(share)s, because their total was off by"
            " %(earlier)s in the period before and by %(latest)s in the last.",
            **words,
        )

    def _share_words(self, share):
        return f"{round(100 * float(share))}%"

    def _signed_share_words(self, share):
        return f"{round(100 * share):+d}%"
