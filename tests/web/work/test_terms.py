"""Changes of a contract's terms: offered, declined, taken back, replaced; and the rates that hold then."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from closebook.apps.workforce.models import HourlyRate, Term
from closebook.apps.workforce.selectors.terms import rate_terms
from closebook.core.errors import InputError
from closebook.core.workforce.rates import rate_on
from closebook.transport import clock
from tests.apps.workforce.rooms import Room, room
from tests.apps.workforce.signed import signed
from tests.web.work.test_desk import TERM, client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DAY = dt.date(2026, 11, 1)


@pytest.fixture
def desk() -> Room:
    made = room()
    signed(made.contract, starts_on=dt.date(2026, 10, 1))
    return made


def test_a_rate_for_a_kind_of_service_ends_with_the_terms_that_named_it(desk):
    first = Term.objects.get()
    facts = {"company": desk.company, "currency": "USD", "made_at": clock.now()}
    HourlyRate.objects.create(term=first, kind="social", hourly_minor=4000, **facts)
    signed(desk.contract, hourly=3000, starts_on=DAY)

    def rate(kind, day):
        terms = rate_terms(desk.contract)
        return rate_on(terms, str(desk.contract.pk), kind, day).hourly.amount_minor

    before = DAY - dt.timedelta(days=1)
    assert [rate(kind, day) for kind in ("email", "social") for day in (before, DAY)] == [
        2000, 3000, 4000, 3000,
    ]  # fmt: skip
    with pytest.raises(InputError):
        rate("email", dt.date(2026, 9, 30))
    signed(desk.contract, hourly=3500, starts_on=DAY)
    assert rate("email", DAY) == 3500


def test_a_change_does_not_begin_before_what_it_changes(desk):
    new = reverse("term-new", args=[desk.company.pk, desk.contract.pk])
    owner = client_of(desk.owner)
    assert owner.post(new, {**TERM, "starts_on": "2026-09-30"}).status_code == 400
    assert owner.post(new, {**TERM, "starts_on": "2026-10-01"}).status_code == 302


@pytest.mark.parametrize("side", ["owner", "assistant"])
def test_an_offered_change_is_taken_back_or_declined_and_what_is_signed_stays(desk, side):
    where = [desk.company.pk, desk.contract.pk]
    client, drop = client_of(getattr(desk, side)), reverse("term-drop", args=where)
    client_of(desk.owner).post(reverse("term-new", args=where), TERM)
    first, change = Term.objects.order_by("version")
    page = client.get(reverse("contract", args=where)).content.decode()
    assert ("Decline this change" if side == "assistant" else "Take this change back") in page
    for number in (first.pk, change.pk):
        client.post(drop, {"term": number})
    assert Term.objects.get() == first
    assert client.post(drop, {"term": change.pk}).status_code == 404


def test_only_the_newest_terms_are_signed(desk):
    where = [desk.company.pk, desk.contract.pk]
    for hourly in ("25", "26"):
        client_of(desk.owner).post(reverse("term-new", args=where), {**TERM, "hourly_minor": hourly})
    _first, older, newest = Term.objects.order_by("version")
    helper = client_of(desk.assistant)
    page = helper.get(reverse("contract", args=where)).content.decode()
    assert (page.count("I have read this"), "replaced" in page) == (1, True)
    for term in (older, newest):
        helper.post(reverse("term-sign", args=where), {"term": term.pk})
    older.refresh_from_db()
    newest.refresh_from_db()
    assert (older.assistant_signed_at, bool(newest.assistant_signed_at)) == (None, True)
    assert f"version {newest.notice_version}" in helper.get(reverse("contract", args=where)).content.decode()
