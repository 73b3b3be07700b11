"""A change that is being written while changes are read is seen by this reading or by the next one."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import connections, transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.services.oauth import client_create
from closebook.transport import clock
from closebook.transport.inprocess import BASE_URL, in_process_client

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "books"])
REALM = "9130350000000001"


@pytest.fixture
def http():
    from django.core.wsgi import get_wsgi_application

    keys = client_create(company_create("One", REALM, now=clock.now()), now=clock.now())
    with in_process_client(get_wsgi_application()) as client:
        client.headers["Authorization"] = f"Bearer {keys.access_token}"
        yield client


def changed(http, since: str) -> tuple[list[str], str]:
    address = f"{BASE_URL}/v3/company/{REALM}/cdc"
    answer = http.get(address, params={"entities": "Customer", "changedSince": since}).json()
    found = answer["CDCResponse"][0]["QueryResponse"][0].get("Customer", [])
    return [one["DisplayName"] for one in found], answer["time"]


def test_a_writer_that_waits_for_its_turn_is_stamped_in_it(http):
    """Another holds the books while a customer is sent; its stamp is not older than that."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(using=BOOKS):
            held.set()
            free.wait(30)
        connections[BOOKS].close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    made: list[dict] = []

    def send() -> None:
        body = json.dumps({"DisplayName": "Late"})
        address = f"{BASE_URL}/v3/company/{REALM}/customer"
        made.append(http.post(address, content=body, headers={"Content-Type": "application/json"}).json())

    sender = threading.Thread(target=send)
    sender.start()
    clock.sleep_seconds(1.2)
    before = clock.now()
    free.set()
    holder.join(30)
    sender.join(30)
    stamp = dt.datetime.fromisoformat(made[0]["Customer"]["MetaData"]["LastUpdatedTime"])
    assert stamp >= before.replace(microsecond=0)
    assert changed(http, before.strftime("%Y-%m-%dT%H:%M:%SZ"))[0] == ["Late"]
