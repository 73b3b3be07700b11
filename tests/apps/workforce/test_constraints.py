"""What the database itself refuses: a second timer, doubled evidence, a reference that pays twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from closebook.apps.workforce.models import (
    Bill,
    Device,
    EvidenceSpan,
    ManualTime,
    Payee,
    PaymentLine,
    PaymentRun,
    TimerSpan,
)
from closebook.transport import clock
from tests.apps.workforce.rooms import HOUR, room, task_of, timer_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 2)


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


@pytest.fixture
def desk():
    return room()


def test_an_assistant_has_one_timer_that_is_not_stopped(desk):
    task = task_of(desk.contract)
    timer_of(task, "stopped")
    timer_of(task, "paused")
    refused(lambda: timer_of(task))
    timer_of(task, "stopped")


def test_a_timer_has_one_open_stretch_and_none_that_ends_before_it_starts(desk):
    timer = timer_of(task_of(desk.contract))
    now = clock.now()

    def span(end):
        TimerSpan.objects.create(company=desk.company, timer=timer, starts_at=now, ends_at=end, made_at=now)

    span(None)
    refused(lambda: span(None))
    refused(lambda: span(now - HOUR))
    span(now + HOUR)


def test_evidence_is_kept_once_and_time_by_hand_needs_a_reason(desk):
    now, common = clock.now(), {"company": desk.company, "made_at": clock.now()}
    device = Device.objects.create(person=desk.assistant, name="laptop", **common)
    facts = {"contract": desk.contract, "starts_at": now, "ends_at": now + HOUR, **common}
    more = {"device": device, "bucket": "afk", "kind": "afk", "key": "k"}
    EvidenceSpan.objects.create(**more, **facts)
    refused(lambda: EvidenceSpan.objects.create(**more, **facts))
    task = task_of(desk.contract)
    refused(lambda: ManualTime.objects.create(task=task, reason="", **facts))
    ManualTime.objects.create(task=task, reason="A call.", **facts)


def test_a_payment_reference_and_a_bill_number_are_used_once(desk):
    common = {"company": desk.company, "made_at": clock.now()}
    payee = Payee.objects.create(name="Ada", **common)
    facts = {"payee": payee, "number": "B1", "first": DAY, "last": DAY, "currency": "USD", **common}
    bill = Bill.objects.create(**facts)
    refused(lambda: Bill.objects.create(**facts))
    run = PaymentRun.objects.create(rail="csv", currency="USD", **common)
    line = {"run": run, "bill": bill, "reference": "P1", **common}
    PaymentLine.objects.create(amount_minor=5, **line)
    refused(lambda: PaymentLine.objects.create(amount_minor=5, **line))
    refused(lambda: PaymentLine.objects.create(amount_minor=0, **{**line, "reference": "P2"}))
