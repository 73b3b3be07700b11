"""Amounts as people type them, and the small lines of figures."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.core.errors import InputError
from closebook.web.books.amounts import decimal_typed, minor_typed
from closebook.web.kit.sparkline import EDGE, HEIGHT, WIDTH, points
from closebook.web.templatetags.kit import money

VALUES = st.lists(st.integers(-(10**13), 10**13), min_size=2, max_size=40)


def pairs(values: list[int]) -> list[tuple[int, int]]:
    return [tuple(int(part) for part in point.split(",")) for point in points(values).split()]


@given(VALUES)
def test_a_line_has_a_point_for_each_value_inside_its_box(values):
    found = pairs(values)
    assert len(found) == len(values)
    assert (found[0][0], found[-1][0]) == (EDGE, WIDTH - EDGE)
    assert all(EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE for x, y in found)
    assert [x for x, _y in found] == sorted(x for x, _y in found)


@given(VALUES)
def test_a_larger_value_never_lies_lower_and_the_ends_touch_the_edges(values):
    found = sorted(zip(values, (y for _x, y in pairs(values)), strict=True))
    assert all(a[1] >= b[1] for a, b in pairwise(found))
    if min(values) < max(values):
        assert (found[-1][1], found[0][1]) == (EDGE, HEIGHT - EDGE)
    else:
        assert {y for _value, y in found} == {HEIGHT // 2}


@given(VALUES, st.integers(-(10**9), 10**9))
def test_a_line_does_not_depend_on_where_zero_is(values, moved):
    assert points([value + moved for value in values]) == points(values)


@pytest.mark.parametrize("values", [[], [5]])
def test_fewer_than_two_values_make_no_line(values):
    assert points(values) == ""


@pytest.mark.parametrize("language", ["en", "nl", "zh-hans"])
@given(amount=st.integers(-(10**12), 10**12))
def test_what_is_shown_can_be_typed(language, amount):
    from django.utils import translation

    for currency in ("USD", "JPY", "KWD"):
        with translation.override(language):
            assert minor_typed(money(amount, currency), language, currency) == amount


@pytest.mark.parametrize(
    ("text", "language", "minor"),
    [
        ("1,234.50", "en", 123450),
        ("1234.5", "en", 123450),
        (" -0.01 ", "en", -1),
        ("1.234,50", "nl", 123450),
        ("1.234", "nl", 123400),
        ("\u2212,50".replace(",", "0,"), "nl", -50),
        ("1,234,567", "zh-hans", 123456700),
    ],
)
def test_amounts_are_read_in_their_language(text, language, minor):
    assert minor_typed(text, language, "USD") == minor


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1.234,50", "en"),
        ("1,234.50", "nl"),
        ("12.34.56", "en"),
        ("1.5", "nl"),
        ("1,2345.00", "en"),
        ("0.001", "en"),
        ("", "en"),
        ("-", "en"),
        (".5", "en"),
        ("5.", "en"),
        ("1 234", "en"),
        ("٣", "en"),
        ("1e5", "en"),
        ("Infinity", "en"),
        ("9" * 16, "en"),
    ],
)
def test_anything_else_is_refused(text, language):
    with pytest.raises(InputError):
        minor_typed(text, language, "USD")


def test_quantities_have_up_to_six_places():
    assert decimal_typed("0.000001", "en", 6) == Decimal("0.000001")
    with pytest.raises(InputError):
        decimal_typed("0.0000001", "en", 6)


def test_yen_have_no_places():
    assert minor_typed("1,234", "en", "JPY") == 1234
    with pytest.raises(InputError):
        minor_typed("1,234.0", "en", "JPY")
