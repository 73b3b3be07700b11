"""The lists that the measurements rest on are the same for a seed."""

from __future__ import annotations

from benchmarks.matching_data import customer_lists


def test_a_seed_gives_the_same_lists():
    assert customer_lists(1, 60, 50, 30) == customer_lists(1, 60, 50, 30)
    assert customer_lists(1, 60, 50, 30) != customer_lists(2, 60, 50, 30)


def test_as_many_stand_in_both_as_was_asked_for():
    lists = customer_lists(1, 60, 50, 30)
    assert (len(lists.left), len(lists.right), len(lists.truth)) == (60, 50, 30)
    ours, theirs = {one.id for one in lists.left}, {one.id for one in lists.right}
    assert all(left in ours and right in theirs for left, right in lists.truth)
