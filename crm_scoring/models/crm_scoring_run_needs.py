from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_analytics.value.classification import needs_segmentation

from . import crm_scoring_run_stages as stages


class CrmScoringRun(models.Model):
    """The needs stage: each customer, also a new one, goes to the clusters found last."""

    _inherit = "crm.scoring.run"

    def _stage_needs(self):
        """Assign the customers that have no cluster yet, while there are any."""
        if self._staging_was_emptied():
            return
        clusters = self._needs_segmentation()
        if not clusters:
            self._advance()
            return
        segmentation = needs_segmentation.NeedsSegmentation.from_dict(clusters.learned)
        staged = clusters._staged_needs_frame(
            self,
            segmentation.scale.columns,
            SQL(
                "profile.needs_cluster_id IS NULL ORDER BY profile.partner_id LIMIT %s",
                stages.CUSTOMERS_PER_STEP,
            ),
        )
        if staged.empty:
            self._advance()
            return
        self._update_staged(clusters._cluster_rows(segmentation.assign(staged)))
        self._progress_within_stage(len(staged) / self.customer_count)

    def _needs_segmentation(self):
        """Return the segmentation in use; none while its clusters were never found."""
        found = self.env["crm.needs.segmentation"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return found.filtered(lambda one: one.learned and one.cluster_ids)

    def _finish(self):
        """A segmentation that waited for the end of this run may go on."""
        result = super()._finish()
        self._wake_needs()
        return result

    def _fail(self, message):
        result = super()._fail(message)
        self._wake_needs()
        return result

    def _wake_needs(self):
        if self.env["crm.needs.segmentation"]._waiting():
            self.env.ref("crm_scoring.ir_cron_needs").sudo()._trigger()
