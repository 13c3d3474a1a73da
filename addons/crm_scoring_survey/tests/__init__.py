from . import test_survey_touchpoints
