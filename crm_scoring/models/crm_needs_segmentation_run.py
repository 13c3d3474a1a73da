import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.errors import InsufficientDataError
from odoo.addons.customer_analytics.value.classification import (
    cluster_match,
    needs_segmentation,
)

from . import crm_scoring_run_stages as stages
from .crm_needs_segmentation import OPEN_STATES
from .crm_scoring_run import OPEN_STATES as OPEN_RUN_STATES

_logger = logging.getLogger(__name__)

# Customers from whom clusters are learnt.
SAMPLED_CUSTOMERS = 20_000
# Progress at which customers begin to be assigned.
LEARNT = 30


class CrmNeedsSegmentation(models.Model):
    """Finding clusters: learn from a sample, then assign all customers in batches.

    Each step is committed and can be repeated; a killed one goes on where it was.
    """

    _inherit = "crm.needs.segmentation"

    def _queue(self):
        self.write({"state": "queued", "progress": 0, "refusal": False})
        self.env.ref("crm_scoring.ir_cron_needs").sudo()._trigger()

    @api.model
    def _cron_compute(self):
        """Work off what is waiting, except where a scoring run is under way."""
        cron = self.env["ir.cron"]
        while waiting := self._waiting():
            waiting[0]._step()
            if not cron._commit_progress(1, remaining=len(self._waiting())):
                return

    @api.model
    def _waiting(self):
        """Return what can be worked on; the end of a run wakes the scheduler again."""
        busy = self.env["crm.scoring.run"].search([("state", "in", OPEN_RUN_STATES)])
        return self.search(
            [
                ("state", "in", OPEN_STATES),
                ("company_id", "not in", busy.company_id.ids),
            ],
            order="id",
        )

    def _execute(self):
        """Compute to the end in this process, committing each step."""
        self.ensure_one()
        self._queue()
        while self.state in OPEN_STATES:
            self._step()
            self.env["ir.cron"]._commit_progress()
        return self.state == "done"

    def _step(self):
        """Do the next unit of work; a failure is told and changes nothing else."""
        self = self.with_company(self.company_id).sudo()  # noqa: PLW0642
        self.lock_for_update()
        try:
            with self.env.cr.savepoint():
                if self.state == "queued":
                    self._learn()
                else:
                    self._assign_next()
        except psycopg2.OperationalError:
            raise  # a conflict or a lost connection: the scheduler tries again
        except InsufficientDataError as error:
            self.invalidate_recordset()
            self.write({"state": "refused", "refusal": error.__dict__})
        except Exception:
            _logger.exception("Needs clusters of %s failed", self.company_id.name)
            self.invalidate_recordset()
            self.state = "failed"

    # === LEARN === #

    def _learn(self):
        """Find the clusters among a sample of customers, and which are former ones."""
        if not self.variable_ids:
            raise InsufficientDataError("variables", 1, 0)
        variables = self._engine_variables()
        columns = [name for variable in variables for name in variable.columns]
        if not columns:
            raise InsufficientDataError("variables in which customers differ", 1, 0)
        sample = self._published_frame(
            columns,
            SQL(
                "TRUE ORDER BY HASHINT4(profile.partner_id) LIMIT %s", SAMPLED_CUSTOMERS
            ),
        )
        count = self.cluster_number
        found = needs_segmentation.find_clusters(
            sample,
            variables,
            method=self.method,
            count=None if count == "auto" else int(count),
        )
        report = found.report()
        self._keep_clusters(report, self._former(found.segmentation.assign(sample)))
        self.write(
            {
                "state": "running",
                "progress": LEARNT,
                "last_partner_id": 0,
                "learned": found.segmentation.to_dict(),
                "report": report,
            }
        )

    def _former(self, labels):
        """Return which new cluster is which former one: {number: cluster}."""
        held = gateway.read_frame(
            self.env.cr,
            SQL(
                "SELECT partner_id, COALESCE(needs_cluster_id, 0)"
                " FROM crm_customer_profile WHERE company_id = %s",
                self.company_id.id,
            ),
            {"customer_id": "int64", "former": "int64"},
        )
        counts = labels.merge(held, on="customer_id")
        counts = counts.value_counts(["former", "cluster"]).reset_index(
            name="customers"
        )
        known = self.cluster_ids
        return {
            number: known.browse(former)
            for number, former in cluster_match.former_clusters(counts).items()
            if former in known.ids
        }

    def _keep_clusters(self, report, former):
        """Write the clusters found over the former ones, whose names and colours stay."""
        gone = self.cluster_ids - self.env["crm.needs.cluster"].union(*former.values())
        gone.active = False
        for number, found in enumerate(report["clusters"]):
            values = {
                "number": number,
                "jaccard": found["jaccard"],
                "found_again": found["found"],
                "redraw_count": report["draws"],
                "traits": found["traits"],
            }
            if number in former:
                former[number].write(values)
            else:
                cluster = self.env["crm.needs.cluster"].create(
                    {"segmentation_id": self.id, "color": 1 + number, **values}
                )
                cluster._name_by_traits()

    # === ASSIGN === #

    def _assign_next(self):
        """Assign the next customers; when none is left, forget the former clusters."""
        segmentation = needs_segmentation.NeedsSegmentation.from_dict(self.learned)
        customers = self._published_frame(
            segmentation.scale.columns,
            SQL(
                "profile.partner_id > %s ORDER BY profile.partner_id LIMIT %s",
                self.last_partner_id,
                stages.CUSTOMERS_PER_STEP,
            ),
        )
        if customers.empty:
            self._finish()
            return
        gateway.update_from(
            self.env.cr,
            "crm_customer_profile",
            self._cluster_rows(segmentation.assign(customers)).rename(
                columns={"customer_id": "partner_id"}
            ),
            key="partner_id",
            condition=SQL(
                "%s = %s",
                SQL.identifier("crm_customer_profile", "company_id"),
                self.company_id.id,
            ),
        )
        self.env["crm.customer.profile"].invalidate_model(["needs_cluster_id"])
        self.last_partner_id = int(customers["customer_id"].max())
        self.progress += (100 - LEARNT) * len(customers) / max(self._customers(), 1)

    def _cluster_rows(self, labels):
        """Return the record of each customer's cluster in place of its number."""
        ids = {cluster.number: cluster.id for cluster in self.cluster_ids}
        return labels[["customer_id"]].assign(
            needs_cluster_id=labels["cluster"].map(ids).astype("Int64")
        )

    def _finish(self):
        self.with_context(active_test=False).cluster_ids.filtered(
            lambda cluster: not cluster.active
        ).unlink()
        self.write(
            {
                "state": "done",
                "progress": 100,
                "computed_at": fields.Datetime.now(),
            }
        )

    def _customers(self):
        return self.env["crm.customer.profile"].search_count(
            [("company_id", "=", self.company_id.id)]
        )

    def _clear_customers(self):
        """No customer stays in a cluster of a segmentation that is out of use."""
        clusters = self.with_context(active_test=False).cluster_ids
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_customer_profile SET needs_cluster_id = NULL"
                " WHERE needs_cluster_id IN %s",
                tuple(clusters.ids) or (0,),
            )
        )
        self.env["crm.customer.profile"].invalidate_model(["needs_cluster_id"])
        if self.exists():
            self.write({"state": "draft"})
