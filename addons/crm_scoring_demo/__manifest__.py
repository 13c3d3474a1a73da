{
    "name": "Customer Profiling: Demo Companies",
    "summary": "An Italian coffee roaster and the CDNOW record shop, built on demand",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Hidden",
    "license": "LGPL-3",
    "depends": [
        "contacts",
        "crm_scoring",
        "crm_scoring_sale",
        "sale_crm",
        "sale_management",
    ],
}
