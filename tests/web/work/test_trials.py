"""Interviews with a calendar file; a paid trial, the same for all, read under letters, and paid."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from closebook.apps.workforce.models import Application, Contract, Interview, Posting, Trial
from closebook.apps.workforce.selectors.trials import names_shown
from closebook.apps.workforce.services.finding import apply, posting_move, posting_save
from closebook.apps.workforce.services.trials import trials_offer
from closebook.transport import clock
from closebook.web.work.public import link_of
from tests.apps.workforce.rooms import Room, room
from tests.web.work.test_desk import TERM, client_of
from tests.web.work.test_hiring import FACTS

pytestmark = pytest.mark.django_db(databases=["default", "books"])
NAMES = ("Ann", "Ben", "Cleo")


@pytest.fixture
def desk() -> Room:
    cache.clear()
    return room()


def shortlist(desk: Room) -> tuple[Posting, list[Application]]:
    posting = posting_move(posting_save(desk.company, None, FACTS, "ada"), "open", "ada")
    made = [apply(posting, {"name": name, "email": f"{name}@example.com"})[0] for name in NAMES]
    Application.objects.update(state="shortlisted")
    return posting, made


def test_an_interview_is_sent_with_a_calendar_file(desk):
    _posting, (ann, *_rest) = shortlist(desk)
    owner, where = client_of(desk.owner), [desk.company.pk, ann.pk]
    day = (clock.now() + dt.timedelta(days=30)).replace(month=7, day=1, hour=14, minute=0)
    day = day.replace(year=clock.now().year + 1, second=0, microsecond=0)
    typed = {"starts_at": f"{day:%Y-%m-%dT%H:%M}", "zone": "Europe/Amsterdam", "minutes": "45"}
    new = reverse("interview-new", args=where)
    assert owner.post(new, {**typed, "link": "javascript:alert(1)"}).status_code == 400
    over = owner.post(new, {**typed, "starts_at": "2020-01-01T10:00"}, follow=True)
    assert "This moment is over." in over.content.decode()
    owner.post(new, {**typed, "link": "https://meet.example.org/7"})
    made = Interview.objects.get()
    assert made.starts_at == day.replace(hour=12)
    assert made.application.state == "interview"
    (name, content, kind) = mail.outbox[-1].attachments[0]
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (name, kind, event["dtend"].dt) == (
        "interview.ics",
        "text/calendar",
        day.replace(hour=12, minute=45),
    )
    own = Client().get(reverse("applied", args=[link_of(ann)])).content.decode()
    assert "https://meet.example.org/7" in own
    file = Client().get(reverse("applied_interview", args=[link_of(ann), made.pk]))
    assert b"https://meet.example.org/7" in file.content


def offered(owner: Client, posting: Posting, people: list[Application], **facts: str) -> None:
    sent = {"task": "Answer these ten mails.", "price_minor": "40", "people": [row.pk for row in people]}
    owner.post(reverse("trials", args=[posting.company_id, posting.pk]), {**sent, **facts})


def does(application: Application, *steps: str, text: str = "") -> None:
    for step in steps:
        address = reverse("applied_trial", args=[link_of(application)])
        Client().post(address, {"to": step, "text": text if step == "delivered" else ""})


def test_a_trial_is_the_same_for_all_read_blind_and_paid(desk):
    posting, people = shortlist(desk)
    ann, ben, cleo = people
    owner, number = client_of(desk.owner), desk.company.pk
    page = reverse("trials", args=[number, posting.pk])
    assert owner.post(page, {"task": "x", "price_minor": "40"}).status_code == 400
    offered(owner, posting, [ann, ben])
    offered(owner, posting, [cleo], task="Another task.", price_minor="1")
    assert set(Trial.objects.values_list("task", "price_minor")) == {("Answer these ten mails.", 4000)}
    assert Application.objects.filter(state="trial").count() == 3
    does(ann, "accepted", "running", "delivered", text="My ten answers.")
    does(ben, "accepted", "running", "delivered", text="Ten replies.")
    does(cleo, "paid")
    blind = owner.get(page).content.decode()
    assert "My ten answers." in blind
    assert not any(re.search(rf"\b{name}\b", blind) for name in NAMES)
    works = {trial.application_id: trial for trial in Trial.objects.all()}
    for trial in (works[ann.pk], works[ben.pk]):
        owner.post(reverse("trial-score", args=[number, trial.pk]), {"points": "7", "note": "Clear."})
        owner.post(reverse("trial-score", args=[number, trial.pk]), {"points": "1"})
        owner.post(reverse("trial-move", args=[number, trial.pk]), {"to": "paid", "text": "too early"})
    assert "Ann" not in owner.get(page).content.decode(), "a work can still come in"
    does(cleo, "declined")
    shown = owner.get(page).content.decode()
    assert re.search(r"\bAnn\b", shown)
    assert sorted(Trial.objects.values_list("state", flat=True)) == ["declined", "scored", "scored"]
    refused = owner.post(reverse("posting-move", args=[number, posting.pk]), {"to": "filled"}, follow=True)
    assert "Work of a trial is not paid yet." in refused.content.decode()
    for trial in (works[ann.pk], works[ben.pk]):
        owner.post(reverse("trial-move", args=[number, trial.pk]), {"to": "paid", "text": "Bank, 12 May"})
    owner.post(reverse("posting-move", args=[number, posting.pk]), {"to": "filled"})
    posting.refresh_from_db()
    assert posting.state == "filled"


def test_after_a_trial_an_offer_has_a_reason_and_becomes_a_contract(desk):
    posting, (ann, *_rest) = shortlist(desk)
    owner, number = client_of(desk.owner), desk.company.pk
    Contract.objects.all().delete()
    offered(owner, posting, [ann])
    move = reverse("application-move", args=[number, ann.pk])
    for reason, state in (("", "trial"), ("The clearest answers.", "offered")):
        owner.post(move, {"to": "offered", "reason": reason})
        ann.refresh_from_db()
        assert ann.state == state
    Client().post(reverse("applied", args=[link_of(ann)]), {"to": "hired"})
    new = f"{reverse('contract-new', args=[number])}?application={ann.pk}"
    assert new in owner.get(reverse("application", args=[number, ann.pk])).content.decode()
    assert f'value="{posting.low_minor // 100}.00"' in owner.get(new).content.decode()
    owner.post(new, {**TERM, "person": desk.assistant.pk, "title": "Mail", "zone": "UTC"})
    made = Contract.objects.get()
    assert (made.candidate, made.candidate.person) == (ann.candidate, desk.assistant)


def test_trials_of_another_company_are_not_found(desk):
    posting, (ann, *_rest) = shortlist(desk)
    offered(client_of(desk.owner), posting, [ann])
    other = room("two")
    stranger, trial = client_of(other.owner), Trial.objects.get()
    assert stranger.get(reverse("trials", args=[other.company.pk, posting.pk])).status_code == 404
    for name in ("trial-score", "trial-move"):
        assert stranger.post(reverse(name, args=[other.company.pk, trial.pk])).status_code == 404
    offered(stranger, posting, [ann])
    assert Trial.objects.count() == 1


def test_a_trial_ends_with_its_application_and_nobody_waits_for_ever(desk):
    posting, (ann, ben, cleo) = shortlist(desk)
    trials_offer(posting, [ann, ben, cleo], "Answer three letters.", 4000, "ada")
    for state, one in (("running", ann), ("accepted", ben), ("running", cleo)):
        Trial.objects.filter(application=one).update(state=state)
    owner, number = client_of(desk.owner), desk.company.pk

    def decline(one):
        typed = {"to": "declined", "reason": "Somebody else was chosen."}
        return owner.post(reverse("application-move", args=[number, one.pk]), typed, follow=True)

    assert "has begun; it may come until" in decline(ann).content.decode()
    ann.refresh_from_db()
    assert ann.state == "trial"
    decline(ben)
    page = reverse("applied", args=[link_of(cleo)])
    assert "Deliver it by" in owner.get(page).content.decode()
    owner.post(page, {"to": "withdrawn"})
    states = dict(Trial.objects.values_list("application", "state"))
    assert states == {ann.pk: "running", ben.pk: "cancelled", cleo.pk: "stopped"}
    late = reverse("applied_trial", args=[link_of(ben)])
    owner.post(late, {"to": "delivered", "text": "Here it is."})
    assert Trial.objects.get(application=ben).state == "cancelled"
    work = Trial.objects.get(application=ann)
    move, stop = reverse("trial-move", args=[number, work.pk]), {"to": "cancelled", "text": "It never came."}
    owner.post(move, stop)
    Trial.objects.filter(pk=work.pk).update(made_at=clock.now() - dt.timedelta(days=8))
    assert Trial.objects.get(pk=work.pk).state == "running"
    assert not names_shown(posting)
    owner.post(move, stop)
    assert Trial.objects.get(pk=work.pk).state == "cancelled"
    assert names_shown(posting)


def test_an_interview_is_cancelled_while_it_lies_ahead_and_the_applicant_told(desk):
    _posting, (ann, *_rest) = shortlist(desk)
    owner, where = client_of(desk.owner), [desk.company.pk, ann.pk]
    soon = clock.now() + dt.timedelta(days=2)
    typed = {"starts_at": f"{soon:%Y-%m-%dT%H:%M}", "zone": "UTC", "minutes": "45"}
    owner.post(reverse("interview-new", args=where), typed)
    made, page = Interview.objects.get(), reverse("application", args=where)
    assert "Cancel the interview" in owner.get(page).content.decode()
    end = reverse("interview-end", args=[*where, made.pk])
    Interview.objects.update(starts_at=clock.now() - dt.timedelta(days=1))
    assert "This moment is over." in owner.post(end, follow=True).content.decode()
    assert "Cancel the interview" not in owner.get(page).content.decode()
    Interview.objects.update(starts_at=soon)
    owner.post(end)
    assert not Interview.objects.exists()
    assert "is cancelled. Please take it out" in mail.outbox[-1].body
    assert f"{soon:%H:%M}" in mail.outbox[-1].body
    assert owner.post(end).status_code == 404
