"""Changes that the books tell of: signed, in both forms, twice and in disorder, of unknown books; and what is
read because of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from django.test import Client

from closebook.apps.sync.models import (
    ActionRow,
    BooksAccess,
    BooksEvent,
    CallCount,
    Connection,
    Link,
    Run,
    UnknownRealm,
)
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.inbox import inbox_tick
from closebook.apps.sync.services.sweeping import sweep_tick
from closebook.transport import clock
from tests.conformance.server import REALM
from tests.conformance.test_connecting import Owner, place  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(databases=["default", "books"], transaction=True)


def signed(body: bytes, token: str) -> str:
    return base64.b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest()).decode()


VERIFIER = "word"


def tell(body: object, token: str = VERIFIER, **headers: str) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"intuit-signature": signed(data, token), **headers}
    client = Client(enforce_csrf_checks=True)
    return client.post("/quickbooks/webhook", data, "application/json", headers=headers).status_code


def classic(*changes: tuple[str, str, str], realm: str = REALM, at: str = "2026-03-04T17:20:00.000Z"):
    entities = [
        {"name": name, "id": remote_id, "operation": operation, "lastUpdated": at}
        for name, remote_id, operation in changes
    ]
    return {"eventNotifications": [{"realmId": realm, "dataChangeEvent": {"entities": entities}}]}


def cloud(kind: str, remote_id: str, data: dict[str, str] | None = None) -> list[object]:
    return [
        {
            "specversion": "1.0",
            "type": f"qbo.{kind}.v1",
            "time": "2026-03-04T17:21:00.1Z",
            "intuitentityid": remote_id,
            "intuitaccountid": REALM,
            "data": data or {},
        }
    ]


@pytest.fixture
def shop(place):  # noqa: F811 - the fixture
    """Return an owner's connection in the connected company, with one customer in the books."""
    owner = Owner()
    owner.keys(place, verifier_token="word")
    owner.come_back(owner.allow())
    connection = Connection.objects.create(
        company=owner.company,
        name="Shop",
        connector="etsy",
        currency="USD",
        created_at=clock.now(),
        changes_since=clock.now(),
    )
    BooksAccess.objects.update(swept_at=clock.now(), compared_at=clock.now())
    return connection


def customer(shop, name: str) -> dict:
    with books_client(shop.company) as client:
        return client.create(
            "Customer", {"DisplayName": f"{name} {clock.now().timestamp()}"}, f"r-{name}-{shop.pk}"
        )


def linked(shop, body: dict, token: str | None = None) -> Link:
    return Link.objects.create(
        connection=shop,
        key=f"customer:{body['Id']}",
        kind="customer",
        remote_id=body["Id"],
        sync_token=body["SyncToken"] if token is None else token,
    )


def reads() -> int:
    return sum(CallCount.objects.filter(kind="read").values_list("count", flat=True))


def test_a_forged_delivery_is_refused_unread(shop):
    body = classic(("Customer", "1", "Update"))
    assert tell(body, token="other") == 401
    assert tell(body, **{"intuit-signature": ""}) == 401
    assert tell(b"\xff not json", token="other") == 401
    assert not BooksEvent.objects.exists()
    assert tell(b"\xff not json") == 200
    assert tell([{"type": 7}, 3]) == 200
    assert not BooksEvent.objects.exists()


def test_both_forms_are_taken_and_a_repeat_is_one_change(shop):
    body = classic(("Customer", "1", "Update"), ("Item", "2", "Create"))
    assert [tell(body), tell(body)] == [200, 200]
    assert tell(cloud("salesreceipt.updated", "141")) == 200
    kept = sorted(BooksEvent.objects.values_list("entity", "remote_id", "operation"))
    assert kept == [("Customer", "1", "Update"), ("Item", "2", "Create"), ("SalesReceipt", "141", "Update")]


def test_books_that_nobody_knows_are_counted(shop):
    assert tell(classic(("Customer", "1", "Update"), realm="77")) == 200
    assert tell(classic(("Customer", "2", "Update"), realm="77")) == 200
    assert not BooksEvent.objects.exists()
    assert UnknownRealm.objects.get().count == 2


def test_a_change_by_a_person_is_read_with_one_call(shop):
    link = linked(shop, customer(shop, "Bo"))
    with books_client(shop.company) as client:
        head = {"Id": link.remote_id, "SyncToken": "0"}
        client.update("Customer", {**head, "CompanyName": "Bo Ltd"}, f"u-{link.pk}")
    tell(classic(("Customer", link.remote_id, "Update")))
    before = reads()
    assert inbox_tick(clock.now()) == 1
    assert reads() == before + 1
    link.refresh_from_db()
    assert link.sync_token == "1"
    assert inbox_tick(clock.now()) == 0
    assert reads() == before + 1


def test_our_own_doing_costs_no_call(shop):
    link = linked(shop, customer(shop, "Cy"))
    run = Run.objects.create(connection=shop, state="done", created_at=clock.now())
    ActionRow.objects.create(
        run=run,
        position=1,
        key=link.key,
        kind="create",
        what="customer",
        state="confirmed",
        remote_id=link.remote_id,
    )
    tell(classic(("Customer", link.remote_id, "Create"), ("Invoice", "9", "Update")))
    before = reads()
    assert inbox_tick(clock.now()) == 2
    assert reads() == before


def test_a_merge_is_followed(shop):
    lost, kept = customer(shop, "Di"), customer(shop, "Ed")
    link = linked(shop, lost)
    tell(cloud("customer.merged", kept["Id"], {"deletedid": lost["Id"]}))
    inbox_tick(clock.now())
    link.refresh_from_db()
    assert (link.remote_id, link.ours) == (kept["Id"], False)


def test_while_a_run_is_at_work_the_told_changes_wait(shop):
    run = Run.objects.create(connection=shop, state="running", created_at=clock.now())
    tell(classic(("Customer", "1", "Update")))
    assert inbox_tick(clock.now()) == 0
    run.delete()
    assert inbox_tick(clock.now()) == 1


def test_a_lost_delivery_is_made_good_by_the_daily_look(shop):
    link = linked(shop, customer(shop, "Flo"))
    with books_client(shop.company) as client:
        client.update(
            "Customer", {"Id": link.remote_id, "SyncToken": "0", "CompanyName": "F"}, f"v-{link.pk}"
        )
    assert sweep_tick(clock.now()) == 0
    BooksAccess.objects.update(swept_at=None)
    assert sweep_tick(clock.now()) == 1
    link.refresh_from_db()
    assert link.sync_token == "1"
    linked(shop, customer(shop, "Gus"), token="7")
    BooksAccess.objects.update(swept_at=None, compared_at=None)
    assert sweep_tick(clock.now()) == 1
    assert BooksAccess.objects.get().compared_at is not None
    assert sorted(Link.objects.values_list("sync_token", flat=True)) == ["0", "1"]
