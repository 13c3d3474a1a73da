from .models.crm_cost_department import DELIVERY_ACTIVITIES


def create_delivery_activities(env):
    """Companies that exist already get the activities of deliveries; new ones have them."""
    companies = env["crm.scoring.policy"].search([]).company_id
    env["crm.cost.department"]._create_defaults(companies, DELIVERY_ACTIVITIES)
