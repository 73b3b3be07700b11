"""Purchase, Deposit and Transfer: what they post and refuse."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, sale, spent


def linked(kind: str, body: dict, amount: object) -> dict:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": body["Id"], "TxnType": kind, "TxnLineId": "0"}]}


def direct(ledger_account: dict, amount: object, **more: object) -> dict:
    detail = {"AccountRef": ledger_account, **more}
    return {"Amount": amount, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}


def code_of(caught: pytest.ExceptionInfo[Fault]) -> str:
    return caught.value.code


def test_expense_credits_the_bank(world: World) -> None:
    vendor = world.vendor()
    expense = world.create(
        "Purchase", PaymentType="Cash", AccountRef=world.account("Checking"), EntityRef=vendor,
        Line=[spent(world.account("Bank Charges"), "12.50"), spent(world.account("Supplies"), 7)],
    )  # fmt: skip
    assert world.postings("Purchase", expense) == [
        ("Checking", -1950),
        ("Bank Charges", 1250),
        ("Supplies", 700),
    ]
    assert expense["EntityRef"] == {**vendor, "name": "Norton Paper", "type": "Vendor"}
    assert expense["Credit"] is False


def test_card_refund_debits_the_card(world: World) -> None:
    card = world.account("Credit Card")
    line = spent(world.account("Supplies"), 30)
    charge = world.create("Purchase", PaymentType="CreditCard", AccountRef=card, Line=[line])
    refund = world.create("Purchase", PaymentType="CreditCard", AccountRef=card, Credit=True, Line=[line])
    assert world.postings("Purchase", charge) == [("Credit Card", -3000), ("Supplies", 3000)]
    assert world.postings("Purchase", refund) == [("Credit Card", 3000), ("Supplies", -3000)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PaymentType": "CreditCard"}, "6430"),
        ({"PaymentType": "Barter"}, "2170"),
        ({"PaymentType": ""}, "2020"),
        ({"Credit": True}, "6000"),
        ({"Line": []}, "2020"),
        ({"AccountRef": {"value": "99999"}}, "2500"),
        ({"Colour": "red"}, "2010"),
        ({"AccountRef": "35"}, "2010"),
    ],
)
def test_expense_refusals(world: World, change: dict, code: str) -> None:
    good = {
        "PaymentType": "Cash", "AccountRef": world.account("Checking"),
        "Line": [spent(world.account("Supplies"), 5)],
    }  # fmt: skip
    with pytest.raises(Fault) as caught:
        world.create("Purchase", **{**good, **change})
    assert code_of(caught) == code


def test_expense_line_needs_item_or_ledger_account(world: World) -> None:
    for line in (
        {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": {}},
        {"Amount": 5, "DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": {}},
    ):
        with pytest.raises(Fault) as caught:
            world.create("Purchase", PaymentType="Cash", AccountRef=world.account("Checking"), Line=[line])
        assert code_of(caught) == "6440"


def test_taken_check_number_is_refused_with_its_holder(world: World) -> None:
    good = {"PaymentType": "Cash", "AccountRef": world.account("Checking"), "DocNumber": "77"}
    first = world.create("Purchase", **good, Line=[spent(world.account("Supplies"), 5)])
    with pytest.raises(Fault) as caught:
        world.create("Purchase", **good, Line=[spent(world.account("Supplies"), 6)])
    assert code_of(caught) == "6140"
    assert caught.value.detail.endswith(
        f"DocNumber=77 is assigned to TxnType=Expense with TxnId={first['Id']}"
    )


def test_number_of_an_expense_can_be_emptied(world: World) -> None:
    line = spent(world.account("Supplies"), 5)
    made = world.create(
        "Purchase", PaymentType="Cash", AccountRef=world.account("Checking"), DocNumber="7", Line=[line]
    )
    assert "DocNumber" not in world.update("Purchase", made, DocNumber="")


def test_payout_takes_receipt_and_fees_to_the_bank(world: World) -> None:
    receipt = world.create("SalesReceipt", Line=[sale(world.service(), 191)])
    fees = world.account("Merchant fees")
    deposit = world.create(
        "Deposit", DepositToAccountRef=world.account("Checking"),
        Line=[linked("SalesReceipt", receipt, 191), direct(fees, "-5.84")],
    )  # fmt: skip
    assert world.postings("Deposit", deposit) == [
        ("Checking", 18516),
        ("Undeposited Funds", -19100),
        ("Merchant fees", 584),
    ]
    assert world.balance("Undeposited Funds") == 0
    shown = world.read("SalesReceipt", receipt)
    assert shown["LinkedTxn"] == [{"TxnId": deposit["Id"], "TxnType": "Deposit"}]
    assert shown["SyncToken"] == "1"
    for operation in (lambda: world.delete("SalesReceipt", shown), lambda: world.void("SalesReceipt", shown)):
        with pytest.raises(Fault) as caught:
            operation()
        assert code_of(caught) == "6540"
    with pytest.raises(Fault) as caught:
        world.update("SalesReceipt", shown, PrivateNote="x")
    assert code_of(caught) == "6540"
    world.delete("Deposit", deposit)
    freed = world.read("SalesReceipt", receipt)
    assert freed["LinkedTxn"] == []
    world.delete("SalesReceipt", freed)
    assert world.balance("Services") == 0


def test_taking_the_line_out_of_the_deposit_frees_the_receipt(world: World) -> None:
    item = world.service()
    first, second = (world.create("SalesReceipt", Line=[sale(item, amount)]) for amount in (10, 20))
    deposit = world.create(
        "Deposit", DepositToAccountRef=world.account("Checking"),
        Line=[linked("SalesReceipt", first, 10), linked("SalesReceipt", second, 20)],
    )  # fmt: skip
    changed = world.update("Deposit", deposit, Line=deposit["Line"][1:])
    assert changed["TotalAmt"] == 20
    assert [line["Id"] for line in changed["Line"]] == ["2"]
    world.void("SalesReceipt", world.read("SalesReceipt", first))
    assert world.balance("Undeposited Funds") == 0


def test_deposit_refusals(world: World) -> None:
    bank, receipt = world.account("Checking"), world.create("SalesReceipt", Line=[sale(world.service(), 10)])
    in_bank = world.create("SalesReceipt", DepositToAccountRef=bank, Line=[sale(world.service("Tune"), 10)])
    world.create("Deposit", DepositToAccountRef=bank, Line=[linked("SalesReceipt", receipt, 10)])
    fees = world.account("Merchant fees")
    for line, code in (
        (linked("SalesReceipt", receipt, 10), "620"),
        (linked("SalesReceipt", in_bank, 10), "620"),
        (direct(fees, -1), "6000"),
        (linked("Bill", receipt, 10), "2170"),
        ({"Amount": 10, "LinkedTxn": [{"TxnId": "1", "TxnType": "Payment"}]}, "2020"),
    ):
        with pytest.raises(Fault) as caught:
            world.create("Deposit", DepositToAccountRef=bank, Line=[line])
        assert code_of(caught) == code


def test_deposit_of_another_amount_is_refused(world: World) -> None:
    receipt = world.create("SalesReceipt", Line=[sale(world.service(), 10)])
    with pytest.raises(Fault) as caught:
        world.create(
            "Deposit",
            DepositToAccountRef=world.account("Checking"),
            Line=[linked("SalesReceipt", receipt, 9)],
        )
    assert code_of(caught) == "6460"


def test_cash_back_reduces_the_deposit(world: World) -> None:
    deposit = world.create(
        "Deposit", DepositToAccountRef=world.account("Checking"), Line=[direct(world.account("Sales"), 100)],
        CashBack={"AccountRef": world.account("Cash on hand"), "Amount": 40, "Memo": "till"},
    )  # fmt: skip
    assert world.postings("Deposit", deposit) == [
        ("Checking", 6000),
        ("Cash on hand", 4000),
        ("Sales", -10000),
    ]
    assert deposit["TotalAmt"] == 60


def test_transfer(world: World) -> None:
    ends = {"FromAccountRef": world.account("Checking"), "ToAccountRef": world.account("Savings")}
    transfer = world.create("Transfer", **ends, Amount="120.00", TxnDate="2026-03-04")
    assert world.postings("Transfer", transfer) == [("Savings", 12000), ("Checking", -12000)]
    assert transfer["ToAccountRef"]["name"] == "Savings"
    again = world.update("Transfer", transfer, sparse=False, **ends, Amount=50, TxnDate="2026-03-05")
    assert world.postings("Transfer", again) == [("Savings", 5000), ("Checking", -5000)]
    assert world.balance("Savings") == 5000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Amount": 0}, "6000"), ({"Amount": "x"}, "2140"),
        ({"Amount": ""}, "2020"), ({"ToAccountRef": None}, "2020"),
    ],
)  # fmt: skip
def test_transfer_refusals(world: World, change: dict, code: str) -> None:
    good = {
        "FromAccountRef": world.account("Checking"),
        "ToAccountRef": world.account("Savings"),
        "Amount": 5,
    }
    with pytest.raises(Fault) as caught:
        world.create("Transfer", **{**good, **change})
    assert code_of(caught) == code


def test_transfer_needs_two_ledger_accounts_of_the_balance_sheet(world: World) -> None:
    bank = world.account("Checking")
    for target, code in ((bank, "6000"), (world.account("Sales"), "6430")):
        with pytest.raises(Fault) as caught:
            world.create("Transfer", FromAccountRef=bank, ToAccountRef=target, Amount=5)
        assert code_of(caught) == code
