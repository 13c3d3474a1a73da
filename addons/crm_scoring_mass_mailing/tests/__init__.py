from . import test_mailing_touchpoints
from . import test_target_group_mailing
