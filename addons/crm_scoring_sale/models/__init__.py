from . import crm_cost_department
from . import crm_scoring_policy
from . import crm_scoring_run
from . import crm_scoring_run_activity
