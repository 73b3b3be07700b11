"""Who else posts the same business: documents in the books that overlap with the source, by who made them.

Apps leave marks: their name in memo or number, or numbers of one pattern. What bears neither was most likely
typed in by a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from closebook.core.planning.cutoff import ForeignPosting, Overlap

APPS = {
    "a2x": "A2X",
    "amaka": "Amaka",
    "connex": "Connex",
    "linkmybooks": "Link My Books",
    "onesaas": "OneSaaS",
    "paytraqer": "PayTraQer",
    "saasant": "SaasAnt",
    "synder": "Synder",
    "taxomate": "Taxomate",
    "webgility": "Webgility",
    "zapier": "Zapier",
}
"""Apps that post shops' sales into QuickBooks, by the word that their documents bear."""
_FEW = 3


@dataclass(frozen=True, slots=True)
class Poster:
    """Somebody who posts the same business: an app by ``name``, or by the ``pattern`` of its numbers (# for
    digits); both "" for documents without a mark.
    """

    name: str
    pattern: str
    documents: int
    amount_minor: int
    first_day: dt.date
    last_day: dt.date
    example: str
    reason: str


def posters_of(overlaps: Iterable[Overlap]) -> tuple[Poster, ...]:
    """Return who posted the overlapping documents, whoever posted most of them first.

    Numbers of one pattern speak for an app from three documents on.
    """
    found: dict[tuple[str, str], list[Overlap]] = {}
    for overlap in overlaps:
        found.setdefault(mark_of(overlap.posting), []).append(overlap)
    merged: dict[tuple[str, str], list[Overlap]] = {}
    for (name, pattern), some in found.items():
        known = (name, pattern) if name or len(some) >= _FEW else ("", "")
        merged.setdefault(known, []).extend(some)
    posters = [_poster(name, pattern, some) for (name, pattern), some in merged.items()]
    return tuple(sorted(posters, key=lambda poster: (-poster.documents, poster.name, poster.pattern)))


def mark_of(posting: ForeignPosting) -> tuple[str, str]:
    """Return (name of the app, pattern of the number) that a document bears."""
    words = re.findall(r"[a-z0-9]+", f"{posting.memo} {posting.number}".casefold())
    pairs = [first + second for first, second in pairwise(words)]
    triples = [first + pair for first, pair in zip(words, pairs[1:], strict=False)]
    for word in (*words, *pairs, *triples):
        if word in APPS:
            return APPS[word], ""
    return "", _pattern(posting.number)


def _pattern(number: str) -> str:
    """Return a number with # for its digits, "" when it has no letter.

    >>> _pattern("ETSY-10442"), _pattern("1042")
    ('ETSY-#', '')
    """
    shown = re.sub(r"\d+", "#", number.strip())
    return shown if re.search(r"[^\W\d_]", shown) else ""


def _poster(name: str, pattern: str, some: list[Overlap]) -> Poster:
    days = [overlap.posting.day for overlap in some]
    newest = max(some, key=lambda overlap: (overlap.posting.day, overlap.posting.remote_id))
    amount = sum(overlap.posting.amount_minor for overlap in some)
    shown = f"{newest.posting.kind} {newest.posting.number}".strip()
    return Poster(name, pattern, len(some), amount, min(days), max(days), shown, newest.reason)
