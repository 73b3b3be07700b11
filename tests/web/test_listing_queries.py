"""Every list of a company asks the databases as often for thirty rows as for one."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import AuditEvent, Membership, Person, Role
from closebook.transport import clock
from closebook.web.kit.listing import Listing
from closebook.web.urls import company_patterns
from tests.apps.books.factories import make_books
from tests.web.statements.conftest import Shop, shop_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
GROW = {"sales", "expenses", "other-documents", "customers", "vendors", "items", "people", "audit"}


def shop_with(count: int) -> Shop:
    """Return a shop with so many of everything that lists show."""
    books = make_books()
    made = shop_of(books)
    for number in range(count):
        for entity in ("Customer", "Vendor", "Item"):
            books.named(entity, f"{entity} {number}")
        for entity, party in (("SalesReceipt", "Customer"), ("Bill", "Vendor"), ("JournalEntry", "Customer")):
            lines = {"Checking": 100, "Sales": -100}
            books.post(entity, "2026-02-01", lines, counterparty=f"{party} {number}")
        person = Person.objects.create(username=f"p{number}-{made.company.pk}")
        Membership.objects.create(person=person, company=made.company, role=Role.READER)
        AuditEvent.objects.create(
            company=made.company, number=number + 1, at=clock.now(), actor="ada", action="x", subject="y"
        )
    return made


def asked(shop: Shop) -> dict[str, tuple[int, int]]:
    """Return the rows and the queries of each list that has an address of its own, by the address's name."""
    found = {}
    for each in company_patterns:
        if "<" in str(each.pattern).replace("<int:company_id>", "") or not each.name:
            continue
        address = reverse(each.name, args=[shop.company.pk])
        shop.client.get(address)
        with (
            CaptureQueriesContext(connections["default"]) as first,
            CaptureQueriesContext(connections["books"]) as second,
        ):
            answer = shop.client.get(address)
        listing = answer.context.get("listing") if answer.context else None
        if isinstance(listing, Listing):
            found[each.name] = (listing.rows.count(), len(first) + len(second))
    return found


def test_the_number_of_queries_of_no_list_grows_with_its_rows():
    few, many = asked(shop_with(1)), asked(shop_with(30))
    assert few.keys() == many.keys()
    assert {name: queries for name, (_rows, queries) in few.items()} == {
        name: queries for name, (_rows, queries) in many.items()
    }
    grown = {name for name in few if many[name][0] > few[name][0]}
    assert grown >= GROW, GROW - grown
