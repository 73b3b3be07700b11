"""Single records of the API and what they become."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from closebook.connectors.square import SQUARE, feeds
from closebook.connectors.square.entries import HELD, MAPPED
from closebook.core.commerce.records import FeeKind, MovementKind
from closebook.core.commerce.sales import LineKind, TenderKind, TillBusiness
from closebook.core.planning.desired import Desired
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import default_profile
from tests.connectors.square.rows import read, row, transactions

PLACE = {"id": "L1", "name": "Corner", "timezone": "America/New_York"}
AT = "2026-03-09T16:00:00Z"


def usd(amount: int, currency: str = "USD") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def business(**of: list[dict[str, Any]]) -> TillBusiness:
    """Return the business of records by feed; names have underscores for dashes."""
    records = [feeds.record_of(feeds.LOCATIONS, PLACE)]
    for name, bodies in of.items():
        records += [feeds.record_of(name.replace("_", "-"), body) for body in bodies]
    found = SQUARE.normalise(records)
    assert isinstance(found, TillBusiness)
    return found


def posted(found: TillBusiness, currency: str = "USD") -> Desired:
    chosen = default_profile("Corner", currency, connection="till-1", platform="Square", till=True)
    return documents_of(found, chosen, dt.date(2027, 1, 1))


def payment(total: int, **more: Any) -> dict[str, Any]:
    body = {
        "id": "P1", "order_id": "O1", "location_id": "L1", "status": "COMPLETED", "source_type": "CARD",
        "total_money": usd(total, more.pop("currency", "USD")), "created_at": AT,
    }  # fmt: skip
    return {**body, **more}


def order(**more: Any) -> dict[str, Any]:
    return {"id": "O1", "location_id": "L1", "state": "COMPLETED", "created_at": AT, **more}


def test_a_price_that_holds_its_tax_is_not_taxed_twice() -> None:
    taxes = [{"uid": "v", "name": "VAT", "percentage": "20", "type": "INCLUSIVE", "applied_money": usd(200)}]
    line = {
        "name": "Lamp", "quantity": "1", "gross_sales_money": usd(1200), "total_discount_money": usd(0),
        "applied_taxes": [{"tax_uid": "v", "applied_money": usd(200)}], "item_type": "ITEM",
    }  # fmt: skip
    found = business(payments=[payment(1200)], orders=[order(line_items=[line], taxes=taxes)])
    sale = found.sales()[0]
    assert (sale.items_minor, sale.seller_tax_minor, sale.parts_minor) == (1000, 200, 1200)
    assert not posted(found).holds


def test_both_kinds_of_tax_may_stand_in_one_order() -> None:
    taxes = [
        {"uid": "v", "name": "VAT", "percentage": "20", "type": "INCLUSIVE", "applied_money": usd(200)},
        {"uid": "c", "name": "City", "percentage": "5", "type": "ADDITIVE", "applied_money": usd(50)},
    ]
    lines = [
        {"name": "Lamp", "quantity": "1", "gross_sales_money": usd(1200), "item_type": "ITEM",
         "applied_taxes": [{"tax_uid": "v", "applied_money": usd(200)}]},
        {"name": "Mug", "quantity": "0.5", "gross_sales_money": usd(1000), "item_type": "CUSTOM_AMOUNT",
         "applied_taxes": [{"tax_uid": "c", "applied_money": usd(50)}]},
    ]  # fmt: skip
    found = business(payments=[payment(2250)], orders=[order(line_items=lines, taxes=taxes)])
    desired = posted(found)
    assert not desired.holds
    words = [line.description for line in desired.documents[0].lines]
    assert words == ["Lamp", "Mug", "VAT 20%, part of the prices", "City 5%"]
    assert [line.quantity for line in found.sales()[0].sale_lines] == [1, 1]


def test_pitfall_22_a_gift_card_line_and_a_gift_card_tender() -> None:
    line = {"name": "Card", "quantity": "1", "gross_sales_money": usd(2500), "item_type": "GIFT_CARD"}
    sold = business(payments=[payment(2500)], orders=[order(line_items=[line])]).sales()[0]
    assert [each.kind for each in sold.sale_lines] == [LineKind.GIFT_CARD]
    card = {"card_details": {"card": {"card_brand": "SQUARE_GIFT_CARD"}}}
    used = business(payments=[payment(2500, **card)])
    assert used.sales()[0].tenders[0].kind is TenderKind.GIFT_CARD
    assert not used.movements


def test_cash_rounding_of_an_order() -> None:
    line = {"name": "Tea", "quantity": "1", "gross_sales_money": usd(303), "item_type": "ITEM"}
    rounding = {"rounding_adjustment": {"amount_money": usd(2)}}
    found = business(
        payments=[payment(305, source_type="CASH")], orders=[order(line_items=[line], **rounding)]
    )
    assert not posted(found).holds
    assert found.sales()[0].rounding_minor == 2


def test_pitfall_29_yen_are_not_divided() -> None:
    line = {"name": "Tea", "quantity": "1", "gross_sales_money": usd(1200, "JPY"), "item_type": "ITEM"}
    found = business(payments=[payment(1200, currency="JPY")], orders=[order(line_items=[line])])
    desired = posted(found, "JPY")
    assert not desired.holds
    assert desired.documents[0].total_minor == 1200


SHED = {"name": "Shed", "quantity": "1", "gross_sales_money": usd(20000), "item_type": "ITEM"}


def test_an_invoice_that_is_paid_in_part_is_posted_with_its_payment() -> None:
    whole = order(state="OPEN", total_money=usd(20000), line_items=[SHED])
    desired = posted(business(payments=[payment(5000)], orders=[whole]))
    assert not desired.holds
    assert [(one.kind, one.total_minor) for one in desired.documents] == [
        (DocumentKind.INVOICE, 20000),
        (DocumentKind.PAYMENT, 5000),
    ]


def test_an_unpaid_invoice_stands_from_the_day_on_which_it_was_sent() -> None:
    whole = order(state="OPEN", total_money=usd(20000), line_items=[SHED])
    bill = {"id": "I1", "order_id": "O1", "location_id": "L1", "status": "UNPAID", "created_at": AT}
    [invoice] = posted(business(orders=[whole], invoices=[bill])).documents
    assert (invoice.kind, invoice.day) == (DocumentKind.INVOICE, dt.date(2026, 3, 9))


@pytest.mark.parametrize("status", ["DRAFT", "SCHEDULED", "CANCELED"])
def test_pitfall_45_a_draft_is_no_document(status: str) -> None:
    whole = order(state="OPEN", total_money=usd(20000), line_items=[SHED])
    bill = {"id": "I1", "order_id": "O1", "location_id": "L1", "status": status, "created_at": AT}
    desired = posted(business(orders=[whole], invoices=[bill]))
    assert not [*desired.documents, *desired.list_objects, *desired.holds]


def test_an_invoice_that_is_paid_on_its_own_day_is_a_receipt() -> None:
    bill = {"id": "I1", "order_id": "O1", "location_id": "L1", "status": "PAID", "created_at": AT}
    whole = order(line_items=[SHED], total_money=usd(20000))
    [receipt] = posted(business(payments=[payment(20000)], orders=[whole], invoices=[bill])).documents
    assert receipt.kind is DocumentKind.SALES_RECEIPT
    later = payment(20000, created_at="2026-04-02T16:00:00Z")
    days = [
        one.day.isoformat()
        for one in posted(business(payments=[later], orders=[whole], invoices=[bill])).documents
    ]
    assert days == ["2026-03-09", "2026-04-02"]


def test_pitfall_9_a_total_that_is_not_what_was_collected_is_held() -> None:
    line = {"name": "Tea", "quantity": "1", "gross_sales_money": usd(303), "item_type": "ITEM"}
    found = business(payments=[payment(304)], orders=[order(line_items=[line])])
    assert [(hold.code, hold.difference_minor) for hold in posted(found).holds] == [("total-differs", -1)]


def _refund(**more: Any) -> dict[str, Any]:
    body = {
        "id": "R1", "payment_id": "P1", "order_id": "RET", "location_id": "L1", "status": "COMPLETED",
        "amount_money": usd(1485), "created_at": "2026-04-02T16:00:00Z",
    }  # fmt: skip
    return {**body, **more}


def test_pitfall_13_a_refund_of_the_tax_alone() -> None:
    amounts = {"total_money": usd(1485), "tax_money": usd(1485)}
    back = {"id": "RET", "returns": [{"source_order_id": "O1", "return_amounts": amounts}]}
    found = business(payments=[payment(11385)], refunds=[_refund()], orders=[back]).returns[0]
    assert (found.goods_minor, found.tax_minor, found.order_ref, found.parts_known) == (0, 1485, "O1", True)
    assert found.day == dt.date(2026, 4, 2)


def test_an_unlinked_refund_and_one_under_way() -> None:
    loose = _refund(payment_id="", order_id="", destination_type="CASH")
    found = business(refunds=[loose, _refund(id="R2", status="PENDING")])
    assert len(found.returns) == 1
    assert (found.returns[0].parts_known, found.returns[0].tenders[0].kind) == (False, TenderKind.CASH)
    assert not posted(found).holds


def test_pitfall_14_fees_given_back_on_a_refund_are_read() -> None:
    given = [{"amount_money": usd(-51), "type": "INITIAL"}]
    moves = business(payments=[payment(11385)], refunds=[_refund(processing_fee=given)]).movements
    assert [move.amount_minor for move in moves if move.kind is MovementKind.FEE] == [51]


def test_pitfall_43_a_fee_is_positive_in_the_api_and_an_adjustment_may_give_back() -> None:
    fees = [
        {"amount_money": usd(59), "type": "INITIAL", "effective_at": AT},
        {"amount_money": usd(-9), "type": "ADJUSTMENT", "effective_at": "2026-03-20T16:00:00Z"},
    ]
    moves = [
        move
        for move in business(payments=[payment(2000, processing_fee=fees)]).movements
        if move.kind is MovementKind.FEE
    ]
    assert [(move.amount_minor, move.day.day) for move in moves] == [(-59, 9), (9, 20)]


def _entry(word: str, gross: int, fee: int = 0, **details: Any) -> dict[str, Any]:
    return {
        "id": f"E{word}", "payout_id": "PO1", "type": word, "effective_at": AT,
        "gross_amount_money": usd(gross), "fee_amount_money": usd(fee), "net_amount_money": usd(gross - fee),
        **({f"type_{word.lower()}_details": details} if details else {}),
    }  # fmt: skip


def _payout(amount: int, **more: Any) -> dict[str, Any]:
    body = {
        "id": "PO1", "location_id": "L1", "status": "PAID", "type": "BATCH", "amount_money": usd(amount),
        "arrival_date": "2026-03-11", "created_at": AT,
    }  # fmt: skip
    return {**body, **more}


def test_pitfall_5_the_fee_of_an_entry_counts_only_where_the_payment_has_none() -> None:
    entry = _entry("CHARGE", 2000, 59, payment_id="P1")
    bare = business(payments=[payment(2000)], payouts=[_payout(1941)], payout_entries=[entry])
    told = payment(2000, processing_fee=[{"amount_money": usd(59), "type": "INITIAL"}])
    both = business(payments=[told], payouts=[_payout(1941)], payout_entries=[entry])
    for found in (bare, both):
        assert [m.amount_minor for m in found.movements if m.kind is MovementKind.FEE] == [-59]
        assert not posted(found).holds


def test_an_entry_whose_payment_is_not_there_or_differs_holds_the_payout() -> None:
    entry = _entry("CHARGE", 2000, 0, payment_id="P1")
    for payments in ([], [payment(1999)]):
        found = business(payments=payments, payouts=[_payout(2000)], payout_entries=[entry])
        assert [hold.code for hold in posted(found).holds] == ["payout-short"]


def test_pitfall_16_an_instant_transfer_has_a_fee_and_no_entries() -> None:
    fee = [
        {"type": "TRANSFER_FEE", "amount_money": usd(30)},
        {"type": "TAX_ON_TRANSFER_FEE", "amount_money": usd(3)},
    ]
    found = business(payouts=[_payout(1970, type="SIMPLE", payout_fee=fee)])
    kinds = [(move.fee_kind, move.amount_minor) for move in found.movements if move.kind is MovementKind.FEE]
    assert kinds == [(FeeKind.OTHER, -30), (FeeKind.TAX_ON_FEES, -3)]
    assert not posted(found).holds


def test_a_payout_that_failed_never_was() -> None:
    assert not business(payouts=[_payout(1970, status="FAILED")]).movements


def test_a_payout_into_squares_own_balance_is_savings() -> None:
    found = business(payouts=[_payout(500, type="SIMPLE", destination={"type": "SQUARE_BALANCE"})])
    assert [move.kind for move in found.movements] == [MovementKind.SAVINGS]


TYPES = re.findall(
    r"[A-Z_]+",
    """
