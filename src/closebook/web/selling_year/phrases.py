"""The words of the yearly summary in its three languages, side by side in one file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from closebook.core.selling.summary.report import Report
from closebook.core.selling.summary.speech import LANGUAGES, Speech

_FILE = Path(__file__).parent / "phrases.txt"


@cache
def phrases(language: str) -> Mapping[str, str]:
    """Return the phrases of a language by key; KeyError for a language without words."""
    column = {name: number for number, name in enumerate(LANGUAGES, 1)}[language]
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {cells[0]: cells[column] for cells in (line.split(" | ") for line in lines if line)}


def speech(report: Report, language: str) -> Speech:
    """Return what says a report in a language."""
    return Speech(language, phrases(language), report)
