"""A seeded year of three processors: sales, refunds, payouts as a bank books them, and books with errors."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from closebook.core.reconcile.payouts import Deposit, PaidRow

START = dt.date(2025, 1, 1)
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Rhythm:
    """How a processor pays: ``wait`` business days behind the cut, on ``weekday`` only (None: every one)."""

    name: str
    share: int
    wait: int
    weekday: int | None


RHYTHMS = (Rhythm("daily", 40, 2, None), Rhythm("weekly", 25, 1, 4), Rhythm("next-day", 35, 1, None))


@dataclass
class Stream:
    """One processor's year: rows of the books, deposits of the bank, and the true payout of each row."""

    name: str
    cut_minute: int
    rows: list[PaidRow] = field(default_factory=list)
    deposits: list[Deposit] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)
    wrong_keys: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)


def business_day(day: dt.date, wait: int) -> dt.date:
    """Return the day so many business days later; never a weekend."""
    while wait or day.weekday() > 4:
        day += dt.timedelta(days=1)
        if day.weekday() < 5:
            wait = max(wait - 1, 0)
    return day


def net_of(gross: int) -> int:
    """Return what is left of a sale behind a fee of 2.9 % and 30."""
    return gross - (gross * 29 + 500) // 1000 - 30


def year(seed: int, *, sales_a_day: int = 200, days: int = 365, wrong_per_mille: int = 20,
         held_per_mille: int = 1, odd_charges: bool = True) -> list[Stream]:  # fmt: skip
    """Return the streams of a year; everything follows from the seed."""
    chance = random.Random(seed)
    streams = [Stream(rhythm.name, chance.randrange(DAY_MINUTES)) for rhythm in RHYTHMS]
    sold = _sales(chance, sales_a_day, days)
    for rhythm, stream in zip(RHYTHMS, streams, strict=True):
        own = [sale for sale in sold if sale[0] == rhythm.name]
        _pay(chance, rhythm, stream, own, held_per_mille, odd=odd_charges)
        _keep_books(chance, stream, wrong_per_mille)
    return streams


def _sales(chance: random.Random, sales_a_day: int, days: int) -> list[tuple[str, int, str, int]]:
    """Return (processor, minute since the start, key, net amount) of all sales and refunds."""
    weights = [rhythm.share for rhythm in RHYTHMS]
    names = [rhythm.name for rhythm in RHYTHMS]
    found = []
    for day in range(days):
        for number in range(sales_a_day + chance.randrange(-sales_a_day // 8, sales_a_day // 8 + 1)):
            minute = day * DAY_MINUTES + min(int(chance.triangular(0, DAY_MINUTES, 840)), DAY_MINUTES - 1)
            gross = max(300, int(chance.lognormvariate(8.2, 0.7)))
            gross = gross // 100 * 100 + (99 if chance.random() < 0.4 else gross % 100)
            name = chance.choices(names, weights)[0]
            key = f"{day}-{number}"
            found.append((name, minute, key, net_of(gross)))
            if chance.random() < 0.02:
                back = minute + chance.randrange(600, 12 * DAY_MINUTES)
                if back < days * DAY_MINUTES:
                    found.append((name, back, f"{key}-refund", -gross))
    return found


def _pay(chance: random.Random, rhythm: Rhythm, stream: Stream, sold: list[tuple[str, int, str, int]],
         held_per_mille: int, *, odd: bool) -> None:  # fmt: skip
    sold.sort(key=lambda sale: (sale[1], sale[2]))
    batches: dict[dt.date, list[tuple[str, int, str, int]]] = {}
    for sale in sold:
        shifted = sale[1] - stream.cut_minute
        batches.setdefault(_payday(rhythm, START + dt.timedelta(days=shifted // DAY_MINUTES + 1)), []).append(
            sale
        )
    carried: list[tuple[str, int, str, int]] = []
    for number, day in enumerate(sorted(batches)):
        key = f"{stream.name}-{number}"
        held = [sale for sale in batches[day] if chance.random() * 1000 < held_per_mille]
        taken = [sale for sale in batches[day] if sale not in held] if held else batches[day]
        total = sum(sale[3] for sale in [*taken, *carried])
        for sale in [*taken, *carried]:
            stream.truth[sale[2]] = key
        carried = held
        if odd and chance.random() < 0.01:
            total -= chance.choice((1500, 2500, 995))
        late = business_day(day + dt.timedelta(days=1), 0) if chance.random() < 0.05 else day
        stream.deposits.append(Deposit(key, late, total))
    for number in range(max(1, len(stream.deposits) // 60) if odd else 0):
        key = f"{stream.name}-foreign-{number}"
        day = START + dt.timedelta(days=chance.randrange(20, 340))
        stream.deposits.append(Deposit(key, business_day(day, 0), chance.randrange(2000, 90000)))
        stream.foreign.add(key)
    stream.rows = [
        PaidRow(key, START + dt.timedelta(days=minute // DAY_MINUTES), minute % DAY_MINUTES, amount)
        for _name, minute, key, amount in sold
    ]


def _payday(rhythm: Rhythm, cut: dt.date) -> dt.date:
    """Return the day on which the bank books what was cut on a day."""
    if rhythm.weekday is not None:
        cut += dt.timedelta(days=(rhythm.weekday - cut.weekday()) % 7)
    return business_day(cut, rhythm.wait)


def _keep_books(chance: random.Random, stream: Stream, wrong_per_mille: int) -> None:
    """Leave out, double or alter some sales, as people do."""
    kept = []
    for row in stream.rows:
        if chance.random() * 1000 >= wrong_per_mille:
            kept.append(row)
            continue
        what = chance.choice(("missing", "doubled", "altered"))
        stream.wrong_keys.add(row.key)
        if what == "doubled":
            copy = PaidRow(f"{row.key}-twice", row.day, row.minute, row.amount_minor)
            kept += [row, copy]
            if row.key in stream.truth:
                stream.truth[copy.key] = stream.truth[row.key]
        elif what == "altered":
            kept.append(PaidRow(row.key, row.day, row.minute, row.amount_minor + chance.randrange(-900, 900)))
    stream.rows = kept
