from . import models
from . import report
from .hooks import create_order_activities
