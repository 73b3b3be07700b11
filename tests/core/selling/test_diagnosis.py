"""The closing diagnosis: what answers score, what is worked on first, and what they propose."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.core.errors import InputError
from closebook.core.selling.checklist import CHECKLIST
from closebook.core.selling.diagnosis import (
    Diagnosis,
    Given,
    Step,
    checked,
    competitive_flag,
    first_to_work_on,
    points_kept,
    proposed,
    scores,
    weakened,
)

STEP = Step("Send the quotation", "Ann", dt.date(2026, 3, 4))


def rules(**more):
    answers = {code.replace("_", "."): answer for code, answer in more.pop("answers", {}).items()}
    return [point.rule for point in proposed(Diagnosis(answers, **more))]


def score(section, answers, **more):
    return next(one for one in scores(Diagnosis(answers, **more)) if one.section == section)


def test_every_code_is_there():
    wanted = (
        "S1.Q0 S1.Q1 S1.Q2 S1.Q3 S1.Q4 S2.Q0 S2.Q1 S2.Q2 S3.Q0 S3.Q1 S3.Q2 S3.Q3 S3.Q4 "
        "S4.Q0 S4.Q1 S4.Q2 S4.Q3 "
        "S5.Q0 S5.Q1 S5.Q2 S5.N"
    )
    assert list(CHECKLIST.questions()) == wanted.split()


def test_unknown_is_a_finding_and_a_blank_is_none():
    one = score("S1", {"S1.Q0": "yes", "S1.Q1": "partly", "S1.Q2": "unknown", "S1.Q3": ""})
    assert (one.text, one.unknown) == ("1.5 of 3", 1)
    assert score("S1", {"S1.Q0": "not_applicable"}).questions == 0


@pytest.mark.parametrize(
    ("code", "answer", "halves"),
    [
        ("S1.Q3", "salesperson", 2),
        ("S1.Q3", "together", 2),
        ("S1.Q3", "customer", 0),
        ("S1.Q3", "nobody", 0),
        ("S3.Q3", "with_us", 2),
        ("S3.Q3", "customer_alone", 0),
        ("S3.Q3", "not_yet", 0),
        ("S3.Q4", "no", 2),
        ("S3.Q4", "yes", 0),
        ("S2.Q2", "yes", 2),
    ],
)
def test_each_answer_counts_as_decided(code, answer, halves):
    assert score(code[:2], {code: answer}).halves == halves


def test_lists_and_the_agendas_form_are_not_scored():
    assert score("S1", {"S1.Q4": "formal"}).questions == 0
    assert score("S4", {"S4.Q1": "yes", "S4.Q2": "no"}).text == "1 of 2"


def test_arrangements_without_what_who_and_when_are_partly_made():
    bare = Diagnosis({"S5.Q0": "yes"}, steps=(Step("Call", "", None),))
    assert weakened(bare)
    assert bare.answer("S5.Q0") == "partly"
    assert not weakened(Diagnosis({"S5.Q0": "yes"}, steps=(STEP,)))


def full(**changed):
    answers = {
        "S1.Q0": "yes",
        "S1.Q1": "yes",
        "S2.Q0": "yes",
        "S2.Q1": "yes",
        "S3.Q0": "yes",
        "S3.Q4": "no",
        "S4.Q1": "yes",
        "S4.Q2": "yes",
        "S5.Q0": "no",
    }
    return Diagnosis({**answers, **{code.replace("_", "."): answer for code, answer in changed.items()}})


def test_the_start_is_worked_on_before_the_end():
    assert first_to_work_on(scores(full())) == "S5"
    assert first_to_work_on(scores(full(S3_Q0="no"))) == "S3"
    assert first_to_work_on(scores(full(S3_Q0="no", S4_Q1="no", S4_Q2="no"))) == "S4"
    assert first_to_work_on(scores(Diagnosis({}))) == ""


def test_a_competitor_and_no_question_about_the_supplier_is_flagged():
    assert competitive_flag(Diagnosis({"S3.Q2": "partly"}, competitor_known=True))
    assert competitive_flag(Diagnosis({}, competitor_known=True))
    assert not competitive_flag(Diagnosis({"S3.Q2": "yes"}, competitor_known=True))
    assert not competitive_flag(Diagnosis({}))


@pytest.mark.parametrize(
    ("answers", "more", "rule"),
    [
        ({"S1_Q1": "no"}, {}, "S1.Q1"),
        ({"S1_Q1": "unknown"}, {}, "S1.Q1"),
        ({"S1_Q2": "no"}, {}, "S1.Q2"),
        ({"S1_Q3": "nobody"}, {}, "S1.Q3"),
        ({"S2_Q1": "unknown"}, {}, "S2.Q1"),
        ({"S2_Q2": "no"}, {}, "S2.Q2"),
        ({}, {"minutes": 21, "questions_logged": 0}, "questions"),
        ({"S3_Q0": "no"}, {}, "S3.Q0"),
        ({"S3_Q1": "no"}, {}, "S3.Q1"),
        ({"S3_Q2": "no"}, {"competitor_known": True}, "S3.Q2"),
        ({"S3_Q4": "yes"}, {}, "S3.Q4"),
        ({"S4_Q1": "partly"}, {"concessions": (Given("5 %", True),)}, "S4.Q0"),
        ({}, {"concessions": (Given("5 %", False),)}, "S4.Q3"),
        ({"S5_Q0": "yes"}, {}, "S5.Q0"),
    ],
)
def test_each_rule_proposes_its_point(answers, more, rule):
    assert rules(answers=answers, **more) == [rule]


def test_an_imposed_agenda_proposes_to_use_a_tactic():
    assert rules(answers={"S1_Q3": "customer", "S1_Q4": "formal"}) == ["S1.Q3", "S1.Q4"]


def test_nothing_is_proposed_without_a_reason():
    assert rules() == []
    assert rules(minutes=20, questions_logged=0) == []
    assert rules(answers={"S3_Q2": "no"}) == []
    assert rules(concessions=(Given("5 %", False, in_return="a longer term"),)) == []
    assert rules(answers={"S5_Q0": "yes"}, steps=(STEP,)) == []


def test_an_answer_that_is_none_is_refused():
    for answers in ({"S1.Q0": "maybe"}, {"S9.Q1": "yes"}, {"S1.Q3": "yes"}):
        with pytest.raises(InputError):
            checked(Diagnosis(answers))
    assert checked(Diagnosis({"S1.Q3": "together", "S1.Q0": ""}))


def test_at_most_three_points_are_kept():
    assert points_kept(["a", " ", "b", "c"]) == ["a", "b", "c"]
    with pytest.raises(InputError):
        points_kept(list("abcd"))
