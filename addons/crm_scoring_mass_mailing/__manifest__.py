{
    "name": "Customer Profiling: Mailings",
    "summary": "Mailings to target groups, and in the timeline of each customer",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "depends": ["crm_scoring", "mass_mailing"],
    "data": ["views/crm_target_group_views.xml"],
    "auto_install": True,
}
