"""Lines of a new file that are known already: by the bank's id, or by day, amount, text and how often.

Genuine twins are kept: what counts is how many equal lines a file holds, not that one was seen. A line whose
sameness cannot be told is kept and marked as a look-alike, for a person to say.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from closebook.core.reconcile.bank_lines import BankLine
from closebook.core.reconcile.words import folded

_Look: TypeAlias = tuple[dt.date, int, str]


class Standing(StrEnum):
    """What a line of a new file is."""

    NEW = "new"
    KNOWN = "known"
    LOOK_ALIKE = "look-alike"


@dataclass(frozen=True, slots=True)
class Known:
    """A line that is stored already, with the format of the file it came from."""

    key: Hashable
    identity: str
    day: dt.date
    amount_minor: int
    look: str
    format: str


def look_of(line: BankLine) -> str:
    """Return the text by which a line looks like another."""
    return folded(f"{line.counterparty} {line.text}")


def identities(lines: Sequence[BankLine]) -> list[str]:
    """Return the identity of each line: the bank's id with day and amount, or text and day and amount, each
    with how often it came before in the file. No two lines of a file have the same.
    """
    times: Counter[str] = Counter()
    found = []
    for line in lines:
        name = f"id\x1f{line.source_id}" if line.source_id else f"text\x1f{look_of(line)}"
        base = f"{name}\x1f{line.day.isoformat()}\x1f{line.amount_minor}\x1f{line.currency}"
        times[base] += 1
        found.append(hashlib.blake2b(f"{base}\x1f{times[base]}".encode(), digest_size=16).hexdigest())
    return found


def standings(lines: Sequence[BankLine], stored: Sequence[Known], format_name: str) -> list[Standing]:
    """Return what each line of a new file is beside the stored lines of the same bank account.

    A known identity is known. Of the rest, when no line of the days that both have is known by identity, the
    bank has changed its ids and equal lines are counted off against each other; else ids are trusted and
    equal lines are twins. Between files of two formats, equal day and amount makes a look-alike.
    """
    own = identities(lines)
    here, known = set(own), {one.identity for one in stored}
    found = [Standing.KNOWN if each in known else Standing.NEW for each in own]
    others = [one for one in stored if one.identity not in here]
    looks = Counter(_look(one) for one in others if one.format == format_name)
    sums = Counter((one.day, one.amount_minor) for one in others if one.format != format_name)
    trusted = Standing.KNOWN in found
    for at, line in enumerate(lines):
        look, amount = (line.day, line.amount_minor, look_of(line)), (line.day, line.amount_minor)
        if found[at] is Standing.KNOWN:
            continue
        if looks[look] and not trusted:
            looks[look] -= 1
            found[at] = Standing.KNOWN if len(others) > 1 else Standing.LOOK_ALIKE
        elif sums[amount]:
            sums[amount] -= 1
            found[at] = Standing.LOOK_ALIKE
    return found


def _look(one: Known) -> _Look:
    return one.day, one.amount_minor, one.look
