"""Invoice, Payment, CreditMemo and Estimate: postings, open balances, links both ways, refusals."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, applied, sale

AR, FUNDS = "Accounts Receivable (A/R)", "Undeposited Funds"


def refused(code: str, operation, *args, **kwargs) -> str:
    with pytest.raises(Fault) as caught:
        operation(*args, **kwargs)
    assert caught.value.code == code
    return caught.value.detail


def linked(kind: str, body: dict) -> dict:
    return {"TxnId": body["Id"], "TxnType": kind}


def test_invoice_posts_and_fills(world: World) -> None:
    address = {"Line1": "4 Elm Rd", "City": "Bangor"}
    ada = world.customer(BillAddr=address, PrimaryEmailAddr={"Address": "ada@example.com"})
    invoice = world.create(
        "Invoice", CustomerRef=ada, TxnDate="2026-03-04", Line=[sale(world.service(), 200)]
    )
    assert world.postings("Invoice", invoice) == [(AR, 20000), ("Services", -20000)]
    assert invoice["Balance"] == invoice["TotalAmt"] == 200
    assert invoice["DueDate"] == "2026-04-03"
    assert invoice["BillAddr"]["City"] == "Bangor"
    assert invoice["BillEmail"] == {"Address": "ada@example.com"}
    assert invoice["CustomerRef"]["name"] == "Ada Quill"
    assert (invoice["LinkedTxn"], invoice["Deposit"], invoice["EmailStatus"]) == ([], 0, "NotSet")
    record = world.record("Invoice", invoice["Id"])
    assert (record.total_minor, record.balance_minor, str(record.due_date)) == (20000, 20000, "2026-04-03")


def test_invoice_with_deposit(world: World) -> None:
    invoice = world.create(
        "Invoice", CustomerRef=world.customer(), Deposit=50, Line=[sale(world.service(), 200)]
    )
    assert world.postings("Invoice", invoice) == [(AR, 15000), (FUNDS, 5000), ("Services", -20000)]
    assert invoice["Balance"] == 150


def test_invoice_terms(world: World) -> None:
    ada, term = world.customer(), world.create("Term", Name="Net 12", DueDays=12)
    invoice = world.create(
        "Invoice",
        CustomerRef=ada,
        TxnDate="2026-03-04",
        SalesTermRef={"value": term["Id"]},
        Line=[sale(world.service(), 5)],
    )
    assert (invoice["DueDate"], invoice["SalesTermRef"]["name"]) == ("2026-03-16", "Net 12")
    moved = world.update("Invoice", invoice, TxnDate="2026-03-06")
    assert moved["DueDate"] == "2026-03-18"


def test_payment_and_its_void(world: World) -> None:
    ada = world.customer()
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(world.service(), 191)])
    payment = world.create("Payment", CustomerRef=ada, TotalAmt=200, Line=[applied("Invoice", invoice, 191)])
    assert world.postings("Payment", payment) == [(FUNDS, 20000), (AR, -19100), (AR, -900)]
    assert (payment["UnappliedAmt"], payment["ProcessPayment"]) == (9, False)
    paid = world.read("Invoice", invoice)
    assert (paid["Balance"], paid["SyncToken"], paid["LinkedTxn"]) == (0, "1", [linked("Payment", payment)])
    voided = world.void("Payment", payment)
    assert (voided["Line"], voided["TotalAmt"], voided["UnappliedAmt"], voided["PrivateNote"]) == (
        [],
        0,
        0,
        "Voided",
    )
    assert world.postings("Payment", voided) == []
    free = world.read("Invoice", invoice)
    assert (free["Balance"], free["SyncToken"], free["LinkedTxn"]) == (191, "2", [])
    assert world.balance(AR) == 19100


def test_payment_without_lines_is_a_credit(world: World) -> None:
    ada = world.customer()
    payment = world.create("Payment", CustomerRef=ada, TotalAmt="30.00")
    assert (payment["UnappliedAmt"], payment["Line"]) == (30, [])
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(world.service(), 50)])
    used = world.update("Payment", payment, Line=[applied("Invoice", invoice, 30)])
    assert used["UnappliedAmt"] == 0
    assert world.read("Invoice", invoice)["Balance"] == 20
    dropped = world.update("Payment", used, Line=[])
    assert dropped["UnappliedAmt"] == 30
    assert world.read("Invoice", invoice)["Balance"] == 50


def test_zero_payment_pairs_credit_and_invoice(world: World) -> None:
    ada, item = world.customer(), world.service()
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 80)])
    memo = world.create("CreditMemo", CustomerRef=ada, Line=[sale(item, 30)])
    assert world.postings("CreditMemo", memo) == [(AR, -3000), ("Services", 3000)]
    payment = world.create(
        "Payment",
        CustomerRef=ada,
        TotalAmt=0,
        Line=[applied("Invoice", invoice, 30), applied("CreditMemo", memo, 30)],
    )
    assert world.postings("Payment", payment) == [(AR, 3000), (AR, -3000)]
    assert world.read("Invoice", invoice)["Balance"] == 50
    used = world.read("CreditMemo", memo)
    assert (used["Balance"], used["RemainingCredit"]) == (0, 0)
    assert world.balance(AR) == 5000
    world.delete("Invoice", world.read("Invoice", invoice))
    left = world.read("Payment", payment)
    assert (left["Line"], left["UnappliedAmt"]) == ([], 0)
    assert world.read("CreditMemo", memo)["RemainingCredit"] == 30
    assert world.balance(AR) == -3000


def test_deleted_credit_leaves_the_invoice_open(world: World) -> None:
    ada, item = world.customer(), world.service()
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 80)])
    memo = world.create("CreditMemo", CustomerRef=ada, Line=[sale(item, 30)])
    lines = [applied("Invoice", invoice, 50), applied("CreditMemo", memo, 30)]
    payment = world.create("Payment", CustomerRef=ada, TotalAmt=20, Line=lines)
    world.delete("CreditMemo", world.read("CreditMemo", memo))
    assert world.read("Payment", payment)["Line"] == [applied("Invoice", invoice, 20)]
    assert world.read("Invoice", invoice)["Balance"] == 60
    assert world.balance(AR) == 6000


def test_too_much_is_refused(world: World) -> None:
    ada, item = world.customer(), world.service()
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 80)])
    refused(
        "6000", world.create, "Payment", CustomerRef=ada, TotalAmt=100, Line=[applied("Invoice", invoice, 81)]
    )
    refused(
        "6000", world.create, "Payment", CustomerRef=ada, TotalAmt=50, Line=[applied("Invoice", invoice, 60)]
    )
    twice = [applied("Invoice", invoice, 50), applied("Invoice", invoice, 50)]
    refused("6000", world.create, "Payment", CustomerRef=ada, TotalAmt=100, Line=twice)
    text = refused("6000", world.create, "Payment", CustomerRef=ada)
    assert "You must set a transaction amount" in text
    bob = world.customer("Bob")
    refused(
        "6000", world.create, "Payment", CustomerRef=bob, TotalAmt=80, Line=[applied("Invoice", invoice, 80)]
    )
    refused("2020", world.create, "Payment", TotalAmt=80)
    assert world.read("Invoice", invoice)["SyncToken"] == "0"


def test_job_is_paid_by_its_parent(world: World) -> None:
    ada = world.customer()
    job = world.customer("Ada: porch".replace(":", ""), Job=True, ParentRef=ada)
    invoice = world.create("Invoice", CustomerRef=job, Line=[sale(world.service(), 80)])
    world.create("Payment", CustomerRef=ada, TotalAmt=80, Line=[applied("Invoice", invoice, 80)])
    assert world.read("Invoice", invoice)["Balance"] == 0


def test_deleted_invoice_leaves_the_payment_unapplied(world: World) -> None:
    ada, item = world.customer(), world.service()
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 80)])
    payments = [
        world.create("Payment", CustomerRef=ada, TotalAmt=40, Line=[applied("Invoice", invoice, 40)])
        for _ in range(2)
    ]
    bank = world.account("Checking")
    line = {"Amount": 40, "LinkedTxn": [{**linked("Payment", payments[0]), "TxnLineId": "0"}]}
    world.create("Deposit", DepositToAccountRef=bank, Line=[line])
    world.delete("Invoice", world.read("Invoice", invoice))
    for payment in payments:
        left = world.read("Payment", payment)
        assert (left["UnappliedAmt"], left["Line"]) == (40, [])
    assert world.balance(AR) == -8000
    assert world.balance("Services") == 0


def test_voided_invoice(world: World) -> None:
    ada = world.customer()
    invoice = world.create(
        "Invoice", CustomerRef=ada, PrivateNote="rush", Line=[sale(world.service(), 80, 2, 40)]
    )
    for _ in range(2):
        world.create("Payment", CustomerRef=ada, TotalAmt=10, Line=[applied("Invoice", invoice, 10)])
    voided = world.void("Invoice", world.read("Invoice", invoice))
    assert voided["PrivateNote"] == "Voided - rush"
    assert (voided["TotalAmt"], voided["Balance"], voided["LinkedTxn"], voided["SyncToken"]) == (
        0,
        0,
        [],
        "3",
    )
    assert voided["Line"][0]["Amount"] == voided["Line"][0]["SalesItemLineDetail"]["Qty"] == 0
    assert world.read("Invoice", invoice) == voided
    assert world.balance(AR) == -2000


def test_paid_invoice_keeps_its_customer_and_enough_total(world: World) -> None:
    ada, bob, item = world.customer(), world.customer("Bob"), world.service()
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 80)])
    world.create("Payment", CustomerRef=ada, TotalAmt=50, Line=[applied("Invoice", invoice, 50)])
    invoice = world.read("Invoice", invoice)
    refused("6000", world.update, "Invoice", invoice, CustomerRef=bob)
    refused("6000", world.update, "Invoice", invoice, Line=[sale(item, 49)])
    changed = world.update("Invoice", invoice, Line=[sale(item, 60)])
    assert (changed["Balance"], len(changed["LinkedTxn"])) == (10, 1)


def test_journal_line_is_settled(world: World) -> None:
    ada = world.customer()
    entity = {"Type": "Customer", "EntityRef": ada}
    owed = {"PostingType": "Debit", "AccountRef": world.account(AR), "Entity": entity}
    sold = {"PostingType": "Credit", "AccountRef": world.account("Sales")}
    entry = world.create(
        "JournalEntry",
        Line=[
            {"Amount": 25, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}
            for detail in (owed, sold)
        ],
    )
    payment = world.create("Payment", CustomerRef=ada, TotalAmt=25, Line=[applied("JournalEntry", entry, 25)])
    assert world.record("JournalEntry", entry["Id"]).balance_minor == 0
    assert world.read("JournalEntry", entry)["LinkedTxn"] == [linked("Payment", payment)]
    assert world.balance(AR) == 0


def test_estimate_becomes_an_invoice(world: World) -> None:
    ada, item = world.customer(), world.service()
    estimate = world.create("Estimate", CustomerRef=ada, Line=[sale(item, 80)])
    assert (estimate["TxnStatus"], estimate["DocNumber"]) == ("Pending", "1001")
    assert world.postings("Estimate", estimate) == []
    invoice = world.create(
        "Invoice", CustomerRef=ada, LinkedTxn=[linked("Estimate", estimate)], Line=[sale(item, 80)]
    )
    assert invoice["LinkedTxn"] == [linked("Estimate", estimate)]
    assert invoice["DocNumber"] == "1001"
    closed = world.read("Estimate", estimate)
    assert (closed["TxnStatus"], closed["LinkedTxn"]) == ("Closed", [linked("Invoice", invoice)])
    refused(
        "620",
        world.create,
        "Invoice",
        CustomerRef=ada,
        LinkedTxn=[linked("Estimate", estimate)],
        Line=[sale(item, 1)],
    )
    kept = world.update("Invoice", invoice, PrivateNote="x")
    assert kept["LinkedTxn"] == [linked("Estimate", estimate)]
    world.delete("Invoice", kept)
    open_again = world.read("Estimate", estimate)
    assert (open_again["TxnStatus"], open_again["LinkedTxn"]) == ("Pending", [])


def test_numbers_follow_one_sequence(world: World) -> None:
    ada, item = world.customer(), world.service()
    first = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 1)])
    world.create("SalesReceipt", DocNumber="1002", Line=[sale(item, 1)])
    third = world.create("CreditMemo", CustomerRef=ada, Line=[sale(item, 1)])
    assert (first["DocNumber"], third["DocNumber"]) == ("1001", "1003")
    world.preference("SalesFormsPrefs", CustomTxnNumbers=True)
    assert "DocNumber" not in world.create("Invoice", CustomerRef=ada, Line=[sale(item, 1)])
    world.include = frozenset({"allowautodocnum"})
    assert world.create("Invoice", CustomerRef=ada, Line=[sale(item, 1)])["DocNumber"] == "1004"
    refused("6140", world.create, "Invoice", CustomerRef=ada, DocNumber="1001", Line=[sale(item, 1)])
    world.include = frozenset({"allowduplicatedocnum"})
    assert (
        world.create("Invoice", CustomerRef=ada, DocNumber="1001", Line=[sale(item, 1)])["DocNumber"]
        == "1001"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Line": []}, "2020"),
        ({"CustomerRef": None}, "2020"),
        ({"CustomerRef": {"value": "99999"}}, "2500"),
        ({"EmailStatus": "NeedToSend"}, "6420"),
        ({"TxnDate": "yesterday"}, "2060"),
        ({"DocNumber": "x" * 22}, "2050"),
        ({"Deposit": 900}, "6000"),
        ({"Line": [{"Amount": 5, "DetailType": "TaxLineDetail"}]}, "2010"),
        ({"Line": [{"DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}]}, "6090"),
        (
            {
                "Line": [
                    {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
                ]
            },
            "2020",
        ),
        ({"LinkedTxn": [{"TxnId": "999", "TxnType": "Estimate"}]}, "610"),
    ],
)
def test_invoice_refusals(world: World, change: dict, code: str) -> None:
    good = {"CustomerRef": world.customer(), "Line": [sale(world.service(), 80)]}
    refused(code, world.create, "Invoice", **{**good, **change})


def test_amount_has_to_be_quantity_times_price(world: World) -> None:
    item = world.service()
    text = refused("6070", world.create, "SalesReceipt", Line=[sale(item, "1861.07", "128.350", "14.50")])
    assert text.endswith("Supplied value:1,861.07")
    receipt = world.create("SalesReceipt", Line=[sale(item, "1861.08", "128.350", "14.50")])
    assert receipt["Line"][0]["SalesItemLineDetail"]["UnitPrice"] * 2 == 29


def test_inactive_item_is_refused_in_new_forms_only(world: World) -> None:
    made = world.create("Item", Name="Old", Type="Service", IncomeAccountRef=world.account("Services"))
    item = {"value": made["Id"]}
    receipt = world.create("SalesReceipt", Line=[sale(item, 5)])
    world.update("Item", made, Active=False)
    refused("2500", world.create, "SalesReceipt", Line=[sale(item, 5)])
    assert world.update("SalesReceipt", receipt, PrivateNote="later")["PrivateNote"] == "later"


def test_lines_keep_and_get_ids(world: World) -> None:
    item = world.service()
    receipt = world.create("SalesReceipt", Line=[sale(item, 1), sale(item, 2)])
    kept = {**sale(item, 3), "Id": "2"}
    changed = world.update("SalesReceipt", receipt, Line=[sale(item, 9), kept])
    assert [(line["Id"], line["LineNum"]) for line in changed["Line"][:2]] == [("3", 1), ("2", 2)]
    assert world.balance("Services") == -1200


def test_bundle_and_text_lines(world: World) -> None:
    item = world.service()
    group = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"Quantity": 1, "Line": [sale(item, 5), sale(item, 7)]},
    }
    text = {"DetailType": "DescriptionOnly", "Description": "with thanks"}
    receipt = world.create("SalesReceipt", Line=[group, text])
    assert receipt["TotalAmt"] == 12
    assert receipt["Line"][0]["Amount"] == 12
    assert world.postings("SalesReceipt", receipt) == [(FUNDS, 1200), ("Services", -500), ("Services", -700)]
