from odoo.tests import tagged

from .common import TODAY, ScoringCase

USED = "Regular buyers (MBG/CNBD-k)"
RIVAL = "Lost after three usual gaps"


@tagged("post_install", "-at_install")
class TestRunVerdict(ScoringCase):
    """The headline says what the cards say, and what was put right is told."""

    def _compared_run(self, comparison=None, taught=None, **figures):
        """Return a run with figures of two methods; nothing is computed."""
        run = self.env["crm.scoring.run"].create({"policy_id": self.policy.id})
        used = {"forecast": "mbg_cnbd", "mark": 66.3, "total_error": 0.33, **figures}
        run.write(
            {
                "settings": self.policy._settings(),
                "forecast": used["forecast"],
                "holdout_from": TODAY.replace(year=TODAY.year - 1),
                "holdout_to": TODAY,
                "holdout": {
                    "choice": {
                        "chosen": "mbg_cnbd",
                        "best": "mbg_cnbd",
                        "reason": "best",
                        "events": 907,
                        "customers": 246,
                    },
                    "rival": "gap_rule",
                    "comparison": {
                        "rmse": "worse",
                        "total_error": "worse",
                        "capture": "better",
                        "auc": "better",
                        **(comparison or {}),
                    },
                    "recalibration": taught,
                },
            }
        )
        self.env["crm.scoring.run.validation"].create(
            [
                {
                    "run_id": run.id,
                    "is_used": True,
                    "is_rule": used["forecast"] == "same_period",
                    **used,
                },
                {
                    "run_id": run.id,
                    "forecast": "gap_rule",
                    "is_rule": True,
                    "mark": 60.9,
                },
            ]
        )
        return run

    def _taught(self, probability=False, spend=False, **values):
        return {
            "applied": {"intercept": 0.0, "slope": 1.0, "spend_factor": 1.0, **values},
            "earlier_total_error": 0.18,
            "total_error": 0.33,
            "is_probability_used": probability,
            "is_spend_used": spend,
        }

    def test_headline_has_the_verdicts_of_the_cards(self):
        order = {
            "better": f"“{USED}” told better than “{RIVAL}” who would buy again",
            "equal": f"“{USED}” and “{RIVAL}” told about equally well who would",
            "worse": f"“{RIVAL}” told better than “{USED}” who would buy again",
        }
        amounts = {
            "better": f"would spend, “{USED}” foretold more closely",
            "equal": "would spend, both foretold about equally well",
            "worse": f"would spend, “{RIVAL}” foretold more closely",
        }
        for auc, of_order in order.items():
            for rmse, of_amounts in amounts.items():
                with self.subTest(auc=auc, rmse=rmse):
                    run = self._compared_run({"auc": auc, "rmse": rmse})
                    self.assertIn("your last 12 months", run.accuracy_headline)
                    self.assertIn(of_order, run.accuracy_headline)
                    self.assertIn(of_amounts, run.accuracy_headline)
                    cards = {c["name"]: c for c in run.accuracy_chart["cards"]}
                    self.assertEqual(cards["auc"]["verdict"], auc)
                    self.assertEqual(cards["rmse"]["verdict"], rmse)
                    run.action_cancel()

    def test_total_is_told_with_its_size_and_direction(self):
        for error, words in (
            (0.33, "In total 33% more was foretold than was spent"),
            (-0.12, "In total 12% less was foretold than was spent"),
            (0.03, "came within 5% of what was spent"),
        ):
            with self.subTest(error):
                run = self._compared_run(total_error=error)
                self.assertIn(words, run.accuracy_detail)
                run.action_cancel()

    def test_reason_for_the_method_is_its_mark(self):
        run = self._compared_run()
        self.assertIn("66 of 100, against 61", run.accuracy_detail)
        run.action_cancel()
        run = self._compared_run(mark=58.0)
        self.assertIn("equal within the margin of error", run.accuracy_detail)
        run.action_cancel()
        self.policy.purchase_model = "mbg_cnbd"
        run = self._compared_run(mark=58.0)
        self.assertIn("let the policy choose by fit", run.accuracy_detail)
        self.assertNotIn("Probabilities are", run.accuracy_detail, "not put right")
        run.action_cancel()
        run = self._compared_run(forecast="same_period", mark=75.0)
        self.assertIn("replaces the models", run.accuracy_detail)

    def test_what_was_put_right_is_told(self):
        for taught, words in (
            (None, "There was too little before that period"),
            (self._taught(), "Probabilities are shown as the method gives them"),
            (self._taught(), "not changed: their total was off by +18% in the period"),
            (
                self._taught(probability=True, slope=0.68),
                "where the method says 90%, 82% is shown, and where it says 10%, 18%",
            ),
            (
                self._taught(spend=True, spend_factor=0.79),
                "lowered by 21%, because their total was off by +18% in the period"
                " before and by +33% in the last",
            ),
            (self._taught(spend=True, spend_factor=1.1), "raised by 10%"),
        ):
            with self.subTest(words):
                run = self._compared_run(taught=taught)
                self.assertIn(words, run.accuracy_detail)
                run.action_cancel()

    def test_run_of_an_earlier_version_is_to_be_scored_again(self):
        run = self._compared_run()
        run.holdout = {k: v for k, v in run.holdout.items() if k != "comparison"}
        self.assertIn("score again", run.accuracy_headline)
        self.assertFalse(run.accuracy_chart)

    def test_profiles_are_those_of_the_forecast_put_right(self):
        """Spend by the factor, churn as the complement, whatever taught it."""
        self._add_random_customers(120)
        runs = []
        for taught in (
            {},
            {"intercept": 0.2, "slope": 0.7, "spend_factor": 0.8},
        ):
            run = self.env["crm.scoring.run"].create(
                {"policy_id": self.policy.id, "as_of": TODAY}
            )
            while run.stage != "fit":
                run._step()
            run.holdout = {
                **run.holdout,
                "law": None,
                "recalibration": self._taught(True, True, **taught),
            }
            run._execute()
            self.assertEqual(run.state, "done", run.error)
            profiles = self._profiles()
            runs.append({p.partner_id: p.expected_spend for p in profiles})
            for profile in profiles:
                self.assertAlmostEqual(
                    profile.churn_probability, 1 - profile.purchase_probability, 5
                )
        self.assertEqual(len(runs[0]), 120)
        for partner, spend in runs[0].items():
            self.assertAlmostEqual(runs[1][partner], 0.8 * spend, delta=0.02)
