from odoo import models


class CrmScoringRun(models.Model):
    """What became of the target groups with the new profiles."""

    _inherit = "crm.scoring.run"

    def _log_groups(self, refreshed, later):
        """Say how many customers joined and left, and which groups were left alone."""
        if refreshed:
            [(joined, left)] = self.env["crm.target.group.snapshot"]._read_group(
                [("group_id", "in", refreshed.ids), ("date", "=", self.as_of)],
                [],
                ["joined_count:sum", "left_count:sum"],
            )
            self._log(
                self.env._(
                    "Target groups brought up to date: %(groups)s; customers who joined:"
                    " %(joined)s, who left: %(left)s.",
                    groups=len(refreshed),
                    joined=joined,
                    left=left,
                )
            )
        if later:
            self._log(
                self.env._(
                    "Target groups that know a later day than this run and keep their"
                    " members: %s.",
                    len(later),
                )
            )
