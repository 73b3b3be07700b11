"""Tax forms of payees: the file by its content, the number, what is missing, how long a form is kept.

Source: IRS instructions for forms W-9, W-8BEN and W-8BEN-E; Publication 1281 (backup withholding, forms kept
four years); Publication 1915 (ITINs); Social Security Administration, invalid numbers. Not advice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.errors import InputError
from closebook.core.workforce.tax_forms import Box, Need, w8_until

W9, W8BEN, W8BENE = "w9", "w8", "w8e"
KINDS = (W9, W8BEN, W8BENE)
TIN_KINDS = ("SSN", "EIN", "ITIN")
CLASSES = ("individual", "c-corporation", "s-corporation", "partnership", "trust", "llc", "exempt")
YEARS_KEPT = 4
MOST_BYTES = 10 * 1024 * 1024
_NINE = 9
_MEDIA = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_NO_AREAS = frozenset({"000", "666"})
_ITIN_GROUPS = frozenset({*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)})


class Match(StrEnum):
    """What the tax office says of a name and number."""

    MATCHED = "matched"
    DIFFERENT = "different"
    WITHHOLD = "withhold"


class Why(StrEnum):
    """Why a payee is on the year's forms, or is left out."""

    DUE = "due"
    BELOW = "below"
    CORPORATION = "corporation"
    EXEMPT = "exempt"
    RAIL = "rail"
    FOREIGN = "foreign"
    FOREIGN_HERE = "foreign_here"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Paper:
    """What decides of a form that was handed in; ``entity`` tells that the payee is known as a company."""

    kind: str
    country: str
    signed_on: dt.date | None
    has_number: bool
    has_file: bool
    entity: bool = False
    match: str = ""
    told_to_withhold: bool = False


def media_of(content: bytes) -> str:
    """Return ``pdf``, ``png`` or ``jpg`` by what a file holds; its name counts for nothing.

    Raises InputError for an empty file, one above ten megabytes, and every other kind.
    """
    if not content:
        raise InputError("tax-file-empty", "The file is empty.", remedy="Choose the signed form again.")
    if len(content) > MOST_BYTES:
        raise InputError("tax-file-large", "The file is too large.", remedy="Take one of at most 10 MB.")
    for mark, media in _MEDIA:
        if content.startswith(mark):
            return media
    raise InputError(
        "tax-file-kind",
        "This is no PDF and no picture.",
        remedy="Hand in a PDF, or a picture as JPEG or PNG.",
    )


def tin_checked(typed: str, kind: str) -> str:
    """Return the nine digits of a number on a W-9. Raises InputError, which never holds the number.

    >>> tin_checked("12-3456789", "EIN")
    '123456789'
    """
    number = "".join(sign for sign in typed if sign not in " -\u2011\u2013\t")
    if not (number.isascii() and number.isdecimal() and len(number) == _NINE):
        raise InputError("tin-wrong", "A US tax number has nine digits.", remedy="Copy it from the W-9.")
    if not _possible(number, kind):
        raise InputError(
            "tin-impossible", "No number of this kind begins or ends so.",
            remedy="Compare it with the W-9, and look at the kind of number.",
        )  # fmt: skip
    return number


def _possible(number: str, kind: str) -> bool:
    area, group, rest = number[:3], number[3:5], number[5:]
    if kind == "SSN":
        return area not in _NO_AREAS and area < "900" and group != "00" and rest != "0000"
    if kind == "ITIN":
        return area >= "900" and int(group) in _ITIN_GROUPS
    return number[:2] != "00"


def paper_fits(kind: str, country: str, *, entity: bool) -> None:
    """Raise InputError when a form is not the one that somebody of this country hands in."""
    if kind == W9:
        return
    if country == "US":
        raise InputError(
            "tax-form-wrong", "A W-8 is for those outside the United States.", remedy="Hand in a W-9."
        )
    if entity and kind == W8BEN:
        raise InputError(
            "tax-form-wrong", "A W-8BEN is for people, not for companies.", remedy="Hand in a W-8BEN-E."
        )


def lacking(need: Need, paper: Paper | None, today: dt.date) -> str:
    """Return what is missing: ``paper``, ``wrong`` form, ``over``, ``number``, ``file``; "" for nothing."""
    if need is Need.NONE:
        return ""
    if paper is None:
        return "paper"
    if (need is Need.W9) != (paper.kind == W9) or (paper.entity and paper.kind == W8BEN):
        return "wrong"
    if paper.kind != W9 and (paper.signed_on is None or w8_until(paper.signed_on) < today):
        return "over"
    if paper.kind == W9 and not paper.has_number:
        return "number"
    return "" if paper.has_file else "file"


def withholds(need: Need, paper: Paper | None) -> bool:
    """Tell whether 24 % is to be kept back: a US payee without a valid number, or one the IRS named."""
    if need is not Need.W9:
        return False
    if paper is None or paper.kind != W9 or not paper.has_number or paper.told_to_withhold:
        return True
    return paper.match in {Match.DIFFERENT, Match.WITHHOLD}


def is_corporation(classification: str, letter: str = "") -> bool:
    """Tell whether a federal classification is a corporation's; an LLC goes by its letter.

    >>> is_corporation("llc", "S"), is_corporation("llc", "P")
    (True, False)
    """
    return classification in {"c-corporation", "s-corporation"} or (
        classification == "llc" and letter in {"C", "S"}
    )


def why_of(box: Box, need: Need, missing: str, classification: str, letter: str = "") -> Why:
    """Return why a payee is on the year's list or is left out; without a valid W-8 it is not sure."""
    if box.due:
        return Why.DUE
    if need is not Need.W9:
        if missing and need is not Need.NONE and missing != "file":
            return Why.UNSURE
        return Why.FOREIGN_HERE if need is Need.W8_AND_1042S else Why.FOREIGN
    if is_corporation(classification, letter):
        return Why.CORPORATION
    if classification == "exempt":
        return Why.EXEMPT
    return Why.RAIL if box.left_out and not box.counted_minor else Why.BELOW


def kept_until(used_on: dt.date, years: int = YEARS_KEPT) -> dt.date:
    """Return the last day on which a form is kept: so many years after the forms of that year were due.

    >>> kept_until(dt.date(2026, 5, 1))
    datetime.date(2031, 1, 31)
    """
    return dt.date(used_on.year + 1 + years, 1, 31)
