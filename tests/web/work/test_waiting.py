"""The home page names what of the desk waits for whoever looks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse

from closebook.apps.companies.models import Role
from closebook.apps.workforce.models import Expense, ManualTime, Prospect, Term, Timesheet
from closebook.apps.workforce.services.drafts import draft_propose, draft_return
from closebook.apps.workforce.services.finding import apply, posting_move, posting_save
from closebook.transport import clock
from tests.apps.workforce.rooms import Room, person_in, room, task_of
from tests.apps.workforce.signed import signed
from tests.web.work.test_desk import client_of
from tests.web.work.test_hiring import FACTS

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DRAFT = {"channel": "mail", "title": "Answer", "target": "a@example.com", "body": "Thank you."}


@pytest.fixture
def desk() -> Room:
    cache.clear()
    made, other = room(), room("two")
    for each in (made, other):
        task_of(each.contract, "in_progress")
        delivered = task_of(each.contract, "delivered")
        delivered.waits_for = "company"
        delivered.save()
        signed(each.contract)
        common = {"company": each.company, "contract": each.contract, "made_at": clock.now()}
        monday = dt.date(2026, 10, 26)
        for weeks, state in ((0, "submitted"), (1, "open"), (-1, "open"), (60, "open")):
            first = monday + dt.timedelta(weeks=weeks)
            Timesheet.objects.create(first=first, last=first + dt.timedelta(6), state=state, **common)
        for weeks in (0, 1):
            starts_at = dt.datetime(2026, 10, 27, 9, tzinfo=dt.UTC) + dt.timedelta(weeks=weeks)
            ends_at, task = starts_at + dt.timedelta(hours=1), delivered
            ManualTime.objects.create(
                starts_at=starts_at, ends_at=ends_at, task=task, reason="A call.", **common
            )
        Expense.objects.create(day=monday, text="Stamps", amount_minor=100, currency="USD", **common)
        posting = posting_move(posting_save(each.company, None, FACTS, "ada"), "open", "ada")
        apply(posting, {"name": "Bea", "email": "bea@example.com"})
        draft_propose(each.contract, DRAFT, "helper")
    return made


def waits(desk: Room, person) -> dict[str, int]:
    page = client_of(person).get(reverse("home", args=[desk.company.pk]))
    return {str(title): count for title, count, _address in page.context["desk"]}


def test_each_sees_what_waits_for_them(desk):
    work = {"New applications": 1, "Tasks": 1, "Approvals": 1}
    pay = {"Weeks to approve": 1, "Expenses to decide about": 1}
    assert waits(desk, desk.owner) == work | pay
    assert waits(desk, person_in(desk.company, "keeper", Role.BOOKKEEPER)) == pay
    assert waits(desk, person_in(desk.company, "reader", Role.READER)) == {}
    assert waits(desk, desk.assistant) == {"Tasks": 1, "Weeks to sign": 1}


def test_a_step_that_is_due_waits_for_the_assistant_alone(desk):
    common = {"company": desk.company, "kind": "email", "made_at": clock.now()}
    for days in (-1, 0, 1):
        day = clock.today() + dt.timedelta(days=days)
        for person in (desk.assistant, desk.owner):
            Prospect.objects.create(person=person, name="Quill", next_step="Write", next_on=day, **common)
    assert waits(desk, desk.assistant)["Next steps with prospects"] == 2
    assert "Next steps with prospects" not in waits(desk, desk.owner)


def test_a_change_to_sign_and_a_draft_sent_back_wait_for_the_assistant(desk):
    signed(desk.contract)
    Term.objects.filter(contract=desk.contract, version=2).update(assistant_signed_at=None)
    draft_return(desk.contract.drafts.get(), "Friendlier, please.", "ada")
    found = waits(desk, desk.assistant)
    assert found == {"Contracts and changes to sign": 1, "Tasks": 1, "Approvals": 1, "Weeks to sign": 1}
