{
    "name": "Customer Profiling and Classification",
    "summary": "Lifetime value, churn risk and class of every customer, explained",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "application": True,
    "depends": ["account", "crm", "customer_analytics"],
    "data": [
        "security/crm_scoring_groups.xml",
        "security/crm_scoring_rules.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/crm_customer_class_views.xml",
        "views/crm_customer_profile_views.xml",
        "views/crm_customer_profile_history_views.xml",
        "views/crm_purchase_history_views.xml",
        "views/crm_scoring_run_views.xml",
        "views/crm_scoring_policy_views.xml",
        "views/res_partner_views.xml",
        "views/crm_lead_views.xml",
        "report/crm_customer_duplicate_views.xml",
        "views/crm_scoring_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_scoring/static/src/**/*",
        ],
        "web.assets_tests": [
            "crm_scoring/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "crm_scoring/static/tests/**/*.test.js",
        ],
    },
    "post_init_hook": "create_policies",
    "uninstall_hook": "drop_staging",
}
