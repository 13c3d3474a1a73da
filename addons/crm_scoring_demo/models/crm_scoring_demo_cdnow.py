import csv
import logging
import time
from datetime import datetime
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from .crm_scoring_demo import CDNOW, QUIET

_logger = logging.getLogger(__name__)

MASTER = "CDNOW_master.txt"
SAMPLE = "CDNOW_sample.txt"
BATCH = 5000
HORIZON_DAYS = 273  # 39 weeks, the holdout of the literature
FULL_MARGIN = 1.0  # so that amounts are spend, as in the published tables


class CrmScoringDemo(models.AbstractModel):
    """CDNOW: an online record shop of 1997, the data set that the literature uses."""

    _inherit = "crm.scoring.demo"

    @api.private
    def import_cdnow(self, folder):
        """Return the record shop, imported from the files in ``folder`` if it is not there."""
        company = self.env.ref(CDNOW, raise_if_not_found=False)
        if company:
            _logger.info("%s is there already", company.name)
            return company
        master = self._find_file(folder, MASTER)
        purchases = self._read_master(master)
        sampled = self._read_sampled(master.parent)
        demo = self.sudo().with_context(**QUIET)
        company = demo._create_cdnow_company()
        demo = demo.with_context(allowed_company_ids=company.ids).with_company(company)
        started = time.monotonic()
        partners = demo._create_shoppers(sorted({row[0] for row in purchases}), sampled)
        demo._create_history(partners, purchases)
        self.env.cr.execute("ANALYZE res_partner, crm_purchase_history")
        _logger.info(
            "%s: %s customers and %s purchases in %.1f s",
            company.name,
            len(partners),
            len(purchases),
            time.monotonic() - started,
        )
        return company

    # === FILES === #

    def _find_file(self, folder, name):
        """Return the path of ``name`` in ``folder``, whatever its case."""
        for path in sorted(Path(folder).glob("*")) if folder else ():
            if path.name.lower() == name.lower():
                return path
        raise UserError(
            self.env._(
                "%(name)s was not found in the folder of the data sets (%(folder)s). It is"
                " in the wheel of the Python package lifetimes 0.11.3: take it from there"
                " and name its folder with --datasets.",
                name=name,
                folder=folder or "-",
            )
        )

    def _read_master(self, path):
        """Return (customer, day, dollars) of each line: id, yyyymmdd, CDs, dollars."""
        purchases = []
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                values = line.split()
                if len(values) == 4 and values[0].isdigit():
                    day = datetime.strptime(values[1], "%Y%m%d").date()
                    purchases.append((values[0], day, float(values[3])))
        return purchases

    def _read_sampled(self, folder):
        """Return the customers of the 1/10 sample: the file of their own, first column."""
        paths = [
            path for path in folder.glob("*") if path.name.lower() == SAMPLE.lower()
        ]
        if not paths:
            _logger.info("%s is not there: no customer is marked as sampled", SAMPLE)
            return set()
        with paths[0].open(encoding="utf-8") as lines:
            rows = csv.reader(lines, delimiter=" ", skipinitialspace=True)
            return {row[0] for row in rows if row and row[0].isdigit()}

    # === RECORDS === #

    def _create_cdnow_company(self):
        company = self._create_company(
            CDNOW,
            {
                "name": "CDNOW",
                "country_id": self.env.ref("base.us").id,
                "currency_id": self.env.ref("base.USD").id,
            },
        )
        self.env["crm.scoring.policy"]._for_company(company).write(
            {
                "horizon_days": HORIZON_DAYS,
                "margin_method": "rate",
                "margin_rate": FULL_MARGIN,
                "schedule": "manual",
            }
        )
        return company

    def _create_shoppers(self, references, sampled):
        """Return the partner of each customer number."""
        tag = self.env["res.partner.category"]
        if sampled:
            tag = tag.create({"name": "CDNOW 1/10 sample"})
        partners = {}
        for batch in split_every(BATCH, references, list):
            records = self.env["res.partner"].create(
                [
                    {
                        "name": f"CDNOW customer {reference}",
                        "ref": reference,
                        "company_id": self.env.company.id,
                        "category_id": tag.ids if reference in sampled else [],
                    }
                    for reference in batch
                ]
            )
            partners |= dict(zip(batch, records.ids, strict=True))
            self.env.flush_all()
            self.env.invalidate_all()
        return partners

    def _create_history(self, partners, purchases):
        numbered = enumerate(purchases, start=1)
        for batch in split_every(BATCH, numbered, list):
            self.env["crm.purchase.history"].create(
                [
                    {
                        "name": f"CDNOW-{number:06d}",
                        "partner_id": partners[customer],
                        "company_id": self.env.company.id,
                        "currency_id": self.env.company.currency_id.id,
                        "date": day,
                        "amount": amount,
                    }
                    for number, (customer, day, amount) in batch
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
