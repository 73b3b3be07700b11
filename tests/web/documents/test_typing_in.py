"""Documents typed in, changed, voided and deleted by the pages; the books prove afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.companies.models import AuditEvent
from tests.web.documents.site import DAY, Site, errors_of, fields_of, text_of

SALE = {
    "day": DAY,
    "customer": "mugs CUSTOMER",
    "lines__0__item": "Mugs mug",
    "lines__0__quantity": "3",
    "lines__0__price": "12.50",
}
ENTRY = {
    "day": DAY,
    "lines__0__account": "Checking",
    "lines__0__debit": "1,234.50",
    "lines__1__account": "Owner's Investment",
    "lines__1__credit": "1,234.50",
}
DOCUMENTS = {
    "salesreceipt": SALE | {"deposit_to": "Checking"},
    "invoice": SALE | {"due": "2026-04-14"},
    "payment": {"customer": "Mugs customer", "amount": "20", "day": DAY, "deposit_to": "Checking"},
    "bill": {
        "vendor": "Mugs vendor",
        "day": DAY,
        "lines__0__account": "Supplies",
        "lines__0__amount": "40.00",
    },
    "purchase": {
        "way": "Cash",
        "paid_from": "Checking",
        "payee": "Mugs vendor",
        "day": DAY,
        "lines__0__account": "Supplies",
        "lines__0__amount": "9.99",
    },
    "deposit": {
        "deposit_to": "Checking",
        "day": DAY,
        "lines__0__account": "Services",
        "lines__0__amount": "75",
    },
    "transfer": {"source": "Checking", "target": "Savings", "amount": "100.01", "day": DAY},
    "journalentry": ENTRY,
    "creditmemo": SALE,
    "refundreceipt": SALE | {"deposit_to": "Checking"},
    "estimate": SALE | {"until": "2026-04-14", "standing": "Pending"},
    "vendorcredit": {
        "vendor": "Mugs vendor",
        "day": DAY,
        "lines__0__account": "Supplies",
        "lines__0__amount": "4.00",
    },
    "purchaseorder": {
        "vendor": "Mugs vendor",
        "day": DAY,
        "standing": "Open",
        "lines__0__account": "Supplies",
        "lines__0__amount": "4.00",
    },
}


def made(answer) -> str:
    """Return the id of the document to whose page an answer leads."""
    return str(answer["Location"].rstrip("/").rpartition("/")[2])


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_each_kind_is_made_changed_and_deleted(site: Site, kind: str):
    wire_id = made(site.type_in(kind, **DOCUMENTS[kind]))
    page = site.page("document", kind, wire_id)
    assert "Postings" in page
    assert "ada" in page.partition("History")[2]
    typed = site.fields("document-edit", kind, wire_id)
    for name, value in DOCUMENTS[kind].items():
        shown = typed[name.replace("__", "-")]
        assert shown.removesuffix(".00").lower() == value.removesuffix(".00").lower(), name
    typed["memo"] = "Changed by hand"
    site.send("document-edit", kind, wire_id, **typed)
    assert "Changed by hand" in site.page("document", kind, wire_id)
    assert "Changed by hand" in site.page("document-changes", kind, wire_id)
    assert site.proved()
    removal = site.fields("document-remove", kind, wire_id)
    site.send("document-remove", kind, wire_id, **removal | {"operation": "delete"})
    site.page("document", kind, wire_id, status=404)
    assert site.proved()
    assert site.balance("checking") == 0
    actions = list(
        AuditEvent.objects.filter(actor="ada", subject__endswith=f" {wire_id}").values_list(
            "action", flat=True
        )
    )
    assert actions == ["record-made", "record-changed", "record-deleted"]


def test_amounts_reach_the_ledger_to_the_cent(site: Site):
    site.type_in("salesreceipt", **SALE, deposit_to="Checking")
    site.type_in("journalentry", **ENTRY)
    assert (site.balance("checking"), site.balance("services")) == (3750 + 123450, -3750)


def test_dutch_amounts_are_read_in_dutch(site: Site):
    site.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    dutch = ENTRY | {"lines__0__debit": "1.234,50", "lines__1__credit": "1234,50"}
    site.type_in("journalentry", **dutch)
    assert site.balance("checking") == 123450
    answer = site.type_in("journalentry", status=400, **ENTRY)
    assert any("1.234,50" in text for text in errors_of(text_of(answer)))


@pytest.mark.parametrize(
    "bad", ["1.234,50", "12.345", "1,23", "1e3", "ten", "1 000", "٣", "--1", "1" * 20, "NaN"]
)
def test_a_bad_amount_is_said_at_its_field_and_nothing_is_posted(site: Site, bad: str):
    answer = site.type_in("transfer", status=400, **DOCUMENTS["transfer"] | {"amount": bad})
    assert "1,234.50" in errors_of(text_of(answer))[0]
    assert fields_of(text_of(answer))["amount"] == bad
    assert site.count("Transfer") == 0


def test_a_form_sent_twice_posts_once(site: Site):
    fields = site.fields("document-new", "transfer") | DOCUMENTS["transfer"]
    first, second = (site.send("document-new", "transfer", **fields) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert site.count("Transfer") == 1
    assert AuditEvent.objects.filter(action="record-made", actor="ada").count() == 1
    assert site.balance("savings") == 10001


def test_a_change_in_between_shows_both_and_overwrites_only_when_asked(site: Site):
    wire_id = made(site.type_in("transfer", **DOCUMENTS["transfer"]))
    typed = site.fields("document-edit", "transfer", wire_id) | {"memo": "mine", "amount": "7.00"}
    site.edit("Transfer", wire_id, PrivateNote="theirs")
    answer = site.send("document-edit", "transfer", wire_id, status=409, **typed)
    page = text_of(answer)
    assert "theirs" in page
    assert "mine" in page
    assert site.balance("savings") == 10001
    site.send("document-edit", "transfer", wire_id, **fields_of(page))
    assert site.record("Transfer", wire_id).sync_token == 2
    assert site.balance("savings") == 700
    assert site.proved()


def test_what_a_form_does_not_show_is_kept(site: Site):
    discount = {
        "DetailType": "DiscountLineDetail",
        "Amount": 2,
        "DiscountLineDetail": {"PercentBased": False},
    }
    item = site.one("Item").wire_id
    line = {
        "Amount": 10,
        "Description": "One",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, "ServiceDate": "2026-01-02"},
    }
    wire_id = site.sale(Line=[line, discount])["Id"]
    typed = site.fields("document-edit", "salesreceipt", wire_id) | {"lines-0-text": "Two"}
    site.send("document-edit", "salesreceipt", wire_id, **typed)
    body = site.record("SalesReceipt", wire_id).body
    assert '"Two"' in body
    assert "2026-01-02" in body
    assert '"TotalAmt":8.00' in body


def test_a_changed_quantity_moves_the_amount(site: Site):
    wire_id = made(site.type_in("salesreceipt", **SALE))
    typed = site.fields("document-edit", "salesreceipt", wire_id)
    site.send("document-edit", "salesreceipt", wire_id, **typed | {"lines-0-quantity": "2"})
    assert '"TotalAmt":25.00' in site.record("SalesReceipt", wire_id).body


def test_more_lines_keep_what_was_typed(site: Site):
    fields = site.fields("document-new", "journalentry") | {
        "lines-4-account": "Checking",
        "lines-0-debit": "zzz",
        "memo": "kept",
    }
    answer = site.send("document-new", "journalentry", status=200, more="1", **fields)
    again = fields_of(text_of(answer))
    assert (again["lines-4-account"], again["lines-0-debit"], again["memo"]) == ("Checking", "zzz", "kept")
    assert again["lines-TOTAL_FORMS"] == "10"
    assert not errors_of(text_of(answer))
    assert site.count("JournalEntry") == 0


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("transfer", {"source": "Nowhere"}, "nothing of this name"),
        ("refundreceipt", {"deposit_to": ""}, "required"),
        ("estimate", {"standing": "Perhaps"}, "valid choice"),
        ("creditmemo", {"customer": ""}, "required"),
        ("payment", {"amount": ""}, "Type an amount"),
        ("payment", {"lines__0__document": "zz", "lines__0__amount": "1"}, "no open document"),
        ("payment", {"lines__0__amount": "1"}, "Type the number of a document"),
        ("transfer", {"target": "Checking"}, "cannot transfer to the same account"),
        ("transfer", {"day": "31-12-2026"}, "valid date"),
        ("transfer", {"target": "Rivals customer"}, "nothing of this name"),
        ("journalentry", {"lines__1__credit": "5.00"}, "Debits and credits"),
        ("journalentry", {"lines__1__debit": "5.00"}, "either a debit or a credit"),
        ("salesreceipt", {"lines__0__item": ""}, "Choose an item"),
        ("bill", {"lines__0__amount": ""}, "Type an amount"),
        ("bill", {"vendor": ""}, "required"),
        ("deposit", {"lines__0__account": "", "lines__0__amount": ""}, "at least one line"),
        ("payment", {"amount": "-1"}, "0 or greater"),
        ("purchase", {"paid_from": "Supplies"}, "cannot be used here"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_posted(site: Site, kind, change, said):
    answer = site.type_in(kind, status=400, **DOCUMENTS[kind] | change)
    assert any(said in text for text in errors_of(text_of(answer)))
    assert Record.objects.filter(company=site.books, txn_date__isnull=False).count() == 0


def test_a_closed_period_is_said_at_the_day(site: Site):
    BooksCompany.objects.filter(pk=site.books.pk).update(closed_until=dt.date(2026, 12, 31))
    answer = site.type_in("transfer", status=400, **DOCUMENTS["transfer"])
    page = text_of(answer)
    assert "closed period" in page.partition('name="day"')[2].partition("</div>")[0]


def test_an_invoice_is_paid_from_its_page(site: Site):
    invoice = site.invoice("80.00")
    assert "overdue" in site.page("document", "invoice", invoice["Id"])
    fields = site.fields("document-new", "payment", query=f"?invoice={invoice['Id']}")
    assert (fields["amount"], fields["customer"]) == ("80.00", "Mugs customer")
    site.send("document-new", "payment", **fields)
    page = site.page("document", "invoice", invoice["Id"])
    assert "paid" in page
    assert "Linked documents" in page
    assert site.balance("accounts receivable (a/r)") == 0
    assert site.proved()


def test_a_sale_is_voided_and_stays(site: Site):
    wire_id = made(site.type_in("salesreceipt", **SALE))
    removal = site.fields("document-remove", "salesreceipt", wire_id)
    assert "37.50" in site.page("document-remove", "salesreceipt", wire_id)
    site.send("document-remove", "salesreceipt", wire_id, **removal | {"operation": "void"})
    assert "voided" in site.page("document", "salesreceipt", wire_id)
    assert site.balance("services") == 0
    assert site.proved()
    assert "voided" in site.page("sales", query="?state=voided")


def test_a_page_of_removal_that_is_too_old_asks_again(site: Site):
    wire_id = site.sale()["Id"]
    removal = site.fields("document-remove", "salesreceipt", wire_id)
    site.edit("SalesReceipt", wire_id, PrivateNote="theirs")
    answer = site.send(
        "document-remove", "salesreceipt", wire_id, status=409, **removal | {"operation": "void"}
    )
    assert "Somebody changed it" in text_of(answer)
    assert site.balance("services") == -1200


def test_a_file_is_attached_and_fetched(both: tuple[Site, Site]):
    site, other = both
    wire_id = site.sale()["Id"]
    receipt = SimpleUploadedFile("receipt <1>.html", b"<script>1</script>", "text/html")
    site.client.post(
        site.address("document-attach", "salesreceipt", wire_id),
        {"file": receipt, "request_id": "page-12345678"},
    )
    attached = site.one("Attachable").wire_id
    answer = site.client.get(site.address("document-file", "salesreceipt", wire_id, attached))
    assert text_of(answer) == "<script>1</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert "receipt &lt;1&gt;.html" in site.page("document", "salesreceipt", wire_id)
    other_sale = site.sale()["Id"]
    site.page("document-file", "salesreceipt", other_sale, attached, status=404)
    other.page("document-file", "salesreceipt", wire_id, attached, status=404)
