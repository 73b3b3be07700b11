"""The yearly summary as data: the same figures in each language, and identities that must hold."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from closebook.core.selling.receivables import Movement
from closebook.core.selling.summary.compose import report_of
from closebook.core.selling.summary.gathered import Aim, Gathered, Sale, TargetPart
from closebook.core.selling.summary.report import SECTIONS, Chart, Grid
from closebook.core.selling.summary.speech import LANGUAGES, SpokenGrid
from closebook.web.selling_year.phrases import phrases, speech
from tests.web.selling_year.example import SCOPE, year


def test_all_sections_are_there_and_nothing_is_broken():
    report = report_of(year())
    assert [one.id for one in report.sections] == list(SECTIONS)
    assert not report.broken
    assert report.figures["F4"].figure.value == Fraction(report.minor("F3"), 500_000_01)


def test_worked_numbers_of_a_year_that_fell_short():
    before = [Sale("2024-01", "A", 147_727_273)]
    given = Gathered(SCOPE, 130_000_000, [Sale("2025-01", "A", 130_000_000)], before, target=Aim(216_666_667))
    report = report_of(given)
    assert round(report.figures["F4"].figure.value, 4) == Fraction(6, 10)
    said = speech(report, "nl").draft("R1")
    assert "1.300.000,00" in said
    assert "12,0 % minder" in said
    assert "60,0 % van de doelstelling van 2.166.666,67" in said


def test_a_ratio_of_nothing_is_not_said_and_never_zero():
    report = report_of(Gathered(SCOPE, 0))
    assert report.figures["F6"].figure.value is None
    assert "%" not in speech(report, "en").draft("R1")
    assert speech(report, "zh-hans").cell("F6").text == "不适用"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"sales_minor": 1}, ["region", "person", "month"]),
        ({"receivables": Movement(1, 0, 0, 0, 0, 0)}, ["receivables"]),
        ({"target": Aim(10, [TargetPart("N", "", "", 9)])}, ["target"]),
        ({"plan": Aim(10, [TargetPart("N", "", "", 11)])}, ["plan"]),
    ],
)
def test_an_identity_that_fails_is_named(changes, what):
    assert [one.what for one in report_of(year(**changes)).broken] == what


def test_every_phrase_has_three_languages_with_the_same_places():
    tables = [phrases(language) for language in LANGUAGES]
    for key, english in tables[0].items():
        places = set(re.findall(r"\{\w+\}", english))
        for table in tables:
            assert table[key].strip(), key
            assert set(re.findall(r"\{\w+\}", table[key])) == places, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_words(language):
    known, report = phrases(language), report_of(year())
    for section in report.sections:
        assert section.id in known
        for block in section.blocks:
            keys = [block.key]
            if isinstance(block, Grid):
                keys += [*block.heads, *(row.label for row in block.rows if row.label)]
            if isinstance(block, Chart):
                keys += [key for key, _ids in block.series]
            assert not [key for key in keys if key not in known]


def test_the_figures_are_the_same_in_all_languages():
    report = report_of(year())
    found = []
    for language in LANGUAGES:
        grids = [
            b
            for c in speech(report, language).document().chapters
            for b in c.blocks
            if isinstance(b, SpokenGrid)
        ]
        found.append(
            [(cell.id, cell.number) for grid in grids for _label, cells in grid.rows for cell in cells]
        )
    assert len(found[0]) > 60
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("scope", [
    replace(SCOPE, end=dt.date(2025, 3, 31)),
    replace(SCOPE, person="Anneke"),
    replace(SCOPE, region="华东", drawn=dt.date(2025, 7, 1)),
])  # fmt: skip
def test_a_part_says_what_it_covers(scope):
    document = speech(report_of(Gathered(scope, 0)), "en").document()
    for word in (scope.person, scope.region):
        assert word in document.subtitle
    assert scope.whole_year == (scope.drawn > scope.end and scope.end.month == 12)


def test_parts_add_up_for_any_rows():
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    for _round in range(60):
        rows = [
            Sale(f"2025-{chance.randint(1, 12):02}", chance.choice("ABCD"), chance.randint(-500, 90_000),
                 chance.choice(["", "N", "S"]), chance.choice(["", "ann", "bob"]))
            for _row in range(chance.randint(0, 30))
        ]  # fmt: skip
        total = sum(row.minor for row in rows)
        report = report_of(Gathered(SCOPE, total, rows))
        assert not report.broken, seed
        for kind in ("region", "person", "customer", "month"):
            parts = [name for name in report.figures if name.startswith(f"F3/{kind}/")]
            assert sum(report.minor(name) for name in parts) == total, seed
        off = report_of(Gathered(SCOPE, total + 1, rows))
        assert {one.difference_minor for one in off.broken} == {-1}, seed


def test_what_was_written_takes_the_drafts_place():
    report = report_of(year())
    spoken = speech(report, "en")
    chapter = spoken.document({"R1": "A good year.\n\nIndeed."}).chapters[1]
    assert [one.text for one in chapter.blocks[:2]] == ["A good year.", "Indeed."]
