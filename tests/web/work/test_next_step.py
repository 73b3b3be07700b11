"""The pages of work put first what comes next, and say days and limits as their reader reads them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from closebook.apps.workforce.models import Expense, Interview, ManualTime, Task, Timesheet
from closebook.apps.workforce.services import finding
from closebook.apps.workforce.services.appointments import appointment_book
from closebook.apps.workforce.services.machines import machine_add
from closebook.transport import clock
from tests.apps.workforce.rooms import room, task_of
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk():
    return room()


def page(desk, person, name, *parts, **headers):
    return client_of(person).get(reverse(name, args=[desk.company.pk, *parts]), **headers).content.decode()


def first_choices(text):
    """The buttons that are neither quiet nor of danger, by their words."""
    return re.findall(r'class="button"[^>]*>([^<]+)<', text)


def test_a_task_offers_first_what_leads_it_on_and_its_end_last(desk):
    task = task_of(desk.contract, "estimated")
    text = page(desk, desk.owner, "task", task.pk)
    assert first_choices(text) == ["Agree"]
    assert text.index("Cancel the task") < text.index("Comment")
    assert 'danger" name="to" value="cancelled"' in text
    Task.objects.update(state="delivered")
    assert first_choices(page(desk, desk.owner, "task", task.pk)) == ["Accept"]


def test_a_task_says_when_its_limit_is_passed(desk):
    task = task_of(desk.contract, "in_progress")
    now = clock.now()
    for cap, words in ((200, None), (140, "80 % of the limit is used"), (100, "The limit is passed")):
        Task.objects.update(cap_minutes=cap)
        ManualTime.objects.get_or_create(
            company=desk.company, contract=desk.contract, task=task, reason="By hand", actor="x",
            defaults={"starts_at": now - dt.timedelta(minutes=120), "ends_at": now, "made_at": now},
        )  # fmt: skip
        text = page(desk, desk.owner, "task", task.pk)
        assert [said for said in ("80 % of the limit is used", "The limit is passed") if said in text] == (
            [words] if words else []
        )


def posting_of(desk, **facts):
    typed = {
        "title": "Help", "kind": "email", "description": "Sort the mail of the shop into folders by name.",
        "done_means": "The inbox of the shop is empty.", "hours_week": 5, "market": "", "low_minor": 1500,
        "high_minor": 1500, "currency": "USD", **facts,
    }  # fmt: skip
    return finding.posting_save(desk.company, None, typed, "owner")


def test_a_posting_that_is_not_clear_is_changed_first_and_a_clear_one_opened(desk):
    vague = posting_of(desk, description="Posts.", done_means="")
    assert first_choices(page(desk, desk.owner, "posting", vague.pk))[:1] == ["Change"]
    clear = posting_of(desk)
    text = page(desk, desk.owner, "posting", clear.pk)
    assert first_choices(text)[:1] == ["Open"]
    assert "Sort the mail of the shop" in text
    assert "15.00 – 15.00" not in text
    finding.posting_move(clear, "open", "owner")
    assert "Pause" not in first_choices(page(desk, desk.owner, "posting", clear.pk))


def test_an_offer_says_for_whom_it_waits(desk):
    made = finding.apply(posting_of(desk), {"name": "Ann", "email": "ann@example.org"})[0]
    made.state = "offered"
    made.save()
    assert "The applicant takes it or declines it" in page(desk, desk.owner, "application", made.pk)


def test_what_lies_ahead_is_in_the_order_of_time_and_in_the_readers_words(desk):
    made = finding.apply(posting_of(desk), {"name": "Ben", "email": "ben@example.org"})[0]
    soon, later = clock.now() + dt.timedelta(days=1), clock.now() + dt.timedelta(days=3)
    Interview.objects.create(company=desk.company, application=made, starts_at=later, made_at=clock.now())
    appointment_book(desk.contract, soon, 30, {"title": "The call"}, "owner")
    text = page(desk, desk.owner, "dates")
    assert text.index("The call") < text.index("Interview")
    free = re.search(r"Free: (.*?)</p>", text, re.DOTALL).group(1)
    assert re.search(r"[A-Z]\w\w,? \d+ [A-Z]\w+ \d\d:\d\d", free)
    assert not re.search(r"\d{4}-\d\d", free)
    chinese = page(desk, desk.owner, "dates", headers={"Accept-Language": "zh-Hans"})
    assert re.search(r"\d+月\d+日周. \d\d:\d\d", chinese)


def test_a_week_shows_its_own_expenses_and_those_that_wait(desk):
    sheet = Timesheet.objects.create(
        company=desk.company, contract=desk.contract, first=dt.date(2026, 11, 9), last=dt.date(2026, 11, 15),
        made_at=clock.now(),
    )  # fmt: skip
    for text, day, state in (
        ("Stamps", dt.date(2026, 11, 10), "accepted"),
        ("Old paper", dt.date(2026, 10, 1), "accepted"),
        ("New paper", dt.date(2026, 11, 20), "proposed"),
    ):
        Expense.objects.create(
            company=desk.company, contract=desk.contract, day=day, text=text, amount_minor=1, currency="USD",
            state=state, made_at=clock.now(),
        )  # fmt: skip
    text = page(desk, desk.owner, "sheet", sheet.pk)
    assert "Stamps" in text
    assert "New paper" in text
    assert "Old paper" not in text
    assert "Mon" in text
    assert "9 Nov 2026" in text


def test_a_machine_that_never_spoke_is_not_called_heard(desk):
    machine_add(desk.company, desk.assistant, "laptop")
    assert "not heard yet" in page(desk, desk.assistant, "machines")
