{
    "name": "Customer Profiling: Deliveries",
    "summary": "Deliveries and returned goods in cost to serve and in the contact timeline",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "depends": ["crm_scoring", "stock"],
    "data": ["data/crm_cost_driver_data.xml"],
    "auto_install": True,
    "post_init_hook": "create_delivery_activities",
}
