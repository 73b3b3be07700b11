"""Who else posts the same business: named by the marks that apps leave."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.core.planning.cutoff import ForeignPosting, Overlap
from closebook.core.planning.foreign import posters_of

DAY = dt.date(2026, 3, 4)


def overlap(number: str, memo: str = "", day: int = 0, amount: int = 1000) -> Overlap:
    posting = ForeignPosting(
        "SalesReceipt", f"{number}-{day}", DAY + dt.timedelta(days=day), amount, number, memo
    )
    return Overlap(posting, "row-1", "Same amount as the sale.")


@pytest.mark.parametrize(
    ("number", "memo", "name"),
    [
        ("1001", "Posted by Synder: order 88", "Synder"),
        ("A2X-77", "", "A2X"),
        ("5", "link my books summary", "Link My Books"),
        ("LMB-5", "LinkMyBooks", "Link My Books"),
        ("1001", "sold at the fair", ""),
    ],
)
def test_an_app_is_known_by_its_name(number, memo, name):
    [poster] = posters_of([overlap(number, memo)])
    assert poster.name == name


def test_numbers_of_one_pattern_speak_for_an_app_from_three_on():
    few = posters_of([overlap("ET-1"), overlap("ET-2")])
    assert [(poster.name, poster.pattern) for poster in few] == [("", "")]
    many = posters_of([overlap("ET-1"), overlap("ET-2", day=3), overlap("ET-31", day=1), overlap("77")])
    assert [(poster.pattern, poster.documents) for poster in many] == [("ET-#", 3), ("", 1)]
    first = many[0]
    assert (first.first_day, first.last_day) == (DAY, DAY + dt.timedelta(days=3))
    assert (first.amount_minor, first.example) == (3000, "SalesReceipt ET-2")


def test_nobody_posts_what_does_not_overlap():
    assert posters_of([]) == ()
