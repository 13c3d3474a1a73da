from . import crm_scoring_policy
from . import crm_scoring_run
