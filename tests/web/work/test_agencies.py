"""Agencies by their pages: added, changed, chosen in a contract, and paid instead of the person."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.workforce.models import Agency, Contract
from closebook.apps.workforce.services.agencies import agency_save
from closebook.apps.workforce.services.bills import payee_of
from tests.apps.workforce.rooms import Room, room
from tests.web.work.test_desk import TERM, client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Room:
    return room()


def test_an_agency_is_added_changed_and_named_once(desk: Room):
    owner, number = client_of(desk.owner), desk.company.pk
    assert "No agency yet" in owner.get(reverse("agencies", args=[number])).content.decode()
    facts = {"name": " Desk  Ltd ", "email": "desk@example.org", "margin": "12.5"}
    owner.post(reverse("agency-new", args=[number]), facts)
    one = Agency.objects.get()
    assert (one.name, one.margin_bp) == ("Desk Ltd", 1250)
    again = owner.post(reverse("agency-new", args=[number]), {"name": "desk ltd"})
    assert (again.status_code, b"There is an agency of this name" in again.content) == (400, True)
    assert owner.post(reverse("agency-new", args=[number]), {"name": "X", "margin": "101"}).status_code == 400
    owner.post(reverse("agency", args=[number, one.pk]), {**facts, "margin": "15"})
    one.refresh_from_db()
    assert one.margin_bp == 1500


def test_a_contract_through_an_agency_is_billed_by_the_agency(desk: Room):
    owner, number = client_of(desk.owner), desk.company.pk
    new = reverse("contract-new", args=[number])
    assert b"Through an agency" not in owner.get(new).content
    one = agency_save(desk.company, None, {"name": "Desk Ltd", "email": "", "margin_bp": 0}, "ada")
    facts = {**TERM, "person": desk.assistant.pk, "title": "Mail", "zone": "UTC", "agency": one.pk}
    owner.post(new, facts)
    made = Contract.objects.get(title="Mail")
    assert (made.agency, payee_of(made).name) == (one, "Desk Ltd")
    assert b"Desk Ltd" in owner.get(reverse("contract", args=[number, made.pk])).content
    assert b"Mail" in owner.get(reverse("agency", args=[number, one.pk])).content
    owner.post(new, {**facts, "title": "Direct", "agency": ""})
    assert Contract.objects.get(title="Direct").agency is None


def test_an_agency_of_another_company_is_not_there_and_assistants_see_none(desk: Room):
    theirs = agency_save(room("two").company, None, {"name": "Desk", "email": "", "margin_bp": 0}, "ada")
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    assert owner.get(reverse("agency", args=[number, theirs.pk])).status_code == 404
    assert helper.get(reverse("agencies", args=[number])).status_code == 403
    facts = {**TERM, "person": desk.assistant.pk, "title": "Mail", "zone": "UTC", "agency": theirs.pk}
    owner.post(reverse("contract-new", args=[number]), facts)
    assert not Contract.objects.filter(agency=theirs).exists()


def test_thirty_agencies_cost_no_more_questions_than_one(desk: Room):
    owner = client_of(desk.owner)

    def questions() -> int:
        with CaptureQueriesContext(connection) as seen:
            owner.get(reverse("agencies", args=[desk.company.pk]))
        return len(seen)

    for n in range(2):
        agency_save(desk.company, None, {"name": f"A{n}", "email": "", "margin_bp": 0}, "ada")
    questions()
    before = questions()
    for n in range(30):
        agency_save(desk.company, None, {"name": f"B{n}", "email": "", "margin_bp": 0}, "ada")
    assert questions() == before
