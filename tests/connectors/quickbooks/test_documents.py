"""Documents on the wire, and fingerprints that see a person's change and nothing else."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.connectors.quickbooks.documents import (
    ENTITY_OF,
    entity_of,
    fingerprint_remote,
    from_wire,
    removal,
    revision,
    to_wire,
)
from closebook.connectors.quickbooks.fingerprint import field_changes, owned_fields
from closebook.connectors.quickbooks.wire import decode, encode
from closebook.core.errors import InputError, InvariantError
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine, ListKind, ListObject

IDS = {
    "ledger-account:etsy": "90", "ledger-account:sales": "45", "ledger-account:discounts": "86",
    "ledger-account:fees": "31", "ledger-account:bank": "35", "customer:ada": "58", "vendor:etsy": "40",
    "item:mug": "21",
}  # fmt: skip
LISTS = {"ledger-account": "Account", "customer": "Customer", "vendor": "Vendor", "item": "Item"}
KEYS = {(LISTS[key.partition(":")[0]], remote_id): key for key, remote_id in IDS.items()}


def back(entity: str, remote_id: str) -> str:
    return KEYS.get((entity, remote_id), f"{entity.lower()}:{remote_id}" if remote_id == "777" else "")


def document(kind: DocumentKind, lines: list[DocumentLine], **more) -> Document:
    facts = {
        "party": "",
        "money_account": "ledger-account:etsy",
        "number": "ES-3900112233",
        "memo": "Order [closebook e:1]",
    }
    return Document(kind, "k", dt.date(2026, 3, 4), "USD", lines=tuple(lines), **{**facts, **more})


SALE = document(
    DocumentKind.SALES_RECEIPT,
    [
        DocumentLine(4000, "Mug, blue", "ledger-account:sales", "item:mug", 2),
        DocumentLine(1000, "Mug, odd price", "ledger-account:sales", "item:mug", 3),
        DocumentLine(-500, "Coupon", "ledger-account:discounts"),
    ],
    party="customer:ada",
)
REFUND = document(
    DocumentKind.REFUND_RECEIPT, [DocumentLine(4000, "Mug", "ledger-account:sales", "item:mug")]
)
EXPENSE = document(
    DocumentKind.EXPENSE,
    [DocumentLine(120, "Fee", "ledger-account:fees"), DocumentLine(-20, "Credit", "ledger-account:fees")],
    party="vendor:etsy",
)
DEPOSIT = document(
    DocumentKind.DEPOSIT,
    [DocumentLine(5000, "Sales", "ledger-account:sales"), DocumentLine(-610, "Fees", "ledger-account:fees")],
    money_account="ledger-account:bank",
    number="",
)
TRANSFER = document(
    DocumentKind.TRANSFER,
    [DocumentLine(4390, "", "ledger-account:bank")],
    other_account="ledger-account:bank",
    number="",
)
JOURNAL = document(
    DocumentKind.JOURNAL_ENTRY,
    [
        DocumentLine(700, "Opening", "ledger-account:etsy"),
        DocumentLine(0, "", "ledger-account:fees"),
        DocumentLine(-700, "Opening", "ledger-account:sales"),
    ],
    money_account="",
)
ALL = [SALE, REFUND, EXPENSE, DEPOSIT, TRANSFER, JOURNAL]


def wire(target: Document | ListObject) -> tuple[str, dict]:
    return to_wire(target, IDS.__getitem__)


def stored(entity: str, payload: dict) -> dict:
    """Return what a read gives after a payload was stored: ids, names, computed and filled-in fields."""
    body = decode(encode(payload))
    body.update(
        {"Id": "777", "SyncToken": "0", "domain": "QBO", "sparse": False, "MetaData": {"CreateTime": "x"}}
    )
    for name, value in list(body.items()):
        if name.endswith("Ref"):
            value["name"] = "Some name"
    lines = body.get("Line", [])
    for number, line in enumerate(lines, start=1):
        line.update({"Id": str(number), "LineNum": number, "LinkedTxn": []})
        detail = line[line["DetailType"]]
        if line["DetailType"] == "SalesItemLineDetail":
            detail["ItemAccountRef"] = {"value": "45", "name": "Sales"}
    if entity in {"SalesReceipt", "RefundReceipt"}:
        sold = sum(line["Amount"] for line in lines if line["DetailType"] == "SalesItemLineDetail")
        off = sum(line["Amount"] for line in lines if line["DetailType"] == "DiscountLineDetail")
        lines.append({"Amount": sold, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}})
        body.update({"TotalAmt": sold - off, "Balance": 0, "BillAddr": {"Line1": "x"}})
    elif entity in {"Purchase", "Deposit"}:
        body["TotalAmt"] = sum(line["Amount"] for line in lines)
        if entity == "Deposit":
            body.setdefault("DocNumber", "1")
    elif entity == "JournalEntry":
        body.update({"Adjustment": False, "TotalAmt": 0, "TxnTaxDetail": {}})
    return body


def test_a_sales_receipt_on_the_wire():
    entity, payload = wire(SALE)
    assert entity == "SalesReceipt"
    assert payload == {
        "TxnDate": "2026-03-04",
        "DocNumber": "ES-3900112233",
        "PrivateNote": "Order [closebook e:1]",
        "CurrencyRef": {"value": "USD"},
        "DepositToAccountRef": {"value": "90"},
        "CustomerRef": {"value": "58"},
        "TxnTaxDetail": {"TotalTax": 0},
        "Line": [
            {
                "Amount": Decimal("40.00"),
                "Description": "Mug, blue",
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "21"},
                    "Qty": 2,
                    "UnitPrice": Decimal("20.00"),
                    "TaxCodeRef": {"value": "NON"},
                },
            },
            {
                "Amount": Decimal("10.00"),
                "Description": "Mug, odd price",
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "21"},
                    "Qty": 1,
                    "UnitPrice": Decimal("10.00"),
                    "TaxCodeRef": {"value": "NON"},
                },
            },
            {
                "Amount": Decimal("5.00"),
                "Description": "Coupon",
                "DetailType": "DiscountLineDetail",
                "DiscountLineDetail": {"PercentBased": False, "DiscountAccountRef": {"value": "86"}},
            },
        ],
    }


def test_quantity_times_price_is_always_the_amount():
    for minor in range(1, 60):
        for quantity in range(8):
            sale = document(
                DocumentKind.SALES_RECEIPT,
                [DocumentLine(minor, "", "ledger-account:sales", "item:mug", quantity)],
            )
            line = wire(sale)[1]["Line"][0]
            detail = line["SalesItemLineDetail"]
            assert detail["Qty"] * detail["UnitPrice"] == line["Amount"] == Decimal(minor) / 100


def test_elsewhere_no_tax_code_is_named_and_letters_stay():
    target = document(
        DocumentKind.SALES_RECEIPT,
        [DocumentLine(100, "Tasse „blau“", "ledger-account:sales", "item:mug")],
        memo="Łódź",
    )
    _, payload = to_wire(target, IDS.__getitem__, only_latin1=False, tax_code="")
    assert "TxnTaxDetail" not in payload
    assert "TaxCodeRef" not in payload["Line"][0]["SalesItemLineDetail"]
    assert payload["PrivateNote"] == "Łódź"
    assert wire(target)[1]["PrivateNote"] == "Lódz"


def test_discounts_of_one_ledger_account_are_one_line():
    lines = [DocumentLine(1000, "", "ledger-account:sales", "item:mug")]
    lines += [
        DocumentLine(-100, "Coupon", "ledger-account:discounts"),
        DocumentLine(-50, "More", "ledger-account:discounts"),
    ]
    found = wire(document(DocumentKind.SALES_RECEIPT, lines))[1]["Line"]
    assert [(line["DetailType"], line["Amount"]) for line in found[1:]] == [
        ("DiscountLineDetail", Decimal("1.50"))
    ]


def test_a_line_without_an_item_that_is_no_discount_is_our_defect():
    with pytest.raises(InvariantError):
        wire(document(DocumentKind.SALES_RECEIPT, [DocumentLine(100, "", "ledger-account:sales")]))


def test_the_other_documents_on_the_wire():
    _, refund = wire(REFUND)
    assert refund["DepositToAccountRef"] == {"value": "90"}
    assert refund["PaymentRefNum"] == "ES-3900112233"
    entity, expense = wire(EXPENSE)
    assert (entity, expense["PaymentType"], expense["AccountRef"]) == ("Purchase", "Cash", {"value": "90"})
    assert expense["EntityRef"] == {"value": "40", "type": "Vendor"}
    assert expense["Line"][1]["Amount"] == Decimal("-0.20")
    _, deposit = wire(DEPOSIT)
    assert deposit["DepositToAccountRef"] == {"value": "35"}
    assert deposit["Line"][1]["DepositLineDetail"] == {"AccountRef": {"value": "31"}}
    assert wire(TRANSFER) == (
        "Transfer",
        {
            "TxnDate": "2026-03-04",
            "CurrencyRef": {"value": "USD"},
            "PrivateNote": "Order [closebook e:1]",
            "FromAccountRef": {"value": "90"},
            "ToAccountRef": {"value": "35"},
            "Amount": Decimal("43.90"),
        },
    )
    _, journal = wire(JOURNAL)
    assert [(line["Amount"], line["JournalEntryLineDetail"]["PostingType"]) for line in journal["Line"]] == [
        (Decimal("7.00"), "Debit"),
        (Decimal("7.00"), "Credit"),
    ]


def test_money_without_decimals_is_written_without_them():
    sale = document(DocumentKind.SALES_RECEIPT, [DocumentLine(1200, "", "ledger-account:sales", "item:mug")])
    sale.currency = "JPY"
    assert b'"Amount":1200,' in encode(wire(sale)[1])


def test_list_objects_on_the_wire():
    account = ListObject(
        ListKind.LEDGER_ACCOUNT,
        "k",
        'Etsy: "shop"',
        "ledger-account:etsy",
        fields=(("type", "Bank"), ("sub_type", "Checking")),
    )
    assert wire(account) == (
        "Account",
        {
            "Name": "Etsy- 'shop'",
            "AccountType": "Bank",
            "AccountSubType": "Checking",
            "SubAccount": True,
            "ParentRef": {"value": "90"},
        },
    )
    customer = ListObject(
        ListKind.CUSTOMER,
        "k",
        "Ada Łukasz",
        fields=(("email", "ada@example.com"), ("street", "4 Elm\nRear"), ("city", "Bangor")),
    )
    assert wire(customer) == (
        "Customer",
        {
            "DisplayName": "Ada Lukasz",
            "PrimaryEmailAddr": {"Address": "ada@example.com"},
            "BillAddr": {"Line1": "4 Elm, Rear", "City": "Bangor"},
        },
    )
    vendor = ListObject(ListKind.VENDOR, "k", "Etsy", fields=(("email", "no address"),))
    assert wire(vendor) == ("Vendor", {"DisplayName": "Etsy"})
    item = ListObject(
        ListKind.ITEM, "k", "Mug", ledger_account="ledger-account:sales", fields=(("sku", "M-1"),)
    )
    assert wire(item) == (
        "Item",
        {
            "Name": "Mug",
            "Type": "Service",
            "IncomeAccountRef": {"value": "45"},
            "Taxable": False,
            "Sku": "M-1",
        },
    )


def test_every_kind_has_an_entity():
    assert set(ENTITY_OF) == {*ListKind, *DocumentKind}
    assert entity_of(DocumentKind.EXPENSE) == "Purchase"


@pytest.mark.parametrize("target", ALL, ids=lambda target: target.kind.value)
def test_what_is_read_has_the_fingerprint_of_what_was_sent(target):
    entity, payload = wire(target)
    assert fingerprint_remote(entity, stored(entity, payload)) == fingerprint_remote(entity, payload)
    assert field_changes(entity, payload, stored(entity, payload)) == []


def test_what_was_read_becomes_the_same_document():
    for target in (REFUND, EXPENSE, DEPOSIT, TRANSFER):
        entity, payload = wire(target)
        body = stored(entity, payload)
        if not target.number:
            body.pop("DocNumber", None)
        found = from_wire(entity, body, back)
        found.key = "k"
        assert found == target
    entity, payload = wire(SALE)
    found = from_wire(entity, stored(entity, payload), back)
    assert [line.amount_minor for line in found.lines] == [4000, 1000, -500]
    assert (found.key, found.party, found.postings()[0]) == (
        "salesreceipt:777",
        "customer:ada",
        ("ledger-account:etsy", 4500),
    )
    journal = from_wire("JournalEntry", stored(*wire(JOURNAL)), back)
    assert sorted(journal.postings()) == [("ledger-account:etsy", 700), ("ledger-account:sales", -700)]


def test_list_objects_are_read_back():
    body = {
        "Id": "58",
        "DisplayName": "Ada",
        "PrimaryEmailAddr": {"Address": "a@b.c"},
        "BillAddr": {"City": "Bangor"},
    }
    assert from_wire("Customer", body, back) == ListObject(
        ListKind.CUSTOMER, "customer:ada", "Ada", fields=(("email", "a@b.c"), ("city", "Bangor"))
    )
    item = from_wire(
        "Item", {"Id": "21", "Name": "Mug", "Type": "Service", "IncomeAccountRef": {"value": "45"}}, back
    )
    assert (item.key, item.ledger_account) == ("item:mug", "ledger-account:sales")
    account = from_wire(
        "Account", {"Id": "1", "Name": "x", "AccountType": "Bank", "ParentRef": {"value": "90"}}, back
    )
    assert account.parent == "ledger-account:etsy"
    assert from_wire("Vendor", {"Id": "40", "DisplayName": "Etsy"}, back).kind is ListKind.VENDOR


def test_what_has_no_kind_or_no_date_is_refused():
    with pytest.raises(InputError):
        from_wire("Budget", {}, back)
    with pytest.raises(InputError):
        from_wire("Deposit", {"TxnDate": "soon"}, back)


EDITS = {
    "date": lambda body: body.update(TxnDate="2026-03-05"),
    "memo": lambda body: body.update(PrivateNote="mine now"),
    "number": lambda body: body.update(DocNumber="7"),
    "party": lambda body: body.update(CustomerRef={"value": "59"}),
    "money account": lambda body: body.update(DepositToAccountRef={"value": "35"}),
    "total": lambda body: body.update(TotalAmt=Decimal("45.01")),
    "line 1": lambda body: body["Line"][0].update(Amount=Decimal(41)),
    "line 2": lambda body: body["Line"][1]["SalesItemLineDetail"].update(ItemRef={"value": "22"}),
    "line 3": lambda body: body["Line"][2]["DiscountLineDetail"].update(DiscountAccountRef={"value": "87"}),
    "line 4": lambda body: body["Line"].append({"DetailType": "DescriptionOnly", "Description": "hello"}),
}


@pytest.mark.parametrize("field", EDITS)
def test_a_persons_edit_of_a_sale_shows_by_its_field(field):
    entity, payload = wire(SALE)
    body = stored(entity, payload)
    edited = copy.deepcopy(body)
    EDITS[field](edited)
    assert fingerprint_remote(entity, edited) != fingerprint_remote(entity, body)
    assert [change.field for change in field_changes(entity, body, edited)] == [field]


OTHER_EDITS = [
    (
        EXPENSE,
        lambda body: body["Line"][0]["AccountBasedExpenseLineDetail"].update(AccountRef={"value": "9"}),
    ),
    (EXPENSE, lambda body: body.update(EntityRef={"value": "41", "type": "Vendor"})),
    (EXPENSE, lambda body: body.update(Credit=True)),
    (DEPOSIT, lambda body: body["Line"].pop()),
    (DEPOSIT, lambda body: body["Line"][0].update(LinkedTxn=[{"TxnId": "1", "TxnType": "Payment"}])),
    (TRANSFER, lambda body: body.update(Amount=Decimal("43.91"))),
    (TRANSFER, lambda body: body.update(ToAccountRef={"value": "36"})),
    (JOURNAL, lambda body: body["Line"][0]["JournalEntryLineDetail"].update(PostingType="Credit")),
    (JOURNAL, lambda body: body["Line"][1]["JournalEntryLineDetail"].update(AccountRef={"value": "9"})),
]


@pytest.mark.parametrize(("target", "edit"), OTHER_EDITS)
def test_a_persons_edit_of_another_document_shows(target, edit):
    entity, payload = wire(target)
    body = stored(entity, payload)
    before = fingerprint_remote(entity, body)
    edit(body)
    assert fingerprint_remote(entity, body) != before


NOT_OURS = [
    lambda body: body.update(EmailStatus="EmailSent", SyncToken="4", Balance=Decimal(3)),
    lambda body: body.update(BillAddr={"Line1": "else"}, ShipDate="2026-03-09"),
    lambda body: body["Line"][0].update(Amount="40", Id="9"),
    lambda body: body["DepositToAccountRef"].update(name="Renamed"),
    lambda body: body.update(PrivateNote="Order\r\n [closebook e:1] "),
]


@pytest.mark.parametrize("edit", NOT_OURS)
def test_what_is_not_ours_does_not_count(edit):
    entity, payload = wire(SALE)
    body = stored(entity, payload)
    before = fingerprint_remote(entity, body)
    edit(body)
    assert fingerprint_remote(entity, body) == before


def test_list_objects_show_a_persons_change():
    customer = {"DisplayName": "Ada", "PrimaryEmailAddr": {"Address": "a@b.c"}}
    before = fingerprint_remote("Customer", customer)
    assert fingerprint_remote("Customer", {**customer, "Active": True, "Balance": 3, "Notes": "x"}) == before
    for change in (
        {"Active": False},
        {"DisplayName": "Eve"},
        {"BillAddr": {"City": "x"}},
        {"PrimaryEmailAddr": {}},
    ):
        assert fingerprint_remote("Customer", {**customer, **change}) != before


WORDS = st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=60)


@given(st.sampled_from(ALL), WORDS, WORDS, st.integers(-(10**9), 10**9))
def test_any_text_and_amount_survives_the_wire(target, memo, description, amount_minor):
    lines = tuple(
        DocumentLine(line.amount_minor, description, line.ledger_account, line.item, line.quantity)
        for line in target.lines
    )
    if target.kind is DocumentKind.DEPOSIT:
        lines = (DocumentLine(amount_minor, description, "ledger-account:sales"),)
    changed = Document(
        target.kind,
        "k",
        target.day,
        "USD",
        memo[:21],
        memo,
        target.money_account,
        lines,
        target.party,
        target.other_account,
    )
    entity, payload = wire(changed)
    encode(payload).decode("utf-8").encode("latin-1")
    assert fingerprint_remote(entity, stored(entity, payload)) == fingerprint_remote(entity, payload)
    assert wire(changed) == (entity, payload)


@given(
    st.dictionaries(
        st.sampled_from(["Line", "TotalAmt", "TxnDate", "CustomerRef", "Credit"]),
        st.integers() | st.text() | st.none(),
    )
)
def test_any_body_has_a_fingerprint(body):
    for entity in ENTITY_OF.values():
        assert owned_fields(entity, body)


def test_an_update_empties_what_the_document_no_longer_has():
    target = document(DocumentKind.SALES_RECEIPT, list(SALE.lines), number="")
    payload = revision(wire(target)[1], "9", "3")
    assert (payload["Id"], payload["SyncToken"], payload["sparse"], payload["DocNumber"]) == (
        "9",
        "3",
        True,
        "",
    )
    assert "DocNumber" not in revision({"DisplayName": "x"}, "9", "3")


def test_a_transfer_is_deleted_with_its_whole_body():
    body = {"Id": "9", "SyncToken": "1", "Amount": 3}
    assert removal("Transfer", body) == body
    assert removal("Deposit", body) == {"Id": "9", "SyncToken": "1"}
