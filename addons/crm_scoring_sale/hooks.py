from .models.crm_cost_department import ORDER_ACTIVITIES


def create_order_activities(env):
    """Companies that exist already get the activities of orders; new ones have them."""
    companies = env["crm.scoring.policy"].search([]).company_id
    env["crm.cost.department"]._create_defaults(companies, ORDER_ACTIVITIES)
