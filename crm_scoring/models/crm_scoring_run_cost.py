from collections import Counter
from dataclasses import asdict

from odoo import fields, models

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.cost import capacity, costs, service_costs

from .crm_scoring_run_stages import TRANSACTIONS_PER_FRAME

COUNT_TYPES = {"customer_id": "int64", "driver": "int64", "count": "float64"}
CUSTOMER_TYPES = {
    "customer_id": "int64",
    "purchase_count_recent": "float64",
    "margin_recent": "float64",
    "tenure": "float64",
}
# Stands for everybody who has no profile.
NOBODY = 0
MINUTES = 60.0


class CrmScoringRun(models.Model):
    """What it costs to serve each customer, by time-driven activity-based costing."""

    _inherit = "crm.scoring.run"

    capacity_use = fields.Json(
        readonly=True, help="What became of the capacity of each department."
    )

    def _stage_cost(self):
        """Charge every customer with the activities of the last twelve months."""
        if self._staging_was_emptied():
            return
        self.env.flush_all()
        self.env["crm.customer.cost"]._clear_staging(self.company_id)
        used, other, spent = Counter(), Counter(), []
        activities = self._costed_activities()
        if activities:
            used, other, spent = self._charge_customers(activities)
        else:
            self._log(
                self.env._(
                    "Nobody has entered what serving customers costs: cost to serve"
                    " counts as 0. Enter it under Departments and Costs."
                )
            )
        self._update_staged(
            service_costs.expected_service_costs(
                self._staged_frame(columns=CUSTOMER_TYPES), spent
            )
        )
        self._advance(capacity_use=self._capacity_use(activities, used, other))

    def _costed_activities(self):
        """Return the activities to count: none where nobody has entered a cost."""
        if not self.env["crm.cost.department"]._has_costs(self.company_id):
            return self.env["crm.cost.activity"]
        return self.env["crm.cost.activity"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("department_id.active", "=", True),
            ]
        )

    def _charge_customers(self, activities):
        """Stage what each activity cost each customer.

        Return the minutes used by department, for customers and for others, and what
        customers cost, a frame for each batch of them.
        """
        used, other, spent = Counter(), Counter(), []
        departments = self._engine_departments(activities.department_id)
        equations = self._engine_activities(activities)
        with_purchases = activities.filtered(lambda a: a.grows_with == "purchases")
        for counts in gateway.iter_frames(
            self.env.cr,
            self._activity_counts_query(
                activities.driver_id | activities.extra_ids.driver_id
            ),
            COUNT_TYPES,
            key="customer_id",
            rows_per_frame=TRANSACTIONS_PER_FRAME,
        ):
            is_other = counts["customer_id"] == NOBODY
            settings = (departments, equations)
            other.update(costs.cost_to_serve(counts[is_other], *settings).minutes)
            served = costs.cost_to_serve(
                counts[~is_other],
                *settings,
                decimals=self.company_id.currency_id.decimal_places,
            )
            used.update(served.minutes)
            self._stage_costs(served.rows)
            spent.append(service_costs.customer_costs(served.rows, with_purchases.ids))
        return used, other, spent

    def _stage_costs(self, rows):
        self.env["crm.customer.cost"]._stage(
            self,
            rows.rename(
                columns={
                    "customer_id": "partner_id",
                    "activity": "activity_id",
                    "count": "quantity",
                }
            ),
        )

    def _engine_departments(self, departments):
        return {
            department.id: capacity.Department(
                department.cost, department.capacity * MINUTES
            )
            for department in departments
        }

    def _engine_activities(self, activities):
        return {
            activity.id: costs.Activity(
                department=activity.department_id.id,
                driver=activity.driver_id.id,
                minutes=activity.minutes,
                extras={
                    extra.driver_id.id: extra.minutes for extra in activity.extra_ids
                },
                direct_cost=activity.direct_cost,
            )
            for activity in activities
        }

    def _capacity_use(self, activities, used, other):
        departments = self._engine_departments(activities.department_id)
        return {
            str(key): asdict(capacity.capacity_use(department, used[key], other[key]))
            for key, department in departments.items()
        }

    def _publish_profiles(self):
        published = super()._publish_profiles()
        self.env["crm.cost.department"]._keep_use(self)
        return published
