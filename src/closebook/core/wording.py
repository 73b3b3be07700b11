"""Sentences as templates: marking them where they are made, and knowing them again where they are shown.

The core speaks plain English and knows no languages. Whole sentences (with a full stop) are found in the
source by ``tools/sentences.py``; what is shorter (a kind, a unit) is marked by `shown`. Whoever shows a text
takes it apart with `Sentences` into templates and values, and says these in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PLACE = re.compile(r"\{(\w+)\}")
_ENDS = re.compile(r"(?<=[.!?…])\s+")
_MOST_SENTENCES = 12


def shown(text: str) -> str:
    """Return the text as it is; its literal parts are put into the catalogues of the languages."""
    return text


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: the template it was made of with its values as texts, or "" when none is known."""

    text: str
    template: str = ""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Template:
    text: str
    pattern: re.Pattern[str]
    key: str  # its longest literal part: where it is not in a text, the pattern is not tried
    letters: int


def _template(text: str) -> _Template:
    parts = _PLACE.split(text)
    literals = parts[::2]
    pattern = "".join(f"(?P<{part}>.+?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    return _Template(text, re.compile(pattern, re.DOTALL), max(literals, key=len), sum(map(len, literals)))


class Sentences:
    """Knows a set of templates, and finds in a text which of them it was made of."""

    def __init__(self, templates: Iterable[str]) -> None:
        """Keep the templates; those without a value are found by their text alone."""
        known = set(templates)
        self._plain = frozenset(text for text in known if not _PLACE.search(text))
        self._known = [_template(text) for text in sorted(known - self._plain)]
        self._read: dict[str, tuple[int, tuple[Piece, ...]]] = {}

    def read(self, text: str) -> tuple[Piece, ...]:
        """Return the pieces of a text in order; together, with blanks between, they are the text.

        Of several readings the one counts that explains most letters.

        >>> known = Sentences(["{name} is in use.", "Use another name."])
        >>> [piece.values for piece in known.read("Sales is in use. Use another name.")]
        [{'name': 'Sales'}, {}]
        """
        return self._best(text)[1]

    def knows(self, text: str) -> bool:
        """Tell whether some of the text is explained by a template."""
        return self._best(text)[0] > 0

    def _best(self, text: str) -> tuple[int, tuple[Piece, ...]]:
        found = self._read.get(text)
        if found is None:
            if len(self._read) > 20_000:
                self._read.clear()
            found = self._read[text] = self._parted(text)
        return found

    def _parted(self, text: str) -> tuple[int, tuple[Piece, ...]]:
        ends = list(_ENDS.finditer(text))[: _MOST_SENTENCES - 1]
        starts, stops = [0, *(end.end() for end in ends)], [*(end.start() for end in ends), len(text)]
        best: list[tuple[int, tuple[Piece, ...]]] = [(0, ())]
        for last in range(len(starts)):  # best[n] is the best reading of the first n sentences
            readings = []
            for first in range(last + 1):
                score, piece = self._one(text[starts[first] : stops[last]])
                if piece.template or first == last:
                    readings.append((best[first][0] + score, (*best[first][1], piece)))
            best.append(max(readings, key=lambda reading: reading[0]))
        return best[-1]

    def _one(self, text: str) -> tuple[int, Piece]:
        """Return the best template of a whole text with the number of letters that it explains."""
        if text in self._plain:
            return len(text), Piece(text, text, {})
        found = (0, Piece(text))
        for one in self._known:
            if one.key in text and (match := one.pattern.fullmatch(text)):
                values = match.groupdict()
                score = one.letters + sum(self._best(value)[0] for value in values.values() if value != text)
                if score > found[0]:
                    found = (score, Piece(text, one.text, values))
        return found
