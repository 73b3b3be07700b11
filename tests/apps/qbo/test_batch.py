"""Batches: independent items in one request."""

from __future__ import annotations

import pytest

from closebook.apps.books.models import Record
from closebook.apps.books.selectors.prove import prove

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def receipt(amount=10, **more):
    line = {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    return {"TxnDate": "2026-03-01", "Line": [line], **more}


def batch(caller, *items, **params):
    status, body = caller.post("batch", {"BatchItemRequest": list(items)}, **params)
    assert status == 200, body
    return body["BatchItemResponse"]


def codes(answers):
    return [answer["Fault"]["Error"][0]["code"] if "Fault" in answer else "" for answer in answers]


def test_answers_bear_the_ids_of_their_items(caller):
    answers = batch(
        caller,
        {"bId": "c", "operation": "create", "Customer": {"DisplayName": "Ada"}},
        {"operation": "create", "Customer": {"DisplayName": "Bo"}},
        {"bId": "a", "Query": "select count(*) from Customer"},
    )
    assert [answer.get("bId") for answer in answers] == ["c", None, "a"]
    assert answers[2]["QueryResponse"] == {"totalCount": 2}


@pytest.mark.parametrize(
    "asked",
    [
        {"Entities": "Customer,Invoice", "ChangedSince": "2026-03-01T00:00:00-08:00"},
        {"entities": ["Customer", "Invoice"], "changedSince": "2026-03-01"},
    ],
)
def test_changes_are_read_within_a_batch(caller, asked):
    made = caller.make("customer", {"DisplayName": "Ada"})
    old, changed = batch(
        caller,
        {"bId": "old", "CDCQuery": {"Entities": "Customer", "ChangedSince": "2020-01-01"}},
        {"bId": "now", "CDCQuery": asked},
    )
    assert (old["bId"], codes([old])) == ("old", ["4002"])
    customers, invoices = changed["CDCResponse"]["QueryResponse"]
    assert ([row["Id"] for row in customers["Customer"]], invoices) == ([made["Id"]], {})


def test_failing_items_leave_the_others_alone(caller):
    answers = batch(
        caller,
        {"bId": "1", "operation": "create", "SalesReceipt": receipt(10)},
        {"bId": "2", "operation": "create", "SalesReceipt": {"Line": []}},
        {"bId": "3", "operation": "create", "SalesReceipt": receipt(20)},
        {"bId": "4", "operation": "nonsense", "SalesReceipt": receipt()},
        {"bId": "5", "operation": "create", "Nothing": {}},
        {"bId": "6", "Query": "select *"},
    )
    assert codes(answers) == ["", "2020", "", "500", "2000", "4000"]
    assert Record.objects.using("books").filter(entity="SalesReceipt").count() == 2
    assert prove(caller.company.pk, thorough=True).ok


def test_item_that_fails_after_it_wrote_is_undone_alone(caller):
    """A customer whose opening balance cannot be posted has been stored before that shows."""
    wrong = {"DisplayName": "Bo", "Balance": 5, "OpenBalanceDate": "2026-01-01"}
    caller.company.closed_until = "2026-01-31"
    caller.company.save(using="books")
    answers = batch(
        caller,
        {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Ada"}},
        {"bId": "2", "operation": "create", "SalesReceipt": receipt(10)},
        {"bId": "3", "operation": "create", "Customer": wrong},
        {"bId": "4", "operation": "create", "SalesReceipt": receipt(20)},
    )
    assert codes(answers) == ["", "", "6210", ""]
    assert [row["DisplayName"] for row in caller.rows("select * from Customer")] == ["Ada"]
    assert {row["Id"] for row in caller.rows("select * from SalesReceipt")} == {
        answers[1]["SalesReceipt"]["Id"],
        answers[3]["SalesReceipt"]["Id"],
    }
    assert prove(caller.company.pk, thorough=True).ok


def test_balances_follow_the_whole_batch(caller):
    batch(
        caller, *({"bId": str(n), "operation": "create", "SalesReceipt": receipt(n + 1)} for n in range(30))
    )
    funds = caller.rows("select * from Account where Name = 'Undeposited Funds'")[0]
    assert funds["CurrentBalance"] == 465


def test_update_delete_and_void(caller):
    made = [caller.make("salesreceipt", receipt(n)) for n in (1, 2, 3)]
    answers = batch(
        caller,
        {"bId": "1", "operation": "update", "SalesReceipt": {**made[0], "PrivateNote": "x"}},
        {"bId": "2", "operation": "delete", "SalesReceipt": {"Id": made[1]["Id"], "SyncToken": "0"}},
        {
            "bId": "3",
            "operation": "update",
            "optionsData": "void",
            "SalesReceipt": {"Id": made[2]["Id"], "SyncToken": "0", "sparse": True},
        },
        {"bId": "4", "operation": "delete", "SalesReceipt": {"Id": made[1]["Id"], "SyncToken": "0"}},
    )
    assert answers[0]["SalesReceipt"]["SyncToken"] == "1"
    assert answers[1]["SalesReceipt"]["status"] == "Deleted"
    assert answers[2]["SalesReceipt"]["PrivateNote"] == "Voided"
    assert codes(answers)[3] == "610"
    assert prove(caller.company.pk, thorough=True).ok


def test_string_in_place_of_a_reference(caller):
    sent = receipt(CustomerRef="1")
    assert codes(batch(caller, {"bId": "1", "operation": "create", "SalesReceipt": sent})) == ["2010"]


@pytest.mark.parametrize(("size", "code"), [(0, "400"), (31, "1040")])
def test_size(caller, size, code):
    items = [{"bId": str(n), "Query": "select * from Item"} for n in range(size)]
    assert caller.refused("batch", {"BatchItemRequest": items}) == code


def test_batch_without_list(caller):
    assert caller.refused("batch", {}) == "400"


def test_card_payments_by_the_name_of_the_object(caller):
    ids = {row["Name"]: row["Id"] for row in caller.rows("select * from Account maxresults 1000")}
    payment = {
        "Amount": 30,
        "BankAccountRef": {"value": ids["Checking"]},
        "CreditCardAccountRef": {"value": ids["Credit Card"]},
    }
    made, refused = batch(
        caller, {"CreditCardPaymentTxn": payment}, {"CreditCardPaymentTxn": {**payment, "Amount": []}}
    )
    assert made["CreditCardPaymentTxn"]["Amount"] == 30
    assert codes([refused]) == ["2010"]
