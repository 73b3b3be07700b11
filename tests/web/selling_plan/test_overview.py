"""A manager's week: target, forecast, what is stuck and what was promised, of this company alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import (
    Complaint,
    Conversation,
    Customer,
    FollowUp,
    NextStep,
    Opportunity,
    Promise,
)
from closebook.apps.selling.services.targets import target_agree, target_save
from closebook.transport import clock
from tests.web.selling.test_opportunities import Desk
from tests.web.selling_plan.test_forecast import past

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def old_deal(desk: Desk, title: str, days: int = 60) -> Opportunity:
    deal = desk.deal("ann", title)
    Opportunity.objects.filter(pk=deal.pk).update(entered=clock.today() - dt.timedelta(days=days))
    return deal


def promised(desk: Desk, deal: Opportunity, text: str) -> None:
    company, today = desk.company, clock.today()
    quill = Customer.objects.create(company=company, key=text, name="Quill")
    talk = Conversation.objects.create(
        company=company, client_id=text, customer=quill, opportunity=deal, person="ann-one", day=today,
        logged_at=clock.now(),
    )  # fmt: skip
    late = today - dt.timedelta(days=2)
    NextStep.objects.create(company=company, conversation=talk, what=f"Send {text}", by=late)
    NextStep.objects.create(company=company, conversation=talk, what="done", by=late, done_on=today)
    NextStep.objects.create(company=company, conversation=talk, what="theirs", by=late, ours=False)
    NextStep.objects.create(
        company=company, conversation=talk, what="later", by=today + dt.timedelta(days=40)
    )
    FollowUp.objects.create(company=company, customer=quill, rule="revisit", due=late, about=f"Ask {text}")
    Complaint.objects.create(
        company=company, customer=quill, text="Broken", received=late, undertaking=f"Replace {text}",
        undertaking_by=today,
    )  # fmt: skip
    Promise.objects.create(company=company, year=today.year, text=f"Visit {text}", due=today)


def test_the_week_shows_what_to_talk_about():
    desk, other = Desk(), Desk("two")
    empty = desk.get("boss", "selling-overview")
    for said in (
        "No target is in force",
        "0 of the 30 decided",
        "Nothing is longer",
        "Nothing that was promised",
    ):
        assert said in empty
    past(desk, 40)
    stuck = old_deal(desk, "Mugs")
    desk.deal("ann", "Fresh", next_step=None)
    Opportunity.objects.filter(title="Fresh").update(entered=clock.today())
    promised(desk, stuck, "the offer")
    promised(other, old_deal(other, "Secret deal"), "secret things")
    one = target_save(desk.company, clock.today().year, 10**9, [("", "ann-one", "", 10**9)], "boss")
    target_agree(desk.company, one.pk, clock.today(), "boss")
    page = desk.get("boss", "selling-overview")
    for said in (
        "10,000,000.00",
        "in 8 of 10 cases",
        "Mugs",
        "too long",
        "1 open opportunity has no next step",
    ):
        assert said in page, said
    for said in ("Send the offer", "Ask the offer", "Replace the offer", "Visit the offer", "Overdue"):
        assert said in page, said
    for hidden in ("done<", "theirs", "later", "secret", "Secret", ">Fresh<"):
        assert hidden not in page, hidden
    assert page.count(desk.address("opportunity", stuck.pk)) >= 2
    desk.get("ann", "selling-overview", status=403)
    desk.get("eye", "selling-overview", status=403)


def test_it_asks_as_often_for_many_as_for_one():
    desk, found = Desk(), []
    for many in (1, 29):
        for number in range(many):
            promised(desk, old_deal(desk, f"Deal {many} {number}"), f"{many} {number}")
        desk.get("boss", "selling-overview")
        with CaptureQueriesContext(connection) as queries:
            desk.get("boss", "selling-overview")
        found.append(len(queries))
    assert found[0] == found[1]
