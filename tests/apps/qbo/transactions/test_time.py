"""TimeActivity: durations and spans, billing, refusals; an invoice that bills it."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, sale


@pytest.fixture
def worker(world: World) -> dict:
    made = world.create("Employee", GivenName="Emil", FamilyName="Platt")
    return {"NameOf": "Employee", "EmployeeRef": {"value": made["Id"]}}


def test_duration(world: World, worker: dict) -> None:
    made = world.create(
        "TimeActivity", **worker, Hours="3", Minutes=30, TxnDate="2026-03-04", Description="porch"
    )
    assert (made["Hours"], made["Minutes"], made["BillableStatus"], made["Taxable"]) == (
        3,
        30,
        "NotBillable",
        False,
    )
    assert made["EmployeeRef"]["name"] == "Emil Platt"
    assert made["ItemRef"]["name"] == "Services"
    assert world.postings("TimeActivity", made) == []
    changed = world.update("TimeActivity", made, Hours=4)
    assert (changed["Hours"], changed["Minutes"]) == (4, 30)
    assert world.delete("TimeActivity", changed)["status"] == "Deleted"


def test_span(world: World, worker: dict) -> None:
    made = world.create(
        "TimeActivity", **worker, StartTime="2026-03-04T08:00:00", EndTime="2026-03-04T17:00:00", BreakHours=1
    )
    assert made["StartTime"] == "2026-03-04T08:00:00"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"VendorRef": {"value": "1"}}, "6290"),
        ({"NameOf": "Robot"}, "6300"),
        ({"NameOf": "Vendor", "EmployeeRef": None}, "6300"),
        ({"Hours": None}, "6350"),
        ({"StartTime": "2026-03-04T08:00:00"}, "6390"),
        ({"Hours": None, "StartTime": "2026-03-04T08:00:00"}, "6340"),
        ({"Hours": None, "StartTime": "2026-03-04T08:00:00", "EndTime": "2026-03-04T07:00:00"}, "6370"),
        (
            {
                "Hours": None,
                "StartTime": "2026-03-04T08:00:00",
                "EndTime": "2026-03-04T09:00:00",
                "BreakHours": 2,
            },
            "6360",
        ),
        ({"Hours": 9000}, "2090"),
        ({"BillableStatus": "HasBeenBilled"}, "2170"),
        ({"BillableStatus": "Billable", "HourlyRate": 5}, "6310"),
    ],
)
def test_refusals(world: World, worker: dict, change: dict, code: str) -> None:
    with pytest.raises(Fault) as caught:
        world.create("TimeActivity", **{**worker, "Hours": 3, **change})
    assert caught.value.code == code


def test_billable_time_goes_onto_an_invoice(world: World, worker: dict) -> None:
    ada = world.customer()
    with pytest.raises(Fault) as caught:
        world.create("TimeActivity", **worker, Hours=2, BillableStatus="Billable", CustomerRef=ada)
    assert caught.value.code == "6330"
    made = world.create(
        "TimeActivity", **worker, Hours=2, BillableStatus="Billable", CustomerRef=ada, HourlyRate=40
    )
    line = {
        **sale(world.service(), 80, 2, 40),
        "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "TimeActivity"}],
    }
    invoice = world.create("Invoice", CustomerRef=ada, Line=[line])
    assert world.read("TimeActivity", made)["BillableStatus"] == "HasBeenBilled"
    noted = world.update("TimeActivity", world.read("TimeActivity", made), Description="porch")
    assert noted["BillableStatus"] == "HasBeenBilled"
    world.delete("Invoice", invoice)
    assert world.read("TimeActivity", made)["BillableStatus"] == "Billable"


def test_deleted_time_leaves_an_estimate_of_the_same_id_linked(world: World) -> None:
    customer, item = world.customer(), world.service()
    vendor = world.create("Vendor", DisplayName="Helper")
    estimate = world.create("Estimate", CustomerRef=customer, Line=[sale(item, 80)])
    for _ in range(int(estimate["Id"])):
        time = world.create(
            "TimeActivity", NameOf="Vendor", VendorRef={"value": vendor["Id"]}, CustomerRef=customer, Hours=1,
        )  # fmt: skip
    assert time["Id"] == estimate["Id"]
    links = [{"TxnId": time["Id"], "TxnType": kind} for kind in ("Estimate", "TimeActivity")]
    invoice = world.create("Invoice", CustomerRef=customer, LinkedTxn=links, Line=[sale(item, 80)])
    world.delete("TimeActivity", world.read("TimeActivity", time))
    assert world.read("Invoice", invoice)["LinkedTxn"] == links[:1]
