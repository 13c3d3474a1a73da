{
    "name": "Customer Profiling: Sales Orders",
    "summary": "Confirmed sales orders as the purchases that profiles rest on",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "depends": ["crm_scoring", "sale"],
    "data": ["data/crm_cost_driver_data.xml"],
    "post_init_hook": "create_order_activities",
    "auto_install": True,
}
