"""The kinds of customers of the roaster and how each of them buys and pays.

Times are in days, money in euros without VAT. A customer's own figures are drawn around
those of its segment, so that no two bars are alike.
"""

from dataclasses import dataclass, field

__all__ = ["CUSTOMER_TYPES", "EVEN", "SEGMENTS", "Segment", "customer_counts"]

# Weight of each month, January first; 1 is an ordinary month, 0 is closed.
EVEN = (0.95, 0.95, 1.0, 1.0, 1.05, 1.0, 1.0, 0.7, 1.05, 1.05, 1.05, 1.2)
SUMMER = (0, 0, 0, 0.2, 0.9, 1.3, 1.6, 1.7, 0.8, 0, 0, 0)
TOURISM = (0.6, 0.7, 0.8, 1.0, 1.1, 1.3, 1.4, 1.4, 1.2, 0.9, 0.6, 0.9)
PROMOTIONS = (0, 0, 1.6, 0.2, 0, 0, 0, 0, 0, 0.2, 1.8, 0.3)
GIFTS = (0.6, 0.6, 0.8, 0.9, 0.9, 0.8, 0.7, 0.6, 0.9, 1.1, 1.7, 2.4)


@dataclass(frozen=True)
class Segment:
    """One kind of customer."""

    key: str
    # Of 300 customers, how many are of this kind.
    share: int
    # Mean days between purchases, and their regularity (1 is pure chance).
    interval: float
    regularity: float
    # Mean of a purchase, and its spread from customer to customer.
    basket: float
    spread: float
    categories: dict
    tag: str
    # XML id of the host's industry, without its module.
    industry: str = "res_partner_industry_I"
    season: tuple = EVEN
    is_company: bool = True
    # Probability a year of leaving for good; share won during the three years.
    leaving: float = 0.10
    newcomers: float = 0.25
    # Has left already: so many of its own intervals ago, at least and at most.
    quiet: tuple = ()
    # Probability of each payment habit and of each payment term.
    habits: dict = field(default_factory=lambda: {"prompt": 1.0})
    terms: dict = field(default_factory=lambda: {"riba": 1.0})
    discount: tuple = (0, 0, 0, 5)
    lines: tuple = (1, 2, 2, 3)
    machine: float = 0.0


# Judged among themselves: what is much for an office is nothing for a hotel. Bars,
# restaurants and shops are measured by the yardstick of the company.
CUSTOMER_TYPES = {
    "Hotel e catene": ("Hotel", "Catena"),
    "Uffici": ("Ufficio",),
    "Privati": ("Online",),
}
HORECA = {"beans": 6, "pantry": 2, "cups": 1, "capsules": 1}
TRADE_HABITS = {"prompt": 0.73, "slow": 0.13, "late": 0.08, "dispute": 0.06}
TRADE_TERMS = {"riba": 0.75, "30days": 0.25}

