"""Members of transactions that no kind gives a meaning of its own: coerced, refused, taken away."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, sale


def invoice(world: World, **more: object) -> dict:
    customer = world.create(
        "Customer",
        DisplayName="Ada Quill",
        BillAddr={"Line1": "4 Elm Rd"},
        PrimaryEmailAddr={"Address": "ada@example.com"},
    )
    line = sale(world.service(), 80)
    return world.create("Invoice", **{"CustomerRef": {"value": customer["Id"]}, "Line": [line], **more})


def test_numbers_and_texts_become_what_the_member_is(world: World) -> None:
    made = invoice(world, PrivateNote=4711, AllowOnlineACHPayment="true", ShipDate="2026-03-05T00:00:00")
    assert made["PrivateNote"] == "4711"
    assert made["AllowOnlineACHPayment"] is True
    assert made["ShipDate"] == "2026-03-05"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"CustomerMemo": "thanks"}, "2010"),
        ({"BillAddr": "4 Elm Rd"}, "2010"),
        ({"BillEmailCc": "a@example.com"}, "2010"),
        ({"CustomerMemo": {"value": "x" * 1001}}, "2050"),
        ({"PrintStatus": "Printed"}, "2170"),
        ({"EmailStatus": "Sent"}, "2170"),
        ({"AllowIPNPayment": "maybe"}, "2230"),
        ({"ShipDate": "soon"}, "2060"),
    ],
)
def test_what_does_not_fit_is_refused(world: World, change: dict, code: str) -> None:
    with pytest.raises(Fault) as caught:
        invoice(world, **change)
    assert caught.value.code == code


def test_objects_that_say_nothing_count_as_left_out(world: World) -> None:
    made = invoice(world, BillAddr={"Line1": "", "City": None}, BillEmail={"Address": ""}, CustomerMemo={})
    assert made["BillAddr"]["Line1"] == "4 Elm Rd"
    assert made["BillEmail"] == {"Address": "ada@example.com"}
    assert "CustomerMemo" not in made


def test_address_that_is_taken_away_stays_away(world: World) -> None:
    changed = world.update("Invoice", invoice(world), BillAddr="", BillEmail=None)
    assert "BillAddr" not in changed
    assert "BillEmail" not in changed


def test_address_of_a_later_day_is_not_copied_by_an_update(world: World) -> None:
    made = invoice(world)
    customer = world.read("Customer", {"Id": made["CustomerRef"]["value"]})
    world.update("Customer", customer, ShipAddr={"Line1": "9 Quay St"})
    assert "ShipAddr" not in world.update("Invoice", made, PrivateNote="later")


def test_line_without_item_shows_the_default_item(world: World) -> None:
    line = {"Amount": "5.5", "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    made = world.create("SalesReceipt", Line=[line])
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"] == {"value": "1", "name": "Services"}
    assert world.balance("Services") == -550


def test_number_as_the_text_of_a_line(world: World) -> None:
    made = world.create("SalesReceipt", Line=[{**sale(world.service(), 5), "Description": 4711}])
    assert made["Line"][0]["Description"] == "4711"
