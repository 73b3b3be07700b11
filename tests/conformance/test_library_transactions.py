"""The published client library on transactions: create, read, update, void, delete, links and refusals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from quickbooks import exceptions
from quickbooks.objects.base import LinkedTxn
from quickbooks.objects.bill import Bill
from quickbooks.objects.billpayment import BillPayment, BillPaymentLine, CheckPayment
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.customer import Customer
from quickbooks.objects.deposit import Deposit, DepositLine
from quickbooks.objects.detailline import DiscountLine, DiscountLineDetail
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.payment import Payment, PaymentLine
from quickbooks.objects.purchaseorder import PurchaseOrder
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.tax import TxnTaxDetail
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxservice import TaxRateDetails, TaxService

from tests.conformance.factory import ref, unique

TOTALS = {
    "invoice": 100,
    "sales_receipt": 100,
    "estimate": 100,
    "credit_memo": 30,
    "refund_receipt": 15,
    "bill": 40,
    "vendor_credit": 10,
    "purchase": 40,
    "deposit": 25,
}
KINDS = [*TOTALS, "transfer", "journal_entry", "time_activity"]
NOTE = {"time_activity": "Description"}


def link(target: object, kind: str, line: str = "") -> LinkedTxn:
    made = LinkedTxn()
    made.TxnId, made.TxnType = target.Id, kind
    made.TxnLineId = line or None
    return made


def paid(make, qb, invoice: Invoice, amount: str) -> Payment:
    made = Payment()
    made.TxnDate, made.TotalAmt, made.CustomerRef = "2026-03-05", Decimal(amount), invoice.CustomerRef
    line = PaymentLine()
    line.Amount, line.LinkedTxn = Decimal(amount), [link(invoice, "Invoice")]
    made.Line = [line]
    return made.save(qb=qb)


@pytest.mark.parametrize("kind", KINDS)
def test_a_transaction_is_made_read_counted_and_changed(qb, make, kind):
    made = getattr(make, kind)().save(qb=qb)
    assert (made.SyncToken, made.domain, made.sparse) == ("0", "QBO", False)
    if kind in TOTALS:
        assert made.TotalAmt == TOTALS[kind]
    read = type(made).get(made.Id, qb=qb)
    assert read.TxnDate == "2026-03-04"
    note = NOTE.get(kind, "PrivateNote")
    setattr(read, note, "changed by hand")
    changed = read.save(qb=qb)
    assert changed.SyncToken == "1"
    again = type(made).get(made.Id, qb=qb)
    assert getattr(again, note) == "changed by hand"
    if kind in TOTALS:
        assert again.TotalAmt == TOTALS[kind]
    assert type(made).count(f"Id = '{made.Id}'", qb=qb) == 1
    assert [one.Id for one in type(made).where("TxnDate = '2026-03-04'", max_results=1000, qb=qb)].count(
        made.Id
    ) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_transaction_is_gone(qb, make, kind):
    made = getattr(make, kind)().save(qb=qb)
    answer = made.delete(qb=qb)
    assert answer[made.qbo_object_name]["status"] == "Deleted"
    assert answer[made.qbo_object_name]["Id"] == made.Id
    with pytest.raises(exceptions.ObjectNotFoundException):
        type(made).get(made.Id, qb=qb)


@pytest.mark.parametrize("kind", ["invoice", "sales_receipt"])
def test_a_voided_sale_is_kept_without_amounts(qb, make, kind):
    made = getattr(make, kind)().save(qb=qb)
    made.void(qb=qb)
    read = type(made).get(made.Id, qb=qb)
    assert (read.TotalAmt, read.Balance, read.SyncToken) == (0, 0, "1")
    assert read.PrivateNote.startswith("Voided")


def test_a_payment_settles_an_invoice_and_its_void_frees_it(qb, make):
    invoice = make.invoice().save(qb=qb)
    payment = paid(make, qb, invoice, "60")
    assert payment.UnappliedAmt == 0
    assert Invoice.get(invoice.Id, qb=qb).Balance == 40
    assert [one.TxnType for one in Invoice.get(invoice.Id, qb=qb).LinkedTxn] == ["Payment"]
    assert int(Invoice.get(invoice.Id, qb=qb).SyncToken) == 1
    Payment.get(payment.Id, qb=qb).void(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 100
    assert Payment.get(payment.Id, qb=qb).TotalAmt == 0


def test_a_deleted_payment_frees_its_invoice(qb, make):
    invoice = make.invoice().save(qb=qb)
    payment = paid(make, qb, invoice, "100")
    assert Invoice.get(invoice.Id, qb=qb).Balance == 0
    payment.delete(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 100


def test_a_deposited_payment_is_locked(qb, make):
    payment = paid(make, qb, make.invoice().save(qb=qb), "100")
    deposit = Deposit()
    deposit.TxnDate, deposit.DepositToAccountRef = "2026-03-06", ref(make.kept("bank"))
    line = DepositLine()
    line.Amount, line.DetailType = Decimal(100), None
    line.LinkedTxn = [link(payment, "Payment", "0")]
    deposit.Line = [line]
    stored = deposit.save(qb=qb)
    assert stored.TotalAmt == 100
    read = Payment.get(payment.Id, qb=qb)
    for refused in (read.delete, read.void):
        with pytest.raises(exceptions.QuickbooksException) as caught:
            refused(qb=qb)
        assert caught.value.error_code == 6540
    stored.delete(qb=qb)
    Payment.get(payment.Id, qb=qb).delete(qb=qb)


def test_a_bill_is_paid_by_check(qb, make):
    bill = make.bill().save(qb=qb)
    assert bill.Balance == 40
    payment = BillPayment()
    payment.VendorRef, payment.PayType, payment.TotalAmt = bill.VendorRef, "Check", Decimal(40)
    payment.TxnDate = "2026-03-05"
    payment.CheckPayment = CheckPayment()
    payment.CheckPayment.BankAccountRef = ref(make.kept("bank"))
    line = BillPaymentLine()
    line.Amount, line.LinkedTxn = Decimal(40), [link(bill, "Bill")]
    payment.Line = [line]
    stored = payment.save(qb=qb)
    assert Bill.get(bill.Id, qb=qb).Balance == 0
    stored.void(qb=qb)
    assert Bill.get(bill.Id, qb=qb).Balance == 40
    read = BillPayment.get(stored.Id, qb=qb)
    assert read.TotalAmt == 0
    read.delete(qb=qb)
    with pytest.raises(exceptions.ObjectNotFoundException):
        BillPayment.get(stored.Id, qb=qb)


def test_an_estimate_becomes_an_invoice(qb, make):
    estimate = make.estimate().save(qb=qb)
    assert estimate.TxnStatus == "Pending"
    invoice = make.invoice()
    invoice.LinkedTxn = [link(estimate, "Estimate")]
    stored = invoice.save(qb=qb)
    assert [one.TxnId for one in stored.LinkedTxn] == [estimate.Id]
    assert Estimate.get(estimate.Id, qb=qb).TxnStatus == "Closed"


def test_a_credit_memo_is_applied_by_a_payment_of_nothing(qb, make):
    invoice, credit = make.invoice().save(qb=qb), make.credit_memo().save(qb=qb)
    assert credit.RemainingCredit == 30
    made = Payment()
    made.TxnDate, made.TotalAmt, made.CustomerRef = "2026-03-05", 0, invoice.CustomerRef
    for target, kind in ((invoice, "Invoice"), (credit, "CreditMemo")):
        line = PaymentLine()
        line.Amount, line.LinkedTxn = Decimal(30), [link(target, kind)]
        made.Line.append(line)
    made.save(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 70
    assert type(credit).get(credit.Id, qb=qb).RemainingCredit == 0


def test_sales_tax_is_computed_by_the_service(qb, make):
    agency = TaxAgency()
    agency.DisplayName = unique("Agency")
    rate = TaxRateDetails()
    rate.TaxRateName, rate.RateValue, rate.TaxAgencyId = unique("Rate"), "5.5", agency.save(qb=qb).Id
    service = TaxService()
    service.TaxCode, service.TaxRateDetails = unique("Code"), [rate]
    service.save(qb=qb)
    code = next(one for one in TaxCode.all(qb=qb, max_results=1000) if one.Name == service.TaxCode)
    invoice = make.invoice("200")
    invoice.Line[0].SalesItemLineDetail.TaxCodeRef = ref("TAX")
    discount = DiscountLine()
    discount.DiscountLineDetail = DiscountLineDetail()
    discount.DiscountLineDetail.PercentBased, discount.DiscountLineDetail.DiscountPercent = True, 10
    invoice.Line.append(discount)
    invoice.TxnTaxDetail = TxnTaxDetail()
    invoice.TxnTaxDetail.TxnTaxCodeRef = ref(code)
    stored = invoice.save(qb=qb)
    assert (stored.TotalAmt, stored.TxnTaxDetail.TotalTax) == (191, 11)
    assert [line.Amount for line in stored.Line] == [200, 200, 20]


def test_quantity_times_price_must_be_the_amount(qb, make):
    receipt = make.sales_receipt()
    receipt.Line[0].SalesItemLineDetail.Qty = 3
    with pytest.raises(exceptions.QuickbooksException) as caught:
        receipt.save(qb=qb)
    assert caught.value.error_code == 6070


def test_a_journal_entry_must_balance(qb, make):
    entry = make.journal_entry()
    entry.Line[0].Amount = Decimal("12.35")
    with pytest.raises(exceptions.QuickbooksException) as caught:
        entry.save(qb=qb)
    assert caught.value.error_code in {2300, 6000}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda one: setattr(one, "Line", []), 2020),
        (lambda one: setattr(one, "CustomerRef", ref("999999")), 2500),
        (lambda one: setattr(one, "DocNumber", "x" * 22), 2050),
    ],
)
def test_incomplete_or_wrong_documents_are_refused(qb, make, change, code):
    invoice = make.invoice()
    change(invoice)
    with pytest.raises(exceptions.QuickbooksException) as caught:
        invoice.save(qb=qb)
    assert caught.value.error_code == code


def test_an_inactive_customer_cannot_be_used(qb, make):
    customer = make.customer().save(qb=qb)
    customer.Active = False
    customer.save(qb=qb)
    receipt = make.sales_receipt()
    receipt.CustomerRef = ref(customer)
    with pytest.raises(exceptions.QuickbooksException) as caught:
        receipt.save(qb=qb)
    assert caught.value.error_code in {610, 2500}


def test_a_customer_with_a_balance_stays_active(qb, make):
    customer = make.customer().save(qb=qb)
    invoice = make.invoice()
    invoice.CustomerRef = ref(customer)
    invoice.save(qb=qb)
    read = Customer.get(customer.Id, qb=qb)
    assert read.Balance == 100
    read.Active = False
    with pytest.raises(exceptions.QuickbooksException) as caught:
        read.save(qb=qb)
    assert caught.value.error_code == 6220


def test_a_request_id_makes_one_document_of_two_requests(qb, make):
    receipt = make.sales_receipt()
    request_id = unique("request").replace(" ", "-")
    first = receipt.save(qb=qb, request_id=request_id)
    receipt.Id = None
    again = receipt.save(qb=qb, request_id=request_id)
    assert first.Id == again.Id


def test_a_sales_document_is_printed_and_sent(qb, make):
    invoice = make.invoice().save(qb=qb)
    assert invoice.download_pdf(qb=qb).startswith(b"%PDF")
    invoice.send(qb=qb, send_to="ada@example.com")
    assert Invoice.get(invoice.Id, qb=qb).EmailStatus == "EmailSent"


def test_purchase_orders_and_card_payments(qb, make):
    order = PurchaseOrder()
    order.VendorRef, order.TxnDate = ref(make.kept("vendor")), "2026-03-04"
    order.APAccountRef = ref(make.named_account("Accounts Payable (A/P)"))
    order.Line = [make.cost_line()]
    assert order.save(qb=qb).TotalAmt == 40
    payment = CreditCardPayment()
    payment.TxnDate, payment.Amount = "2026-03-04", 15
    payment.BankAccountRef = ref(make.kept("bank"))
    payment.CreditCardAccountRef = ref(make.account("Credit Card", "CreditCard").save(qb=qb))
    stored = payment.save(qb=qb)
    read = CreditCardPayment.get(stored.Id, qb=qb)
    assert read.Amount == 15
    assert [one.Id for one in CreditCardPayment.where(f"Id = '{stored.Id}'", qb=qb)] == [stored.Id]
    read.PrivateNote = "by hand"
    assert read.save(qb=qb).SyncToken == "1"
    type(read).get(stored.Id, qb=qb).delete(qb=qb)


def test_decimals_are_exact(qb, make):
    receipt = make.sales_receipt("0.10")
    receipt.Line += [make.sales_line("0.20")]
    stored = receipt.save(qb=qb)
    assert str(stored.TotalAmt) == "0.3"
    assert SalesReceipt.get(stored.Id, qb=qb).TotalAmt == 0.3
