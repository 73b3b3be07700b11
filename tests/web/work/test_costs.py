"""What work will cost: a range with what moved it, and finished tasks beside their estimates."""

from __future__ import annotations

import html
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.workforce.models import Task
from closebook.transport import clock
from tests.apps.workforce.rooms import HOUR, Room, contract_of, person_in, room, task_of, timer_of
from tests.web.work.test_desk import TERM, client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
ASKED = {
    "kind": "email",
    "span": "task",
    "low": "1",
    "likely": "2",
    "high": "4",
    "rate_low": "15",
    "rate_high": "20",
}


@pytest.fixture
def desk() -> Room:
    return room()


def page(desk: Room, client: Client | None = None, status: int = 200, **asked: str) -> str:
    client = client or client_of(desk.owner)
    answer = client.get(reverse("work-costs", args=[desk.company.pk]), asked)
    assert answer.status_code == status
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def finished(desk: Room, likely: int, hours: int, contract=None) -> Task:
    task = task_of(contract or desk.contract, "accepted")
    Task.objects.filter(pk=task.pk).update(low_minutes=likely, likely_minutes=likely, high_minutes=likely)
    timer = timer_of(task, "stopped")
    timer.spans.create(
        company=desk.company, starts_at=clock.now() - hours * HOUR, ends_at=clock.now(), made_at=clock.now()
    )
    return task


def test_a_range_comes_of_hours_and_rates_with_what_moved_it(desk: Room):
    assert "Type the hours" in page(desk)
    found = page(desk, **ASKED)
    assert "USD 15.00 35.00 80.00" in found
    more = {
        "margin": "10",
        "fee": "2",
        "fee_minor": "0.50",
        "currency": "eur",
        "exchange": "0.9",
        "exchange_fee": "1",
    }
    found = page(desk, **ASKED, **more)
    assert "EUR 15.80 36.20 82.09" in found
    for words in ("the agency's margin", "changed into what is paid from", "the fee of paying"):
        assert words in found
    assert "Hours 4:20 8:40 17:20" in page(desk, **{**ASKED, "span": "week"})


def test_money_of_another_number_of_places_is_changed_right(desk: Room):
    found = page(desk, **ASKED, currency="JPY", exchange="150")
    assert "JPY 2,250 5,250 12,000" in found


def test_without_rates_the_usual_ones_hold_and_wrong_figures_are_told_at_their_fields(desk: Room):
    assert "per hour" in page(desk, **{**ASKED, "rate_low": "", "rate_high": ""})
    assert "from the least" in page(desk, status=400, **{**ASKED, "low": "9"})
    assert "from 0 to 100" in page(desk, status=400, **ASKED, margin="400")
    assert "what one unit costs" in page(desk, status=400, **ASKED, currency="EUR")


def test_finished_tasks_stand_beside_their_estimates(desk: Room):
    assert "No finished task had an estimate" in page(desk)
    owner, helper = client_of(desk.owner), client_of(desk.assistant)
    where = [desk.company.pk, desk.contract.pk]
    owner.post(reverse("term-new", args=where), {**TERM, "starts_on": "2020-01-01"})
    term = desk.contract.terms.get()
    helper.post(reverse("term-sign", args=where), {"term": term.pk})
    finished(desk, 60, 2)
    assert "Sort the mail helper-one 60 – 60 – 60 120 100 20.00 USD 40.00 USD" in page(desk)


def test_only_who_manages_work_sees_it_and_only_the_companys_own(desk: Room):
    other = room("two")
    finished(other, 60, 1)
    assert "Sort the mail" not in page(desk)
    page(desk, client_of(desk.assistant), 403)


def test_thirty_tasks_of_as_many_contracts_cost_no_more_questions_than_one(desk: Room):
    def questions() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(desk)
        return len(seen)

    finished(desk, 30, 1)
    page(desk)
    before = questions()
    for n in range(30):
        finished(desk, 30, 1, contract_of(desk.company, person_in(desk.company, f"p{n}", "assistant")))
    assert questions() == before


def test_a_range_of_one_market_counts_there_alone_and_experience_takes_its_half(desk: Room):
    owner = client_of(desk.owner)
    assert "new to it" in page(desk)
    asked = {**ASKED, "rate_low": "", "rate_high": ""}
    assert "At 15.00 to 30.00 USD" in page(desk, **asked)
    assert "At 22.50 to 30.00 USD" in page(desk, **asked, experience="experienced")
    assert "At 15.00 to 22.50 USD" in page(desk, **asked, experience="new")
    typed = {"kind": "email", "low_minor": "6", "high_minor": "9", "source": "our own", "as_of": "2026-11-20"}
    owner.post(reverse("rate-new", args=[desk.company.pk]), {**typed, "market": "Philippines"})
    assert "At 15.00 to 30.00 USD" in page(desk, **asked)
    assert "At 6.00 to 9.00 USD" in page(desk, **asked, market="Philippines")
    rates = owner.get(reverse("rates", args=[desk.company.pk])).content.decode()
    assert "e-mail, Philippines" in rates


def test_an_estimate_of_time_is_no_offer_in_dutch(desk: Room):
    found = page(desk, client_of(desk.owner), **ASKED)
    assert "Estimate" in found
    client = client_of(desk.owner)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    dutch = page(desk, client, **ASKED)
    assert "Schatting" in dutch
    assert "Offerte" not in dutch
