"""Two lists of the same customers as two programs would hold them: seeded, with the truth beside them.

Namesakes, households, contacts of businesses, moves, typing errors, nicknames, relays, shared phones.
Both lists are noisy copies of a truth that neither shows whole.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from closebook.core.matching.party import Party
from closebook.core.matching.words import NICKNAMES


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


FIRST = words(
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard"
    " Susan Joseph Jessica Thomas Karen Christopher Sarah Charles Lisa Daniel Nancy Matthew Sandra"
    " Anthony Betty Mark Ashley Donald Emily Steven Kimberly Andrew Margaret Paul Donna Joshua Michelle"
    " Kenneth Carol Kevin Amanda Brian Melissa Timothy Deborah Ronald Stephanie George Rebecca Jason"
    " Laura Edward Helen Jeffrey Sharon Ryan Cynthia Jacob Kathleen Gary Amy Nicholas Angela Eric"
    " Shirley Jonathan Anna Stephen Brenda Larry Pamela Justin Emma Scott Nicole Brandon Samantha"
    " Benjamin Katherine Samuel Christine Gregory Catherine Alexander Victoria Pieter Johannes Maria"
    " Wilhelmina Jan Zoë André Søren Mei Wei Ling Priya Ahmed Fatima Diego Lucía Noah Ava"
)
LAST = words(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez"
    " Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark"
    " Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams"
    " Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker"
    " Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper"
    " Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James"
    " Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster"
    " Jimenez O'Brien Müller Jansen Visser Bakker Dijkstra Nuñez Sørensen Chen"
)
HEADS = words("b br c ch d f fl g gr h j k kl l m n p pr r s sch sl st t tr v w wh")
MIDDLES = words("a e i o u ai ea ee ie oo ou")
TAILS = words("ck d ft l ld ll ller man mer n nd ng nson r rd rk rs s son ss t tt ttler x y")
KINDS = ("Street", "Avenue", "Road", "Drive", "Lane", "Court", "Boulevard", "Place")
SHORT = {"Street": "St", "Avenue": "Ave", "Road": "Rd", "Drive": "Dr.", "Lane": "Ln", "Court": "Ct"}
TRADES = words(
    "Plumbing Roofing Bakery Design Cleaning Electric Landscaping Dental Coffee Studio Motors Builders"
)
LEGAL = ("LLC", "Inc.", "Ltd", "Co.", "")
MAIL = ("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com")
RELAYS = ("marketplace.amazon.com", "members.ebay.com", "privaterelay.appleid.com")


@dataclass(frozen=True, slots=True)
class Lists:
    """Two lists and the pairs of ids that are the same party."""

    left: list[Party]
    right: list[Party]
    truth: set[tuple[str, str]]


@dataclass(slots=True)
class World:
    """Names and places drawn from, in uneven shares; ``noise`` multiplies every error."""

    rng: random.Random
    size: int
    noise: int = 1
    surnames: list[str] = field(default_factory=list)
    streets: list[str] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = self.rng
        self.surnames = LAST + [_word(rng).title() for _ in range(max(300, self.size // 2))]
        self.streets = [f"{_word(rng).title()} {rng.choice(KINDS)}" for _ in range(max(120, self.size // 8))]
        count = max(20, self.size // 150)
        ends = ("ville", "ton", " Falls", "burg", "")
        self.places = [
            (_word(rng).title() + rng.choice(ends), f"{rng.randrange(10000, 99999)}") for _ in range(count)
        ]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share * self.noise

    def surname(self) -> str:
        common = self.rng.random() < 0.35
        names = self.surnames
        return names[int(len(LAST) * self.rng.random() ** 2)] if common else self.rng.choice(names)

    def given(self) -> str:
        return FIRST[int(len(FIRST) * self.rng.random() ** 1.3)]


def _word(rng: random.Random) -> str:
    middle = "".join(rng.choice(MIDDLES) + rng.choice(TAILS[:14]) for _ in range(rng.randrange(0, 2)))
    return rng.choice(HEADS) + middle + rng.choice(MIDDLES) + rng.choice(TAILS)


def _home(world: World) -> dict[str, str]:
    city, postcode = world.rng.choice(world.places)
    number = world.rng.randrange(1, 1900)
    return {"street": f"{number} {world.rng.choice(world.streets)}", "city": city, "postcode": postcode}


def _phone(world: World) -> str:
    return f"{world.rng.randrange(201, 989)}{world.rng.randrange(2000000, 9999999)}"


def _mailbox(world: World, first: str, last: str) -> str:
    rng = world.rng
    one, two = first.lower(), last.lower().replace("'", "")
    plain = (
        f"{one}.{two}",
        f"{one[0]}{two}",
        f"{one}{two}{rng.randrange(99)}",
        f"{two}{rng.randrange(1000)}",
    )
    local = rng.choice((*plain, f"{_word(rng)}{rng.randrange(99)}"))
    return f"{local}@{rng.choice(MAIL)}".encode("ascii", "ignore").decode()


def _person(world: World, key: str) -> Party:
    first, last = world.given(), world.surname()
    box, phone = _mailbox(world, first, last), _phone(world)
    return Party(key, first=first, last=last, emails=(box,), phones=(phone,), **_home(world))


def _relative(world: World, of: Party, key: str) -> Party:
    """Return another of the same household: its home and family name, sometimes phone and mailbox too."""
    first = world.given()
    emails = of.emails if world.rng.random() < 0.15 else (_mailbox(world, first, of.last),)
    phones = of.phones if world.rng.random() < 0.35 else (_phone(world),)
    return replace(of, id=key, first=first, emails=emails, phones=phones)


def _business(world: World, key: str) -> Party:
    rng = world.rng
    one = _person(world, key)
    head = rng.choice((one.last, _word(rng).title(), f"{_word(rng).title()} {_word(rng).title()}"))
    name = f"{head} {rng.choice(TRADES)} {rng.choice(LEGAL)}".strip()
    domain = "".join(mark for mark in head.lower() if mark.isascii() and mark.isalpha()) + ".com"
    box = f"{rng.choice(('info', 'office', one.first.lower()))}@{domain}".encode("ascii", "ignore").decode()
    return replace(one, company=name, emails=(box,))


def _people(world: World) -> list[Party]:
    """Return the truth: persons, households, namesakes and businesses."""
    people: list[Party] = []
    while len(people) < world.size:
        key, roll = str(len(people)), world.rng.random()
        if people and roll < 0.12:
            people.append(_relative(world, world.rng.choice(people[-3:]), key))
        elif people and roll < 0.14:
            like = world.rng.choice(people)
            people.append(replace(_person(world, key), first=like.first, last=like.last))
        elif roll < 0.30:
            people.append(_business(world, key))
        else:
            people.append(_person(world, key))
    return people


def _typo(rng: random.Random, text: str) -> str:
    if len(text) < 3:
        return text
    at = rng.randrange(len(text) - 1)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    wrong = text[:at] + rng.choice("aeionrst") + text[at + 1 :]
    return rng.choice((swapped, wrong, text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]))


def _name(world: World, truth: Party) -> dict[str, str]:
    """Return the name as a program shows it."""
    rng, first, last, company = world.rng, truth.first, truth.last, truth.company
    if world.chance(0.08):
        short = [nick for nick, full in NICKNAMES.items() if full == first.lower() and nick != full]
        first = rng.choice(short).title() if short else first
    if world.chance(0.05):
        first = first[0] + rng.choice(("", "."))
    if world.chance(0.05):
        last = _typo(rng, last)
    if world.chance(0.03):
        first = _typo(rng, first)
    if world.chance(0.01):
        last = world.surname()
    middle = f" {rng.choice('ABCDEJKLMRST')}." if world.chance(0.06) else ""
    whole = f"{last}, {first}" if world.chance(0.08) else f"{first}{middle} {last}"
    if world.chance(0.03):
        whole = whole.upper()
    if not company:
        bare = rng.random() < 0.5
        return {"display_name": whole} | ({} if bare else {"first": first + middle, "last": last})
    if world.chance(0.25):
        bare = company.rpartition(" ")[0]
        company = bare if company.endswith(LEGAL[:4]) else f"{company} {rng.choice(LEGAL[:4])}"
    if world.chance(0.05):
        company = _typo(rng, company)
    if world.chance(0.08):
        return {"display_name": whole, "first": first, "last": last}
    if rng.random() < 0.4:
        return {"display_name": company}
    return {"display_name": company, "company": company, "first": first, "last": last}


def _reach(world: World, truth: Party) -> dict[str, tuple[str, ...]]:
    """Return mailboxes and phones as kept: missing, another one, a relay's, mistyped."""
    rng, box, phone = world.rng, truth.emails[0], truth.phones[0]
    if world.chance(0.08):
        box = _mailbox(world, truth.first, truth.last)
    elif world.chance(0.03):
        box = _typo(rng, box.partition("@")[0]) + "@" + box.partition("@")[2]
    elif world.chance(0.07):
        box = f"{rng.randrange(16**8):x}@{rng.choice(RELAYS)}"
    if world.chance(0.09):
        phone = _phone(world)
    elif world.chance(0.03):
        at = rng.randrange(10)
        phone = phone[:at] + str(rng.randrange(10)) + phone[at + 1 :]
    shown = rng.choice(
        (phone, f"({phone[:3]}) {phone[3:6]}-{phone[6:]}", f"+1 {phone[:3]}-{phone[3:6]}-{phone[6:]}")
    )
    return {
        "emails": () if rng.random() < 0.14 else (box,),
        "phones": () if rng.random() < 0.18 else (shown,),
    }


