"""Texts made fit for the service, the same way every time.

Source: QuickBooks Online Accounting API, schema and data formats: names without colon, tab and line end;
length limits; companies in the United States store ISO 8859-1 only. What does not fit is replaced by
something readable, never dropped silently where it would make two texts equal.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

NAME_LENGTH = 100
PARTY_NAME_LENGTH = 500
NUMBER_LENGTH = 21
LONG_TEXT_LENGTH = 4000
_MARK_DIGITS = 8
_TAIL = 200

_PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "…": "...", "•": "*",
    "‹": "<", "›": ">", "⁄": "/", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~",
    "€": "EUR", "₤": "GBP", "₹": "INR", "₩": "KRW", "₪": "ILS", "₺": "TRY", "₽": "RUB", "₿": "BTC",
    "™": "(TM)", "℠": "(SM)", "№": "No.", "✓": "(ok)", "✔": "(ok)", "Œ": "OE", "œ": "oe", "ẞ": "SS",
    "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "ĸ": "k",
    "Ŋ": "NG", "ŋ": "ng", "ə": "e", "Ə": "E",
}  # fmt: skip
_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "'", "ы": "y",
    "ь": "'", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u",
    "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_SYLLABLE = re.compile(r"^(?:HIRAGANA|KATAKANA) LETTER (?:SMALL )?(\w+)$|^HANGUL SYLLABLE (\w+)$")
_VANISHING = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Co"})


def latin1(text: str) -> str:
    """Return a text in the characters of ISO 8859-1.

    Punctuation becomes its plain form, accents that do not exist there go, Cyrillic, Greek, kana and Hangul
    are transliterated, symbols are named, and any other letter is written as its code.

    >>> latin1("“Łódź” – 5 €"), latin1("🎁 box"), latin1("Иван"), latin1("中")
    ('"Lódz" - 5 EUR', '(wrapped present) box', 'Ivan', '[4E2D]')
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter < "\u0100" else _replacement(letter) for letter in composed)


def clean_name(text: str, length: int = NAME_LENGTH, *, only_latin1: bool = True) -> str:
    """Return a name without colons, double quotes, tabs and line ends; one that is too long ends with a
    mark of the whole.

    >>> clean_name('Etsy:  "shop"')
    "Etsy- 'shop'"
    """
    name = _one_line(latin1(text) if only_latin1 else text).replace(":", "-").replace('"', "'")
    return _cut_with_mark(name, length)


def clean_number(text: str, *, only_latin1: bool = True) -> str:
    """Return a document number of at most 21 characters; one that is too long ends with a mark of the
    whole.
    """
    return _cut_with_mark(_one_line(latin1(text) if only_latin1 else text), NUMBER_LENGTH)


def clean_text(text: str, length: int = LONG_TEXT_LENGTH, *, only_latin1: bool = True) -> str:
    """Return a text that may have several lines; of one that is too long the middle goes, so that a mark at
    its end stays.
    """
    lines = [_one_line(line) for line in (latin1(text) if only_latin1 else text).splitlines()]
    whole = "\n".join(lines).strip("\n")
    if len(whole) <= length:
        return whole
    tail = whole[-min(_TAIL, length // 2) :]
    return f"{whole[: length - len(tail) - 5].rstrip()} ... {tail}"


def folded(text: object) -> str:
    """Return a text with all white space as single blanks, for comparing."""
    return " ".join(str(text or "").split())


def _one_line(text: str) -> str:
    """Return a text with white space as single blanks and without control characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    kept = "".join(letter for letter in spaced if unicodedata.category(letter) not in _VANISHING)
    return " ".join(kept.split())


def _cut_with_mark(text: str, length: int) -> str:
    """Return a text that fits; when it is cut it ends with digits of the whole, so that two texts stay
    different.
    """
    if len(text) <= length:
        return text
    mark = hashlib.blake2b(text.encode(), digest_size=_MARK_DIGITS // 2).hexdigest()
    return f"{text[: length - _MARK_DIGITS - 1].rstrip()}-{mark}"


@lru_cache(maxsize=4096)
def _replacement(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if letter.lower() in _LETTERS:
        latin = _LETTERS[letter.lower()]
        return latin if letter == letter.lower() else latin.capitalize()
    if letter.isspace():
        return " "
    if unicodedata.category(letter) in _VANISHING:
        return ""
    return _by_parts(letter) or _by_name(letter) or f"[{ord(letter):04X}]"


def _by_parts(letter: str) -> str:
    """Return what is left of a letter or a compatibility form without its accents, or ""."""
    parts = unicodedata.normalize("NFKD", letter)
    if parts == letter:
        return ""
    kept = [part for part in parts if unicodedata.category(part) not in _VANISHING]
    if any(part >= "\u0100" for part in kept):
        syllable = _by_name(letter)
        return syllable or "".join(part if part < "\u0100" else _replacement(part) for part in kept)
    return "".join(kept)


def _by_name(letter: str) -> str:
    """Return the reading of a kana or Hangul syllable, or a symbol's name in brackets, or ""."""
    name = unicodedata.name(letter, "")
    syllable = _SYLLABLE.match(name)
    if syllable:
        return (syllable.group(1) or syllable.group(2)).lower()
    return f"({name.lower()})" if name and unicodedata.category(letter).startswith("S") else ""
