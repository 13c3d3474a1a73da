from . import models
from . import report
from . import wizards
from .hooks import create_policies, drop_staging
