"""Batches: limits, order of the answers, errors of single items."""

from __future__ import annotations

import json
import os
import random

import pytest

from closebook.connectors.quickbooks.batch import BatchItem, batch_answers, batch_body
from closebook.core.errors import InvariantError, RejectedError, RetryError, StaleError, UnknownOutcomeError
from tests.connectors.quickbooks.service import Reply, fault


def items(count: int) -> list[BatchItem]:
    return [BatchItem("create", "Customer", {"DisplayName": f"c{number}"}) for number in range(count)]


def test_answers_come_in_the_order_of_the_items_whatever_the_service_does():
    seed = int(os.environ.get("SEED", random.randrange(10**9)))
    print("seed", seed)
    asked = items(30)
    found = [{"bId": str(number + 1), "Customer": {"Id": str(number)}} for number in range(30)]
    random.Random(seed).shuffle(found)
    answers = batch_answers(asked, {"BatchItemResponse": found})
    assert [answer.body["Id"] for answer in answers] == [str(number) for number in range(30)]


def test_a_batch_is_sent_once_with_its_id_and_the_same_bytes_each_time(client, service):
    first = client.batch(items(3), "run-1-batch-1")
    again = client.batch(items(3), "run-1-batch-1")
    assert [answer.body["Id"] for answer in first] == [answer.body["Id"] for answer in again]
    assert service.works == 3
    bodies = [body for _, path, _, body in service.requests if path.endswith("/batch")]
    assert bodies[0] == bodies[1]
    assert service.requests[-1][2]["requestid"] == "run-1-batch-1"


def test_items_fail_one_by_one(client, service):
    made = client.batch(items(1), "r-1")[0].body
    ref = {"Id": made["Id"], "SyncToken": "0"}
    client.batch([BatchItem("update", "Customer", {**ref, "Notes": "x"})], "r-2")
    answers = client.batch(
        [
            BatchItem("update", "Customer", {**ref, "Notes": "y"}, b_id="a"),
            BatchItem("delete", "Customer", {**ref, "SyncToken": "1"}, b_id="b"),
            BatchItem("create", "Customer", {"DisplayName": "z"}, b_id="c"),
        ],
        "r-3",
    )
    assert [answer.ok for answer in answers] == [False, True, True]
    assert isinstance(answers[0].error, StaleError)
    assert answers[0].error.place.record == f"Customer {made['Id']}"
    assert answers[1].body["status"] == "Deleted"


def test_an_item_that_the_answer_leaves_out_is_unknown():
    answers = batch_answers(items(3), {"BatchItemResponse": [{"bId": "2", "Customer": {"Id": "9"}}]})
    assert [type(answer.error) for answer in answers] == [
        UnknownOutcomeError,
        type(None),
        UnknownOutcomeError,
    ]
    assert answers[1].ok


@pytest.mark.parametrize("broken", [{}, {"BatchItemResponse": None}, {"BatchItemResponse": [1, {"bId": 2}]}])
def test_a_broken_answer_leaves_every_item_unknown(broken):
    assert all(isinstance(answer.error, UnknownOutcomeError) for answer in batch_answers(items(2), broken))


def test_faults_of_items_have_their_own_classes():
    responses = [
        {"bId": "1", "Fault": fault("10000")["Fault"]},
        {"bId": "2", "Fault": fault("3001")["Fault"]},
        {"bId": "3", "Fault": fault("6070")["Fault"]},
    ]
    errors = [answer.error for answer in batch_answers(items(3), {"BatchItemResponse": responses})]
    assert [type(error) for error in errors] == [UnknownOutcomeError, RetryError, RejectedError]


def test_void_and_query_take_their_own_forms():
    body = batch_body(
        [
            BatchItem("void", "SalesReceipt", {"Id": "1", "SyncToken": "0"}),
            BatchItem("void", "Invoice", {"Id": "2", "SyncToken": "0"}),
            BatchItem("query", statement="select * from Item"),
            BatchItem("create", "Bill", {}, options="allowduplicatedocnum"),
        ],
        "r",
    )["BatchItemRequest"]
    assert body[0]["operation"] == "update"
    assert body[0]["optionsData"] == "void"
    assert body[0]["SalesReceipt"]["sparse"] is True
    assert body[1]["operation"] == "void"
    assert body[2] == {"bId": "3", "Query": "select * from Item"}
    assert body[3]["optionsData"] == "allowduplicatedocnum"


def test_the_limits_of_a_batch_are_kept(client, service):
    for wrong in (
        items(31),
        [*items(1), BatchItem("create", "Item", {}, b_id="1")],
        [BatchItem("create", b_id="x" * 11)],
    ):
        with pytest.raises(InvariantError):
            client.batch(wrong, "r-1")
    with pytest.raises(InvariantError):
        client.batch(items(1), "x" * 37)
    assert client.batch([], "r-1") == []
    assert not service.requests


def test_a_batch_that_fails_as_a_whole_raises(client, service):
    service.script += [Reply(status=400, body=fault("1040", "Batch size")), Reply(drop=True, work=True)]
    with pytest.raises(RejectedError):
        client.batch(items(2), "r-1")
    with pytest.raises(UnknownOutcomeError):
        client.batch(items(2), "r-2")
    assert json.loads(service.requests[-1][3])["BatchItemRequest"][0]["bId"] == "1"
    assert service.works == 2
    client.batch(items(2), "r-2")
    assert service.works == 2
