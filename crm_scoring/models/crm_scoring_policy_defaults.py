"""The matrix that a new policy starts with: three bands an axis, nine named classes."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# axis, rank, name, lower bound by hand, share of customers below.
# Value: the top fifth brings most of the revenue in most companies (the 20/70 rule).
# Loyalty: bands at one and two chances in three, the churn bands in common use.
DEFAULT_BANDS = [
    ("value", 1, _lt("Low value"), 0.0, 0.0),
    ("value", 2, _lt("Medium value"), 500.0, 0.5),
    ("value", 3, _lt("High value"), 5000.0, 0.8),
    ("loyalty", 1, _lt("Low loyalty"), 0.0, 0.0),
    ("loyalty", 2, _lt("Medium loyalty"), 0.33, 0.33),
    ("loyalty", 3, _lt("High loyalty"), 0.66, 0.66),
]

# value band, loyalty band: name, strategy, colour, what to do
DEFAULT_CLASSES = {
    (3, 3): (
        _lt("Champions"),
        "defend",
        10,
        _lt("Keep them: personal contact, first choice of everything, no surprises."),
    ),
    (3, 2): (
        _lt("Big spenders to win over"),
        "grow",
        4,
        _lt("Find what they buy elsewhere and make an offer for it."),
    ),
    (3, 1): (
        _lt("Valuable and leaving"),
        "convert",
        1,
        _lt("Call them this week: ask what went wrong and put it right."),
    ),
    (2, 3): (
        _lt("Faithful regulars"),
        "maintain",
        7,
        _lt("Serve them well and reliably; offer the next category."),
    ),
    (2, 2): (
        _lt("Core customers"),
        "grow",
        6,
        _lt("Raise the frequency with timely, relevant offers."),
    ),
    (2, 1): (
        _lt("Switchers"),
        "convert",
        3,
        _lt("One good reason to come back, then measure whether it worked."),
    ),
    (1, 3): (
        _lt("Small but loyal"),
        "maintain",
        8,
        _lt("Serve them at low cost; ask them for recommendations."),
    ),
    (1, 2): (
        _lt("Occasional buyers"),
        "maintain",
        2,
        _lt("Keep in touch through inexpensive channels."),
    ),
    (1, 1): (
        _lt("Sleepers"),
        "harvest",
        0,
        _lt("Spend no selling time on them; react when they do."),
    ),
}


def default_classes(sizes):
    """Return the default class of each cell of a matrix of ``sizes`` bands an axis.

    A 3 x 3 matrix gets the nine named classes; another one takes the class at the same
    relative place: its corners and middle keep their meaning.
    """
    values = {}
    for value in range(1, sizes["value"] + 1):
        for loyalty in range(1, sizes["loyalty"] + 1):
            cell = (_third(value, sizes["value"]), _third(loyalty, sizes["loyalty"]))
            values[value, loyalty] = DEFAULT_CLASSES[cell]
    return values


def _third(rank, size):
    """Map rank 1..size to 1..3, lowest to 1 and highest to 3."""
    return 1 + round((rank - 1) * 2 / (size - 1))
