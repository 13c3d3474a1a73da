from . import test_order_activities
from . import test_order_touchpoints
from . import test_sale_orders
