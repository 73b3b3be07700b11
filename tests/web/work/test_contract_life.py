"""Terms with rates by kind, contracts that are suspended and end, milestones promised and paid."""

from __future__ import annotations

import pytest
from django.urls import reverse

from closebook.apps.companies.models import AuditEvent
from closebook.apps.workforce.models import BillLine, Contract, Milestone, Term, Timer
from closebook.apps.workforce.services.timers import timer_start
from tests.apps.workforce.rooms import Room, room, task_of
from tests.web.work.test_desk import TERM, client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Room:
    return room()


def moved(client, desk: Room, target: str, text: str = "") -> str:
    where = [desk.company.pk, desk.contract.pk]
    client.post(reverse("contract-move", args=where), {"to": target, "text": text})
    desk.contract.refresh_from_db()
    return desk.contract.state


def test_terms_keep_rates_by_kind_and_a_change_starts_from_what_holds(desk):
    owner, where = client_of(desk.owner), [desk.company.pk, desk.contract.pk]
    new = reverse("term-new", args=where)
    typed = {
        **TERM,
        "rate_social": "35",
        "cap_minor": "400",
        "away_seconds": "240",
        "idle_policy": "last-input",
        "evidence": "presence",
    }
    assert owner.post(new, {**typed, "rate_social": "-1"}).status_code == 400
    owner.post(new, typed)
    term = Term.objects.get()
    rates = dict(term.rates.values_list("kind", "hourly_minor"))
    assert (rates, term.cap_minor, term.idle_policy) == ({"": 2000, "social": 3500}, 40_000, "last-input")
    assert 'value="35.00"' in owner.get(new).content.decode()
    page = client_of(desk.assistant).get(reverse("contract", args=where)).content.decode()
    for text in ("Rate per hour: social media", "400.00", "from the last key or mouse move"):
        assert text in page


def test_a_suspended_contract_stops_its_timer_and_goes_on_again(desk):
    owner, helper = client_of(desk.owner), client_of(desk.assistant)
    timer_start(task_of(desk.contract, "in_progress"), desk.assistant)
    assert moved(owner, desk, "suspended") == "active"
    assert moved(owner, desk, "suspended", "A pause of a month.") == "suspended"
    assert Timer.objects.get().state == "stopped"
    page = helper.get(reverse("contract", args=[desk.company.pk, desk.contract.pk])).content.decode()
    assert "A pause of a month." in page
    assert moved(helper, desk, "active") == "active"


def test_a_contract_ends_with_a_reason_once_no_task_is_open(desk):
    owner, helper = client_of(desk.owner), client_of(desk.assistant)
    task = task_of(desk.contract, "in_progress")
    assert moved(helper, desk, "ending", "I go back to school.") == "ending"
    assert timer_start(task, desk.assistant).state == "running"
    assert moved(owner, desk, "ended") == "ending"
    task.state = "accepted"
    task.save()
    assert moved(helper, desk, "ended") == "ending"
    assert moved(owner, desk, "ended") == "ended"
    assert AuditEvent.objects.filter(action="contract-moved").count() == 2
    where = [desk.company.pk, desk.contract.pk]
    assert owner.post(reverse("term-new", args=where), TERM).status_code == 400


def test_an_offer_is_declined_and_is_not_made_active_without_a_signature(desk):
    Contract.objects.update(state="offered")
    helper = client_of(desk.assistant)
    assert moved(helper, desk, "active") == "offered"
    assert moved(client_of(desk.owner), desk, "declined") == "offered"
    assert moved(helper, desk, "declined") == "declined"


def test_a_milestone_is_promised_with_proof_delivered_and_released_in_parts(desk):
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    new = reverse("milestone-new", args=[number, desk.contract.pk])
    typed = {"title": "A price list", "amount_minor": "200", "due_on": "2026-12-01"}
    assert helper.post(new, typed).status_code == 403
    assert owner.post(new, {**typed, "amount_minor": "-3"}).status_code == 400
    owner.post(new, typed)
    row = Milestone.objects.get()
    move, release = (reverse(name, args=[number, row.pk]) for name in ("milestone-move", "milestone-release"))

    def after(client, address: str, **sent: str) -> tuple[str, int]:
        client.post(address, sent)
        row.refresh_from_db()
        return row.state, row.released_minor

    assert after(owner, move, to="promised") == ("planned", 0)
    assert after(owner, move, to="promised", text="Draft 88 at the bank") == ("promised", 0)
    assert after(owner, release, amount_minor="50") == ("promised", 0)
    assert after(helper, move, to="delivered") == ("delivered", 0)
    assert after(helper, release, amount_minor="50") == ("delivered", 0)
    assert after(owner, release, amount_minor="50") == ("partly_released", 5000)
    assert after(owner, release, amount_minor="30") == ("partly_released", 8000)
    assert after(owner, release, amount_minor="120.01") == ("partly_released", 8000)
    assert after(owner, release, amount_minor="120") == ("released", 20_000)
    page = helper.get(reverse("contract", args=[number, desk.contract.pk])).content.decode()
    assert "Draft 88 at the bank" in page
    lines = BillLine.objects.filter(milestone=row).order_by("pk")
    assert list(lines.values_list("amount_minor", "bill__state")) == [
        (5000, "ready"), (3000, "ready"), (12_000, "ready"),
    ]  # fmt: skip


def test_milestones_of_others_are_not_found(desk):
    other = room("two")
    row = Milestone.objects.create(
        company=other.company, contract=other.contract, title="X", amount_minor=1, currency="USD",
        made_at="2026-11-01T00:00Z",
    )  # fmt: skip
    for name in ("milestone-move", "milestone-release"):
        assert client_of(desk.owner).post(reverse(name, args=[desk.company.pk, row.pk])).status_code == 404
