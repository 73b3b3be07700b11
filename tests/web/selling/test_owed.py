"""Money to collect: the books' receivables to the cent, promises and disputes, and who sees what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import Role
from closebook.apps.selling.models import Customer, Dispute, PayPromise
from closebook.apps.selling.selectors.owed import BROKEN, KEPT, WAITS, owed_by_customers, standing_of
from closebook.apps.selling.services.deals import customer_save
from closebook.transport import clock
from tests.apps.sync.harness import World
from tests.web.sync.conftest import Site, other_company

BY = "ada"


def invoice(
    world: World, name: str, amount: str, days_ago: int, owner: str = "", *, known: bool = True
) -> dict:
    """Make an invoice that was due so many days ago, of a customer whom a salesperson has."""
    found = next(iter(world.person().query_all("Customer", f"DisplayName = '{name}'")), None)
    theirs = found or world.make("Customer", DisplayName=name)
    if known and not Customer.objects.filter(party=theirs["Id"]).exists():
        customer_save(world.company(), name.casefold(), name, BY, party=theirs["Id"], owner=owner)
    due = (clock.today() - dt.timedelta(days=days_ago)).isoformat()
    day = min(due, clock.today().isoformat())
    (item, *_more) = world.person().query_all("Item")
    line = {
        "Amount": amount, "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
    }  # fmt: skip
    return world.make("Invoice", CustomerRef={"value": theirs["Id"]}, TxnDate=day, DueDate=due, Line=[line])


@pytest.fixture
def site(synced: World) -> Site:
    return Site(synced.company())


def record_of(world: World, name: str) -> int:
    rows = owed_by_customers(world.company(), clock.today())
    return next(one.document.record for one in rows if one.name == name)


def test_the_page_says_what_the_aged_receivables_say(synced: World, site: Site):
    invoice(synced, "Quill", "1000.00", 40, "ann")
    invoice(synced, "Quill", "200.50", -5, "ann")
    invoice(synced, "Finch", "30.00", 95, "bob")
    invoice(synced, "Stranger", "7.25", 1, known=False)
    rows = owed_by_customers(synced.company(), clock.today())
    receivable = synced.trial_balance()["Accounts Receivable (A/R)"]
    assert sum(one.document.open_minor for one in rows) == receivable == 123_775
    assert sorted((one.salesperson, one.age, one.document.open_minor) for one in rows) == [
        ("", "1-30", 725),
        ("ann", "31-60", 100_000),
        ("ann", "not-due", 20_050),
        ("bob", "over-90", 3_000),
    ]
    page = site.get("selling/receivables/")
    for text in ("1,237.75", "1,200.50", "nobody", "over 90 days", "to the cent"):
        assert text in page, text
    only = site.get("selling/receivables/?person=-bob&age=over-90").partition("<h2>")[2]
    assert ("Finch" in only, "Quill" in only) == (True, False)


def test_an_empty_page_teaches(bare: World):
    assert "No customer owes anything" in Site(bare.company()).get("selling/receivables/")


def test_a_promise_is_kept_shown_undone_and_refused_when_it_cannot_be(synced: World, site: Site):
    invoice(synced, "Quill", "1000.00", 40, "ann")
    address = f"selling/receivables/{record_of(synced, 'Quill')}/"
    ahead = (clock.today() + dt.timedelta(days=7)).isoformat()
    typed = {"amount": "400.00", "day": ahead, "said_by": "Mr Quill"}
    page = site.follow(f"{address}promise/", typed)
    assert ("The promise is kept" in page, "promised" in page) == (True, True)
    assert "Mr Quill" in site.get(address)
    site.follow(f"{address}promise/", {"withdraw": "1"})
    assert "taken back" in site.get(address)
    assert PayPromise.objects.get().withdrawn_at is not None
    late = {**typed, "day": "2020-01-01"}
    assert "Choose today or a later day" in site.follow(f"{address}promise/", late)
    assert "up to what is open" in site.follow(f"{address}promise/", {**typed, "amount": "1000.01"})
    assert "This field is required" in site.post(f"{address}promise/", {"amount": ""}, code=400)


@pytest.mark.parametrize(
    ("open_minor", "days", "found"), [(60, 1, KEPT), (61, 0, WAITS), (61, -1, BROKEN), (100, 1, WAITS)]
)
def test_a_promise_is_kept_by_what_was_paid_since(open_minor: int, days: int, found: str):
    on = dt.date(2026, 3, 4)
    promise = PayPromise(day=on + dt.timedelta(days=days), amount_minor=40, open_minor=100)
    assert standing_of(promise, open_minor, on) == found


def test_a_dispute_has_a_reason_stands_once_and_is_settled(synced: World, site: Site):
    invoice(synced, "Stranger", "50.00", 3, known=False)
    address = f"selling/receivables/{record_of(synced, 'Stranger')}/"
    assert "This field is required" in site.post(f"{address}dispute/", {"reason": " "}, code=400)
    for _twice in range(2):
        site.post(f"{address}dispute/", {"reason": "Wrong colour"})
    assert Dispute.objects.get().customer.name == "Stranger"
    assert "disputed" in site.get("selling/receivables/")
    site.post(f"{address}dispute/", {"settle": "1"})
    assert "disputed" not in site.get("selling/receivables/")


def test_a_salesperson_sees_their_own_and_nobody_anothers(synced: World):
    invoice(synced, "Quill", "1000.00", 40, "ann")
    invoice(synced, "Finch", "30.00", 95, "bob")
    ann = Site(synced.company(), Role.SALESPERSON, "ann")
    page = ann.get("selling/receivables/")
    assert ("Quill" in page, "Finch" in page, "to the cent" in page) == (True, False, False)
    ann.get(f"selling/receivables/{record_of(synced, 'Finch')}/", code=404)
    ann.post(f"selling/receivables/{record_of(synced, 'Finch')}/dispute/", {"reason": "x"}, code=404)
    reader = Site(synced.company(), Role.READER, "eye")
    reader.get(f"selling/receivables/{record_of(synced, 'Quill')}/", code=403)
    quill = record_of(synced, "Quill")
    Site(other_company(), Role.OWNER, "eve").get(f"selling/receivables/{quill}/", code=404)


def test_the_number_of_queries_does_not_grow_with_the_documents(synced: World, site: Site):
    def asked() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as one,
            CaptureQueriesContext(connections["books"]) as two,
        ):
            site.get("selling/receivables/")
        return len(one) + len(two)

    invoice(synced, "Quill", "10.00", 40, "ann")
    site.get("selling/receivables/")
    before = asked()
    for number in range(30):
        invoice(synced, f"Customer {number}", "10.00", number, "bob")
    assert asked() == before


def test_a_promise_that_is_due_or_broken_stands_in_the_day_until_it_is_kept(synced: World, site: Site):
    invoice(synced, "Quill", "1000.00", 40, "ann")
    ann = Site(synced.company(), Role.SALESPERSON, "ann")
    record = record_of(synced, "Quill")
    assert "Promised to be paid" not in ann.get("selling/today/")
    ann.post(f"selling/receivables/{record}/promise/", {"amount": "400", "day": clock.today().isoformat()})
    assert "Promised to be paid" in ann.get("selling/today/")
    PayPromise.objects.update(day=clock.today() + dt.timedelta(days=1))
    assert "Promised to be paid" not in ann.get("selling/today/")
    PayPromise.objects.update(day=clock.today() - dt.timedelta(days=2))
    page = ann.get("selling/today/")
    assert (f"/selling/receivables/{record}/" in page, "400.00" in page) == (True, True)
    assert "Promised to be paid" not in Site(synced.company(), Role.SALESPERSON, "bob").get("selling/today/")


def test_the_document_is_named_in_the_readers_language(synced: World, site: Site):
    invoice(synced, "Quill", "10.00", 40, "ann")
    page = site.client.get(site.address("selling/receivables/"), headers={"accept-language": "nl"})
    assert "Factuur" in page.content.decode()
