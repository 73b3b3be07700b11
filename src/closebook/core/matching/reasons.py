"""Why two records are taken for one: facts with a grade, and the sentence that says them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from closebook.core.matching.levels import FIELDS, LEVELS


class Grade(StrEnum):
    """How well one field agrees."""

    SAME = "same"
    RARE = "rare"
    CLOSE = "close"
    LIKE = "like"
    PART = "part"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Reason:
    """One field's agreement; ``hundredths`` is how alike names are, 0 to 100 (0 for other fields)."""

    field: str
    grade: Grade
    hundredths: int = 0


_D, _P, _L, _C, _S, _R = (Grade.DIFFERENT, Grade.PART, Grade.LIKE, Grade.CLOSE, Grade.SAME, Grade.RARE)
_GRADES = {
    "name": (_D, _P, _P, _L, _C, _S, _S, _R),
    "address": (_D, _P, _P, _L, _C, _S),
    "phone": (_D, _C, _S),
    "email": (_D, _P, _C, _S),
    "number": (_D, _C, _S),
    "tax": (_D, _S),
}
_ORDER = ("tax", "number", "email", "phone", "name", "address")
_NOUNS = {
    "tax": "tax number",
    "number": "number",
    "email": "e-mail",
    "phone": "phone",
    "name": "name",
    "address": "address",
}
_WORDS = {
    Grade.SAME: "same {}",
    Grade.RARE: "same rare {}",
    Grade.CLOSE: "{} nearly the same",
    Grade.LIKE: "like {}",
    Grade.PART: "part of the {}",
    Grade.DIFFERENT: "other {}",
}
_PARTS = {"address": "same place, other address", "email": "e-mail of the same company"}


@lru_cache(maxsize=65536)
def reasons_of(levels: tuple[int, ...], hundredths: int) -> tuple[Reason, ...]:
    """Return the facts that both sides know, the weightiest fields first."""
    found = {
        field: Reason(field, _GRADES[field][level], hundredths if field == "name" else 0)
        for field, level, top in zip(FIELDS, levels, LEVELS, strict=True)
        if level < top
    }
    return tuple(found[field] for field in _ORDER if field in found)


def sentence(reasons: Iterable[Reason]) -> str:
    """Return the facts in words.

    >>> sentence((Reason("email", Grade.SAME), Reason("name", Grade.CLOSE, 93)))
    'same e-mail, name 0.93'
    """
    return ", ".join(map(_phrase, reasons))


def _phrase(reason: Reason) -> str:
    if reason.field == "name" and reason.grade in {Grade.CLOSE, Grade.LIKE, Grade.PART}:
        return f"name 0.{reason.hundredths:02d}" if reason.hundredths < 100 else "name 1.00"
    if reason.grade is Grade.PART and reason.field in _PARTS:
        return _PARTS[reason.field]
    return _WORDS[reason.grade].format(_NOUNS[reason.field])
