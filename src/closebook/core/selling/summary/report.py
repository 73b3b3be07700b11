"""What a summary is made of: its scope, figures by id, and sections of sentences, tables, charts and lists.

Nothing here is in a language: a label is the key of a phrase, a sentence the key of a template with figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from closebook.core.selling.figures import Figure

SECTIONS = tuple(f"R{number}" for number in range(17))
"""The sections in their order, R0 the cover to R16 the duties."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and which days a summary is about; without person and region it is about all."""

    company: str
    currency: str
    start: dt.date
    end: dt.date
    drawn: dt.date
    person: str = ""
    region: str = ""

    @property
    def until(self) -> dt.date:
        """Return the last day of which there are data."""
        return min(self.end, self.drawn)

    @property
    def whole_year(self) -> bool:
        """Tell whether the scope is one whole calendar year that is over."""
        year = self.start.year
        return (self.start, self.end) == (
            dt.date(year, 1, 1),
            dt.date(year, 12, 31),
        ) and self.drawn > self.end


@dataclass(frozen=True, slots=True)
class Records:
    """The records that a figure was made of: their kind, and their ids in our database or the books."""

    kind: str = ""
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """A figure. ``id`` is such as F3 or F3/region/North; ``name`` is whose it is, "" the whole's."""

    id: str
    figure: Figure
    records: Records = Records()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the draft: the key of its template, the figures in it, and names and days as they are.

    A figure's id with ``~`` before it is said without its sign.
    """

    key: str
    figures: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str | dt.date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the key of its label or, where that is "", a name; then ids, "" for no figure."""

    label: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of figures: the keys of its title and heads, the first head above the labels."""

    key: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: columns or a line over months, or bars over names. A series is a phrase's key with ids."""

    key: str
    kind: str
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of what people wrote: the key of its title, and each item's text with its further facts."""

    key: str
    items: tuple[tuple[str, Mapping[str, str]], ...]


Block = Sentence | Grid | Chart | Facts


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its id and its blocks in order."""

    id: str
    blocks: tuple[Block, ...] = ()

    @property
    def draft(self) -> tuple[Sentence, ...]:
        """Return the sentences that were written from the data."""
        return tuple(block for block in self.blocks if isinstance(block, Sentence))


@dataclass(frozen=True, slots=True)
class Broken:
    """An identity that does not hold: what it is, and by how many minor units."""

    what: str
    difference_minor: int


@dataclass(frozen=True, slots=True)
class Report:
    """A summary. ``broken`` names the identities that fail: it cannot become final while there is one."""

    scope: Scope
    figures: Mapping[str, Live]
    sections: Sequence[Section]
    broken: Sequence[Broken] = ()

    def section(self, name: str) -> Section:
        """Return a section; an empty one where there is none."""
        return next((one for one in self.sections if one.id == name), Section(name))

    def minor(self, name: str) -> int:
        """Return the value of a figure as a whole number, 0 where it has none."""
        found = self.figures.get(name)
        return (found.figure.minor or 0) if found else 0
