"""Transactions are found by party, open balance, total, number and day."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.query.run import query
from closebook.apps.qbo.wire import decode, encode
from tests.apps.qbo.transactions.worlds import World, applied, sale, spent


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select * from Invoice where CustomerRef = '{ada}'", ["first", "second"]),
        ("select * from Invoice where Balance > '0'", ["second"]),
        ("select * from Invoice where TotalAmt = '80.50'", ["first"]),
        ("select * from Invoice where DocNumber = '1002'", ["second"]),
        ("select * from Invoice where TxnDate >= '2026-03-05'", ["second"]),
        ("select * from Invoice where DueDate < '2026-04-05'", ["first"]),
        ("select * from Payment where UnappliedAmt > '0'", []),
        ("select * from Bill where VendorRef = '{hall}'", ["bill"]),
        ("select * from Bill where Balance = '7.00'", ["bill"]),
        ("select * from JournalEntry where TotalAmt = '7.00'", []),
    ],
)
def test_statements(world: World, statement: str, expected: list[str]) -> None:
    ada, hall, item = world.customer(), world.vendor(), world.service()
    made = {
        "first": world.create("Invoice", CustomerRef=ada, TxnDate="2026-03-04", Line=[sale(item, "80.50")]),
        "second": world.create("Invoice", CustomerRef=ada, TxnDate="2026-03-09", Line=[sale(item, 90)]),
        "bill": world.create("Bill", VendorRef=hall, Line=[spent(world.account("Supplies"), 7)]),
    }
    world.create(
        "Payment", CustomerRef=ada, TotalAmt="80.50", Line=[applied("Invoice", made["first"], "80.50")]
    )
    found = world.call(lambda ctx: query(ctx, statement.format(ada=ada["value"], hall=hall["value"])))
    rows = next((value for value in decode(encode(found)).values() if isinstance(value, list)), [])
    assert sorted(row["Id"] for row in rows) == [made[name]["Id"] for name in expected]
