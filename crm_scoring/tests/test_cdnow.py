import os
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.customer_analytics.value.accuracy import validation

from .common import ScoringCase

CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_END = date(1998, 6, 30)
WEEKS_39 = 39 * 7


@tagged("post_install", "-at_install")
class TestCdnow(ScoringCase):
    """The standard 1/10 sample of CDNOW, split at week 39, through Odoo.

    Expected figures: Fader, Hardie, Lee (2005), Marketing Science 24(2), and the holdout
    of that sample in METHODS.md, section M.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._add_company("CDNOW sample", currency="USD")
        cls.policy = cls.env["crm.scoring.policy"]._for_company(cls.company)
        cls.policy.write({"horizon_days": WEEKS_39, "margin_rate": 1.0})
        cls.purchases = cls._read_sample()
        identifiers = sorted({row[0] for row in cls.purchases})
        partners = cls.env["res.partner"].create(
            [{"name": f"CDNOW {identifier}"} for identifier in identifiers]
        )
        partner_of = dict(zip(identifiers, partners.ids, strict=True))
        cls.env["crm.purchase.history"].create(
            [
                {
                    "partner_id": partner_of[identifier],
                    "company_id": cls.company.id,
                    "date": day,
                    "amount": dollars,
                }
                for identifier, day, dollars in cls.purchases
            ]
        )
        cls.holdout = cls._holdout(partner_of)

    @classmethod
    def _read_sample(cls):
        """Return (customer, day, dollars) of each purchase of the sample."""
        folder = os.environ.get("CUSTOMER_INTELLIGENCE_DATASETS", "")
        lines = Path(folder, "CDNOW_sample.txt").read_text().split("\n")
        rows = [line.split() for line in lines if line.strip()]
        return [(row[1], date.fromisoformat(row[2]), float(row[4])) for row in rows]

    @classmethod
    def _holdout(cls, partner_of):
        """Return {partner: (purchase days, dollars)} after the calibration."""
        days = {partner: (set(), 0.0) for partner in partner_of.values()}
        for identifier, day, dollars in cls.purchases:
            if CALIBRATION_END < day <= HOLDOUT_END:
                partner = partner_of[identifier]
                bought, spent = days[partner]
                days[partner] = (bought | {day}, spent + dollars)
        return {partner: (len(days), spent) for partner, (days, spent) in days.items()}

    def _score(self, model):
        self.policy.purchase_model = model
        run = self._run(as_of=CALIBRATION_END)
        self.assertEqual(run.state, "done", run.error)
        profiles = self.env["crm.customer.profile"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        return run, profiles

    def _parameters(self, run, model):
        rows = run.diagnostic_ids.filtered(lambda row: row.model == model)
        return {row.parameter: row.value for row in rows}, rows[0].log_likelihood

    def _actual(self, profiles):
        pairs = [self.holdout[partner.id] for partner in profiles.partner_id]
        purchases, spent = zip(*pairs, strict=True)
        return list(purchases), list(spent)

    def assertFigures(self, found, expected):
        for name, (value, digits) in expected.items():
            with self.subTest(name):
                self.assertAlmostEqual(found[name], value, delta=0.5 * 10**-digits)

    def test_bg_nbd_parameters_of_the_paper(self):
        run, profiles = self._score("bg_nbd")
        self.assertEqual(run.customer_count, 2357)
        parameters, likelihood = self._parameters(run, "bg_nbd")
        self.assertFigures(
            parameters,
            {"r": (0.243, 3), "alpha": (4.414, 3), "a": (0.793, 3), "b": (2.426, 3)},
        )
        self.assertAlmostEqual(likelihood, -9582.4256, delta=0.005)
        purchases, _spent = self._actual(profiles)
        metrics = validation.holdout_metrics(
            purchases, profiles.mapped("expected_purchases")
        )
        self.assertAlmostEqual(metrics.mae, 0.7855, delta=5e-5)
        self.assertAlmostEqual(metrics.rmse, 1.6080, delta=5e-5)

    def test_pareto_nbd_parameters_and_holdout(self):
        run, profiles = self._score("pareto_nbd")
        parameters, likelihood = self._parameters(run, "pareto_nbd")
        self.assertFigures(
            parameters,
            {
                "r": (0.553, 3),
                "alpha": (10.578, 3),
                "s": (0.606, 3),
                "beta": (11.669, 2),
            },
        )
        self.assertAlmostEqual(likelihood, -9594.9739, delta=0.005)
        purchases, spent = self._actual(profiles)
        self.assertEqual(sum(purchases), 1882)
        self.assertAlmostEqual(sum(spent), 70976.39, places=2)
        metrics = validation.holdout_metrics(
            purchases, profiles.mapped("expected_purchases")
        )
        self.assertAlmostEqual(metrics.mae, 0.7545, delta=5e-5)
        self.assertAlmostEqual(metrics.total_predicted, 1665.5, delta=0.05)
        bought = [count > 0 for count in purchases]
        self.assertEqual(sum(bought), 684)
        self.assertAlmostEqual(
            validation.auc(bought, profiles.mapped("probability_alive")),
            0.7262,
            delta=5e-5,
        )
        self.assertAlmostEqual(
            validation.auc(bought, profiles.mapped("purchase_probability")),
            0.771,
            delta=5e-4,
        )
        capture = validation.top_share_capture(spent, profiles.mapped("expected_spend"))
        self.assertAlmostEqual(capture, 0.6719, delta=5e-4)