SEGMENTS = (
    Segment(
        key="chain",
        share=7,
        interval=30,
        regularity=14,
        basket=2300,
        spread=0.5,
        categories=HORECA,
        tag="Catena",
        leaving=0.02,
        newcomers=0.3,
        habits={"prompt": 0.85, "slow": 0.15},
        terms={"30days": 0.4, "instalments": 0.6},
        discount=(8, 10, 12),
        lines=(3, 4, 4, 5),
        season=TOURISM,
    ),
    Segment(
        key="hotel",
        share=12,
        interval=44,
        regularity=7,
        basket=820,
        spread=0.55,
        categories={**HORECA, "capsules": 4},
        tag="Hotel",
        leaving=0.05,
        newcomers=0.4,
        habits=TRADE_HABITS,
        terms={"riba": 0.45, "instalments": 0.35, "30days": 0.2},
        discount=(5, 5, 8),
        lines=(2, 3, 3, 4),
        season=TOURISM,
    ),
    Segment(
        key="bar",
        share=52,
        interval=76,
        regularity=5,
        basket=390,
        spread=0.6,
        categories=HORECA,
        tag="Bar",
        leaving=0.08,
        newcomers=0.5,
        habits=TRADE_HABITS,
        terms=TRADE_TERMS,
        machine=0.3,
    ),
    Segment(
        key="restaurant",
        share=36,
        interval=112,
        regularity=4,
        basket=270,
        spread=0.5,
        categories={**HORECA, "capsules": 3},
        tag="Ristorante",
        leaving=0.1,
        newcomers=0.5,
        habits=TRADE_HABITS,
        terms=TRADE_TERMS,
        machine=0.1,
    ),
    Segment(
        key="beach",
        share=26,
        interval=38,
        regularity=3,
        basket=470,
        spread=0.45,
        categories={"beans": 5, "cups": 2, "pantry": 2},
        tag="Stabilimento balneare",
        season=SUMMER,
        leaving=0.08,
        newcomers=0.45,
        habits={"prompt": 0.65, "slow": 0.22, "late": 0.13},
        terms=TRADE_TERMS,
    ),
    Segment(
        key="office",
        share=40,
        interval=150,
        regularity=5,
        basket=150,
        spread=0.45,
        categories={"capsules": 7, "cups": 1, "pantry": 1},
        tag="Ufficio",
        industry="res_partner_industry_N",
        leaving=0.12,
        newcomers=0.5,
        habits={"prompt": 0.85, "slow": 0.12, "late": 0.03},
        terms=TRADE_TERMS,
        discount=(0,),
        lines=(1, 1, 2),
        machine=0.4,
    ),
    Segment(
        key="lapsed",
        share=20,
        interval=62,
        regularity=5,
        basket=330,
        spread=0.5,
        categories=HORECA,
        tag="Bar",
        leaving=0.0,
        quiet=(2.5, 10),
        newcomers=0.0,
        habits={"prompt": 0.35, "slow": 0.25, "late": 0.25, "default": 0.15},
        terms=TRADE_TERMS,
    ),
    Segment(
        key="leaving",
        share=8,
        interval=38,
        regularity=5,
        basket=1700,
        spread=0.4,
        categories=HORECA,
        tag="Hotel",
        leaving=0.0,
        newcomers=0.0,
        quiet=(4.0, 8.0),
        habits={"prompt": 0.7, "slow": 0.2, "dispute": 0.1},
        terms=TRADE_TERMS,
        discount=(0, 5, 8),
        lines=(2, 2, 3),
    ),
    Segment(
        key="wavering",
        share=14,
        interval=46,
        regularity=5,
        basket=620,
        spread=0.4,
        categories=HORECA,
        tag="Ristorante",
        leaving=0.0,
        newcomers=0.0,
        quiet=(3.0, 7.0),
        habits={"prompt": 0.7, "slow": 0.2, "dispute": 0.1},
        terms=TRADE_TERMS,
        discount=(0, 5, 8),
        lines=(2, 2, 3),
    ),
    # Lost more than a year ago: what has happened before is what a forecast can learn.
    Segment(
        key="lost",
        share=14,
        interval=44,
        regularity=5,
        basket=1050,
        spread=0.5,
        categories=HORECA,
        tag="Ristorante",
        leaving=0.0,
        newcomers=0.0,
        quiet=(9.0, 17.0),
        habits={"prompt": 0.6, "slow": 0.25, "dispute": 0.15},
        terms=TRADE_TERMS,
        discount=(0, 5, 8),
        lines=(2, 2, 3),
    ),
    Segment(
        key="bargain",
        share=14,
        interval=55,
        regularity=2,
        basket=290,
        spread=0.4,
        categories={"beans": 3, "capsules": 3, "pantry": 2},
        tag="Rivendita",
        industry="res_partner_industry_G",
        season=PROMOTIONS,
        leaving=0.1,
        habits=TRADE_HABITS,
        terms={"30days": 1.0},
        discount=(15, 18, 20, 25),
    ),
    Segment(
        key="foreign",
        share=10,
        interval=72,
        regularity=5,
        basket=560,
        spread=0.5,
        categories=HORECA,
        tag="Estero",
        leaving=0.06,
        newcomers=0.4,
        habits={"prompt": 0.8, "slow": 0.2},
        terms={"30days": 1.0},
        discount=(5, 5, 10),
        lines=(2, 3, 3),
    ),
    Segment(
        key="online",
        share=33,
        interval=210,
        regularity=1,
        basket=62,
        spread=0.5,
        categories={"capsules": 5, "beans": 4, "cups": 1},
        tag="Online",
        industry="",
        season=GIFTS,
        is_company=False,
        leaving=1.4,
        newcomers=1.0,
        terms={"immediate": 1.0},
        discount=(0, 0, 0, 10),
        lines=(1, 1, 2),
    ),
    Segment(
        key="newcomer",
        share=14,
        interval=33,
        regularity=4,
        basket=290,
        spread=0.5,
        categories=HORECA,
        tag="Bar",
        leaving=0.0,
        newcomers=1.0,
        habits=TRADE_HABITS,
        terms={"30days": 1.0},
        machine=0.6,
    ),
)


def customer_counts(size: int) -> dict[str, int]:
    """Return how many customers of each segment a story of ``size`` has, at least one.

    >>> sum(customer_counts(300).values())
    300
    """
    total = sum(segment.share for segment in SEGMENTS)
    return {
        segment.key: max(1, round(segment.share * size / total)) for segment in SEGMENTS
    }
