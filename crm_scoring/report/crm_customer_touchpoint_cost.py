from odoo import api, models
from odoo.tools import SQL


class CrmCustomerTouchpoint(models.Model):
    """What one contact costs: its activity's unit cost, else the figure of its channel."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "crm.contact.cost": ["amount", "channel", "company_id"],
        "crm.cost.activity": [
            "active",
            "company_id",
            "department_id",
            "direct_cost",
            "driver_id",
            "minutes",
        ],
        "crm.cost.department": ["active", "capacity", "cost"],
        "crm.cost.driver": ["activity_type_id", "code"],
        "mail.activity.type": ["category"],
    }

    @api.model
    def _unit_cost_query(self) -> SQL:
        """Return ``company_id, driver, amount``: what doing one of a driver costs.

        The driver is its code; of activities done, the number of their type, and a call
        is every type that is one. All that is done for one record adds up. What costs
        nothing tells nothing: the figure of the channel counts then.
        """
        return SQL(
            """
            SELECT activity.company_id,
                   COALESCE(activity_type.id::varchar, driver.code) AS driver,
                   SUM(each.amount)::numeric AS amount
              FROM crm_cost_activity AS activity
              JOIN crm_cost_department AS department
                ON department.id = activity.department_id AND department.active
              JOIN crm_cost_driver AS driver ON driver.id = activity.driver_id
              LEFT JOIN mail_activity_type AS activity_type
                ON activity_type.id = driver.activity_type_id
                OR driver.code = 'call' AND activity_type.category = 'phonecall'
             CROSS JOIN LATERAL (
                    SELECT COALESCE(activity.minutes, 0) / 60
                           * COALESCE(department.cost, 0) / department.capacity
                           + COALESCE(activity.direct_cost, 0) AS amount
                   ) AS each
             WHERE activity.active
             GROUP BY 1, 2
            HAVING SUM(each.amount) > 0
            """
        )

    @api.model
    def _has_contact_costs(self, company):
        """Whether anybody has said what a contact costs, by activity or by channel."""
        by_channel = [("company_id", "=", company.id)]
        return bool(
            self.env["crm.contact.cost"].search_count(by_channel, limit=1)
        ) or self.env["crm.cost.department"]._has_costs(company)
