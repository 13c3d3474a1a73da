"""The matrix that a new policy starts with: three bands an axis, nine named classes."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Names of bands, lowest first, by their number.
BAND_NAMES = {
    "value": {
        2: (_lt("Low value"), _lt("High value")),
        3: (_lt("Low value"), _lt("Medium value"), _lt("High value")),
        4: (
            _lt("Low value"),
            _lt("Medium value"),
            _lt("High value"),
            _lt("Top value"),
        ),
        5: (
            _lt("Very low value"),
            _lt("Low value"),
            _lt("Medium value"),
            _lt("High value"),
            _lt("Top value"),
        ),
    },
    "loyalty": {
        2: (_lt("Low loyalty"), _lt("High loyalty")),
        3: (_lt("Low loyalty"), _lt("Medium loyalty"), _lt("High loyalty")),
        4: (
            _lt("Low loyalty"),
            _lt("Medium loyalty"),
            _lt("High loyalty"),
            _lt("Top loyalty"),
        ),
        5: (
            _lt("Very low loyalty"),
            _lt("Low loyalty"),
            _lt("Medium loyalty"),
            _lt("High loyalty"),
            _lt("Top loyalty"),
        ),
    },
}
# Bounds of the bands but the lowest, by number of bands.
# Value: the top fifth brings most of the revenue in most companies (the 20/70 rule).
# Loyalty: bands at one and two chances in three, the churn bands in common use.
BAND_THRESHOLDS = {
    "value": {
        2: (1000,),
        3: (500, 5000),
        4: (200, 1000, 5000),
        5: (100, 500, 2000, 10000),
    },
    "loyalty": {
        2: (0.5,),
        3: (0.33, 0.66),
        4: (0.25, 0.5, 0.75),
        5: (0.2, 0.4, 0.6, 0.8),
    },
}
# Share of customers below a band.
BAND_QUANTILES = {
    "value": {2: (0.8,), 3: (0.5, 0.8), 4: (0.4, 0.7, 0.9), 5: (0.2, 0.4, 0.6, 0.8)},
    "loyalty": {
        2: (0.5,),
        3: (0.33, 0.66),
        4: (0.25, 0.5, 0.75),
        5: (0.2, 0.4, 0.6, 0.8),
    },
}
# Share of the total held from a band up: the A, B and C of three bands.
BAND_SHARES = {
    2: (0.8,),
    3: (0.95, 0.8),
    4: (0.95, 0.8, 0.5),
    5: (0.99, 0.95, 0.8, 0.5),
}

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


LOST_CLASS = (
    _lt("Lost customers"),
    "harvest",
    9,
    _lt(
        "They have all but certainly left: win back the best, spend nothing on the rest."
    ),
)


def default_bands(axis, count):
    """Return the values of ``count`` bands of ``axis``, lowest first, names untranslated."""
    return [
        {
            "rank": rank,
            "name": BAND_NAMES[axis][count][rank - 1],
            "threshold": _upper(BAND_THRESHOLDS[axis][count], rank, lowest=0.0),
            "quantile": _upper(BAND_QUANTILES[axis][count], rank, lowest=0.0),
            "share": _upper(BAND_SHARES[count], rank, lowest=1.0),
        }
        for rank in range(1, count + 1)
    ]


def _upper(figures, rank, lowest):
    return figures[rank - 2] if rank > 1 else lowest


def default_classes(value_bands, loyalty_bands):
    """Return the default class of each cell of a matrix of so many bands an axis.

    A 3 x 3 matrix gets the nine named classes; another one takes the class at the same
    relative place: its corners and middle keep their meaning.
    """
    values = {}
    for value in range(1, value_bands + 1):
        for loyalty in range(1, loyalty_bands + 1):
            cell = (third(value, value_bands), third(loyalty, loyalty_bands))
            values[value, loyalty] = DEFAULT_CLASSES[cell]
    return values


def third(rank, size):
    """Map rank 1..size to 1..3, lowest to 1 and highest to 3."""
    return same_rank(rank, size, 3)


def same_rank(rank, size, other_size):
    """Return the rank at the same relative place among ``other_size`` bands."""
    return 1 + round((rank - 1) * (other_size - 1) / (size - 1))
