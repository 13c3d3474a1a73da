from odoo import SUPERUSER_ID, api

BEFORE = "[('partner_id.user_id', 'in', [user.id, False])]"
AFTER = "[('user_id', 'in', [user.id, False])]"


def migrate(cr, version):
    """Profiles keep the salesperson: the rule need not go through the contacts."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref(
        "crm_scoring.crm_customer_profile_rule_own", raise_if_not_found=False
    )
    if rule and rule.domain_force == BEFORE:
        rule.domain_force = AFTER
