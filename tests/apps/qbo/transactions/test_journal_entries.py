"""JournalEntry: postings as given, and its refusals."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World


def side(
    kind: str, ledger_account: dict, amount: object, party: dict | None = None, who: str = "Customer"
) -> dict:
    detail: dict = {"PostingType": kind, "AccountRef": ledger_account}
    if party:
        detail["Entity"] = {"Type": who, "EntityRef": party}
    return {"Amount": amount, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}


def test_entry_posts_as_given(world: World) -> None:
    klass = {"value": world.create("Class", Name="West")["Id"]}
    lines = [
        side("Debit", world.account("Rent or Lease"), 900),
        side("Credit", world.account("Checking"), "900.00"),
    ]
    lines[0]["JournalEntryLineDetail"]["ClassRef"] = klass
    lines.append({"DetailType": "DescriptionOnly", "Description": "for March"})
    entry = world.create("JournalEntry", Line=lines, PrivateNote="rent")
    assert world.postings("JournalEntry", entry) == [("Rent or Lease", 90000), ("Checking", -90000)]
    assert [line["Id"] for line in entry["Line"]] == ["0", "1", "2"]
    assert entry["TotalAmt"] == 0
    assert entry["TxnTaxDetail"] == {}
    assert "DocNumber" not in entry
    assert entry["Line"][0]["JournalEntryLineDetail"]["ClassRef"]["name"] == "West"


def test_lines_keep_their_ids(world: World) -> None:
    rent, bank = world.account("Rent or Lease"), world.account("Checking")
    entry = world.create("JournalEntry", Line=[side("Debit", rent, 9), side("Credit", bank, 9)])
    kept = {**side("Credit", bank, 10), "Id": "1"}
    changed = world.update("JournalEntry", entry, Line=[side("Debit", rent, 10), kept])
    assert [line["Id"] for line in changed["Line"]] == ["2", "1"]
    assert world.balance("Checking") == -1000


@pytest.mark.parametrize(
    ("debit", "credit", "code"),
    [
        ({"amount": 5}, {"amount": 6}, "2300"),
        ({"amount": -5}, {"amount": -5}, "2290"),
        ({"kind": "Left"}, {}, "2260"),
        ({"kind": None}, {}, "2260"),
        ({"amount": None}, {}, "2020"),
    ],
)
def test_refusals(world: World, debit: dict, credit: dict, code: str) -> None:
    first = {"kind": "Debit", "ledger_account": world.account("Rent or Lease"), "amount": 5, **debit}
    second = {"kind": "Credit", "ledger_account": world.account("Checking"), "amount": 5, **credit}
    with pytest.raises(Fault) as caught:
        world.create("JournalEntry", Line=[side(**first), side(**second)])
    assert caught.value.code == code


def test_receivables_need_a_customer_and_payables_a_vendor(world: World) -> None:
    bank, customer, vendor = world.account("Checking"), world.customer(), world.vendor()
    owed, owing = world.account("Accounts Receivable (A/R)"), world.account("Accounts Payable (A/P)")
    for line in (
        side("Debit", owed, 5),
        side("Debit", owed, 5, vendor, "Vendor"),
        side("Debit", owing, 5, customer),
    ):
        with pytest.raises(Fault) as caught:
            world.create("JournalEntry", Line=[line, side("Credit", bank, 5)])
        assert caught.value.code == "6000"
        assert "in the Name field" in caught.value.detail
    entry = world.create("JournalEntry", Line=[side("Debit", owed, 5, customer), side("Credit", bank, 5)])
    record = world.record("JournalEntry", entry["Id"])
    assert (record.balance_minor, record.party) == (500, world.record("Customer", customer["value"]).pk)
    with pytest.raises(Fault):
        world.create(
            "JournalEntry",
            Line=[side("Debit", owed, 5, customer), side("Credit", owing, 5, vendor, "Vendor")],
        )
