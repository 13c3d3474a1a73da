{
    "name": "Customer Profiling: Surveys",
    "summary": "Survey answers in the contact timeline of each customer",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "depends": ["crm_scoring", "survey"],
    "auto_install": True,
}
