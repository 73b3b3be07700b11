"""Change data capture."""

from __future__ import annotations

import datetime as dt

import pytest

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def receipt():
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    return {"TxnDate": "2026-03-01", "Line": [line]}


def changed(caller, entities, since):
    status, body = caller.get("cdc", entities=entities, changedSince=since)
    assert status == 200, body
    return body["CDCResponse"][0]["QueryResponse"]


def test_live_before_deleted_and_empty_for_no_change(caller):
    first = caller.make("salesreceipt", receipt())
    caller.now = NOW + dt.timedelta(seconds=5)
    second = caller.make("salesreceipt", receipt())
    caller.now = NOW + dt.timedelta(seconds=9)
    caller.make("salesreceipt", {"Id": first["Id"], "SyncToken": "0"}, operation="delete")
    parts = changed(caller, "salesreceipt,Bill", "2026-03-04T08:15:00-08:00")
    assert [row["Id"] for row in parts[0]["SalesReceipt"]] == [second["Id"], first["Id"]]
    assert parts[0]["SalesReceipt"][1] == {
        "status": "Deleted",
        "domain": "QBO",
        "Id": first["Id"],
        "MetaData": {"LastUpdatedTime": "2026-03-04T08:15:39-08:00"},
    }
    assert parts[0]["maxResults"] == 2
    assert parts[1] == {}


def test_only_what_changed_since(caller):
    caller.make("salesreceipt", receipt())
    caller.now = NOW + dt.timedelta(minutes=1)
    second = caller.make("salesreceipt", receipt())
    parts = changed(caller, "SalesReceipt", "2026-03-04T16:16:30Z")
    assert [row["Id"] for row in parts[0]["SalesReceipt"]] == [second["Id"]]


def test_inactive_objects_are_among_the_changes(caller):
    caller.make("customer", {"DisplayName": "Ada"})
    caller.make("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False})
    rows = changed(caller, "Customer", "2026-03-04")[0]["Customer"]
    assert [(row["DisplayName"], row["Active"]) for row in rows] == [("Ada (deleted)", False)]


def test_at_most_a_thousand_the_oldest_first(caller):
    for block in range(40):
        caller.now = NOW + dt.timedelta(seconds=block)
        items = [{"operation": "create", "Customer": {"DisplayName": f"C {block} {n}"}} for n in range(26)]
        caller.post("batch", {"BatchItemRequest": items})
    rows = changed(caller, "Customer,Vendor", "2026-03-04")[0]["Customer"]
    assert len(rows) == 1000
    assert rows[-1]["DisplayName"] == "C 38 11"


@pytest.mark.parametrize(
    ("entities", "since", "code"),
    [
        ("", "2026-03-01", "2020"),
        ("Customer", "", "2020"),
        ("Customer", "lately", "2060"),
        ("Customer,Nothing", "2026-03-01", "2000"),
        ("TimeActivity", "2026-03-01", "2000"),
        ("TaxCode", "2026-03-01", "2000"),
        ("Customer", "2026-01-01", "4002"),
    ],
)
def test_refused(caller, entities, since, code):
    status, body = caller.get("cdc", entities=entities, changedSince=since)
    assert (status, body["Fault"]["Error"][0]["code"]) == (400, code)
