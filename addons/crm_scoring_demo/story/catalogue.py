"""What the roaster sells: eleven shelves, thirty products, costs and list prices.

Prices and costs are euros without VAT, as they are today; ``PRICE_RISE`` takes them back.
Customers choose within five wide categories; in the books every shelf is a category.
"""

from dataclasses import dataclass

__all__ = [
    "COMPANIONS",
    "PRICE_RISE",
    "PRODUCTS",
    "SHELVES",
    "Product",
    "products_of",
    "season_of",
    "shelf_of",
]

# Yearly rise of the list prices.
PRICE_RISE = 0.035

# Product category in the books: codes of its products begin with one of these.
SHELVES = {
    "Caffè in grani": ("GR",),
    "Cialde ESE": ("CP-ES",),
    "Capsule": ("CP-ORO", "CP-INT"),
    "Ginseng e orzo": ("CP-GIN", "CP-ORZ"),
    "Macchine": ("MA",),
    "Assistenza e corsi": ("SV",),
    "Tazze e bicchieri": ("TZ",),
    "Accessori e filtri": ("AC",),
    "Cioccolata, tè e tisane": ("DP-CIO", "DP-TEA"),
    "Zucchero e biscotti": ("DP-ZUC", "DP-BIS"),
    "Sciroppi": ("DP-SCI",),
}

# What goes with what: whoever buys the first often wants the others as well.
COMPANIONS = {
    "GR-BIO": ("GR-GUA", "AC-PRE"),
    "GR-GUA": ("AC-PRE", "AC-FIL"),
    "GR-BAR": ("AC-FIL", "TZ-ESP"),
    "GR-DEC": ("CP-GIN", "CP-ORZ"),
    "CP-ESD": ("CP-GIN", "CP-ORZ"),
    "CP-ESE": ("DP-ZUC",),
    "CP-ORO": ("CP-INT", "DP-BIS"),
    "DP-CIO": ("DP-TEA", "TZ-CAP"),
    "DP-SCI": ("TZ-TER",),
    "DP-TEA": ("DP-BIS",),
}

# How much each is wanted by month, January first; the others alike all year.
WINTER = (2.0, 1.8, 1.2, 0.6, 0.3, 0.15, 0.1, 0.1, 0.5, 1.2, 1.8, 2.2)
SUMMER = (0.2, 0.3, 0.6, 1.0, 1.5, 2.0, 2.2, 2.0, 1.2, 0.6, 0.3, 0.3)
CHRISTMAS = (0.6, 0.6, 0.7, 0.8, 0.7, 0.7, 0.7, 0.6, 0.9, 1.2, 2.2, 2.5)
SEASONS = {
    "DP-CIO": WINTER,
    "DP-TEA": WINTER,
    "DP-SCI": SUMMER,
    "TZ-TER": SUMMER,
    "DP-BIS": CHRISTMAS,
}


@dataclass(frozen=True)
class Product:
    """One product; ``weight`` is how often it is chosen within its category."""

    code: str
    name: str
    category: str
    price: float
    cost: float
    weight: float = 1.0
    is_service: bool = False


PRODUCTS = (
    Product("GR-CLA", "Miscela Classica 1 kg", "beans", 15.80, 8.60, 4),
    Product("GR-ORO", "Miscela Oro 100 % Arabica 1 kg", "beans", 21.40, 12.30, 3),
    Product("GR-FOR", "Miscela Forte 1 kg", "beans", 13.20, 7.70, 2.5),
    Product("GR-DEC", "Decaffeinato 1 kg", "beans", 18.60, 10.90, 1),
    Product("GR-BIO", "Bio Etiopia Sidamo 1 kg", "beans", 26.50, 16.40, 0.8),
    Product("GR-GUA", "Monorigine Guatemala 1 kg", "beans", 24.20, 14.70, 0.7),
    Product("GR-BAR", "Miscela Barista 3 kg", "beans", 44.00, 25.20, 2),
    Product("CP-ESE", "Cialde ESE Classica 150 pz", "capsules", 29.50, 15.40, 3),
    Product("CP-ESD", "Cialde ESE Decaffeinato 150 pz", "capsules", 32.00, 17.30, 1),
    Product("CP-ORO", "Capsule Oro 100 pz", "capsules", 26.00, 12.60, 3),
    Product("CP-INT", "Capsule Intenso 100 pz", "capsules", 24.50, 11.90, 2),
    Product("CP-GIN", "Capsule ginseng 50 pz", "capsules", 16.50, 8.20, 1),
    Product("CP-ORZ", "Capsule orzo 50 pz", "capsules", 14.50, 6.90, 0.8),
    Product("MA-2GR", "Macchina espresso 2 gruppi", "machines", 3650.0, 2690.0, 0.5),
    Product("MA-1GR", "Macchina espresso 1 gruppo", "machines", 1980.0, 1440.0, 0.4),
    Product("MA-MAC", "Macinadosatore on demand", "machines", 720.0, 498.0, 1),
    Product("MA-UFF", "Macchina a capsule per ufficio", "machines", 159.0, 106.0, 2),
    Product("MA-MON", "Montalatte professionale", "machines", 94.0, 57.0, 1.5),
    Product("SV-MAN", "Manutenzione annuale", "machines", 290.0, 145.0, 1.5, True),
    Product(
        "SV-COR", "Corso barista, mezza giornata", "machines", 190.0, 85.0, 0.8, True
    ),
    Product("TZ-ESP", "Tazzine espresso, 12 pz", "cups", 42.0, 19.5, 2),
    Product("TZ-CAP", "Tazze cappuccino, 6 pz", "cups", 31.0, 14.8, 1.5),
    Product("TZ-TER", "Bicchieri da asporto, 500 pz", "cups", 38.0, 22.4, 2),
    Product("AC-PRE", "Pressino e lattiera", "cups", 46.0, 24.5, 0.7),
    Product("AC-FIL", "Filtro addolcitore", "cups", 64.0, 36.0, 1),
    Product("DP-CIO", "Cioccolata calda 1 kg", "pantry", 12.60, 6.80, 2),
    Product("DP-ZUC", "Zucchero in bustine 10 kg", "pantry", 21.50, 14.90, 2.5),
    Product("DP-SCI", "Sciroppi per caffè, 6 bottiglie", "pantry", 48.0, 27.0, 1),
    Product("DP-TEA", "Tè e tisane, espositore", "pantry", 39.0, 20.5, 1),
    Product("DP-BIS", "Biscottini di cortesia, 200 pz", "pantry", 27.0, 15.8, 1.5),
)


def products_of(category: str) -> list[Product]:
    """Return the products of ``category`` in the order of the price list."""
    return [product for product in PRODUCTS if product.category == category]


def shelf_of(code: str) -> str:
    """Return the product category of a product in the books.

    >>> shelf_of("CP-ESD")
    'Cialde ESE'
    """
    return next(
        shelf for shelf, prefixes in SHELVES.items() if code.startswith(prefixes)
    )


def season_of(code: str, month: int) -> float:
    """Return how much a product is wanted in ``month``, 1 for January; 1 is usual."""
    return SEASONS[code][month - 1] if code in SEASONS else 1.0
