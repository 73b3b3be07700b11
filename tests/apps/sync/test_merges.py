"""Names that a person merges, renames or makes inactive in the books, seen without any webhook."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.sync.codec import target_from
from closebook.apps.sync.models import BooksAccess, Link
from closebook.apps.sync.services.sweeping import sweep_tick
from closebook.transport import clock
from tests.apps.sync.harness import SHOP, World
from tests.apps.sync.tills import served_books


@pytest.fixture
def books(synced):
    with served_books():
        yield synced


def looked(whole: bool) -> None:
    if whole:
        BooksAccess.objects.update(compared_at=clock.now() - dt.timedelta(days=31))
    assert sweep_tick(clock.now() + dt.timedelta(hours=25)) == 1


def used(world: World, kind: str) -> tuple[Link, list[Link]]:
    """Return a linked name and our documents that use it."""
    for link in Link.objects.filter(kind=kind).order_by("key"):
        users = [
            one
            for one in Link.objects.filter(target__contains=f'"{link.key}"').exclude(
                kind__in=["customer", "item"]
            )
            if one.kind == "sales-receipt"
        ]
        if 0 < len(users) < 4:
            return link, users
    raise AssertionError(kind)


def merged(world: World, link: Link, users: list[Link]) -> dict:
    """Do what the service does when a person merges a customer into another one."""
    kept = world.make("Customer", DisplayName="Ada the only one")
    for one in users:
        world.edit("SalesReceipt", one.remote_id, CustomerRef={"value": kept["Id"]})
    for entity in ("RefundReceipt",):
        for body in world.person().query_all(entity):
            if (body.get("CustomerRef") or {}).get("value") == link.remote_id:
                world.edit(entity, body["Id"], CustomerRef={"value": kept["Id"]})
    world.edit("Customer", link.remote_id, Active=False)
    return kept


@pytest.mark.parametrize("whole", [False, True])
def test_a_merged_customer_is_followed(books, whole):
    link, users = used(books, "customer")
    kept = merged(books, link, users)
    looked(whole)
    link.refresh_from_db()
    assert (link.remote_id, link.ours) == (kept["Id"], False)
    assert books.plan() is None
    assert not books.holds()
    assert books.json("tieout", SHOP)["ties"]
    books.delete("SalesReceipt", users[0].remote_id)
    books.plan()
    run = books.retry(books.hold(users[0].key), "recreate")
    body = books.person().read("SalesReceipt", books.link(key=users[0].key).remote_id)
    assert (run.state, body["CustomerRef"]["value"]) == ("done", kept["Id"])


@pytest.mark.parametrize("whole", [False, True])
def test_a_customer_made_inactive_is_asked_about_once(books, whole):
    link, users = used(books, "customer")
    books.edit("Customer", link.remote_id, Active=False)
    looked(whole)
    link.refresh_from_db()
    assert target_from(link.target)
    assert books.plan() is None
    assert not books.holds(), "nobody needs it now"
    books.delete("SalesReceipt", users[0].remote_id)
    books.plan()
    books.retry(books.hold(users[0].key), "recreate")
    assert books.hold(link.key).code == "inactive-in-books"


def test_a_renamed_customer_keeps_its_name(books):
    link, _users = used(books, "customer")
    books.edit("Customer", link.remote_id, DisplayName="Ada Renamed")
    looked(False)
    assert books.plan() is None
    assert not books.holds()
    assert books.person().read("Customer", link.remote_id)["DisplayName"] == "Ada Renamed"
