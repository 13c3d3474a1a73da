from odoo import api, fields, models


class CrmCostActivityExtra(models.Model):
    """A term of an activity's time equation: minutes more for each of something."""

    _name = "crm.cost.activity.extra"
    _description = "Extra Time of an Activity"
    _rec_name = "driver_id"

    activity_id = fields.Many2one(
        "crm.cost.activity", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="activity_id.company_id", store=True, precompute=True, index=True
    )
    driver_id = fields.Many2one(
        "crm.cost.driver", string="For Each", required=True, ondelete="cascade"
    )
    minutes = fields.Float(string="Minutes More")

    _minutes_not_negative = models.Constraint(
        "CHECK(minutes >= 0)", "The minutes of an activity cannot be negative."
    )
    _driver_unique = models.Constraint(
        "UNIQUE(activity_id, driver_id)",
        "An activity has one number of extra minutes for each driver.",
    )

    @api.depends("minutes", "driver_id.name")
    def _compute_display_name(self):
        for extra in self:
            extra.display_name = self.env._(
                "%(minutes)g for each %(driver)s",
                minutes=extra.minutes,
                driver=extra.driver_id.name or "",
            )
