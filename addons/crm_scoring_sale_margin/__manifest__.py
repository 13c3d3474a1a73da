{
    "name": "Customer Profiling: Margins of Orders",
    "summary": "Margins from the cost that each sales order line was sold at",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "depends": ["crm_scoring_sale", "sale_margin"],
    "auto_install": True,
}
