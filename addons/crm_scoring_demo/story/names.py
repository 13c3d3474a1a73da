"""Names, places and numbers of people and firms that do not exist.

E-mail addresses end in ``.example`` (RFC 2606), phone numbers hold 555 and VAT numbers
have the office code 999, which no office has.
"""

import unicodedata
from functools import cache
from pathlib import Path
from random import Random

__all__ = [
    "CITIES",
    "FOREIGN_CITIES",
    "company_name",
    "email_of",
    "person_name",
    "phone_number",
    "street",
    "vat_number",
]

WORDS = Path(__file__).parent / "words"
# City, province, postcode, area code of the phone.
CITIES = (
    ("Trieste", "TS", "34121", "040"),
    ("Trieste", "TS", "34132", "040"),
    ("Monfalcone", "GO", "34074", "0481"),
    ("Gorizia", "GO", "34170", "0481"),
    ("Udine", "UD", "33100", "0432"),
    ("Pordenone", "PN", "33170", "0434"),
    ("Grado", "GO", "34073", "0431"),
    ("Lignano Sabbiadoro", "UD", "33054", "0431"),
    ("Jesolo", "VE", "30016", "0421"),
    ("Venezia", "VE", "30121", "041"),
    ("Treviso", "TV", "31100", "0422"),
    ("Padova", "PD", "35121", "049"),
    ("Verona", "VR", "37121", "045"),
    ("Bologna", "BO", "40121", "051"),
    ("Milano", "MI", "20121", "02"),
)
BEACHES = ("Grado", "Lignano Sabbiadoro", "Jesolo")
# City, country, postcode, prefix of the phone, currency.
FOREIGN_CITIES = (
    ("Lugano", "CH", "6900", "+41 91", "CHF"),
    ("Bellinzona", "CH", "6500", "+41 91", "CHF"),
    ("Zürich", "CH", "8001", "+41 44", "CHF"),
    ("Villach", "AT", "9500", "+43 4242", "EUR"),
    ("Koper", "SI", "6000", "+386 5", "EUR"),
)
KINDS = {
    "chain": ("Gruppo Ristorazione", "Ristorazioni", "Alberghi Riuniti", "Mense"),
    "hotel": ("Hotel", "Grand Hotel", "Albergo"),
    "bar": ("Bar", "Caffè", "Bar Pasticceria", "Caffetteria"),
    "restaurant": ("Trattoria", "Ristorante", "Osteria", "Pizzeria"),
    "beach": ("Bagni", "Stabilimento", "Lido", "Chiosco"),
    "office": ("Studio", "Officine", "Assicurazioni", "Elettronica", "Logistica"),
    "leaving": ("Hotel", "Grand Hotel", "Villa"),
    "wavering": ("Ristorante", "Caffè Ristorante", "Trattoria"),
    "lost": ("Ristorante", "Locanda", "Trattoria"),
    "lapsed": ("Bar", "Caffè", "Gelateria"),
    "bargain": ("Bottega", "Drogheria", "Cash & Carry", "Emporio"),
    "foreign": ("Café", "Espressobar", "Gasthaus"),
    "newcomer": ("Bar", "Bistrò", "Caffè", "Panetteria"),
}
FORMS = ("S.r.l.", "S.n.c.", "S.a.s.")


@cache
def words(name: str) -> list[str]:
    """Return the lines of a file of words."""
    return (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def person_name(random: Random) -> str:
    """Return a first name and a surname."""
    return f"{random.choice(words('first_names'))} {random.choice(words('surnames'))}"


def street(random: Random) -> str:
    """Return a street and a number."""
    return f"{random.choice(words('streets'))} {random.randint(1, 120)}"


def company_name(random: Random, segment: str) -> str:
    """Return the name of a firm of ``segment``."""
    kind, sign = random.choice(KINDS[segment]), random.choice(words("signs"))
    if segment == "chain":
        return f"{kind} {sign} S.p.A."
    if segment == "office":
        surname = random.choice(words("surnames"))
        return f"{kind} {surname} {random.choice(FORMS)}"
    if segment in ("bar", "lapsed", "restaurant") and random.random() < 0.5:
        return f"{kind} {sign} di {person_name(random)}"
    return f"{kind} {sign}"


def email_of(name: str, number: int, local: str = "info") -> str:
    """Return an address that nobody can own.

    >>> email_of("Caffè San Giusto", 7)
    'info@caffe-san-giusto-7.example'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "".join(c if c.isalnum() else " " for c in plain.lower()).split()
    return f"{local}@{'-'.join([*words[:3], str(number)])}.example"


def phone_number(prefix: str, number: int) -> str:
    """Return a number that rings nowhere.

    >>> phone_number("040", 12)
    '+39 040 555 0012'
    """
    start = prefix if prefix.startswith("+") else f"+39 {prefix}"
    return f"{start} 555 {number:04d}"


def vat_number(number: int) -> str:
    """Return an Italian VAT number with a right check digit and an office of none.

    >>> vat_number(1)
    'IT00000019992'
    """
    digits = f"{number:07d}999"
    total = 0
    for position, digit in enumerate(map(int, digits)):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return f"IT{digits}{-total % 10}"
