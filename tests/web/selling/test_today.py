"""The salesperson's day by the pages: logged once, due by rule, closed, taken back; each sees their own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import Conversation, Customer, FollowUp, NextStep, Question
from closebook.apps.selling.services.conversations import conversation_log
from closebook.apps.selling.services.deals import customer_save
from closebook.transport import clock
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])
TYPED = {
    "customer": "Quill Prints", "outcome": "next_step", "kind": "visit",
    "request_id": "page-0123456789abcdef",
    "steps-new0-what": "Send the samples", "steps-new0-ours": "ours",
    "questions-new0-text": "How long does it last?", "questions-new1-text": "What about rain?",
    "questions-new1-answer": "It is proof.",
    "concessions-new0-asked": "asked", "concessions-new0-text": "10 %",
}  # fmt: skip


def typed(**more: object) -> dict[str, object]:
    on = clock.today()
    return {**TYPED, "day": on.isoformat(), "steps-new0-by": on.isoformat(), **more}


def one_of(desk: Desk, customer: Customer, number: str, **facts: object) -> Conversation:
    name = f"ann-{desk.company.name}"
    facts = {"outcome": "order", **facts}
    return conversation_log(desk.company, number, customer.pk, name, clock.today(), **facts)


def customer_of(desk: Desk, who: str = "ann", key: str = "alpha", **facts: object) -> Customer:
    return customer_save(desk.company, key, key.title(), who, owner=f"{who}-{desk.company.name}", **facts)


def test_a_conversation_is_logged_once_and_fills_the_day():
    desk = Desk()
    assert "nobody is forgotten" in desk.get("ann", "today")
    for _twice in range(2):
        desk.post("ann", "conversation-new", **typed())
    one = Conversation.objects.get()
    assert (one.person, one.customer.owner, one.state) == ("ann-one", "ann-one", "done")
    assert (NextStep.objects.count(), Question.objects.count()) == (1, 2)
    page = desk.get("ann", "today")
    assert all(text in page for text in ("Send the samples", "How long does it last?"))
    assert "What about rain?" not in page
    desk.post("ann", "step-close", step=NextStep.objects.get().pk)
    assert "Take back" in desk.get("ann", "today")
    desk.post("ann", "step-close", step=NextStep.objects.get().pk, open="1")
    question = Question.objects.order_by("pk")[0]
    back = desk.address("conversation", one.pk)
    desk.post("ann", "question-answer", question=question.pk, answer="Ten years", back=back)
    assert "Ten years" in desk.get("ann", "conversation", one.pk)
    assert "How long" not in desk.get("ann", "today")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"customer": ""}, "errorlist"),
        ({"outcome": ""}, "errorlist"),
        ({"kind": "\0"}, "errorlist"),
        ({"steps-new0-by": ""}, "by which day"),
        ({"day": "2999-01-01"}, "Plan the conversation instead"),
        ({"questions-new2-answer": "Yes"}, "Say what it is about"),
        ({"minutes": "-1"}, "errorlist"),
        ({"customer": "a\0b"}, "errorlist"),
    ],
)
def test_bad_input_stands_at_its_field(bad, said):
    desk = Desk()
    page = desk.post("ann", "conversation-new", status=400, **typed(**bad))
    assert said in page
    assert "What about rain?" in page
    assert not Conversation.objects.exists()


def test_a_refusal_is_due_again_closed_with_a_reason_and_taken_back():
    desk = Desk()
    customer = customer_of(desk, hot=True)
    one_of(desk, customer, "d1", outcome="refused")
    FollowUp.objects.update(due=clock.today() - dt.timedelta(days=3))
    page = desk.get("ann", "today")
    assert all(text in page for text in ("Again after a refusal", "3 days", "no dated next step"))
    key = f"kept-{FollowUp.objects.get().pk}"
    desk.post("ann", "follow-up-close", key=key, reason="")
    assert FollowUp.objects.filter(closed_on=None).exists(), "not without a reason"
    desk.post("bob", "follow-up-close", key=key, reason="x", person="ann-one")
    assert FollowUp.objects.filter(closed_on=None).exists(), "not another's"
    desk.post("ann", "follow-up-close", key=key, reason="moved away")
    assert "moved away" in desk.get("ann", "today")
    desk.post("bob", "follow-up-open", follow_up=FollowUp.objects.get().pk)
    desk.post("ann", "follow-up-open", follow_up="9" * 40)
    assert not FollowUp.objects.filter(closed_on=None).exists()
    desk.post("boss", "follow-up-open", follow_up=FollowUp.objects.get().pk, person="ann-one")
    assert FollowUp.objects.filter(closed_on=None).exists()
    desk.post("ann", "follow-up-close", key=f"hot-{customer.pk}", reason="bought elsewhere")
    assert "no dated next step" not in desk.get("ann", "today")


def test_a_planned_one_is_prepared_put_off_called_off_and_logged():
    desk = Desk()
    before = one_of(desk, customer_of(desk), "d1", questions=[{"text": "And in winter?"}])
    plan = {name: value for name, value in typed(customer="Alpha").items() if "-" not in name}
    desk.post("ann", "conversation-plan", **plan)
    one = Conversation.objects.get(state="planned")
    assert one.customer == before.customer
    assert "And in winter?" in desk.get("ann", "conversation-prepare", one.pk)
    desk.post("ann", "conversation-prepare", one.pk, goal="A trial order", agenda="First the winter")
    assert "A trial order" in desk.get("ann", "conversation", one.pk)
    assert "Alpha" in desk.get("ann", "today")
    later = clock.today() + dt.timedelta(days=2)
    desk.post("ann", "conversation-state", one.pk, to="planned", day=later.isoformat())
    assert "The next seven days" in desk.get("ann", "today")
    desk.post("ann", "conversation-state", one.pk, to="planned", day="soon")
    for to in ("cancelled", "not_met", "planned"):
        desk.post("ann", "conversation-state", one.pk, to=to)
        one.refresh_from_db()
        assert one.state == to
    address = f"{desk.address('conversation-new')}?planned={one.pk}"
    assert "Alpha" in desk.clients["ann"].get(address).content.decode()
    sent = typed(customer="Alpha", request_id="page-another-form-token")
    assert desk.clients["ann"].post(address, sent).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.preparation["goal"]) == ("done", "A trial order")
    desk.post("ann", "conversation-state", one.pk, to="cancelled")
    one.refresh_from_db()
    assert one.state == "done"


def test_a_correction_keeps_adds_and_deletes_rows():
    desk = Desk()
    desk.post("ann", "conversation-new", **typed())
    one = Conversation.objects.get()
    first, second = Question.objects.order_by("pk")
    step = NextStep.objects.get()
    page = desk.get("ann", "conversation-edit", one.pk)
    assert "What about rain?" in page
    facts = {name: value for name, value in typed().items() if "-" not in name}
    facts |= {
        f"questions-{first.pk}-text": "How long?", f"questions-{second.pk}-text": "",
        f"steps-{step.pk}-what": "Send samples", f"steps-{step.pk}-by": clock.today().isoformat(),
        "outcome": "refused", "purpose": "First visit",
    }  # fmt: skip
    desk.post("ann", "conversation-edit", one.pk, **facts)
    one.refresh_from_db()
    assert (one.outcome, one.purpose, Question.objects.get().text) == ("refused", "First visit", "How long?")
    assert FollowUp.objects.get().rule == "second_after_refusal"
    assert NextStep.objects.get().what == "Send samples"


def test_each_sees_their_own_and_a_reader_changes_nothing():
    desk, other = Desk(), Desk("two")
    mine = one_of(desk, customer_of(desk), "d1", purpose="Show lamps")
    foreign = one_of(other, customer_of(other), "d1")
    assert "Show lamps" in desk.get("ann", "conversations")
    assert "Show lamps" not in desk.get("bob", "conversations")
    assert "Show lamps" in desk.get("eye", "conversations")
    pages = ("conversation", "conversation-edit", "conversation-prepare")
    for who, row in (("bob", mine), ("ann", foreign), ("boss", foreign)):
        for page in pages:
            desk.get(who, page, row.pk, status=404)
        desk.post(who, "conversation-state", row.pk, status=404, to="cancelled")
        for name in ("planned", "customer", "opportunity"):
            address = f"{desk.address('conversation-new')}?{name}={row.pk if name == 'planned' else 'x'}"
            assert desk.clients[who].get(address).status_code == 404
    desk.get("eye", "conversation", mine.pk)
    for page in ("conversation-new", "conversation-plan", "follow-up-close", "step-close", "question-answer"):
        desk.post("eye", page, status=403)
    own = desk.clients["bob"].get(desk.address("today"), {"person": "ann-one"}).content.decode()
    assert "Whose day" not in own
    customer_of(desk, key="hot one", hot=True)
    theirs = desk.clients["boss"].get(desk.address("today"), {"person": "ann-one"}).content.decode()
    assert "Hot One" in theirs


def test_the_pages_ask_as_often_for_many_as_for_one():
    desk, counted = Desk(), {"today": [], "conversations": []}
    for more in (1, 29):
        for number in range(more):
            customer = customer_of(desk, key=f"c{more} {number}", hot=True, grade="A")
            one_of(desk, customer, f"d{more} {number}", outcome="refused", steps=[{"what": "Call"}])
            one_of(desk, customer, f"p{more} {number}", state="planned", questions=[{"text": "Why?"}])
            desk.deal("ann", f"Deal {more} {number}", next_step=None, stage="quoted")
        FollowUp.objects.update(due=clock.today())
        for page, found in counted.items():
            desk.get("ann", page)
            with CaptureQueriesContext(connection) as queries:
                desk.get("ann", page)
            found.append(len(queries))
    for page, (few, many) in counted.items():
        assert few == many, page
