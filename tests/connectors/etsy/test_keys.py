"""Keys: folding, twins, and little memory for many days."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from closebook.connectors.etsy.keys import Occurrences, fingerprint, fold_text


@given(st.text())
def test_a_wrong_encoding_changes_no_folded_text(text: str) -> None:
    garbled = text.encode("utf-8", "ignore").decode("windows-1252", "replace")
    assert fold_text(garbled) == fold_text(text.encode("utf-8", "ignore").decode())
    assert fold_text(text.encode("windows-1252", "replace").decode("windows-1252")) == fold_text(text)


def test_case_quotes_and_blanks_make_no_difference_but_words_do() -> None:
    assert fingerprint('Sale\x1fMug "A"') == fingerprint("SALE\x1fmug  a")
    assert fingerprint("Sale\x1fMug A") != fingerprint("Sale\x1fMug B")
    assert fingerprint("ab\x1fc") != fingerprint("a\x1fbc")


def test_twins_are_counted_through_packing_and_unpacking() -> None:
    counter, seen = Occurrences(), {}
    for turn in range(3):
        for day in range(40):
            for number in range(700):
                key = (day, fingerprint(str(number // 2)))
                seen[key] = seen.get(key, 0) + 1
                assert counter.number(f"day {day}", key[1]) == seen[key], (turn, day, number)