def _place(world: World, truth: Party) -> dict[str, str]:
    rng = world.rng
    if rng.random() < 0.12:
        return {}
    street, city, postcode = truth.street, truth.city, truth.postcode
    if world.chance(0.08):
        street, city, postcode = _home(world).values()
    for long, short in SHORT.items():
        if street.endswith(long) and rng.random() < 0.4:
            street = street.removesuffix(long) + short
    if world.chance(0.05):
        street = _typo(rng, street)
    if world.chance(0.04):
        street += f", Apt {rng.randrange(1, 40)}"
    if world.chance(0.05):
        postcode = ""
    if world.chance(0.04):
        city = _typo(rng, city)
    return {"street": street, "city": city, "postcode": postcode}


def _copy(world: World, truth: Party, key: str) -> Party:
    return Party(key, **_name(world, truth), **_reach(world, truth), **_place(world, truth))


def customer_lists(seed: int, lefts: int, rights: int, common: int, noise: int = 1) -> Lists:
    """Return two lists of which ``common`` parties stand in both."""
    world = World(random.Random(seed), lefts + rights - common, noise)
    people = _people(world)
    world.rng.shuffle(people)
    ours, theirs = people[:lefts], people[lefts - common :]
    left = [_copy(world, one, f"L{world.rng.randrange(10**9):09d}-{one.id}") for one in ours]
    right = [_copy(world, one, f"R{world.rng.randrange(10**9):09d}-{one.id}") for one in theirs]
    known = {one.id.partition("-")[2]: one.id for one in left}
    truth = {(known[one.id.partition("-")[2]], one.id) for one in right if one.id.partition("-")[2] in known}
    world.rng.shuffle(right)
    return Lists(left, right, truth)
