"""Payments by the pages: what is open is chosen, spread and settled; one document is made of another."""

from __future__ import annotations

import json

from closebook.apps.books.selectors.settling import Settled
from closebook.web.books.document_sums import oldest_first
from tests.web.documents.site import DAY, Site, fields_of, text_of


def bill(site: Site, amount: str, day: str = DAY, **more: object) -> dict:
    detail = {"AccountRef": {"value": site.account("supplies")}}
    line = {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    vendor = {"VendorRef": {"value": site.one("Vendor").wire_id}}
    return site.make("Bill", TxnDate=day, DueDate=day, Line=[line], **vendor | more)


def sums(page: str) -> str:
    return page.partition('id="sums"')[2].partition("</dl>")[0]


def test_an_amount_settles_the_oldest_first_and_credits_are_left():
    found = [Settled("Bill", "1", "1", None, 300), Settled("Bill", "2", "2", None, 500)]
    found.append(Settled("VendorCredit", "3", "3", None, 100))
    assert oldest_first(400, found) == [300, 100, 0]
    assert oldest_first(None, found) == [300, 500, 0]
    assert oldest_first(0, found) == [0, 0, 0]


def test_invoices_are_chosen_oldest_first_and_the_rest_stays_as_a_credit(site: Site):
    young, old = site.invoice("80.00"), site.invoice("20.00")
    site.edit("Invoice", old["Id"], DueDate="2026-01-01", sparse=True)
    fields = site.fields("document-new", "payment", query=f"?customer={site.one('Customer').wire_id}")
    assert (fields["customer"], fields["lines-0-amount"]) == ("Mugs customer", "")
    assert fields["lines-0-document"] == old["DocNumber"]
    fields |= {"amount": "50", "deposit_to": "Checking", "day": DAY}
    page = text_of(site.send("document-new", "payment", status=200, open="1", **fields))
    again = fields_of(page)
    assert [again["lines-0-amount"], again["lines-1-amount"]] == ["20.00", "30.00"]
    assert "Left over as a credit" in sums(page)
    assert "0.00" in sums(page)
    site.send("document-new", "payment", **again | {"amount": "55.00"})
    assert site.record("Invoice", old["Id"]).balance_minor == 0
    assert site.record("Invoice", young["Id"]).balance_minor == 5000
    assert site.one("Payment").balance_minor == 500
    assert "not applied" in site.page("document", "payment", site.one("Payment").wire_id)
    assert site.proved()


def test_a_credit_is_used_on_an_invoice_without_money(site: Site):
    invoice = site.invoice("80.00")
    site.type_in(
        "creditmemo",
        day=DAY,
        customer="Mugs customer",
        lines__0__item="Mugs mug",
        lines__0__amount="30.00",
    )
    credit = site.one("CreditMemo")
    assert "Use it on invoices" in site.page("document", "creditmemo", credit.wire_id)
    site.type_in(
        "payment",
        customer="Mugs customer",
        day=DAY,
        lines__0__document=invoice["DocNumber"],
        lines__0__amount="30.00",
        lines__1__document=credit.doc_number,
        lines__1__amount="30.00",
    )
    assert site.record("CreditMemo", credit.wire_id).balance_minor == 0
    assert site.record("Invoice", invoice["Id"]).balance_minor == 5000
    assert site.one("Payment").total_minor == 0
    assert site.proved()


def test_bills_are_paid_changed_and_opened_again(site: Site):
    first, second = bill(site, "40.00", "2026-01-05"), bill(site, "10.00", "2026-02-05")
    assert "Pay this bill" in site.page("document", "bill", first["Id"])
    fields = site.fields("document-new", "billpayment", query=f"?vendor={site.one('Vendor').wire_id}")
    assert fields["lines-0-document"] == f"#{first['Id']}"
    fields |= {"lines-0-amount": "40", "lines-1-amount": "5.00", "paid_from": "Checking", "day": DAY}
    site.send("document-new", "billpayment", **fields)
    payment = site.one("BillPayment")
    assert (payment.total_minor, site.balance("checking")) == (4500, -4500)
    assert site.record("Bill", second["Id"]).balance_minor == 500
    typed = site.fields("document-edit", "billpayment", payment.wire_id)
    assert (typed["paid_from"], typed["amount"], typed["lines-1-amount"]) == ("Checking", "45.00", "5.00")
    typed |= {"lines-1-amount": "10.00", "amount": "50.00"}
    site.send("document-edit", "billpayment", payment.wire_id, **typed)
    assert site.record("Bill", second["Id"]).balance_minor == 0
    typed = site.fields("document-edit", "billpayment", payment.wire_id)
    card = site.make("Account", Name="Card", AccountType="Credit Card")
    typed |= {"way": "CreditCard", "paid_from": "Card"}
    site.send("document-edit", "billpayment", payment.wire_id, **typed)
    assert (site.balance("checking"), site.balance("card")) == (0, -5000)
    assert f'"CCAccountRef":{{"value":"{card["Id"]}"' in site.record("BillPayment", payment.wire_id).body
    removal = site.fields("document-remove", "billpayment", payment.wire_id)
    site.send("document-remove", "billpayment", payment.wire_id, **removal | {"operation": "delete"})
    assert site.record("Bill", first["Id"]).balance_minor == 4000
    assert site.proved()


def test_bills_without_a_ledger_account_that_pays_are_said_at_the_field(site: Site):
    fields = site.fields("document-new", "billpayment", query=f"?bill={bill(site, '40.00')['Id']}")
    page = text_of(site.send("document-new", "billpayment", status=400, **fields))
    assert "errorlist" in page.partition('name="paid_from"')[2].partition("</div>")[0]
    assert site.count("BillPayment") == 0


def test_two_bills_of_one_number_are_told_apart(site: Site):
    other = site.make("Vendor", DisplayName="Another vendor")
    warns = {"Name": "WarnDuplicateBillNumber", "Value": "false"}
    site.edit("Preferences", site.one("Preferences").wire_id, OtherPrefs={"NameValue": [warns]}, sparse=True)
    theirs = bill(site, "40.00", "2026-01-05", DocNumber="A1", VendorRef={"value": other["Id"]})
    ours = bill(site, "7.00", "2026-02-05", DocNumber="A1")
    fields = site.fields("document-new", "billpayment", query=f"?bill={ours['Id']}")
    site.send("document-new", "billpayment", **fields | {"paid_from": "Checking"})
    assert site.record("Bill", ours["Id"]).balance_minor == 0
    assert site.record("Bill", theirs["Id"]).balance_minor == 4000
    fields = site.fields("document-new", "billpayment", query=f"?vendor={other['Id']}")
    assert fields["lines-0-document"] in {"A1", f"#{theirs['Id']}"}


def test_an_invoice_is_made_of_an_estimate_once(both: tuple[Site, Site]):
    site, other = both
    site.type_in(
        "estimate",
        day=DAY,
        customer="Mugs customer",
        standing="Accepted",
        lines__0__item="Mugs mug",
        lines__0__text="Twelve mugs",
        lines__0__quantity="12",
        lines__0__price="2.50",
    )
    estimate = site.one("Estimate")
    query = f"?from={estimate.wire_id}"
    assert query in site.page("document", "estimate", estimate.wire_id)
    fields = site.fields("document-new", "invoice", query=query)
    assert (fields["lines-0-text"], fields["lines-0-amount"]) == ("Twelve mugs", "30.00")
    address = site.address("document-new", "invoice") + query
    assert site.client.post(address, fields).status_code == 302
    assert (site.count("Invoice"), site.one("Invoice").total_minor) == (1, 3000)
    body = json.loads(site.record("Estimate", estimate.wire_id).body)
    assert body["TxnStatus"] == "Closed"
    page = site.page("document", "estimate", estimate.wire_id)
    assert query not in page
    assert "Linked documents" in page
    again = site.fields("document-new", "invoice", query=query)
    assert site.client.post(address, again).status_code == 400
    assert site.count("Invoice") == 1
    other.page("document-new", "invoice", query="?from=999999", status=404)
    assert site.proved()


def test_a_bill_is_made_of_an_order(site: Site):
    line = {"lines__0__account": "Supplies", "lines__0__amount": "4.00"}
    site.type_in("purchaseorder", day=DAY, vendor="Mugs vendor", standing="Open", **line)
    query = f"?from={site.one('PurchaseOrder').wire_id}"
    fields = site.fields("document-new", "bill", query=query)
    assert fields["vendor"] == "Mugs vendor"
    assert site.client.post(site.address("document-new", "bill") + query, fields).status_code == 302
    assert site.one("Bill").total_minor == 400
    assert '"POStatus":"Closed"' in site.one("PurchaseOrder").body


def test_the_party_of_the_page_is_filled_in_and_a_strangers_is_not(both: tuple[Site, Site]):
    site, _other = both
    customer, vendor = site.one("Customer").wire_id, site.one("Vendor").wire_id
    assert f"creditmemo/new/?customer={customer}" in site.page("customer", customer)
    assert f"billpayment/new/?vendor={vendor}" in site.page("vendor", vendor)
    for kind in ("invoice", "estimate", "creditmemo", "refundreceipt", "salesreceipt"):
        fields = site.fields("document-new", kind, query=f"?customer={customer}")
        assert fields["customer"] == "Mugs customer", kind
    assert site.fields("document-new", "purchase", query=f"?vendor={vendor}")["payee"] == "Mugs vendor"
    assert not site.fields("document-new", "invoice", query="?customer=%00x")["customer"]
    assert not site.fields("document-new", "bill", query=f"?vendor={customer}")["vendor"]


def test_sums_follow_what_is_typed(site: Site):
    entry = site.fields("document-new", "journalentry")
    entry |= {"lines-0-debit": "1,234.50", "lines-1-credit": "1,234.49", "lines-2-credit": "x"}
    shown = sums(text_of(site.send("document-new", "journalentry", status=200, sums="1", **entry)))
    assert "1,234.50" in shown
    assert "0.01" in shown
    assert 'class="wrong"' in shown
    sale = site.fields("document-new", "salesreceipt")
    sale |= {"lines-0-quantity": "0.333", "lines-0-price": "10", "lines-1-amount": "1.00"}
    assert "4.33" in sums(text_of(site.send("document-new", "salesreceipt", status=200, sums="1", **sale)))
    payment = site.fields("document-new", "payment")
    payment |= {"amount": "5", "lines-0-document": site.invoice("80.00")["DocNumber"], "lines-0-amount": "6"}
    shown = sums(text_of(site.send("document-new", "payment", status=200, sums="1", **payment)))
    assert "More is settled than there is" in shown
    assert site.count("Payment") == 0
