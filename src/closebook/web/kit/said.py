"""Sentences and labels of the code below the site, in the reader's language.

They come as plain English, some of them out of the database. The templates they were made of are the
entries of the language's catalogue with the contexts ``said`` and ``label`` (collected from the source by
``tools/sentences.py``): a text is taken apart by them, its values are written as the language writes days and
amounts, and a value that is itself a sentence or a word is said too. What no template fits stays English.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import dates, numbers
from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, to_locale

from closebook.core.commands import without_commands
from closebook.core.wording import Sentences
from closebook.web.templatetags.kit import day, here

SAID, LABEL = "said", "label"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_AMOUNT = re.compile(r"(-?)(\d[\d,]*)\.(\d+)((?: [A-Z]{3})?)")
_PAIR = re.compile(r"([a-z][a-z ]+) (-?\d[\d,]*\.\d+(?: [A-Z]{3})?)")
_JOINTS = re.compile(r"(, |; | \+ | - | = | → | and )")
_PLACE = re.compile(r"\{(\w+)\}")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class _Catalogue:
    known: Sentences
    words: dict[str, str]


@lru_cache(maxsize=16)
def _catalogue(language: str, context: str) -> _Catalogue | None:
    """Return the templates of a language with their translations; None for one without a catalogue."""
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / to_locale(language) / "LC_MESSAGES" / "django.mo"
        if path.exists():
            with path.open("rb") as file:
                # Babel gives the context of an .mo file as bytes.
                wanted = {context, context.encode()}
                entries = [one for one in read_mo(file) if one.context in wanted and one.string]
            words = {str(one.id): str(one.string) for one in entries}
            return _Catalogue(Sentences(words), words)
    return None


def said(text: object) -> str:
    """Return a sentence of the code below the site in the reader's language, without shell commands."""
    english = without_commands(str(text or ""))
    return _said(english, get_language() or "en", SAID)


def label(text: object) -> str:
    """Return a title or a row's label of a statement in the reader's language."""
    return _said(str(text or ""), get_language() or "en", LABEL)


def knows(text: str, language: str, context: str = SAID) -> bool:
    """Tell whether a language has a template that explains a text, or a part of it."""
    found = _catalogue(language, context)
    return found is not None and found.known.knows(text)


@lru_cache(maxsize=8_192)
def _said(text: str, language: str, context: str) -> str:
    catalogue = _catalogue(language, context) if text else None
    if catalogue is None:
        return text
    with translation.override(language):
        return "\n".join(_line(line, catalogue, language, 0) for line in text.split("\n"))


def _line(text: str, catalogue: _Catalogue, language: str, depth: int) -> str:
    parts = []
    for piece in catalogue.known.read(text):
        words, values = catalogue.words.get(piece.template), piece.values or {}
        if words is None:
            unknown = not depth and piece.text.endswith(".")
            parts.append(piece.text if unknown else _value(piece.text, catalogue, language, depth + 1))
            continue
        written = {name: _value(value, catalogue, language, depth + 1) for name, value in values.items()}
        parts.append(_filled(words, values, written, language))
    blank = "" if all(part.endswith(("。", "？")) for part in parts[:-1]) else " "
    return blank.join(parts)


def _filled(words: str, values: Mapping[str, str], written: Mapping[str, str], language: str) -> str:
    """Return a template with its values, as the language joins them.

    In Dutch a word of ours behind another begins with a small letter; in Chinese a blank parts our letters
    from theirs.
    """

    def value(place: re.Match[str]) -> str:
        text = written.get(place[1], place[0])
        before, after = words[: place.start()][-1:], words[place.end() :][:1]
        if language == "nl":
            ours = text != values.get(place[1]) and text[1:2].islower()
            return text[0].lower() + text[1:] if ours and before == " " and _inside(words, place) else text
        if language.startswith("zh"):
            return f"{_gap(before, text[:1])}{text}{_gap(text[-1:], after)}"
        return text

    return _PLACE.sub(value, words)


def _inside(words: str, place: re.Match[str]) -> bool:
    return words[: place.start()].rstrip()[-1:].isalnum()


def _gap(left: str, right: str) -> str:
    """Return a blank where a Chinese and a Latin letter or digit would touch."""
    both = left.isalnum() and right.isalnum()
    return " " if both and left.isascii() != right.isascii() else ""


def _value(text: str, catalogue: _Catalogue, language: str, depth: int) -> str:
    """Return a value: a sentence or word is said, a day or an amount written, a list taken part by part."""
    if depth > _DEEPEST:
        return text
    listed = "; " in text and not text.endswith(".")
    if text in catalogue.words or (" " in text and not listed and catalogue.known.knows(text)):
        return _line(text, catalogue, language, depth)
    shape = next((write(text) for write in _SHAPES if write(text) != text), None)
    if shape is not None:
        return shape
    pair = _PAIR.fullmatch(text)
    if pair:
        words = _value(pair[1], catalogue, language, depth + 1)
        return f"{words} {_amount(pair[2])}"
    parts = re.split("(; )", text) if listed else _JOINTS.split(text)
    if len(parts) == 1 or text[0] in "'\"":
        return text
    return "".join(
        _joint(part, language) if odd % 2 else _value(part, catalogue, language, depth + 1) if part else ""
        for odd, part in enumerate(parts)
    )


def _joint(mark: str, language: str) -> str:
    if mark == " and ":
        return {"nl": " en ", "zh-hans": "、"}.get(language, mark)
    return {", ": "、", "; ": "；"}.get(mark, mark) if language.startswith("zh") else mark


def _day(text: str) -> str:
    found = _date(text) if _DAY.fullmatch(text) else None
    return day(found) if found else text


def _month(text: str) -> str:
    found = _date(f"{text}-01") if _MONTH.fullmatch(text) else None
    return dates.format_skeleton("yMMMM", found, locale=here()) if found else text


def _date(text: str) -> dt.date | None:
    """Return the day of a text, None for one that no calendar has: a sentence may quote what was typed."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _amount(text: str) -> str:
    found = _AMOUNT.fullmatch(text)
    if not found:
        return text
    whole = numbers.format_decimal(int(found[2].replace(",", "")), locale=here())
    sign = "\u2212" if found[1] else ""
    return f"{sign}{whole}{numbers.get_decimal_symbol(here())}{found[3]}{found[4]}"


_SHAPES: tuple[Callable[[str], str], ...] = (_day, _month, _amount)
