from odoo import Command, models

from ..story.costs import DEPARTMENTS


class CrmScoringDemo(models.AbstractModel):
    """What a year of each department costs, and what it does for customers."""

    _inherit = "crm.scoring.demo"

    def _build_costs(self, books):
        departments = self.env["crm.cost.department"]
        departments.search([("company_id", "=", self.env.company.id)]).unlink()
        drivers = self.env["crm.cost.driver"].search([]).grouped("code")
        departments.create(
            [
                {
                    "code": department.code,
                    "name": department.name,
                    "company_id": self.env.company.id,
                    "cost": department.cost,
                    "capacity": department.hours,
                    "activity_ids": [
                        Command.create(self._activity_vals(activity, drivers))
                        for activity in department.activities
                    ],
                }
                for department in DEPARTMENTS
            ]
        )
        return self.env._("%s departments", len(DEPARTMENTS))

    def _activity_vals(self, activity, drivers):
        return {
            "name": activity.name,
            "driver_id": drivers[activity.driver].id,
            "minutes": activity.minutes,
            "direct_cost": activity.direct_cost,
            "extra_ids": [
                Command.create({"driver_id": drivers[code].id, "minutes": minutes})
                for code, minutes in activity.extras.items()
            ],
        }