CHARGE REFUND FEE PROCESSING_FEE PROCESSING_FEE_REFUND UNDO_PROCESSING_FEE_REFUND FREE_PROCESSING
TAX_ON_FEE THIRD_PARTY_FEE THIRD_PARTY_FEE_REFUND APP_FEE_REVENUE APP_FEE_REFUND DEPOSIT_FEE
DEPOSIT_FEE_REVERSED DISPUTE OPEN_DISPUTE HOLD_ADJUSTMENT RELEASE_ADJUSTMENT RESERVE_HOLD RESERVE_RELEASE
ADJUSTMENT OTHER OTHER_ADJUSTMENT INITIAL_BALANCE_CHANGE MONEY_TRANSFER MONEY_TRANSFER_REVERSAL
RETURNED_PAYOUT PAYOUT ESCHEATMENT REDEMPTION_CODE PAID_SERVICE_FEE PAID_SERVICE_FEE_REFUND
SUBSCRIPTION_FEE SUBSCRIPTION_FEE_REFUND SUBSCRIPTION_FEE_PAID_REFUND SQUARE_CAPITAL_PAYMENT
SQUARE_CAPITAL_REVERSED_PAYMENT SQUARE_PAYROLL_TRANSFER SQUARE_PAYROLL_TRANSFER_REVERSED
AUTOMATIC_SAVINGS AUTOMATIC_SAVINGS_REVERSED AUTOMATIC_BITCOIN_CONVERSIONS
AUTOMATIC_BITCOIN_CONVERSIONS_REVERSED CREDIT_CARD_REPAYMENT CREDIT_CARD_REPAYMENT_REVERSED
LOCAL_OFFERS_CASHBACK LOCAL_OFFERS_FEE PERCENTAGE_PROCESSING_ENROLLMENT
PERCENTAGE_PROCESSING_DEACTIVATION PERCENTAGE_PROCESSING_REPAYMENT
PERCENTAGE_PROCESSING_REPAYMENT_REVERSED GIFT_CARD_LOAD_FEE GIFT_CARD_LOAD_FEE_REFUND
UNDO_GIFT_CARD_LOAD_FEE_REFUND GIFT_CARD_POOL_TRANSFER GIFT_CARD_POOL_TRANSFER_REVERSED
BALANCE_FOLDERS_TRANSFER BALANCE_FOLDERS_TRANSFER_REVERSED
""",
)


def test_every_type_of_entry_is_mapped_or_held() -> None:
    assert not set(TYPES) ^ (MAPPED | HELD)
    assert not MAPPED & HELD


@pytest.mark.parametrize("word", [*sorted(set(TYPES) - {"CHARGE", "REFUND"}), "SOMETHING_NEW"])
def test_an_entry_keeps_the_balance_whether_it_is_posted_or_held(word: str) -> None:
    found = business(payouts=[_payout(-700)], payout_entries=[_entry(word, -700)])
    desired = posted(found)
    held = [hold.code for hold in desired.holds]
    assert held == ([] if word in MAPPED else ["unknown-entry"])
    assert sum(move.amount_minor for move in found.movements) == 0
    assert re.fullmatch(r"[A-Z_]+", word)


def test_a_lost_dispute_is_an_expense_and_a_won_one_comes_back() -> None:
    opened = _entry("OPEN_DISPUTE", -1200, 1500, dispute_id="D1")
    lost = {"id": "D1", "state": "LOST", "amount_money": usd(1200), "updated_at": "2026-05-02T12:00:00Z"}
    found = business(payouts=[_payout(-2700)], payout_entries=[opened], disputes=[lost])
    assert [(one.day.isoformat(), one.amount_minor) for one in found.losses] == [("2026-05-02", 1200)]
    assert [m.amount_minor for m in found.movements if m.kind is MovementKind.FEE] == [-1500]
    won = business(payouts=[_payout(-2700)], payout_entries=[opened], disputes=[{**lost, "state": "WON"}])
    assert not won.losses


def test_pitfall_27_a_files_row_has_the_day_of_its_location_once_that_is_known(tmp_path: Path) -> None:
    night = row(Time="01:30:00", Location="Pier")
    records = read(transactions(tmp_path, night))[0]
    alone = SQUARE.normalise(records).orders["T1"]
    pier = {"id": "L2", "name": "Pier", "timezone": "America/Los_Angeles"}
    known = SQUARE.normalise([*records, feeds.record_of(feeds.LOCATIONS, pier)]).orders["T1"]
    assert (alone.day, known.day) == (dt.date(2026, 3, 9), dt.date(2026, 3, 8))


def test_a_sale_taken_offline_has_the_day_on_which_it_was_taken() -> None:
    late = payment(500, offline_payment_details={"client_created_at": "2026-03-06T16:00:00Z"})
    assert business(payments=[late]).sales()[0].day == dt.date(2026, 3, 6)


def test_pitfall_38_an_entry_is_joined_by_the_id_that_it_names_not_by_its_amount() -> None:
    twins = [payment(2000), payment(2000, id="P2", order_id="O2")]
    entries = [_entry("CHARGE", 2000, 0, payment_id="P2")]
    found = business(payments=twins, payouts=[_payout(2000)], payout_entries=entries)
    assert [entry.names for entry in found.payouts[0].entries] == ["P2"]
    assert not posted(found).holds


def test_a_page_of_a_split_tender_makes_one_sale_with_a_payment_each() -> None:
    line = {"name": "Lamp", "quantity": "1", "gross_sales_money": usd(3000), "item_type": "ITEM"}
    parts = [payment(1000), payment(2000, id="P2", source_type="CASH")]
    desired = posted(business(payments=parts, orders=[order(line_items=[line])]))
    kinds = [document.kind.value for document in desired.documents]
    assert kinds == ["sales-receipt", "transfer"]
    assert not desired.holds
