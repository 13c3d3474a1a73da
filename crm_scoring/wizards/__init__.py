from . import crm_target_group_activity
from . import crm_target_group_overlap
