"""What is done for each record of a run costs the same in small and in large books."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.books.database import BOOKS

pytestmark = pytest.mark.django_db(databases=["default", BOOKS])
FEW, MANY = 5, 150


@pytest.fixture
def steps():
    """Return a function that tells how many hundred steps of SQLite's machine a piece of work takes."""
    connection = connections[BOOKS]
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite counts its steps")
    connection.ensure_connection()

    def counted(work):
        taken = []
        connection.connection.set_progress_handler(lambda: taken.append(1), 100)
        try:
            work()
        finally:
            connection.connection.set_progress_handler(None, 0)
        return len(taken)

    return counted


def line(member, **detail):
    return [{"Amount": 5, "DetailType": member, member: detail}]


def fill(caller, first, last):
    """Make customers, each with an expense that is not to be billed, and an invoice that is paid."""
    (bank,) = caller.rows("SELECT Id FROM Account WHERE AccountType = 'Bank' MAXRESULTS 1")
    (spent,) = caller.rows("SELECT Id FROM Account WHERE AccountType = 'Expense' MAXRESULTS 1")
    for number in range(first, last):
        customer = {"value": caller.make("customer", {"DisplayName": f"Guest {number}"})["Id"]}
        expense = line(
            "AccountBasedExpenseLineDetail", AccountRef={"value": spent["Id"]}, CustomerRef=customer
        )
        caller.make("purchase", {"PaymentType": "Cash", "AccountRef": {"value": bank["Id"]}, "Line": expense})
        sold = line("SalesItemLineDetail", ItemRef={"value": "1"})
        invoice = caller.make("invoice", {"CustomerRef": customer, "Line": sold})
        applied = {"Amount": 5, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
        caller.make("payment", {"CustomerRef": customer, "TotalAmt": 5, "Line": [applied]})


def come_and_go(caller, name):
    made = caller.make("customer", {"DisplayName": name})
    caller.make("customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False})


def test_a_customer_comes_and_goes_at_the_same_cost_whatever_the_books_hold(caller, steps):
    fill(caller, 0, FEW)
    few = steps(lambda: come_and_go(caller, "Ada Quill"))
    fill(caller, FEW, MANY)
    many = steps(lambda: come_and_go(caller, "Bo Finch"))
    assert many <= few + 2, f"{few} hundred steps among {FEW} customers, {many} among {MANY}"


def test_entries_of_a_batch_are_taken_back_together(caller):
    """Deleting more documents in one batch writes the journal no more often."""
    sold = {"Line": line("SalesItemLineDetail", ItemRef={"value": "1"})}
    made = [caller.make("salesreceipt", sold) for _ in range(12)]

    def delete(some):
        items = [
            {"bId": one["Id"], "operation": "delete", "SalesReceipt": {"Id": one["Id"], "SyncToken": "0"}}
            for one in some
        ]
        with CaptureQueriesContext(connections[BOOKS]) as queries:
            status, answer = caller.post("batch", {"BatchItemRequest": items})
        assert status == 200
        assert [one["SalesReceipt"]["status"] for one in answer["BatchItemResponse"]] == ["Deleted"] * len(
            some
        )
        written = ("INTO journal_entry ", "INTO posting ", "INTO day_balance ", "max(id)")
        return sum(any(word in query["sql"] for word in written) for query in queries)

    assert delete(made[:3]) == delete(made[3:])
