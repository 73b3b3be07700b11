"""Coaching by the pages: private diagnoses, sharing and reply, action points, and what each may see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import ActionPoint, Conversation, Diagnosis
from closebook.apps.selling.selectors.coaching import open_points
from closebook.apps.selling.services.conversations import conversation_log
from closebook.apps.selling.services.deals import customer_save
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DAY = dt.date(2026, 11, 2)
ANSWERS = {
    "S1.Q1": "no",
    "S1.Q3": "customer",
    "S3.Q0": "unknown",
    "S5.Q0": "yes",
    "note-S1.Q1": "Nothing came",
}


class Room(Desk):
    """A company whose salespeople have talked with customers."""

    def name(self, who: str) -> str:
        return f"{who}-{self.company.name}"

    def talk(self, who: str, customer: str = "Quill", day: dt.date = DAY, **facts: object) -> Conversation:
        name = self.name(who)
        party = customer_save(self.company, customer.casefold(), customer, name, owner=name)
        return conversation_log(self.company, f"{who}-{customer}-{day}", party.pk, name, day, **facts)


def shown_points(room: Room, who: str) -> list[str]:
    return [point.text for point in open_points(room.company.pk, room.name(who))]


def test_a_coach_keeps_a_diagnosis_and_its_salesperson_sees_it_once_shared():
    room = Room()
    talk = room.talk("ann", minutes=30)
    assert "Quill" in room.get("boss", "coaching")
    page = room.get("boss", "diagnosis", talk.pk)
    for text in (
        "Commitment from the opening",
        "Who drew up the agenda?",
        "Unknown",
        "Keep your answers first",
    ):
        assert text in page
    room.post("boss", "diagnosis", talk.pk, **ANSWERS)
    page = room.get("boss", "diagnosis", talk.pk)
    assert "work on this first" in page
    assert "counts as “partly”" in page, "no step says what, who and by when"
    assert "Ask the customer for one piece of information before the meeting." in page
    assert "Log the customer&#x27;s questions and your answers today." in page
    room.post(
        "boss", "diagnosis", talk.pk, **ANSWERS, take=["S1.Q1"],
        **{"point-0": "Bring a sample", "moment-0": "after"},
        step_what="Send samples", step_who="Ann", step_by="2026-11-09",
    )  # fmt: skip
    kept = {one.text: (one.moment, one.rule) for one in ActionPoint.objects.all()}
    assert kept == {
        "Bring a sample": ("after", ""),
        "Ask the customer for one piece of information before the meeting.": ("before", "S1.Q1"),
    }
    assert "counts as “partly”" not in room.get("boss", "diagnosis", talk.pk)
    assert shown_points(room, "ann") == []
    assert "Nothing came" not in room.get("ann", "diagnosis", talk.pk)
    room.post("boss", "diagnosis-share", talk.pk)
    assert len(shown_points(room, "ann")) == 2
    page = room.get("ann", "diagnosis", talk.pk)
    assert "Nothing came" in page
    one = Diagnosis.objects.get()
    room.post("ann", "diagnosis-reply", talk.pk, diagnosis=one.pk, reply="He was <late>")
    assert "He was &lt;late&gt;" in room.get("boss", "diagnosis", talk.pk)
    room.post("boss", "diagnosis-share", talk.pk, back="1")
    one.refresh_from_db()
    assert one.state == "answered", "a reply is not hidden"


def test_a_self_check_stands_beside_the_coachs_once_both_may_be_seen():
    room = Room()
    talk = room.talk("ann")
    room.post("ann", "diagnosis", talk.pk, **{"S2.Q0": "yes", "note-S2": "Lively"})
    assert "Lively" not in room.get("boss", "diagnosis", talk.pk)
    room.post("boss", "diagnosis", talk.pk, **{"S2.Q0": "no"})
    room.post("ann", "diagnosis-share", talk.pk)
    page = room.get("boss", "diagnosis", talk.pk)
    assert "Side by side" in page
    assert "Lively" in page
    assert '<tr class="at"><th scope="row">Was there real interaction?' in page
    assert "Side by side" not in room.get("ann", "diagnosis", talk.pk)
    room.post("ann", "diagnosis-share", talk.pk, back="1")
    assert "Lively" not in room.get("boss", "diagnosis", talk.pk)


def test_an_action_point_is_asked_after_at_the_next_conversation_and_can_be_taken_back():
    room = Room()
    first, later = room.talk("ann"), room.talk("ann", "Ink", DAY + dt.timedelta(days=7))
    room.post("ann", "diagnosis", first.pk, **{"point-0": "Ask first"})
    (point,) = open_points(room.company.pk, "ann-one")
    page = room.get("ann", "diagnosis", later.pk)
    assert "what became of the last action points?" in page
    assert "Ask first" in page
    room.post("ann", "point-answer", point=point.pk, tried="helped", conversation=later.pk)
    point.refresh_from_db()
    assert (point.state, point.helped) == ("tried", True)
    assert "Tried, it helped" in room.get("ann", "coaching")
    room.post("ann", "point-answer", point=point.pk, tried="open")
    assert shown_points(room, "ann") == ["Ask first"]


def test_kept_points_stay_the_same_rows_and_are_at_most_three():
    room = Room()
    talk = room.talk("ann")
    room.post("ann", "diagnosis", talk.pk, **{"S1.Q1": "no", "point-0": "A", "point-1": "B"})
    before = dict(ActionPoint.objects.values_list("text", "pk"))
    room.post("ann", "diagnosis", talk.pk, **{"S1.Q1": "no", "point-0": "B", "point-1": "C"})
    after = dict(ActionPoint.objects.values_list("text", "pk"))
    assert (set(after), after["B"]) == ({"B", "C"}, before["B"])
    four = {"point-0": "A", "point-1": "B", "point-2": "C", "take": ["S1.Q1"], "S1.Q1": "no"}
    page = room.post("ann", "diagnosis", talk.pk, status=400, **four)
    assert "More than three" in page
    assert set(ActionPoint.objects.values_list("text", flat=True)) == {"B", "C"}


def test_each_sees_what_is_theirs_and_nothing_of_another_company():
    room, other = Room(), Room("two")
    mine, bobs, foreign = room.talk("ann"), room.talk("bob", "Ink"), other.talk("ann", "Secret")
    room.post("bob", "diagnosis", bobs.pk, **{"point-0": "Bob's point"})
    point = ActionPoint.objects.get()
    for hidden in (bobs, foreign):
        room.get("ann", "diagnosis", hidden.pk, status=404)
        room.post("ann", "diagnosis", hidden.pk, status=404, **ANSWERS)
        room.post("ann", "diagnosis-share", hidden.pk, status=404)
        room.post("ann", "diagnosis-reply", hidden.pk, status=404, diagnosis=1, reply="x")
    room.post("ann", "point-answer", status=404, point=point.pk, tried="tried")
    room.post("boss", "point-answer", status=404, point=point.pk, tried="tried")
    other.post("boss", "point-answer", status=404, point=point.pk, tried="tried")
    room.get("eye", "diagnosis", mine.pk, status=404)
    assert "no part in it" in room.get("eye", "coaching")
    page = room.get("ann", "coaching") + room.get("ann", "diagnoses")
    assert "Ink" not in page
    assert "Secret" not in page
    room.post("boss", "diagnosis-share", mine.pk, status=404)


@pytest.mark.parametrize(
    "bad",
    [{"S1.Q0": "perhaps"}, {"take": ["S9"]}, {"point-0": "x" * 301}, {"step_what": "A", "step_by": "soon"},
     {"note-S1": "x" * 2001}, {"S1.Q3": "yes"}, {"more-S1.Q2": ""}],
)  # fmt: skip
def test_a_bad_answer_stands_at_its_field_and_nothing_is_kept(bad):
    room = Room()
    talk = room.talk("ann")
    page = room.post("ann", "diagnosis", talk.pk, status=400, **{"S2.Q0": "yes", **bad})
    assert "errorlist" in page
    assert not Diagnosis.objects.exists()
    assert not talk.steps.exists()


def test_pages_ask_as_often_for_many_as_for_one():
    room, found = Room(), []
    for more in (1, 14):
        for number in range(more):
            talk = room.talk("ann", f"Customer {number}", DAY - dt.timedelta(days=more))
            room.talk("ann", f"Customer {number}", DAY - dt.timedelta(days=more + 50))
            room.post("ann", "diagnosis", talk.pk, **{"S1.Q1": "no", "point-0": f"Point {number}"})
            room.post("ann", "diagnosis-share", talk.pk)
        last = room.talk("ann", "Customer 0", DAY + dt.timedelta(days=more))
        counts = []
        for page in (("coaching",), ("diagnoses",), ("diagnosis", last.pk)):
            room.get("boss", *page)
            with CaptureQueriesContext(connection) as queries:
                room.get("boss", *page)
            counts.append(len(queries))
        found.append(counts)
    assert found[0] == found[1]
