from . import base_partner_merge_automatic_wizard
from . import crm_target_group_activity
from . import crm_target_group_overlap
