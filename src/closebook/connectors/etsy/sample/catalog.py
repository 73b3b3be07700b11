"""The invented shop's products, and its buyers by number: the same number is always the same person."""

from __future__ import annotations

from dataclasses import dataclass

PRODUCTS: tuple[tuple[str, int, str], ...] = (
    ("Oak spoon, hand carved", 2400, "SP-OAK"),
    ("Walnut butter board with leather loop, engraved with your text", 5200, "BB-WAL"),
    ("Linen tea towel, set of two", 2850, "TT-LIN2"),
    ('Stoneware mug "Fjord", 300 ml', 3400, "MUG-FJ"),
    ("Beeswax candles, box of six", 1950, ""),
    ("Crochet pattern: café bunny (PDF)", 650, "PDF-07"),
    ("Brass plant marker", 1150, "PM-BR"),
    ("Wool throw, undyed, 130 x 180 cm", 14800, "WT-130"),
    ("Shipping label stickers, roll of 250", 1675, "ST-250"),
    ("Ceramic planter – small, glazed in tide blue and fired twice in our wood kiln", 4100, "CP-S"),
    ('Birthday card "Żółw"', 550, ""),
    ("Silver stud earrings", 3900, "ER-SIL"),
)
_FIRST = [
    "Ada",
    "Bruno",
    "Chloé",
    "Dmitri",
    "Elif",
    "Finn",
    "Graça",
    "Hana",
    "Ivo",
    "João",
    "Katya",
    "Łukasz",
    "Mei",
    "Núria",
    "Oona",
    "Priya",
    "Quentin",
    "Rosa",
    "Søren",
    "Tomás",
    "Ulla",
    "Věra",
    "Wren",
    "Xenia",
    "Yusuf",
    "Zoë",
    "Aoife",
    "Björn",
    "Cèlia",
    "Dina",
    "Esra",
    "Fatma",
    "Gwen",
    "Hugo",
    "Inés",
    "Jörg",
]
_LAST = [
    "Quill",
    "Marsh",
    "Okafor",
    "Lindqvist",
    "Nowak",
    "Pérez",
    "Tanaka",
    "Byrne",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Gallo",
    "Horvat",
    "Ibsen",
    "Jansen",
    "Kowalczyk",
    "Lopes",
    "Müller",
    "Novák",
    "O'Hara",
    "Petrov",
    "Quist",
    "Rossi",
    "Sørensen",
    "Takács",
    "Urban",
    "Vance",
    "Weiß",
    "Yılmaz",
    "Zając",
    "Adeyemi",
    "Brandt",
    "Costa",
    "Duarte",
    "Falk",
    "Gruber",
    "Haas",
]
_PLACES = (
    ("Portland", "OR", "97201", "United States"),
    ("Austin", "TX", "78701", "United States"),
    ("Leeds", "West Yorkshire", "LS1 4DY", "United Kingdom"),
    ("Köln", "", "50667", "Germany"),
    ("Montréal", "QC", "H2Y 1C6", "Canada"),
    ("Gdańsk", "", "80-831", "Poland"),
    ("Burlington", "VT", "05401", "United States"),
    ("Nantes", "", "44000", "France"),
)
_STREETS = (
    "Mill Lane",
    "Birch Road",
    "Harbour Street",
    "Rue des Lilas",
    "Lange Straße",
    "Ulica Długa",
    "2nd Avenue",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer as the order files show one."""

    first: str
    last: str
    username: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str


def person(number: int) -> Person:
    """Return the buyer of a number; every ninth has a double blank in the last name."""
    first = _FIRST[number % len(_FIRST)]
    last = _LAST[number // len(_FIRST) % len(_LAST)]
    extra = number // (len(_FIRST) * len(_LAST))
    if extra:
        last = f"{last}-{_LAST[extra % len(_LAST)]}"
    if number % 9 == 0:
        last = f"van  {last}"
    city, region, postal, country = _PLACES[number % len(_PLACES)]
    street = f"{number % 190 + 1} {_STREETS[number % len(_STREETS)]}"
    return Person(first, last, f"buyer{number:06d}", street, city, region, postal, country)
