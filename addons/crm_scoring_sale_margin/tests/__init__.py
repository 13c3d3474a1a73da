from . import test_order_margins
