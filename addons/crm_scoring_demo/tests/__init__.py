from . import test_cdnow
from . import test_company
from . import test_narrative
