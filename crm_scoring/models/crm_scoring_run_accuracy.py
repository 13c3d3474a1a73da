from odoo import api, fields, models

# Days from which on a period is told in months, and the mean length of one.
MONTHS_FROM_DAYS = 60
MONTH_DAYS = 30.44


class CrmScoringRun(models.Model):
    """What the period held out says, in words and as the figures of a chart."""

    _inherit = "crm.scoring.run"

    accuracy_headline = fields.Char(compute="_compute_accuracy_headline")
    accuracy_detail = fields.Text(compute="_compute_accuracy_detail")
    accuracy_chart = fields.Json(compute="_compute_accuracy_chart")

    @api.depends("holdout", "forecast", "validation_ids")
    def _compute_accuracy_headline(self):
        for run in self:
            if not run.holdout:
                run.accuracy_headline = self.env._(
                    "This run was not compared with what happened."
                )
            elif not run.holdout_from:
                run.accuracy_headline = run._missing_words()
            elif not run._is_compared():
                run.accuracy_headline = self.env._(
                    "An earlier version compared this run: score again to see how accurate"
                    " the forecasts are."
                )
            else:
                run.accuracy_headline = run._verdict_words()

    def _is_compared(self):
        """Tell whether the run has figures; those of an older version are not shown."""
        return bool(self.validation_ids and "comparison" in (self.holdout or {}))

    def _missing_words(self):
        """Say how much data there is, and how much an examination needs."""
        numbers = self.holdout["missing"]
        words = {
            "days of purchases": self.env._(
                "Too early to check the forecasts: purchases reach back %(found)s days,"
                " and %(needed)s are needed.",
                **numbers,
            ),
            "customers known": self.env._(
                "Too few customers to check the forecasts: %(found)s were known before"
                " the last period, and %(needed)s are needed.",
                **numbers,
            ),
        }
        return words.get(
            numbers["what"],
            self.env._(
                "Too few purchases to check the forecasts: %(found)s in the last period,"
                " and %(needed)s are needed.",
                **numbers,
            ),
        )

    def _period_words(self):
        days = (self.holdout_to - self.holdout_from).days + 1
        if days < MONTHS_FROM_DAYS:
            return self.env._("%s days", days)
        return self.env._("%s months", round(days / MONTH_DAYS))

    def _forecast_label(self, name):
        selection = self.env["crm.scoring.run.validation"]._fields["forecast"]
        return dict(selection._description_selection(self.env)).get(name, name)

    @api.depends("holdout", "forecast", "validation_ids")
    def _compute_accuracy_detail(self):
        for run in self:
            lines = []
            if run.holdout:
                lines = [
                    run._total_words(),
                    run._choice_words(),
                    *run._recalibration_words(),
                    run._model_words(),
                    run._gap_rule_words(),
                    run._combined_words(),
                ]
            run.accuracy_detail = "\n".join(filter(None, lines))

    def _model_words(self):
        """Say which purchase model was taken, and why."""
        choice = self.holdout["choice"]
        words = {
            "chosen": self._forecast_label(choice["chosen"]),
            "purchases": choice["events"],
            "customers": choice["customers"],
        }
        if self.settings.get("purchase_model") != "auto":
            return self.env._("The policy asks for the model %(chosen)s.", **words)
        return {
            "best": self.env._(
                "Repeat purchases are described by %(chosen)s: of all models it foretold"
                " the %(purchases)s purchases of %(customers)s customers best.",
                **words,
            ),
            "simpler": self.env._(
                "Repeat purchases are described by %(chosen)s, the simplest of the models"
                " that foretold the %(purchases)s purchases of %(customers)s customers"
                " about equally well.",
                **words,
            ),
            "too_few": self.env._(
                "Repeat purchases are described by %(chosen)s, which fits the"
                " %(purchases)s repeat purchases on record best.",
                **words,
            ),
        }[choice["reason"]]

    def _gap_rule_words(self):
        if self.holdout["choice"]["best"] != "gap_rule":
            return None
        return self.env._(
            "The rule of thumb “%s” foretold the days of purchase better than any model:"
            " customers keep to a rhythm of their own.",
            self._forecast_label("gap_rule"),
        )

    def _combined_words(self):
        reasons = {
            "too_few": self.env._(
                "The combined forecast needs 100 customers and 50 buyers in an earlier"
                " period to learn from, and did not find them."
            ),
            "trial": self.env._(
                "The combined forecast learnt nothing from earlier periods that the"
                " purchase models do not say already."
            ),
        }
        return reasons.get(self.holdout.get("combined_reason"))

    def _log_holdout(self):
        """Tell what the run relies on where the run tells everything else."""
        for line in (self.accuracy_headline, *self.accuracy_detail.splitlines()):
            self._log(line)

    # === CHART === #

    @api.depends("validation_ids", "validation_decile_ids")
    def _compute_accuracy_chart(self):
        for run in self:
            run.accuracy_chart = run._chart_figures() if run._is_compared() else False

    def _chart_figures(self):
        tenths = self.validation_decile_ids
        return {
            "cards": self._accuracy_cards(),
            "currency_id": self.currency_id.id,
            "used": self._forecast_label(self.forecast),
            "rival": self._forecast_label(self.holdout["rival"]),
            **{
                measure: tenths.filtered(
                    lambda row, name=measure: row.measure == name
                ).read(
                    [
                        "decile",
                        "customer_count",
                        "predicted",
                        "actual",
                        "baseline",
                        "lift",
                        "cumulative_share",
                    ]
                )
                for measure in ("spend", "probability")
            },
        }

    def _accuracy_cards(self):
        """Figures of the method in use beside those of what it is compared with."""
        used = self.validation_ids.filtered("is_used")
        rival = self._rival()
        cards = [
            self._accuracy_card(used, rival, name, unit)
            for name, unit in (
                ("rmse", "money"),
                ("total_error", "signed"),
                ("capture", "share"),
                ("auc", "share"),
            )
        ]
        if used.has_interval:
            cards.append(self._coverage_card(used))
        return cards

    def _rival(self):
        """Return the figures of the best simple rule, or of the best model beside a rule."""
        name = self.holdout["rival"]
        return self.validation_ids.filtered(lambda row: row.forecast == name)

    def _accuracy_card(self, used, rival, name, unit):
        return {
            "name": name,
            "label": used._fields[name]._description_string(self.env),
            "unit": unit,
            "value": used[name],
            "rival": rival[name],
            "verdict": self.holdout["comparison"][name],
        }

    def _coverage_card(self, used):
        level = self.settings["interval_level"]
        return {
            "name": "coverage",
            "label": used._fields["coverage"]._description_string(self.env),
            "unit": "share",
            "value": used.coverage,
            "aim": level,
            "verdict": "better" if used.coverage >= level - 0.04 else "worse",
        }

    # === ACTIONS === #

    @api.model
    def action_view_accuracy(self):
        """Show the last complete run of the company at hand."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_scoring_run_action_accuracy_form"
        )
        run = self.search(
            [("company_id", "in", self.env.companies.ids), ("state", "=", "done")],
            limit=1,
        )
        mine = run.search(
            [("company_id", "=", self.env.company.id), ("state", "=", "done")], limit=1
        )
        run = mine or run
        if not run:
            return action
        return {
            **action,
            "res_id": run.id,
            "view_mode": "form",
            "views": action["views"][-1:],
        }
