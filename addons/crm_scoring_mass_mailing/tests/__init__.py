from . import test_mailing_touchpoints
