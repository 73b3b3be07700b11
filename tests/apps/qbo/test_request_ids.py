"""A repeated request is answered, not done again."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.qbo.models import StoredReply

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])

ADA = {"DisplayName": "Ada"}


def test_same_request_gets_the_first_answer(caller):
    first = caller.post("customer", ADA, requestid="r-1")
    caller.now = NOW + dt.timedelta(minutes=3)
    assert caller.post("customer", ADA, requestid="r-1") == first
    assert len(caller.rows("select * from Customer")) == 1


def test_batch_is_repeated_as_a_whole(caller):
    items = {"BatchItemRequest": [{"bId": "1", "operation": "create", "Customer": ADA}]}
    first = caller.post("batch", items, requestid="b-1")
    assert caller.post("batch", items, requestid="b-1") == first
    assert "Customer" in first[1]["BatchItemResponse"][0]


def test_delete_is_repeated(caller):
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    made = caller.make("salesreceipt", {"Line": [line]})
    stub = {"Id": made["Id"], "SyncToken": "0"}
    first = caller.post("salesreceipt", stub, operation="delete", requestid="d-1")
    assert caller.post("salesreceipt", stub, operation="delete", requestid="d-1") == first


def test_other_body_under_the_same_id(caller):
    caller.make("customer", ADA, requestid="r-1")
    assert caller.refused("customer", {"DisplayName": "Bo"}, requestid="r-1") == "600"


def test_failed_request_does_not_use_up_its_id(caller):
    assert caller.refused("customer", {}, requestid="r-1") == "6080"
    assert caller.make("customer", ADA, requestid="r-1")["DisplayName"] == "Ada"


def test_batch_in_which_nothing_succeeded_does_not_use_up_its_id(caller):
    caller.post("batch", {"BatchItemRequest": [{"operation": "create", "Customer": {}}]}, requestid="b-1")
    caller.post("batch", {"BatchItemRequest": [{"operation": "create", "Customer": ADA}]}, requestid="b-1")
    assert len(caller.rows("select * from Customer")) == 1


@pytest.mark.parametrize("request_id", ["", "x" * 51, "a b", "é", "a\nb"])
def test_malformed(caller, request_id):
    assert caller.refused("customer", ADA, requestid=request_id) == "2130"


def test_answers_are_kept_compressed(caller):
    caller.make("customer", ADA, requestid="r-1")
    kept = StoredReply.objects.using("books").get()
    assert b"Ada" not in bytes(kept.body)
