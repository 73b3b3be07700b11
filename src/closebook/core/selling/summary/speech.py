"""Saying a summary in a language: its phrases, numbers and days as that language writes them.

The phrases are handed in; a number is the same in all languages, only its writing differs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from closebook.core.money import decimal_from_minor, format_grouped
from closebook.core.selling.figures import percent, rounded
from closebook.core.selling.summary.report import (
    SECTIONS,
    Block,
    Chart,
    Facts,
    Grid,
    Live,
    Report,
    Row,
    Sentence,
)

LANGUAGES = ("en", "nl", "zh-hans")
_SWAP = str.maketrans({",": ".", ".": ","})
_DAYS = {
    "en": "{d.day} {month} {d.year}",
    "nl": "{d.day} {month} {d.year}",
    "zh-hans": "{d.year}年{d.month}月{d.day}日",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is said, with its number (None without one): amounts in whole units, rates as shares."""

    text: str
    number: Decimal | None = None
    unit: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text; ``cells`` are the figures in it by their place."""

    text: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class SpokenGrid:
    """A table in words: title, heads, and rows of a label with cells; ``total`` numbers its sums."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    bold: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SpokenChart:
    """A chart in words: names, and series of numbers in whole units of the currency."""

    title: str
    kind: str
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal, ...]], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with its title; each item is a text with lines of label and value."""

    title: str
    items: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


SpokenBlock = Paragraph | SpokenGrid | SpokenChart | Listed


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section in words."""

    id: str
    title: str
    blocks: tuple[SpokenBlock, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A summary in words: what every format is written from."""

    language: str
    title: str
    subtitle: str
    currency: str
    chapters: tuple[Chapter, ...]


class Speech:
    """Says a report in one language."""

    def __init__(self, language: str, phrases: Mapping[str, str], report: Report) -> None:
        """Keep the language (en, nl or zh-hans), its phrases and the report."""
        self.language, self._phrases, self._report = language, phrases, report

    def document(self, texts: Mapping[str, str] | None = None) -> Document:
        """Return the document; a section's drafted sentences give way to the text that was written for it."""
        chapters = [self._chapter(name, (texts or {}).get(name)) for name in SECTIONS]
        scope = self._report.scope
        title = self.phrase("title" if scope.whole_year else "title-part").format(year=scope.start.year)
        days = f"{self.day(scope.start)} – {self.day(scope.end)}"
        parts = [scope.company, days, *(one for one in (scope.region, scope.person) if one)]
        shown = tuple(one for one in chapters if one.blocks)
        return Document(self.language, title, " · ".join(parts), scope.currency, shown)

    def _chapter(self, name: str, text: str | None) -> Chapter:
        blocks = self._report.section(name).blocks
        said: list[SpokenBlock] = []
        if text is not None:
            said = [Paragraph(line.strip()) for line in text.split("\n") if line.strip()]
            blocks = tuple(one for one in blocks if not isinstance(one, Sentence))
        return Chapter(name, self.phrase(name), (*said, *(self._block(one) for one in blocks)))

    def draft(self, name: str) -> str:
        """Return the drafted sentences of a section, one a line."""
        return "\n".join(self.sentence(one).text for one in self._report.section(name).draft)

    def phrase(self, key: str) -> str:
        """Return the phrase of a key; an unknown key is said as it is."""
        return self._phrases.get(key, key)

    def _block(self, block: Block) -> SpokenBlock:
        if isinstance(block, Sentence):
            return self.sentence(block)
        if isinstance(block, Grid):
            return self.grid(block)
        return self._chart(block) if isinstance(block, Chart) else self._facts(block)

    def sentence(self, one: Sentence) -> Paragraph:
        """Return a drafted sentence with its figures."""
        cells = {place: self._signless(name) for place, name in one.figures.items()}
        words = {
            name: self.day(word) if isinstance(word, dt.date) else word for name, word in one.words.items()
        }
        text = self.phrase(one.key).format(**{name: cell.text for name, cell in cells.items()}, **words)
        return Paragraph(text, tuple(cells.values()))

    def _signless(self, name: str) -> Cell:
        cell = self.cell(name.removeprefix("~"))
        return Cell(cell.text.lstrip("−"), cell.number, cell.unit, cell.id) if name[0] == "~" else cell

    def grid(self, grid: Grid) -> SpokenGrid:
        """Return a table in words."""
        rows = tuple((self._label(row), tuple(self.cell(one) for one in row.cells)) for row in grid.rows)
        bold = frozenset(
            n for n, row in enumerate(grid.rows) if row.label in {"total", "F13", "F27", "F28", "F11/closing"}
        )
        return SpokenGrid(self.phrase(grid.key), tuple(self.phrase(one) for one in grid.heads), rows, bold)

    def _label(self, row: Row) -> str:
        return self.phrase(row.label) if row.label else row.name

    def _chart(self, chart: Chart) -> SpokenChart:
        series = tuple(
            (self.phrase(key), tuple(self.cell(one).number or Decimal(0) for one in ids))
            for key, ids in chart.series
        )
        names = tuple(self._month(name) for name in chart.names) if chart.kind != "bar" else chart.names
        return SpokenChart(self.phrase(chart.key), chart.kind, names, series)

    def _month(self, name: str) -> str:
        """Return a month such as 2026-03 in short words, with its year where the days span two."""
        year, _dash, month = name.partition("-")
        if not (year.isdecimal() and month.isdecimal()):
            return name
        short = self.phrase("months-short").split()[int(month) - 1]
        scope = self._report.scope
        if scope.start.year == scope.end.year:
            return short
        return f"{year}年{short}" if self.language.startswith("zh") else f"{short} {year}"

    def _facts(self, facts: Facts) -> Listed:
        items = tuple(
            (
                text,
                tuple(
                    (
                        self.phrase(f"fact-{name}"),
                        self.phrase(f"{name}-{value}") if f"{name}-{value}" in self._phrases else value,
                    )
                    for name, value in more.items()
                    if value
                ),
            )
            for text, more in facts.items
        )
        return Listed(self.phrase(facts.key), items)

    def cell(self, name: str) -> Cell:
        """Return a figure of the report as it is said; an empty cell for ""."""
        live = self._report.figures.get(name)
        return self._said(live) if live else Cell("")

    def _said(self, live: Live) -> Cell:
        figure, currency = live.figure, self._report.scope.currency
        if figure.value is None:
            return Cell(self.phrase("no-value"), None, figure.unit, live.id)
        if figure.unit == "money":
            number = decimal_from_minor(rounded(figure.value), currency)
            return Cell(
                self._marks(format_grouped(rounded(figure.value), currency)), number, "money", live.id
            )
        if figure.unit == "rate":
            share = percent(figure.value)
            text = self._marks(share) + ("%" if self.language.startswith("zh") else " %")
            return Cell(text, Decimal(share).scaleb(-2), "rate", live.id)
        if figure.unit == "count" and figure.value == rounded(figure.value):
            whole = rounded(figure.value)
            return Cell(self._marks(f"{whole:,}"), Decimal(whole), "count", live.id)
        number = Decimal(rounded(figure.value * 100)).scaleb(-2)
        return Cell(self._marks(f"{number:,}"), number, "number", live.id)

    def _marks(self, text: str) -> str:
        text = text.translate(_SWAP) if self.language == "nl" else text
        return text.replace("-", "−")

    def day(self, day: dt.date) -> str:
        """Return a day as the language writes it."""
        month = self.phrase("months").split()[day.month - 1]
        return _DAYS[self.language].format(d=day, month=month)
