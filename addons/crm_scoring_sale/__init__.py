from . import models
from .hooks import create_order_activities
