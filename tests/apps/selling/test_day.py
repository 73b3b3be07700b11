"""A salesperson's day, and what keeps and closes its follow-ups."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.models import AuditEvent, Company
from closebook.apps.selling.models import Concession, Conversation, Customer, FollowUp, NextStep, Question
from closebook.apps.selling.selectors.day import day_list, day_of
from closebook.apps.selling.services import conversations, deals, follow_ups
from closebook.core.errors import InputError
from closebook.transport import clock

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Seller", realm_id="day-seller", created_at=clock.now())


@pytest.fixture
def customer(company) -> Customer:
    return deals.customer_save(company, "alpha", "Alpha", "ann", owner="ann")


def logged(customer: Customer, client_id: str, day: dt.date = DAY, **facts) -> Conversation:
    return conversations.conversation_log(
        customer.company, client_id, customer.pk, "ann", day, **{"outcome": "next_step", **facts}
    )


def rules(company: Company, on: dt.date) -> list[str]:
    return [item.rule.value for item in day_list(company.pk, "ann", on)]


def test_who_was_not_met_answers_nothing(company, customer):
    logged(customer, "d1", outcome="refused")
    assert logged(customer, "d2", later(2), outcome="not_met").state == "not_met"
    assert rules(company, later(7)) == ["second_after_refusal"]
    logged(customer, "d3", later(3))
    assert rules(company, later(7)) == []


def test_the_third_refusal_gives_rest_and_a_revisit(company, customer):
    customer = deals.customer_save(company, "alpha", "Alpha", "ann", grade="A")
    for number in range(3):
        logged(customer, f"d{number}", later(number), outcome="refused")
    assert rules(company, later(40)) == [], "who rests is not visited by the grade's interval"
    assert rules(company, later(92)) == ["revisit"]
    assert FollowUp.objects.filter(closed_on=None).count() == 1


def test_a_correction_brings_the_follow_up_back_or_takes_it_away(company, customer):
    first = logged(customer, "d1", outcome="refused")
    second = logged(customer, "d2", later(1))
    assert rules(company, later(9)) == []
    conversations.conversation_change(company, second.pk, "ann", {"outcome": "not_met"}, {})
    assert rules(company, later(9)) == ["second_after_refusal"]
    conversations.conversation_change(company, first.pk, "ann", {"outcome": "order"}, {})
    assert rules(company, later(9)) == []
    other = deals.customer_save(company, "beta", "Beta", "ann", owner="ann")
    third = logged(customer, "d3", later(2), outcome="refused")
    conversations.conversation_change(company, third.pk, "ann", {"customer": other}, {})
    assert [item.customer for item in day_list(company.pk, "ann", later(9))] == [str(other.pk)]
    assert AuditEvent.objects.filter(action="conversation-changed").count() == 3


def test_a_closed_follow_up_stays_away_and_can_be_reopened(company, customer):
    deals.customer_save(company, "alpha", "Alpha", "ann", grade="A", hot=True)
    logged(customer, "d1", outcome="refused")
    on = later(20)
    items = {item.rule.value: item for item in day_list(company.pk, "ann", on)}
    assert set(items) == {"hot_prospect", "second_after_refusal", "revisit"}
    with pytest.raises(InputError):
        follow_ups.follow_up_drop(company, items["revisit"].key, "ann", on, " ", "ann")
    rows = [
        follow_ups.follow_up_drop(company, item.key, "ann", on, "moved away", "ann")
        for item in items.values()
    ]
    assert rules(company, on) == []
    assert not Customer.objects.get().hot
    with pytest.raises(InputError):
        follow_ups.follow_up_drop(company, "kept-999", "ann", on, "x", "ann")
    for row in rows:
        follow_ups.follow_up_reopen(company, row.pk, "ann")
    assert set(rules(company, on)) == set(items)
    assert Customer.objects.get().hot
    logged(customer, "d2", later(21))
    assert "revisit" in rules(company, later(36)), "the next contact makes it due anew"


def test_hot_prospects_need_a_dated_step_and_a_planned_visit_is_one(company, customer):
    deals.customer_save(company, "alpha", "Alpha", "ann", hot=True, revisit_days=10)
    assert day_list(company.pk, "ann", DAY)[0].about == "no-next-step"
    planned = logged(customer, "p1", later(3), state="planned", outcome="")
    assert rules(company, DAY) == []
    assert [one.pk for one in day_of(company.pk, "ann", later(3)).planned] == [planned.pk]
    conversations.conversation_move(company, planned.pk, "planned", "ann", later(5))
    assert rules(company, later(4)) == []
    conversations.conversation_move(company, planned.pk, "cancelled", "ann")
    assert len(rules(company, DAY)) == 2


def test_a_quotation_is_asked_about_until_it_was_three_times(company, customer):
    deals.opportunity_make(
        company, customer, "1", "Lamps", DAY, "ann", owner="ann", stage="quoted", next_step=later(60)
    )
    assert rules(company, later(2)) == []
    assert rules(company, later(3)) == ["quote"]
    (due,) = day_of(company.pk, "ann", later(3)).due
    assert due.deal.title == "Lamps"
    for number, day in enumerate((3, 7, 14)):
        logged(customer, f"d{number}", later(day))
    assert rules(company, later(40)) == []


def test_a_planned_conversation_is_logged_once_and_its_step_is_the_opportunitys(company, customer):
    deal = deals.opportunity_make(company, customer, "1", "Lamps", DAY, "ann", owner="ann", next_step=DAY)
    planned = logged(customer, "p1", state="planned", outcome="")
    facts = {"planned_pk": planned.pk, "steps": [{"what": "Send the samples", "by": later(4)}]}
    for _twice in range(2):
        done = logged(customer, "d1", opportunity_pk=deal.pk, **facts)
        assert (done.pk, done.state) == (planned.pk, "done")
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_text, NextStep.objects.count()) == (
        later(4),
        "Send the samples",
        1,
    )
    another = logged(customer, "d2", **facts)
    assert another.pk != planned.pk, "nothing is lost when another device logged it before"
    with pytest.raises(InputError):
        conversations.conversation_move(company, planned.pk, "cancelled", "ann")
    day = day_of(company.pk, "ann", later(5))
    assert (len(day.steps), [one.pk for one in day.deals]) == (2, [deal.pk])
    conversations.step_done(company, day.steps[0].pk, later(5))
    assert len(day_of(company.pk, "ann", later(5)).steps) == 1


def test_parts_are_added_changed_and_deleted(company, customer):
    one = logged(
        customer,
        "d1",
        questions=[{"text": "How long?"}, {"text": "How dear?"}],
        concessions=[{"asked": True, "text": "Ten percent", "in_return": ""}],
    )
    first, second = Question.objects.order_by("pk")
    parts = {
        "questions": [
            {"pk": first.pk, "text": "How long does it last?"},
            {"pk": second.pk},
            {"text": "Why?"},
        ],
        "concessions": [{"pk": Concession.objects.get().pk, "in_return": "a yearly order"}],
    }
    conversations.conversation_change(company, one.pk, "ann", {}, parts)
    assert [each.text for each in Question.objects.order_by("pk")] == ["How long does it last?", "Why?"]
    assert Concession.objects.get().in_return == "a yearly order"
    assert len(day_of(company.pk, "ann", DAY).questions) == 2
    conversations.question_answer(company, first.pk, "Ten years", "ann")
    assert len(day_of(company.pk, "ann", DAY).questions) == 1
