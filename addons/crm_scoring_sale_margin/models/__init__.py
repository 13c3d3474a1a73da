from . import crm_scoring_run
