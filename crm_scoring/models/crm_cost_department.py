from odoo import Command, api, fields, models

from .crm_cost_department_defaults import DEFAULT_ACTIVITIES, DEFAULT_DEPARTMENTS

MANAGER = "crm_scoring.group_crm_scoring_manager"
MINUTES = 60.0


class CrmCostDepartment(models.Model):
    """People who serve customers: what a year of them costs, and how much they can do.

    Capacity that nobody used is shown, and charged to no customer.
    """

    _name = "crm.cost.department"
    _description = "Department That Serves Customers"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    code = fields.Char(
        readonly=True, copy=False, help="Tells the departments that come by default."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary(
        string="Cost per Year",
        groups=MANAGER,
        help="All that the department costs in a year: pay, rooms, equipment.",
    )
    capacity = fields.Float(
        string="Practical Capacity (hours)",
        required=True,
        default=1400.0,
        groups=MANAGER,
        help="Hours that the people of the department can really work in a year: some"
        " 80% of the paid ones, about 1,400 for one full-time person.",
    )
    hourly_rate = fields.Monetary(
        string="Cost per Hour",
        compute="_compute_hourly_rate",
        groups=MANAGER,
        help="Cost of a year over the hours of practical capacity.",
    )
    activity_ids = fields.One2many("crm.cost.activity", "department_id")

    # What became of the capacity, as the last scoring found it
    used_hours = fields.Float(
        string="Used for Customers (hours)", readonly=True, groups=MANAGER
    )
    other_hours = fields.Float(
        string="Used for Others (hours)",
        readonly=True,
        groups=MANAGER,
        help="For prospects and others without a purchase: used, and charged to no"
        " customer.",
    )
    unused_hours = fields.Float(
        string="Unused (hours)",
        readonly=True,
        groups=MANAGER,
        help="Negative where more was done than the capacity allows: check the minutes"
        " of the activities and the capacity.",
    )
    used_cost = fields.Monetary(
        string="Charged to Customers", readonly=True, groups=MANAGER
    )
    other_cost = fields.Monetary(string="Cost of Others", readonly=True, groups=MANAGER)
    unused_cost = fields.Monetary(
        string="Cost of Unused Capacity",
        readonly=True,
        groups=MANAGER,
        help="Never charged to customers: they did not ask for it.",
    )
    utilisation = fields.Integer(
        string="Capacity Used (%)",
        readonly=True,
        aggregator="avg",
        groups=MANAGER,
        help="Percent of the practical capacity that was used.",
    )
    run_id = fields.Many2one(
        "crm.scoring.run", string="Counted By", readonly=True, groups=MANAGER
    )

    _cost_not_negative = models.Constraint(
        "CHECK(cost >= 0)", "The cost of a department cannot be negative."
    )
    _capacity_positive = models.Constraint(
        "CHECK(capacity > 0)",
        "The practical capacity of a department must be above 0 hours: about 1,400 a"
        " year for one full-time person.",
    )
    _code_company_unique = models.Constraint(
        "UNIQUE(company_id, code)", "The company has this department already."
    )

    @api.depends("cost", "capacity")
    def _compute_hourly_rate(self):
        for department in self:
            capacity = department.capacity
            department.hourly_rate = department.cost / capacity if capacity > 0 else 0.0

    @api.model
    def _has_costs(self, company):
        """Whether anybody has entered what serving customers costs."""
        activities = self.env["crm.cost.activity"].sudo()
        return bool(
            activities.search_count(
                [
                    ("company_id", "=", company.id),
                    ("department_id.active", "=", True),
                    "|",
                    ("department_id.cost", ">", 0),
                    ("direct_cost", ">", 0),
                ],
                limit=1,
            )
        )

    # === DEFAULTS === #

    @api.model
    def _default_departments(self):
        """Return the name of each default department by its code; a bridge adds its own."""
        return DEFAULT_DEPARTMENTS

    @api.model
    def _default_activities(self):
        """Return the activity that each driver counts by default; a bridge adds its own."""
        return DEFAULT_ACTIVITIES

    @api.model
    def _create_defaults(self, companies, drivers=None):
        """Give ``companies`` the default activities, all or those of some drivers.

        They cost nothing until somebody enters what a year of the department costs.
        """
        drivers_by_code = self.env["crm.cost.driver"].search([]).grouped("code")
        defaults = {
            code: activity
            for code, activity in self._default_activities().items()
            if code in drivers_by_code and (drivers is None or code in drivers)
        }
        for company in companies:
            departments = self._default_records(company, defaults)
            for code, (department, name, minutes, extras) in defaults.items():
                activity = self.env["crm.cost.activity"].create(
                    {
                        "name": str(name),
                        "department_id": departments[department].id,
                        "driver_id": drivers_by_code[code].id,
                        "minutes": minutes,
                        "extra_ids": [
                            Command.create(
                                {
                                    "driver_id": drivers_by_code[extra].id,
                                    "minutes": each,
                                }
                            )
                            for extra, each in extras.items()
                        ],
                    }
                )
                self.env["crm.scoring.policy"]._translate_default(
                    activity, "name", name
                )

    @api.model
    def _default_records(self, company, defaults):
        """Return the departments of some default activities by code, made if missing."""
        names = self._default_departments()
        departments = {
            department.code: department
            for department in self.with_context(active_test=False).search(
                [("company_id", "=", company.id), ("code", "in", list(names))]
            )
        }
        for code in names:
            if code in departments or not any(code == d for d, *_ in defaults.values()):
                continue
            departments[code] = self.create(
                {"name": str(names[code]), "code": code, "company_id": company.id}
            )
            self.env["crm.scoring.policy"]._translate_default(
                departments[code], "name", names[code]
            )
        return departments

    # === ACTIONS === #

    def action_view_costs(self):
        """Show what the customers of this department cost."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_cost_action"
        )
        return {**action, "domain": [("department_id", "=", self.id)]}

    # === RUN === #

    @api.model
    def _keep_use(self, run):
        """Show what became of the capacity in ``run``; nothing where it counted nothing."""
        use_of = run.capacity_use or {}
        departments = self.with_context(active_test=False)
        for department in departments.search([("company_id", "=", run.company_id.id)]):
            use = use_of.get(str(department.id), {})
            department.write(
                {
                    "used_hours": use.get("used", 0.0) / MINUTES,
                    "other_hours": use.get("other", 0.0) / MINUTES,
                    "unused_hours": use.get("unused", 0.0) / MINUTES,
                    "used_cost": use.get("used_cost", 0.0),
                    "other_cost": use.get("other_cost", 0.0),
                    "unused_cost": use.get("unused_cost", 0.0),
                    "utilisation": round(100 * use.get("utilisation", 0.0)),
                    "run_id": run.id if use else False,
                }
            )
