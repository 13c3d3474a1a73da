from . import crm_cost_department
from . import crm_scoring_run
