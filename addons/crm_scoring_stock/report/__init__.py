from . import crm_customer_touchpoint
