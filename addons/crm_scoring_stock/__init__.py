from . import models
from .hooks import create_delivery_activities
