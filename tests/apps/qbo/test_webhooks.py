"""Webhooks: written with the change, signed, repeated until acknowledged, in order."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest

from closebook.apps.qbo.services.webhooks import RETRY_SECONDS, deliver_due, subscribe
from closebook.core.errors import InputError

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])


class Receiver:
    """Keeps what was posted and answers with the next status of a list (the last one for ever)."""

    def __init__(self, *statuses):
        self.statuses, self.got = list(statuses) or [200], []

    def __call__(self, url, payload, headers):
        self.got.append((url, payload, headers))
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def entities(self, place=-1):
        notification = json.loads(self.got[place][1])["eventNotifications"][0]
        return [
            (one["name"], one["operation"], one["id"]) for one in notification["dataChangeEvent"]["entities"]
        ]


def make(caller, name="Ada"):
    return caller.make("customer", {"DisplayName": name})


def test_changes_are_told_once(caller):
    subscribe(caller.company, "https://shop.example/hook", "verifier")
    make(caller)
    caller.make("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"})
    receiver = Receiver()
    assert deliver_due(NOW, receiver) == 1
    assert receiver.entities() == [("Customer", "Create", "1"), ("Customer", "Update", "1")]
    assert deliver_due(NOW, receiver) == 0
    assert len(receiver.got) == 1


def test_signature_is_of_the_raw_bytes(caller):
    subscribe(caller.company, "https://shop.example/hook", "verifier")
    make(caller)
    receiver = Receiver()
    deliver_due(NOW, receiver)
    _url, payload, headers = receiver.got[0]
    expected = base64.b64encode(hmac.new(b"verifier", payload, hashlib.sha256).digest()).decode()
    assert headers["intuit-signature"] == expected


def test_void_and_delete_have_their_own_words(caller):
    subscribe(caller.company, "https://shop.example/hook", "v", entities=["SalesReceipt"])
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    made = caller.make("salesreceipt", {"Line": [line]})
    make(caller)
    caller.make("salesreceipt", {"Id": made["Id"], "SyncToken": "0"}, operation="void")
    caller.make("salesreceipt", {"Id": made["Id"], "SyncToken": "1"}, operation="delete")
    receiver = Receiver()
    deliver_due(NOW, receiver)
    assert [operation for _name, operation, _id in receiver.entities()] == ["Create", "Void", "Delete"]


def test_cloud_events(caller):
    subscribe(caller.company, "https://shop.example/hook", "v", cloud_events=True)
    make(caller)
    receiver = Receiver()
    deliver_due(NOW, receiver)
    (event,) = json.loads(receiver.got[0][1])
    assert (event["type"], event["intuitentityid"], event["specversion"]) == (
        "qbo.customer.created.v1",
        "1",
        "1.0",
    )
    assert event["intuitaccountid"] == caller.company.realm_id


def test_failed_change_is_not_told(caller):
    subscribe(caller.company, "https://shop.example/hook", "v")
    caller.post("batch", {"BatchItemRequest": [{"operation": "create", "Customer": {}}]})
    caller.refused("customer", {})
    receiver = Receiver()
    assert deliver_due(NOW, receiver) == 0
    assert receiver.got == []


def test_retries_follow_the_schedule_and_hold_back_later_events(caller):
    subscribe(caller.company, "https://shop.example/hook", "v")
    make(caller)
    receiver = Receiver(500)
    now = NOW
    for wait in (*RETRY_SECONDS, RETRY_SECONDS[-1]):
        assert deliver_due(now, receiver) == 0
        seen = len(receiver.got)
        make(caller, f"C {wait} {seen}")
        deliver_due(now + dt.timedelta(seconds=wait - 1), receiver)
        assert len(receiver.got) == seen
        now += dt.timedelta(seconds=wait)
    receiver.statuses = [200]
    assert deliver_due(now, receiver) == 1
    assert receiver.entities()[0] == ("Customer", "Create", "1")
    assert len(receiver.entities()) == 1 + len(RETRY_SECONDS) + 1


def test_address_must_be_one_of_the_web(caller):
    with pytest.raises(InputError):
        subscribe(caller.company, "ftp://shop.example", "v")


def test_lists_without_webhooks_are_not_told(caller):
    subscribe(caller.company, "https://shop.example/hook", "verifier")
    subscribe(caller.company, "https://shop.example/info", "verifier", entities=["CompanyInfo"])
    caller.make("companyinfo", {"Id": "1", "SyncToken": "0", "sparse": True, "CompanyName": "Quill"})
    make(caller)
    receiver = Receiver()
    deliver_due(NOW, receiver)
    assert receiver.entities(0) == [("Customer", "Create", "1")]
    assert receiver.entities(1) == [("CompanyInfo", "Update", "1")]
