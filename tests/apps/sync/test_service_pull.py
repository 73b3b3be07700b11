"""A till that is fetched from its service: pulled, planned, posted, proved, and pulled again."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest
from django.db import connection as database

from closebook.apps.sync.models import Connection, ServiceAccess, SourceFile, SourceRow
from closebook.apps.sync.services import pulling, service_access
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.schedules import schedule_run, schedule_save
from closebook.connectors.base import App, Call
from closebook.core.errors import HeldError, InputError, LoginError, RetryError
from closebook.core.planning.timetable import Rhythm, Timetable
from closebook.transport import clock
from tests.fakes.square.server import Square, serving
from tests.fakes.square.world import World as Account

FIRST = dt.date(2026, 3, 1)
URL = "https://books.example/hooks/1/"
TILL = "Corner shop"


@pytest.fixture
def square():
    """A simulated account of a fortnight behind a local server."""
    with serving(Square(Account(11, FIRST, days=15, per_day=2))) as service:
        yield service


@pytest.fixture
def till(bare, square, tmp_path):
    """A world whose till is connected by a token."""
    secret = tmp_path / "token.txt"
    secret.write_text(square.token + "\n")
    bare.command(
        "connect",
        "square",
        TILL,
        "--token-file",
        secret,
        "--address",
        square.url,
        "--since",
        FIRST.isoformat(),
    )
    return bare


def _connection() -> Connection:
    return Connection.objects.select_related("company").get(name=TILL)


def test_a_till_is_fetched_posted_and_proved(till, square) -> None:
    fetched = till.json("pull", TILL)["files"]
    assert fetched[0]["new"] > 100
    run = plan_make(_connection())
    assert run is not None
    done = till.apply(run)
    assert (done.state, till.proofs_hold(done)) == ("done", True), (done.reason, done.proofs)
    facts, books = square.world.facts, till.trial_balance()
    assert books["Cash on hand"] == facts["cash"]
    assert books["Gift cards and customer deposits"] == facts["gift used"] - facts["gift cards"]
    assert books["Tips to pay out"] == -facts["tips"]
    assert books["Square sales tax to remit"] == -facts["tax"]
    assert books["Checking"] == facts["payouts"]
    clearing = next(amount for name, amount in books.items() if name.endswith(TILL))
    assert clearing == square.world.unsettled_minor()
    till.command("tieout", TILL)
    checked = till.json("tax-check", TILL)
    assert checked["sales"] > 20
    assert {each["cause"] for each in checked["findings"]} <= {"rounded-per-line"}


def test_a_second_pull_brings_nothing_and_leaves_no_trace(till) -> None:
    pulling.service_pull(_connection())
    before = (SourceFile.objects.count(), SourceRow.objects.count())
    pulled = pulling.service_pull(_connection())
    assert (pulled.state, pulled.new, pulled.changed) == ("known", 0, 0)
    assert (SourceFile.objects.count(), SourceRow.objects.count()) == before


def test_a_pull_that_breaks_off_keeps_its_reason_and_is_wanted_again(till, square, monkeypatch) -> None:
    monkeypatch.setattr(clock, "sleep_seconds", lambda _seconds: None)
    square.faults = 1
    with pytest.raises(RetryError):
        pulling.service_pull(_connection())
    access = ServiceAccess.objects.get()
    assert access.problem
    assert access.wanted
    assert access.busy_until is None
    assert access.state == {}
    square.faults = 0
    assert pulling.wanted_tick() == 1
    assert ServiceAccess.objects.get().problem == ""


def test_two_pulls_at_once_are_refused(till) -> None:
    ServiceAccess.objects.update(busy_until=clock.now() + dt.timedelta(minutes=1))
    with pytest.raises(HeldError):
        pulling.service_pull(_connection())


def test_a_token_that_is_gone_asks_for_a_person_and_is_not_asked_again(till, square) -> None:
    square.token = "another"
    with pytest.raises(LoginError):
        pulling.service_pull(_connection())
    assert ServiceAccess.objects.get().broken
    calls = len(square.calls)
    assert pulling.wanted_tick() == 0
    assert len(square.calls) == calls


def test_consent_gives_tokens_that_are_renewed_once(till, square) -> None:
    chosen = _connection()
    service_access.app_save(chosen, App("app-1", "app-secret"), square.url)
    access = service_access.consent_take(chosen, "code-1", "https://books.example/back", "Ada")
    assert (access.access_token, access.refresh_token) == ("token-2", "refresh-1")
    ServiceAccess.objects.update(access_expires_at=clock.now())
    pulling.service_pull(_connection())
    assert square.refreshed == 2
    assert ServiceAccess.objects.get().access_token == square.token


def test_secrets_are_encrypted_at_rest(till, square) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token FROM sync_serviceaccess")
        [(stored,)] = cursor.fetchall()
    assert square.token not in stored
    assert ServiceAccess.objects.get().access_token == square.token


def _call(body: bytes, key: str = "key") -> Call:
    made = hmac.new(key.encode(), URL.encode() + body, hashlib.sha256).digest()
    return Call(URL, {"x-square-hmacsha256-signature": base64.b64encode(made).decode()}, body)


def test_a_signed_call_asks_for_a_pull_once(till) -> None:
    chosen = _connection()
    ServiceAccess.objects.update(webhook_key="key", wanted=False)
    body = json.dumps({"event_id": "ev-1", "type": "payment.updated"}).encode()
    assert not pulling.call_take(chosen.pk, _call(body, "wrong"))
    assert not pulling.call_take(chosen.pk + 1, _call(body))
    assert not ServiceAccess.objects.get().wanted
    assert pulling.call_take(chosen.pk, _call(body))
    assert ServiceAccess.objects.get().wanted
    ServiceAccess.objects.update(wanted=False)
    assert pulling.call_take(chosen.pk, _call(body))
    assert not ServiceAccess.objects.get().wanted


def test_a_schedule_fetches_before_it_plans(till) -> None:
    schedule = schedule_save(
        _connection(), Timetable(Rhythm.DAILY), applies=False, mails=False, now=clock.now(), actor="Ada"
    )
    assert schedule_run(schedule, clock.now(), tell=False).outcome == "planned"


def test_what_cannot_be_connected_says_why(till) -> None:
    chosen = _connection()
    with pytest.raises(InputError):
        service_access.token_save(chosen, " ", "", "Ada")
    with pytest.raises(InputError):
        service_access.token_save(chosen, "x", "ftp://nowhere", "Ada")
    till.command("connect", "etsy", "Quill prints")
    with pytest.raises(InputError):
        service_access.token_save(Connection.objects.get(connector="etsy"), "x", "", "Ada")
    service_access.access_drop(chosen, "Ada")
    assert pulling.service_pull_if_connected(chosen) is None
    till.command("pull", TILL, code=2)
