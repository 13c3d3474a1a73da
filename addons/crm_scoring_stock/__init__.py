from . import models
from . import report
from .hooks import create_delivery_activities
