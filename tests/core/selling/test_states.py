"""Opportunities, complaints, dealers, following up, and the checks of a summary."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from fractions import Fraction

import pytest

from closebook.core.errors import InputError
from closebook.core.selling import complaints, opportunities
from closebook.core.selling.checks import Item, Part, Shown, Summary, checks
from closebook.core.selling.dealers import Dealer, below_minimum, grades, scores_checked
from closebook.core.selling.followups import (
    Contact,
    FollowUp,
    Rule,
    after_refusals,
    closed,
    day_list,
    followed,
    hot,
    quotation,
    revisit,
    working_day_after,
)
from closebook.core.selling.opportunities import STAGES, Age, Card, Move, State, age_of, board_order, moved
from closebook.core.selling.targets import Goal

DAY = dt.date(2026, 3, 2)  # a Monday


def days(number):
    return DAY + dt.timedelta(days=number)


MOVE = Move(State.OPEN, "prospecting", "engaging", frozenset(STAGES[0].exit_criteria), "", DAY)


def test_a_move_needs_its_criteria_or_a_reason_and_a_next_step():
    assert moved(MOVE, STAGES) == (State.OPEN, "engaging")
    assert moved(replace(MOVE, ticked=frozenset(), reason="he asked at once"), STAGES)
    for wrong in (
        replace(MOVE, ticked=frozenset()),
        replace(MOVE, next_step=None),
        replace(MOVE, to="nowhere"),
        replace(MOVE, to="lost"),
        replace(MOVE, to="dropped"),
        replace(MOVE, to="open"),
    ):
        with pytest.raises(InputError):
            moved(wrong, STAGES)


def test_an_end_needs_no_next_step_and_can_be_opened_again():
    assert moved(replace(MOVE, to="won", next_step=None), STAGES) == (State.WON, "prospecting")
    assert moved(replace(MOVE, to="lost", reason="price"), STAGES)[0] is State.LOST
    assert moved(replace(MOVE, state=State.WON, ticked=frozenset()), STAGES) == (State.OPEN, "engaging")


def test_what_lacks_a_next_step_comes_first():
    cards = [
        Card("later", "engaging", DAY, days(5), 1),
        Card("none", "engaging", DAY, None, 1),
        Card("late", "engaging", DAY, days(-1), 1),
    ]
    assert [card.key for card in board_order(cards, DAY)] == ["none", "late", "later"]
    assert [age_of(DAY, days(n), 30) for n in (15, 16, 30, 31)] == [Age.FRESH, Age.RIPE, Age.RIPE, Age.OLD]
    assert [card.key for card in opportunities.stuck(cards, days(31), STAGES)] == ["late", "later", "none"]
    assert opportunities.jumped(STAGES, {"prospecting"}, "deciding") == ["engaging", "quoted"]


def test_a_pipeline_has_one_to_eleven_stages():
    assert opportunities.stages_checked(STAGES)
    for wrong in ((), STAGES * 2, tuple(replace(STAGES[0], code=str(n)) for n in range(12))):
        with pytest.raises(InputError):
            opportunities.stages_checked(wrong)


FULL = complaints.Facts("a new one", days(2), ("Ann",), "batch", "replace", "Bob", days(3), "satisfied")


def test_a_complaint_takes_its_steps_in_order():
    way = list(complaints.State)
    for state, to in itertools.pairwise(way):
        assert complaints.stepped(state, to, FULL) is to
    with pytest.raises(InputError):
        complaints.stepped(complaints.State.RECEIVED, complaints.State.CLOSED, FULL)


@pytest.mark.parametrize(
    ("state", "to", "lacking"),
    [
        ("received", "recorded_and_acknowledged", {"undertaking_by": None}),
        ("recorded_and_acknowledged", "reported", {"reported_to": ()}),
        ("reported", "plan_agreed", {"owner": ""}),
        ("customer_asked", "closed", {"verdict": ""}),
        ("customer_asked", "closed", {"verdict": "not_asked"}),
    ],
)
def test_each_step_needs_its_facts(state, to, lacking):
    with pytest.raises(InputError):
        complaints.stepped(complaints.State(state), complaints.State(to), replace(FULL, **lacking))


def test_a_complaint_is_in_time_within_the_standard():
    assert complaints.in_time(DAY, days(5), 5) is True
    assert complaints.in_time(DAY, days(6), 5) is False
    assert complaints.in_time(DAY, None, 5) is None


def test_grades_by_sales_lowered_for_late_payment_or_weak_criteria():
    five = dict.fromkeys(("strength", "network", "delivery", "cooperation", "investment"), 2)
    dealers = [
        Dealer("a", 600),
        Dealer("b", 250, days_late=31),
        Dealer("c", 100, scores=five),
        Dealer("d", 50),
        Dealer("e", 0, days_late=90, scores=five),
    ]
    found = {one.name: (one.by_sales, one.grade) for one in grades(dealers)}
    assert found == {"a": ("A", "A"), "b": ("A", "B"), "c": ("B", "C"), "d": ("C", "C"), "e": ("C", "C")}
    assert below_minimum(dealers[2], {"network": 3, "delivery": 2, "reliability": 1}) == [
        "network",
        "reliability",
    ]
    with pytest.raises(InputError):
        scores_checked({"network": 6})
    assert grades([Dealer("f", 10, days_late=30)])[0].grade == "A"


def refused(day, customer="x"):
    return Contact(customer, "ann", day, "refused")


def test_a_refusal_is_followed_twice_and_then_rests():
    assert after_refusals([refused(DAY)]) == FollowUp(Rule.REFUSED, "x", "ann", days(7), "2")
    assert after_refusals([refused(DAY), refused(days(3))]).about == "3"
    third = after_refusals([refused(DAY), refused(days(3)), refused(days(8))])
    assert (third.rule, third.due) == (Rule.REVISIT, days(98))
    assert after_refusals([refused(DAY), Contact("x", "ann", days(1), "next_step")]) is None
    assert after_refusals([]) is None
    assert working_day_after(DAY, 1, {days(1)}) == days(2)


def test_second_follow_ups_are_counted_within_the_days():
    rows = [refused(DAY), refused(days(7)), Contact("x", "ann", days(20)), refused(DAY, "y")]
    assert followed(rows) == (1, 3)


def test_a_revisit_counts_from_the_last_contact():
    assert revisit("x", "ann", "A", DAY).due == days(14)
    assert revisit("x", "ann", "B", DAY, own_interval=7).due == days(7)
    assert revisit("x", "ann", "C", None).due is None
    assert revisit("x", "ann", "", DAY) is None


def test_the_day_begins_with_hot_prospects_that_have_no_next_step():
    items = [
        FollowUp(Rule.REVISIT, "late", "ann", days(-9)),
        FollowUp(Rule.QUOTE, "later", "ann", days(1)),
        FollowUp(Rule.REFUSED, "today", "ann", DAY),
        hot("hot", "ann", None),
        hot("fine", "ann", days(3)),
    ]
    assert [item.customer for item in day_list(items, DAY)] == ["hot", "late", "today"]
    assert quotation("x", "ann", DAY, 1).due == days(7)
    assert quotation("x", "ann", DAY, 3) is None


def test_a_follow_up_is_closed_by_doing_it_or_with_a_reason():
    one = hot("x", "ann", None)
    assert closed(one, done=True) == closed(one, done=False, reason="moved away") == one
    with pytest.raises(InputError):
        closed(one, done=False)


def good():
    problem = Item(
        "problem",
        "Stock ran out",
        "R12",
        {"cause": "own", "root_cause": "no plan", "link": "delivery", "size": "a tenth"},
    )
    return Summary(
        items=[
            Item("achievement", "Won the north", facts={"account": "Alpha"}),
            problem,
            Item(
                "case", "Joint visits", facts={"situation": "a", "done": "b", "result": "c", "elsewhere": "d"}
            ),
            Item(
                "goal",
                "More visits",
                facts={"measure": "visits", "resource": "two people", "due": "2027-06-30"},
            ),
            Item("focus", "Plan the stock", facts={"problem": "Stock ran out"}),
            Item("promise", "Two hires", facts={"state": "kept"}),
        ],
        overview=[Shown("F4", Fraction(-1, 5), None, "stock")],
        plan_parts=[Part("north", 60, "ann"), Part("south", 40, "bob")],
        plan_minor=100,
        goals=[Goal("sales", 2027, 100), Goal("sales", 2027, 150, level="sprint")],
        company_completion=Fraction(1),
        own_completion=Fraction(1, 2),
    )


def failed(summary):
    return [note.check for note in checks(summary) if not note.passed]


def without(kind):
    return [item for item in good().items if item.kind != kind]


def test_a_good_summary_passes_all_twelve():
    assert [note.check for note in checks(good())] == [f"G{n}" for n in range(1, 13)]
    assert failed(good()) == []


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"items": [*without("achievement"), Item("note", "x", facts={"account": "a"})]}, "G1"),
        ({"items": [*good().items, Item("sentence", "Sales were 5", "R1")]}, "G2"),
        ({"overview": [Shown(f"F{n}") for n in range(13)]}, "G3"),
        ({"overview": [Shown("F4", None, Fraction(11, 100))]}, "G4"),
        ({"items": without("case")}, "G5"),
        ({"items": [*good().items, Item("problem", "x", "R12", {"cause": "own"})]}, "G6"),
        ({"plan_minor": 101}, "G7"),
        ({"plan_parts": [Part("north", 100, "")]}, "G7"),
        ({"items": without("goal")}, "G8"),
        ({"goals": []}, "G9"),
        ({"items": without("focus")}, "G10"),
        ({"items": [*good().items, Item("focus", "y", facts={"problem": "Stock ran out"})]}, "G10"),
        ({"items": without("promise")}, "G11"),
        ({"own_completion": None}, "G12"),
    ],
)
def test_each_check_finds_its_lack(change, check):
    found = [note for note in checks(replace(good(), **change)) if not note.passed]
    assert [note.check for note in found] == [check]
    assert found[0].reason
    assert found[0].where


def test_hopes_added_to_the_plan_are_found():
    mixed = replace(
        good(), plan_parts=[Part("north", 100, "ann"), Part("more", 50, "ann", "sprint")], plan_minor=150
    )
    assert "G9" in failed(mixed)
