"""Customers and complaints by the pages: typed in, shown, taken step by step; each sees what is theirs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import Complaint, Contact, Customer
from closebook.apps.selling.services.complaints import complaint_receive
from closebook.apps.selling.services.conversations import conversation_log
from closebook.apps.selling.services.deals import customer_save, opportunity_make, opportunity_move
from closebook.apps.selling.services.importing import import_deals
from closebook.transport import clock
from tests.web.selling.test_opportunities import CSV, Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DAY = dt.date(2026, 11, 2)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def quill(desk: Desk, owner: str = "ann-one", name: str = "Quill", **facts) -> Customer:
    return customer_save(desk.company, name.casefold(), name, "boss", owner=owner, **facts)


def test_a_customer_is_typed_in_changed_and_shown_with_what_happened(desk: Desk):
    assert "Nobody yet" in desk.get("ann", "seller-customers")
    typed = {"name": "Quill  & Sons", "kind": "dealer", "email": "a@quill.example", "score_network": "4"}
    desk.post("ann", "seller-customer-new", **typed)
    one = Customer.objects.get()
    assert (one.name, one.owner, one.scores) == ("Quill & Sons", "ann-one", {"network": 4})
    opportunity_make(desk.company, one, "o1", "Mugs", DAY, "ann-one", owner="ann-one")
    conversation_log(desk.company, "t1", one.pk, "ann-one", DAY, purpose="First visit")
    complaint_receive(desk.company, one, "ann-one", text="Too late", received=DAY)
    desk.post("ann", "contact-new", one.pk, name="Mia", role="decides")
    desk.post("ann", "contact-new", one.pk, name="mia", role="uses")
    assert Contact.objects.get().role == "uses"
    page = desk.get("ann", "seller-customer", one.pk)
    for text in ("Mugs", "First visit", "Too late", "Network of outlets", "a@quill.example"):
        assert text in page, text
    desk.post("ann", "seller-customer-edit", one.pk, **typed, do_not_mail="on")
    page = desk.get("ann", "seller-customer", one.pk)
    assert ("wants no mail" in page, "a@quill.example" in page) == (True, False)


def test_a_twin_is_named_and_not_made(desk: Desk):
    known = quill(desk)
    page = desk.post("ann", "seller-customer-new", name="QUILL", kind="prospect", status=400)
    assert desk.address("seller-customer", known.pk) in page
    assert Customer.objects.count() == 1


def test_a_complaint_is_taken_step_by_step_and_a_step_says_what_it_needs(desk: Desk):
    customer = quill(desk)
    typed = {"customer": "Quill", "text": "Wrong colour", "received": "2026-11-02", "product": "Mug"}
    desk.post("ann", "complaint-new", **typed)
    one = Complaint.objects.get()
    assert (one.customer, one.owner) == (customer, "ann-one")
    half = {"to": "recorded_and_acknowledged", "undertaking": "New ones"}
    assert "This field is required" in desk.post("ann", "complaint", one.pk, status=400, **half)
    nothing = {"to": "recorded_and_acknowledged", "undertaking_by": "2026-11-09"}
    assert "by when" in desk.post("ann", "complaint", one.pk, status=400, **nothing)
    steps = [
        {**half, "undertaking_by": "2026-11-09"},
        {"to": "reported", "reported_to": "Bo, store"},
        {
            "to": "plan_agreed",
            "cause": "quality",
            "plan": "Send",
            "owner": "bob-one",
            "plan_by": "2026-11-08",
        },
        {"to": "in_progress"},
        {"to": "customer_asked"},
        {"to": "closed", "verdict": "satisfied", "cost_minor": "12.50"},
    ]
    for step in steps:
        desk.post("ann", "complaint", one.pk, **step)
    one.refresh_from_db()
    kept = (one.state, one.reported_to, one.cost_minor, one.verdict)
    assert kept == ("closed", ["Bo", "store"], 1250, "satisfied")
    late = {"to": "reported", "reported_to": "x"}
    desk.post("ann", "complaint", one.pk, **late)
    assert "cannot go from" in desk.get("ann", "complaint", one.pk)
    again = complaint_receive(desk.company, customer, "ann-one", text="Again", received=DAY, product="Mug")
    assert again.repeat_of == one


def test_a_salesperson_sees_their_own_and_the_one_who_sees_to_it_sees_the_complaint(desk: Desk):
    theirs = quill(desk, "bob-one", "Finch")
    one = complaint_receive(desk.company, theirs, "bob-one", text="Late", received=DAY)
    for page, pk in (("seller-customer", theirs.pk), ("complaint", one.pk)):
        desk.get("ann", page, pk, status=404)
        desk.get("boss", page, pk)
    desk.get("ann", "seller-customer-edit", theirs.pk, status=404)
    assert "Finch" not in desk.get("ann", "seller-customers")
    Complaint.objects.update(owner="ann-one")
    desk.get("ann", "complaint", one.pk)
    desk.post("eye", "complaint-new", text="x", status=403)
    other = Desk("two")
    for page, pk in (("seller-customer", theirs.pk), ("complaint", one.pk)):
        other.get("boss", page, pk, status=404)
    other.post("boss", "contact-new", theirs.pk, name="x", status=404)


@pytest.mark.parametrize("page", ["seller-customers", "complaints"])
def test_the_number_of_queries_does_not_grow(desk: Desk, page: str):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get("boss", page)
        return len(queries)

    complaint_receive(desk.company, quill(desk), "ada", text="Late", received=DAY)
    asked()
    before = asked()
    for number in range(30):
        more = quill(desk, "bob-one", f"C {number}")
        complaint_receive(desk.company, more, "ada", text="Late", received=DAY)
    assert asked() == before


def test_whoever_buys_is_no_prospect_any_more(desk: Desk):
    one, dealer = quill(desk), quill(desk, name="Finch", kind="dealer")
    for customer in (one, dealer):
        deal = opportunity_make(desk.company, customer, customer.key, "Mugs", DAY, "boss", stage="engaging")
        opportunity_move(desk.company, deal.pk, "won", DAY, "boss", reason="ok")
    assert set(Customer.objects.values_list("name", "kind")) == {("Quill", "customer"), ("Finch", "dealer")}
    import_deals(CSV.replace("Quill", "Wren"), desk.company, "boss")
    kinds = dict(Customer.objects.values_list("name", "kind"))
    assert (kinds["Wren"], kinds["Ink & Co"]) == ("customer", "prospect")


def test_a_complaint_stands_in_the_day_of_who_sees_to_it_when_its_next_promise_is_due(desk: Desk):
    complaint_receive(desk.company, quill(desk), "ann-one", text="Too late", received=DAY)
    assert "Too late" in desk.get("ann", "today")
    assert "Too late" not in desk.get("bob", "today")
    Complaint.objects.update(undertaking_by=clock.today() + dt.timedelta(days=3))
    assert "Too late" not in desk.get("ann", "today")
    Complaint.objects.update(plan_by=clock.today())
    assert "Too late" in desk.get("ann", "today")
    Complaint.objects.update(closed_on=clock.today())
    assert "Too late" not in desk.get("ann", "today")
