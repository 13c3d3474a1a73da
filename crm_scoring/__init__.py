from . import models
from . import report
from . import wizards
from .hooks import create_policies, leave_host
