from . import test_event_touchpoints
