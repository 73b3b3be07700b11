"""Our own client on the real embedded company: documents, errors, batches, change data, tokens."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import pytest

from closebook.connectors.quickbooks.attachments import Upload
from closebook.connectors.quickbooks.batch import BatchItem
from closebook.connectors.quickbooks.documents import (
    fingerprint_remote,
    from_wire,
    removal,
    revision,
    to_wire,
)
from closebook.connectors.quickbooks.faults import DuplicateError, NotFoundError, PeriodClosedError
from closebook.connectors.quickbooks.fingerprint import field_changes
from closebook.connectors.quickbooks.query import quoted
from closebook.connectors.quickbooks.reports import report_rows
from closebook.core.errors import LoginError, RejectedError, StaleError
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine, ListKind, ListObject
from tests.conformance.server import REALM
from tests.connectors.quickbooks.stores import MemoryStore

_NUMBERS = itertools.count(1)
DAY = dt.date(2026, 3, 4)


def request_id() -> str:
    return f"conformance-{next(_NUMBERS)}"


class Books:
    """List objects made through our mapping, and the ids that their keys stand for."""

    def __init__(self, client) -> None:
        self.client = client
        self.ids: dict[str, str] = {}

    def resolve(self, key: str) -> str:
        return self.ids[key]

    def back(self, entity: str, remote_id: str) -> str:
        words = {"Account": "ledger-account", "Customer": "customer", "Vendor": "vendor", "Item": "item"}
        prefix = words.get(entity)
        found = (key for key, one in self.ids.items() if one == remote_id and key.split(":")[0] == prefix)
        return next(found, "")

    def add(self, target: ListObject) -> dict:
        entity, payload = to_wire(target, self.resolve)
        body = self.client.create(entity, payload, request_id())
        self.ids[target.key] = body["Id"]
        assert fingerprint_remote(entity, body) == fingerprint_remote(entity, payload)
        return body


def account(key: str, name: str, kind: str, sub_type: str = "", parent: str = "") -> ListObject:
    fields = (("type", kind), *((("sub_type", sub_type),) if sub_type else ()))
    return ListObject(ListKind.LEDGER_ACCOUNT, f"ledger-account:{key}", name, parent, fields=fields)


@pytest.fixture(scope="module")
def books(client) -> Books:
    made = Books(client)
    made.add(account("etsy", "Etsy", "Bank", "Checking"))
    made.add(account("shop", "Etsy – “the shop”", "Bank", "Checking", "ledger-account:etsy"))
    made.add(account("sales", "Etsy sales", "Income", "SalesOfProductIncome"))
    made.add(account("discounts", "Etsy discounts", "Income", "DiscountsRefundsGiven"))
    made.add(account("fees", "Etsy fees", "Expense", "BankCharges"))
    made.add(account("bank", "The bank", "Bank", "Checking"))
    address = (
        ("email", "ada@example.com"),
        ("street", "4 Elm Rd"),
        ("city", "Bangor"),
        ("postal_code", "04401"),
    )
    made.add(ListObject(ListKind.CUSTOMER, "customer:ada", "Ada Łukasz: 花", fields=address))
    made.add(ListObject(ListKind.VENDOR, "vendor:etsy", "Etsy Inc."))
    item = ListObject(ListKind.ITEM, "item:mug", "Mug", "", "ledger-account:sales", (("sku", "M-1"),))
    made.add(item)
    return made


def document(kind: DocumentKind, lines: list[DocumentLine], **more) -> Document:
    number = f"ES-{next(_NUMBERS):010d}"
    facts = {"number": number, "memo": f"Order {number} [closebook etsy-1:order:{number}/sale]", "party": ""}
    facts |= {"money_account": "ledger-account:shop", "other_account": ""}
    return Document(kind, "", DAY, "USD", lines=tuple(lines), **{**facts, **more})


def sale(**more) -> Document:
    lines = [
        DocumentLine(4000, "Mug, “blue”", "ledger-account:sales", "item:mug", 2),
        DocumentLine(1000, "Mug", "ledger-account:sales", "item:mug", 3),
        DocumentLine(-500, "Coupon", "ledger-account:discounts"),
    ]
    return document(DocumentKind.SALES_RECEIPT, lines, **{"party": "customer:ada", **more})


DOCUMENTS = {
    "sale": sale,
    "refund": lambda: document(
        DocumentKind.REFUND_RECEIPT,
        [DocumentLine(1500, "Mug", "ledger-account:sales", "item:mug")],
        party="customer:ada",
    ),
    "expense": lambda: document(
        DocumentKind.EXPENSE,
        [DocumentLine(120, "Fee", "ledger-account:fees"), DocumentLine(-20, "Credit", "ledger-account:fees")],
        party="vendor:etsy",
    ),
    "deposit": lambda: document(
        DocumentKind.DEPOSIT,
        [
            DocumentLine(5000, "Sales", "ledger-account:sales"),
            DocumentLine(-610, "Fees", "ledger-account:fees"),
        ],
        money_account="ledger-account:bank",
    ),
    "transfer": lambda: document(
        DocumentKind.TRANSFER,
        [DocumentLine(4390, "", "ledger-account:bank")],
        other_account="ledger-account:bank",
        number="",
    ),
    "journal": lambda: document(
        DocumentKind.JOURNAL_ENTRY,
        [
            DocumentLine(700, "Opening", "ledger-account:shop"),
            DocumentLine(-700, "Opening", "ledger-account:sales"),
        ],
        money_account="",
    ),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_is_stored_as_sent_and_read_back_the_same(client, books, kind):
    target = DOCUMENTS[kind]()
    entity, payload = to_wire(target, books.resolve)
    made = client.create(entity, payload, request_id())
    read = client.read(entity, made["Id"])
    assert field_changes(entity, payload, made) == []
    assert field_changes(entity, payload, read) == []
    back = from_wire(entity, read, books.back)
    assert back.postings() == target.postings() or kind in {"sale", "refund"}
    assert back.total_minor == target.total_minor
    assert (back.day, back.memo, back.party) == (target.day, payload.get("PrivateNote"), target.party)
    if kind in {"sale", "refund"}:
        assert [line.item for line in back.lines] == [line.item for line in target.lines]


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_persons_edit_shows_and_our_revision_takes_it_back(client, books, kind):
    entity, payload = to_wire(DOCUMENTS[kind](), books.resolve)
    made = client.create(entity, payload, request_id())
    edit = {"Id": made["Id"], "SyncToken": made["SyncToken"], "PrivateNote": "mine"}
    if entity == "Transfer":
        edit = {**made, "PrivateNote": "mine"}
    edited = client.update(entity, edit, request_id())
    assert [change.field for change in field_changes(entity, made, edited)] == ["memo"]
    mended = client.update(entity, revision(payload, made["Id"], edited["SyncToken"]), request_id())
    assert fingerprint_remote(entity, mended) == fingerprint_remote(entity, payload)
    assert mended["SyncToken"] == "2"


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_is_taken_out_again(client, books, kind):
    entity, payload = to_wire(DOCUMENTS[kind](), books.resolve)
    made = client.create(entity, payload, request_id())
    assert client.delete(entity, removal(entity, made), request_id())["status"] == "Deleted"
    with pytest.raises(NotFoundError):
        client.read(entity, made["Id"])


def test_the_statement_follows_the_documents(client, books):
    def fees() -> str:
        rows = report_rows(client.report("ProfitAndLoss", start_date="2026-01-01", end_date="2026-12-31"))
        found = [row.cells[1].text for row in rows if row.cells[0].id == books.ids["ledger-account:fees"]]
        return found[0] if found else "0.00"

    before = fees()
    entity, payload = to_wire(DOCUMENTS["expense"](), books.resolve)
    client.create(entity, payload, request_id())
    assert round(float(fees()) - float(before), 2) == 1.00


def test_a_batch_is_done_once_and_answers_in_order(client, books):
    items = []
    for number in range(30):
        entity, payload = to_wire(sale(), books.resolve)
        if number == 7:
            payload["CustomerRef"] = {"value": "999999"}
        items.append(BatchItem("create", entity, payload))
    used = request_id()
    first = client.batch(items, used)
    again = client.batch(items, used)
    assert [answer.ok for answer in first] == [number != 7 for number in range(30)]
    assert isinstance(first[7].error, NotFoundError)
    assert [answer.body and answer.body["Id"] for answer in first] == [
        answer.body and answer.body["Id"] for answer in again
    ]
    for number, answer in enumerate(first):
        if answer.ok:
            assert answer.body["DocNumber"] == items[number].payload["DocNumber"]


def test_a_request_id_works_once_for_every_operation(client, books):
    entity, payload = to_wire(sale(), books.resolve)
    used = [request_id() for _ in range(3)]
    made = client.create(entity, payload, used[0])
    assert client.create(entity, payload, used[0])["Id"] == made["Id"]
    change = {"Id": made["Id"], "SyncToken": "0", "PrivateNote": "b"}
    assert client.update(entity, change, used[1])["SyncToken"] == "1"
    assert client.update(entity, change, used[1])["SyncToken"] == "1"
    gone = {"Id": made["Id"], "SyncToken": "1"}
    assert client.delete(entity, gone, used[2]) == client.delete(entity, gone, used[2])
    with pytest.raises(RejectedError) as caught:
        client.create(entity, {**payload, "PrivateNote": "other"}, used[0])
    assert caught.value.code == "request-id-used"


def test_a_refused_request_does_not_use_up_its_id(client, books):
    used = request_id()
    with pytest.raises(RejectedError):
        client.create("Customer", {}, used)
    assert client.create("Customer", {"DisplayName": f"After refusal {used}"}, used)["Id"]


def test_refusals_have_our_classes(client, books):
    entity, payload = to_wire(sale(), books.resolve)
    made = client.create(entity, payload, request_id())
    client.update(entity, {"Id": made["Id"], "SyncToken": "0", "PrivateNote": "a"}, request_id())
    with pytest.raises(StaleError):
        client.update(entity, {"Id": made["Id"], "SyncToken": "0", "PrivateNote": "b"}, request_id())
    with pytest.raises(DuplicateError) as caught:
        client.create("Customer", {"DisplayName": "Ada Lukasz- [82B1]"}, request_id())
    assert caught.value.existing_id in {"", books.ids["customer:ada"]}
    with pytest.raises(NotFoundError):
        client.create(entity, {**payload, "CustomerRef": {"value": "999999"}}, request_id())
    with pytest.raises(RejectedError) as refused:
        client.create(entity, {**payload, "Line": []}, request_id())
    assert (refused.value.code, refused.value.place.field) == ("field-missing", "Line")
    wrong = {**payload["Line"][0], "Amount": 1}
    with pytest.raises(RejectedError) as mismatch:
        client.create(entity, {**payload, "Line": [wrong]}, request_id())
    assert mismatch.value.code == "amount-mismatch"


def test_a_voided_sale_is_seen_as_changed(client, books):
    entity, payload = to_wire(sale(), books.resolve)
    made = client.create(entity, payload, request_id())
    voided = client.void(entity, {"Id": made["Id"], "SyncToken": "0"}, request_id())
    assert voided["TotalAmt"] == 0
    assert "total" in {change.field for change in field_changes(entity, made, voided)}
    other = client.create(entity, to_wire(sale(), books.resolve)[1], request_id())
    item = BatchItem("void", entity, {"Id": other["Id"], "SyncToken": "0"})
    assert client.batch([item], request_id())[0].body["TotalAmt"] == 0


def test_a_closed_period_is_told(our_client):
    closed = our_client(f"{REALM}2")
    books = {row["Name"]: row["Id"] for row in closed.query_all("Account")}
    payload = {
        "TxnDate": "2026-01-31",
        "FromAccountRef": {"value": books["Checking"]},
        "ToAccountRef": {"value": books["Savings"]},
        "Amount": 1,
    }
    with pytest.raises(PeriodClosedError):
        closed.create("Transfer", payload, request_id())
    assert closed.create("Transfer", {**payload, "TxnDate": "2026-02-01"}, request_id())["Id"]
    assert closed.preferences()["AccountingInfoPrefs"]["BookCloseDate"] == "2026-01-31"


def test_change_data_in_one_call(client, books):
    start = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)
    entity, payload = to_wire(sale(), books.resolve)
    kept = client.create(entity, payload, request_id())
    gone = client.create(entity, to_wire(sale(), books.resolve)[1], request_id())
    client.delete(entity, removal(entity, gone), request_id())
    answer = client.cdc(["SalesReceipt", "Customer", "Transfer"], start)
    assert kept["Id"] in {body["Id"] for body in answer.changed["SalesReceipt"]}
    assert gone["Id"] in answer.deleted["SalesReceipt"]
    assert not answer.truncated
    assert answer.time
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert client.cdc_all(["SalesReceipt", "Customer"], later).empty


def test_a_long_change_list_is_seen_as_cut_and_read_to_its_end(our_client, client):
    start = dt.datetime.now(dt.UTC)
    ids = set()
    for part in range(40):
        items = [
            BatchItem("create", "Vendor", {"DisplayName": f"Cut {part} {number}"}) for number in range(30)
        ]
        ids |= {answer.body["Id"] for answer in client.batch(items, request_id())}
    cut = client.cdc(["Vendor"], start)
    assert cut.truncated
    found = {row["Id"] for row in client.query_since("Vendor", start.replace(microsecond=0))}
    assert ids <= found
    everything = [row["Id"] for row in client.query_all("Vendor", inactive=True)]
    assert len(everything) == len(set(everything)) == client.count("Vendor", "Active IN (true, false)")


def test_queries_find_by_number_and_by_odd_names(client, books):
    entity, payload = to_wire(sale(), books.resolve)
    made = client.create(entity, payload, request_id())
    found = client.query(f"SELECT * FROM SalesReceipt WHERE DocNumber = {quoted(payload['DocNumber'])}")
    assert [row["Id"] for row in found] == [made["Id"]]
    name = "O'Neil & Söhne +1% #2"
    customer = client.create("Customer", {"DisplayName": name}, request_id())
    found = client.query(f"SELECT * FROM Customer WHERE DisplayName = {quoted(name)}")
    assert [row["Id"] for row in found] == [customer["Id"]]
    many = ", ".join(quoted(str(number)) for number in range(600))
    assert client.query(f"SELECT * FROM SalesReceipt WHERE Id IN ({many}) MAXRESULTS 1000")


def test_a_duplicate_number_is_told_with_what_holds_it(client, books):
    entity, payload = to_wire(sale(), books.resolve)
    made = client.create(entity, payload, request_id())
    with pytest.raises(DuplicateError) as caught:
        client.create(entity, payload, request_id())
    assert caught.value.existing_id in {"", made["Id"]}
    twin = client.create(entity, payload, request_id(), include="allowduplicatedocnum")
    assert twin["DocNumber"] == made["DocNumber"]


def test_files_go_up_and_come_down(client, books):
    entity, payload = to_wire(sale(), books.resolve)
    made = client.create(entity, payload, request_id())
    content = bytes(range(256)) * 4 + b"\r\n--x\r\n"
    used = request_id()
    stored = client.upload(Upload("row.csv", "text/csv", content, entity, made["Id"], "the source row"), used)
    assert stored["Size"] == len(content)
    assert (
        client.upload(Upload("row.csv", "text/csv", content, entity, made["Id"], "the source row"), used)
        == stored
    )
    assert client.download(stored["Id"]) == content


def test_company_and_preferences(client):
    assert client.company_info()["Country"] == "US"
    assert client.preferences()["CurrencyPrefs"]["HomeCurrency"]["value"] == "USD"


def test_tokens_are_refreshed_and_rotate(our_client, server):
    store = MemoryStore()
    client = our_client(store=store)
    first = store.kept
    store.kept = dataclasses.replace(first, access_token="x" * 40)
    client._caller.tokens._held = store.kept
    assert client.company_info()
    assert store.kept.access_token not in {first.access_token, "x" * 40}


def test_a_token_of_another_company_is_refused(our_client, server, http):
    client = our_client()
    client._caller.realm_id = f"{REALM}2"
    with pytest.raises(LoginError) as caught:
        client.company_info()
    assert caught.value.code == "not-authorized"


def test_an_ended_connection_is_a_login_error(our_client, endpoint):
    store = MemoryStore()
    client = our_client(store=store)
    assert endpoint.revoke(store.kept.refresh_token)
    with pytest.raises(LoginError) as caught:
        client.company_info()
    assert caught.value.code == "connection-ended"
    assert store.kept.broken


def test_a_document_is_printed(client, books):
    lines = [
        DocumentLine(
            100 * number, f"Mug (no. {number}) – “é” " + "word " * 20, "ledger-account:sales", "item:mug"
        )
        for number in range(1, 60)
    ]
    entity, payload = to_wire(dataclasses.replace(sale(), lines=tuple(lines)), books.resolve)
    made = client.create(entity, payload, request_id())
    content = client.pdf(entity, made["Id"])
    assert content.startswith(b"%PDF-1.4")
    assert content.rstrip().endswith(b"%%EOF")
    assert b"/Count 3" in content or b"/Count 4" in content
    assert b"17700.00" not in content
    assert b"1770.00" in content
    assert b"Mug \\(no. 59\\)" in content
    with pytest.raises(RejectedError):
        client.pdf("Transfer", made["Id"])
    with pytest.raises(NotFoundError):
        client.pdf("Invoice", "999999")
