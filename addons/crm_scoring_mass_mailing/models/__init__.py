from . import crm_target_group
