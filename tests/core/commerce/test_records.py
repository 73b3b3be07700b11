"""The vocabulary of business records: stable words, and plain values that compare by content."""

from __future__ import annotations

import datetime as dt

from closebook.core.commerce.records import FeeKind, Movement, MovementKind, SourceRecord


def test_words_are_lower_case_with_dashes_and_come_back() -> None:
    for kinds in (MovementKind, FeeKind):
        for kind in kinds:
            assert kind.value == kind.value.lower().replace("_", "-")
            assert kinds(kind.value) is kind


def test_records_compare_by_content() -> None:
    first = SourceRecord("statement", "k-1", "day:2026-09-03", "d", {"net": "1.00"}, "a.csv", 2)
    assert first == SourceRecord("statement", "k-1", "day:2026-09-03", "d", {"net": "1.00"}, "a.csv", 2)
    move = Movement("k-1", MovementKind.FEE, FeeKind.ADS, dt.date(2026, 9, 3), -105, "USD", "", "Etsy Ads")
    assert move.info == ""
    assert move.amount_minor == -105
