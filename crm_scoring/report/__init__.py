from . import crm_customer_duplicate
from . import crm_customer_touchpoint
from . import crm_customer_touchpoint_cost
from . import crm_customer_touchpoint_message
from . import crm_customer_touchpoint_meeting
from . import crm_customer_touchpoint_document
from . import crm_customer_touchpoint_matrix
