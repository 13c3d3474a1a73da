from odoo import models

from .crm_scoring_policy_bands import AXES


class CrmScoringPolicy(models.Model):
    """Bounds that a manager defined anew: who only changed class by them has not moved."""

    _inherit = "crm.scoring.policy"

    def _note_redefined(self, run):
        """Mark the bands whose bounds are defined otherwise than in the run before.

        Bounds that a method finds anew each time are defined as before.
        """
        self.ensure_one()
        if not self.last_run_id:
            return
        before = self.last_run_id.threshold_settings or {}
        now = self._threshold_settings()
        for axis in AXES:
            for customer_type in self._types_and_rest():
                key = str(customer_type.id or 0)
                if before.get(axis, {}).get(key) != now[axis][key]:
                    self._mark_redefined(axis, customer_type, run)

    def _mark_redefined(self, axis, customer_type, run):
        """Months that runs before ``run`` wrote were placed by other bounds."""
        bands = self._axis_bands(axis, customer_type).sudo()
        bands.redefined_by_run = run.id

    def _has_types(self):
        """Whether there are types of customers, archived ones too."""
        types = self.env["crm.customer.type"].sudo().with_context(active_test=False)
        return bool(types.search_count([("policy_id", "in", self.ids)], limit=1))

    def _has_other_bounds(self):
        """Whether bounds were changed since they are kept, or differ between types."""
        bands = self.env["crm.customer.band"].sudo()
        changed = [("policy_id", "in", self.ids), ("redefined_by_run", ">", 0)]
        return self._has_types() or bool(bands.search_count(changed, limit=1))

    def _bound_rows(self):
        """Yield what places a customer, by company and type (0: none), for SQL."""
        types = self.env["crm.customer.type"].sudo().with_context(active_test=False)
        for policy in self:
            width, classes = policy._cells_in_a_row()
            for customer_type in [
                *types.search([("policy_id", "=", policy.id)]),
                types,
            ]:
                bands = {
                    axis: policy._axis_bands(axis, customer_type)[1:] for axis in AXES
                }
                yield (
                    policy.company_id.id,
                    customer_type.id or 0,
                    *(bands[axis].mapped("lower_bound") for axis in AXES),
                    *(max(bands[axis].mapped("redefined_by_run")) for axis in AXES),
                    policy.lost_below,
                    policy.value_index == "sector",
                    classes,
                    width,
                )

    def _cells_in_a_row(self):
        """Return the classes of all cells one row after another, and a row's length."""
        class_of = self._class_of_cells()
        rows, width = (
            1 + max((cell[place] for cell in class_of), default=0) for place in (0, 1)
        )
        return width, [
            class_of.get((value, loyalty))
            for value in range(rows)
            for loyalty in range(width)
        ]
