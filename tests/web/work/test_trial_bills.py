"""A judged trial on a bill: once, paid by a payment run where the applicant said, and in the books."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from closebook.apps.companies.models import Company, Role
from closebook.apps.workforce.models import Application, Bill, Posting, Trial
from closebook.apps.workforce.services.pay_files import run_file
from closebook.apps.workforce.services.paying import hash_of, line_report, run_approve, run_make
from closebook.apps.workforce.services.trials import trial_move
from closebook.core.errors import ConflictError
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.states import Who
from closebook.web.work.public import link_of
from tests.apps.workforce.pay_rooms import PAY_ON
from tests.apps.workforce.rooms import Room, person_in, room
from tests.web.work.test_desk import client_of
from tests.web.work.test_trials import does, offered, shortlist

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Room:
    cache.clear()
    return room()


def judged(desk: Room) -> tuple[Posting, Application, Trial]:
    """Return the one trial of a posting, delivered and scored."""
    posting, (ann, *_rest) = shortlist(desk)
    owner = client_of(desk.owner)
    offered(owner, posting, [ann])
    does(ann, "accepted", "running", "delivered", text="My ten answers.")
    trial = Trial.objects.get()
    billed(owner, trial)
    assert not Bill.objects.exists(), "nothing is billed before it is judged"
    owner.post(reverse("trial-score", args=[desk.company.pk, trial.pk]), {"points": "7", "note": ""})
    return posting, ann, trial


def billed(client: Client, trial: Trial):
    return client.post(reverse("trial-bill", args=[trial.company_id, trial.pk]), follow=True)


def paid(company: Company, bill: Bill) -> None:
    run = run_make(company, "csv", PAY_ON, {bill.pk: None}, "owner")
    run_file(run_approve(run, hash_of(run), "owner"), "owner")
    line_report(run.lines.get(), LineState.PAID, "owner", paid_on=PAY_ON + dt.timedelta(days=1))


def test_a_trial_goes_on_one_bill_and_is_paid_with_it(desk):
    posting, ann, trial = judged(desk)
    owner, company = client_of(desk.owner), desk.company
    page = reverse("trials", args=[company.pk, posting.pk])
    assert "Put it on a bill" in owner.get(page).content.decode()
    assert "Bill A" in billed(owner, trial).content.decode()
    assert "on a bill or paid already" in billed(owner, trial).content.decode()
    bill = Bill.objects.get()
    assert (bill.state, bill.payee.name, bill.currency) == ("ready", "Ann", trial.currency)
    assert [line.amount_minor for line in bill.lines.all()] == [4000]
    by_hand = reverse("trial-move", args=[company.pk, trial.pk])
    owner.post(by_hand, {"to": "paid", "text": "cash"})
    trial.refresh_from_db()
    assert trial.state == "scored"
    shown = owner.get(reverse("assistant-bill", args=[company.pk, bill.pk])).content.decode()
    assert "Paid trial: Inbox" in shown
    where = reverse("applied_account", args=[link_of(ann)])
    assert Client().post(where, {"rail": "sepa", "iban": "DE00"}).status_code == 400
    Client().post(where, {"rail": "csv", "hint": "Bank of Quill, 123"})
    assert "123" not in Client().get(where).content.decode()
    owner.post(reverse("posting-move", args=[company.pk, posting.pk]), {"to": "filled"})
    posting.refresh_from_db()
    assert posting.state == "filled"
    paid(company, bill)
    trial.refresh_from_db()
    assert (trial.state, trial.reason) == ("paid", bill.number)
    with pytest.raises(ConflictError):
        trial_move(trial, "paid", Who.COMPANY, "owner")


def test_what_was_paid_by_hand_is_never_billed(desk):
    _posting, _ann, trial = judged(desk)
    owner = client_of(desk.owner)
    owner.post(reverse("trial-move", args=[desk.company.pk, trial.pk]), {"to": "paid", "text": "In cash"})
    assert "on a bill or paid already" in billed(owner, trial).content.decode()
    assert not Bill.objects.exists()


def test_without_the_right_to_approve_the_bill_waits_and_strangers_find_nothing(desk):
    _posting, _ann, trial = judged(desk)
    other = room("two")
    foreign = reverse("trial-bill", args=[other.company.pk, trial.pk])
    assert client_of(other.owner).post(foreign).status_code == 404
    assert billed(client_of(desk.assistant), trial).status_code == 403
    keeper = person_in(desk.company, "manager", Role.BOOKKEEPER)
    billed(client_of(keeper), trial)
    assert {bill.state for bill in Bill.objects.all()} <= {"draft", "ready"}
    assert Client().get(reverse("applied_account", args=["x"])).status_code == 404


def test_names_stay_covered_until_all_is_judged(desk):
    posting, (ann, ben, _cleo) = shortlist(desk)
    owner = client_of(desk.owner)
    offered(owner, posting, [ann, ben])
    does(ann, "accepted", "running", "delivered", text="My ten answers.")
    trial = Trial.objects.get(application=ann)
    owner.post(reverse("trial-score", args=[desk.company.pk, trial.pk]), {"points": "7", "note": ""})
    assert "names are still covered" in billed(owner, trial).content.decode()
    assert not Bill.objects.exists()
