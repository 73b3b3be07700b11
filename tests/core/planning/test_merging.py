"""Three-way merge: what a person changed in the books is never written over without a question, whatever the
order in which the person, the source and the plans come.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from closebook.core.planning.actions import ActionKind
from closebook.core.planning.changes import MONEY_FIELDS, changed_fields
from closebook.core.planning.plan import make_plan
from closebook.core.planning.rails import Rails
from closebook.core.planning.remote import RemoteFacts, RemoteObject
from tests.core.planning.shop import applied, by_key, day, order, profile, sale, tax, wanted

SALE = "order:3900112233/sale"
NAMES = {"day": "day", "memo": "memo", "number": "number", "other account": "other_account"}
VALUES = {
    "day": (day("03-05"), day("03-06")),
    "memo": ("called her, fine", "a gift"),
    "number": ("A-1", "A-2"),
    "other account": ("here", "elsewhere"),
}
OPEN = replace(profile(), rails=Rails(max_removed=10**6, max_removed_percent=100, max_changed_percent=100))
many = settings(max_examples=60, deadline=None)


@cache
def posted():
    """Return what a shop with one sale wants in its books."""
    rows = (sale("03-04", 5400, key="s"), tax("03-04", -400, key="t"))
    return wanted(*rows, orders=(order(),))


class Sides:
    """One document: as the source says it, as the books hold it, and what was posted of it."""

    def __init__(self) -> None:
        self._desired = posted()
        self._links = applied(make_plan(self._desired, {}, RemoteFacts(), OPEN))
        self.source = self.books = by_key(self._desired)[SALE]

    def source_says(self, name, value):
        self.source = replace(self.source, **{NAMES[name]: value})

    def person_writes(self, name, value):
        self.books = replace(self.books, **{NAMES[name]: value})

    @property
    def theirs(self):
        return set(self._links[SALE].theirs)

    def sync(self, word=""):
        """Plan and apply; return the code of the question that is left, or ""."""
        documents = [self.source if one.key == SALE else one for one in self._desired.documents]
        desired, link = replace(self._desired, documents=documents), self._links[SALE]
        seen = RemoteObject(link.kind, link.remote_id, "7", self.books.fingerprint(), self.books)
        changed = seen.fingerprint != link.remote
        facts = RemoteFacts(objects={(link.kind, link.remote_id): seen} if changed else {})
        words = {SALE: word} if word else {}
        plan = make_plan(desired, self._links, facts, OPEN, decisions=words)
        self._links = applied(plan, self._links)
        for action in plan.actions:
            if action.key == SALE and action.kind is ActionKind.HOLD:
                return action.code
            if action.key == SALE and action.kind is ActionKind.UPDATE:
                self.books = action.target
        return ""


edits = st.tuples(st.sampled_from(("source", "person")), st.sampled_from(sorted(NAMES)), st.integers(0, 1))


def carry_out(sides, edit):
    who, name, which = edit
    (sides.source_says if who == "source" else sides.person_writes)(name, VALUES[name][which])


@many
@given(st.lists(st.one_of(edits, st.just("sync"), st.sampled_from(("keep",))), max_size=10))
def test_what_a_person_changed_stands_until_it_is_answered_for(steps):
    sides, written = Sides(), {}
    for step in steps:
        if step in {"sync", "keep"}:
            sides.sync(step if step == "keep" else "")
        else:
            carry_out(sides, step)
            who, name, which = step
            if who == "person":
                written[name] = VALUES[name][which]
        for name, value in written.items():
            agreed = getattr(sides.books, NAMES[name]) == getattr(sides.source, NAMES[name])
            assert getattr(sides.books, NAMES[name]) == value or agreed, name


@many
@given(st.lists(edits, max_size=6))
def test_a_settled_document_differs_from_its_source_only_where_a_person_took_over(steps):
    sides = Sides()
    for step in steps:
        carry_out(sides, step)
        code = sides.sync()
        apart = set(changed_fields(sides.source, sides.books))
        assert code or apart <= sides.theirs, (apart, sides.theirs)
    assert [sides.sync("keep"), sides.sync()] == ["", ""]


@many
@given(st.lists(edits, min_size=2, max_size=3, unique_by=lambda one: one[1]), st.integers(0, 7))
def test_changes_of_different_fields_end_the_same_in_any_order(steps, plans):
    """``plans`` has a bit per step: whether a plan is made and applied after it."""
    ends = set()
    for ordered in permutations(steps):
        sides = Sides()
        for place, step in enumerate(ordered):
            carry_out(sides, step)
            if plans >> place & 1:
                sides.sync()
        code = sides.sync()
        ends.add((code, frozenset(sides.theirs) if not code else None, sides.books if not code else None))
        assert bool(code) == any(who == "person" and name in MONEY_FIELDS for who, name, _which in steps)
    assert len(ends) == 1


def test_overwriting_one_change_leaves_what_was_kept_before():
    sides = Sides()
    sides.person_writes("memo", "called her, fine")
    assert sides.sync() == ""
    sides.person_writes("day", day("03-06"))
    assert sides.sync() == "changed-by-person"
    assert sides.sync("overwrite") == ""
    assert (sides.books.day, sides.books.memo) == (day("03-04"), "called her, fine")
    assert (sides.sync(), sides.books.memo, sides.theirs) == ("", "called her, fine", {"memo"})


def test_where_both_made_the_same_change_the_source_goes_on_to_count():
    sides = Sides()
    for change in (sides.source_says, sides.person_writes):
        change("memo", "a gift")
    assert (sides.sync(), sides.theirs) == ("", set())
    sides.source_says("memo", "no gift")
    assert (sides.sync(), sides.books.memo) == ("", "no gift")


@pytest.mark.parametrize("name", ["memo", "day"])
def test_what_a_person_set_back_is_the_sources_again(name):
    sides = Sides()
    first = getattr(sides.source, name)
    sides.person_writes(name, VALUES[name][0])
    sides.sync("keep")
    assert sides.theirs == {name}
    sides.person_writes(name, first)
    assert (sides.sync(), sides.theirs) == ("", set())


def test_a_change_of_money_is_asked_about_though_the_source_changed_something_else():
    sides = Sides()
    sides.person_writes("day", day("03-06"))
    sides.source_says("memo", "a gift")
    assert sides.sync() == "changed-by-person"
