from . import models
from . import report
from .hooks import create_policies, drop_staging
