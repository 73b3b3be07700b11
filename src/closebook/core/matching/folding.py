"""One spelling for what is written in many: names, phones, mailboxes, streets."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from closebook.core.matching.words import BUSINESS, FREE_MAIL, JOINING, LEGAL, RELAYS, STREETS, TITLES

_NO_WORD = re.compile(r"[^a-z0-9\u00df-\uffff]+")
_CLOSING = re.compile(r"['’]|(?<=\b\w)\.(?=\w\b)|(?<=\.\w)\.")
_DIGITS = frozenset("0123456789")
_NO_DIGIT = re.compile(r"\D+")
_CJK = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_CJK_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_CJK_COMPANY = re.compile(r"(股份有限公司|有限责任公司|有限公司|公司|株式会社)")
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
PHONE_DIGITS = 9
"""Digits that are compared of a phone number, from its end: prefixes of countries and trunks fall away."""


def fold(text: str) -> str:
    """Return the text in lower case, without accents, in half width.

    >>> fold("Ångström-Müller")
    'angstrom-muller'
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(mark for mark in plain if not unicodedata.combining(mark)))


def tokens_of(text: str) -> list[str]:
    """Return the words of a text in its order; apostrophes and dots inside words close up.

    >>> tokens_of("O'Brien & Sons, L.L.C.")
    ['obrien', 'sons', 'llc']
    """
    folded = fold(text)
    if folded.isascii() and folded.replace(" ", "").isalnum():
        return folded.split()
    folded = _CLOSING.sub("", folded)
    if not folded.isascii():
        folded = _CJK_COMPANY.sub(" ", _CJK_GAP.sub("", folded))
    return _NO_WORD.sub(" ", folded).split()


def plain_key(text: str) -> str:
    """Return a name without case, spaces and punctuation: what "exactly the same name" compares.

    >>> plain_key("Smith,  J.") == plain_key("smith j")
    True
    """
    folded = fold(text)
    return folded if folded.isascii() and folded.isalnum() else _NO_WORD.sub("", folded)


def person_tokens(name: str) -> tuple[str, ...]:
    """Return a name's words, given name first: ``Last, First`` is turned, titles and legal forms left out.

    >>> person_tokens("Smith, Dr. John A.")
    ('john', 'smith')
    >>> person_tokens("Hill Homes, LLC")
    ('hill', 'homes')
    """
    last, comma, first = name.partition(",")
    if comma and not BUSINESS.intersection(tokens_of(name)):
        name = f"{first} {last}"
    words = tokens_of(name)
    kept = [word for word in words if word not in TITLES and word not in LEGAL and word not in JOINING]
    if len(kept) > 2:
        kept = [kept[0], *(word for word in kept[1:-1] if len(word) > 1), kept[-1]]
    return tuple(kept or words)


@lru_cache(maxsize=262144)
def name_words(name: str) -> str:
    """Return the words of a name in one text."""
    return " ".join(person_tokens(name))


def full_name(first: str, last: str) -> str:
    """Return given and family name in one; Chinese, Japanese and Korean put the family first, closed up."""
    if _CJK.search(first) and _CJK.search(last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


@lru_cache(maxsize=262144)
def mailbox(address: str) -> str:
    """Return a mailbox to compare, or "" for a relay's: lower case, no tag, no dots where Gmail ignores them.

    >>> mailbox("Jo.Hill+shop@GMail.com")
    'johill@gmail.com'
    >>> mailbox("x7k@marketplace.amazon.com")
    ''
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if (
        not at
        or not local
        or domain.startswith(RELAYS)
        or local.startswith(("noreply", "no-reply", "donotreply"))
    ):
        return ""
    local = local.partition("+")[0]
    if domain in {"gmail.com", "googlemail.com"}:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def own_domain(box: str) -> str:
    """Return the domain of a mailbox when it belongs to one company, else ""."""
    domain = box.rpartition("@")[2]
    return "" if domain in FREE_MAIL else domain


@lru_cache(maxsize=262144)
def phone_key(phone: str) -> str:
    """Return the last digits of a number, or "" for one that nobody has.

    >>> phone_key("+1 (555) 010-0199") == phone_key("555.010.0199")
    True
    >>> phone_key("000-0000")
    ''
    """
    if not phone:
        return ""
    digits = _NO_DIGIT.sub("", phone.partition("x")[0])[-PHONE_DIGITS:]
    return digits if len(digits) >= 7 and len(set(digits)) > 2 else ""


@lru_cache(maxsize=262144)
def street_parts(street: str) -> tuple[str, str]:
    """Return the house number and the street's words, short forms written out.

    >>> street_parts("12 N. Main St, Apt 4")
    ('12', 'north main street unit 4')
    >>> street_parts("Hoofdstraat 12a")
    ('12a', 'hoofdstraat')
    """
    words = [STREETS.get(word, word) for word in tokens_of(street.replace(".", " "))]
    number = next((word for word in words if word[0] in _DIGITS), "")
    if (number and words[0] == number) or (number and not number.endswith(("st", "nd", "rd", "th"))):
        words.remove(number)
    return number, " ".join(words)


def postcode_key(postcode: str) -> str:
    """Return letters and digits of a postcode; of a ZIP+4 the first five."""
    kept = postcode if postcode.isdigit() else _NO_WORD.sub("", postcode.lower())
    return kept[:5] if len(kept) == 9 and kept.isdigit() else kept
