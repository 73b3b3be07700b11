"""Sales, refunds and marketplace tax, worked by hand."""

from __future__ import annotations

from closebook.core.commerce.records import MovementKind
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.naming import key_of_memo
from closebook.core.planning.posting import documents_of
from tests.core.planning.shop import (
    CLEARING,
    business,
    by_key,
    day,
    lines,
    order,
    payout,
    profile,
    refund,
    row,
    sale,
    tax,
    totals,
    wanted,
)

SALE = "order:3900112233/sale"


def test_a_sale_without_its_order_is_one_line_without_the_marketplace_tax():
    desired = wanted(sale("03-04", 5400), tax("03-04", -400))
    [receipt] = desired.documents
    assert receipt.kind is DocumentKind.SALES_RECEIPT
    assert (receipt.key, receipt.number, receipt.day) == (SALE, "ES-3900112233", day("03-04"))
    assert lines(receipt) == [(5000, "sales")]
    assert receipt.money_account == CLEARING
    assert receipt.party == "customers:etsy buyers"
    assert key_of_memo(receipt.memo) == ("shop-1", SALE)
    assert not desired.holds


def test_a_known_order_gives_items_shipping_gift_wrap_discount_and_customer():
    known = order(discount=300, gift_wrap=350)
    desired = wanted(sale("03-04", 5450), tax("03-04", -400), orders=(known,))
    [receipt] = desired.documents
    assert lines(receipt) == [
        (4000, "sales"),
        (-300, "discounts given"),
        (1000, "shipping income"),
        (350, "gift wrap income"),
    ]
    assert receipt.lines[0].quantity == 2
    assert receipt.total_minor == 5050
    assert receipt.party == "customer:@adaq"
    assert "order-3900112233" in receipt.source_keys
    names = {one.key: one for one in desired.list_objects}
    assert names["customer:@adaq"].name == "Ada Quill"
    assert dict(names["customer:@adaq"].fields) == {"city": "Bangor", "country": "US"}
    assert names["item:etsy discount"].ledger_account == "ledger-account:discounts given"


def test_tax_that_the_shop_remits_is_a_liability_line():
    known = order(tax=0, seller_tax=250)
    [receipt] = wanted(sale("03-04", 5250), orders=(known,)).documents
    assert lines(receipt)[-1] == (250, "etsy sales tax to remit")


def test_the_sale_is_held_with_its_difference_when_order_and_statement_differ():
    desired = wanted(sale("03-04", 5399), tax("03-04", -400), orders=(order(),))
    assert not desired.documents
    [hold] = desired.holds
    assert (hold.key, hold.code, hold.difference_minor) == (SALE, "order-differs", -1)
    assert "49.99" in hold.message
    assert "50.00" in hold.message
    assert "a difference of -0.01" in hold.message


def test_a_held_sale_can_be_posted_with_the_statements_money_by_decision():
    desired = wanted(
        sale("03-04", 5399), tax("03-04", -400), orders=(order(),), decisions={SALE: "statement-only"}
    )
    [receipt] = desired.documents
    assert lines(receipt) == [(4999, "sales")]
    assert receipt.party == "customer:@adaq"


def test_tax_taken_on_another_day_goes_through_the_ledger_account_in_transit():
    desired = wanted(sale("03-31", 5400), tax("04-01", -400), orders=(order(on="03-31"),))
    found = by_key(desired)
    receipt, entry = found[SALE], found["order:3900112233/tax/2026-04-01"]
    assert receipt.total_minor == 5400
    assert lines(receipt)[-1] == (400, "etsy tax in transit")
    assert entry.kind is DocumentKind.JOURNAL_ENTRY
    assert lines(entry) == [(400, "etsy tax in transit"), (-400, "etsy:the shop")]
    after = totals(desired.documents)
    assert after["ledger-account:etsy tax in transit"] == 0
    assert after[CLEARING] == 5000
    assert after["ledger-account:sales"] == -4000


def test_a_buyer_levy_is_taken_off_like_a_tax():
    levy = row(MovementKind.BUYER_LEVY, "03-04", -29, "3900112233")
    [receipt] = wanted(sale("03-04", 5029), levy).documents
    assert receipt.total_minor == 5000


def test_a_whole_refund_on_its_own_day_is_tied_to_the_order():
    desired = wanted(
        sale("03-04", 5400), tax("03-04", -400), refund("04-02", -5400), tax("04-02", 400), orders=(order(),)
    )
    back = by_key(desired)["order:3900112233/refund/2026-04-02"]
    assert back.kind is DocumentKind.REFUND_RECEIPT
    assert (back.total_minor, back.day, back.party) == (5000, day("04-02"), "customer:@adaq")
    assert lines(back) == [(5000, "refunds-allowances")]
    assert len(back.number) <= 21


def test_two_part_refunds_are_two_documents():
    desired = wanted(sale("03-04", 5000), refund("03-10", -1000), refund("03-12", -500))
    amounts = [one.total_minor for one in desired.documents if one.kind is DocumentKind.REFUND_RECEIPT]
    assert sorted(amounts) == [500, 1000]


def test_a_refund_on_the_day_of_the_sale_keeps_its_tax_apart():
    desired = wanted(sale("03-04", 5400), tax("03-04", -400), refund("03-04", -1080), tax("03-04", 80))
    assert {one.kind: one.total_minor for one in desired.documents} == {
        DocumentKind.SALES_RECEIPT: 5000,
        DocumentKind.REFUND_RECEIPT: 1000,
    }


def test_a_refund_before_its_sale_is_known_is_posted_for_the_buyers():
    [back] = wanted(refund("03-10", -1000)).documents
    assert back.party == "customers:etsy buyers"


def test_a_refund_that_was_taken_back_is_a_deposit():
    [back] = wanted(refund("03-10", 1000)).documents
    assert back.kind is DocumentKind.DEPOSIT
    assert totals([back])[CLEARING] == 1000


def test_a_whole_refund_gives_back_the_tax_that_the_shop_remits():
    known = order(tax=0, seller_tax=250)
    desired = wanted(sale("03-04", 5250), refund("03-09", -5250), orders=(known,))
    after = totals(desired.documents)
    assert after["ledger-account:etsy sales tax to remit"] == 0
    assert after["ledger-account:refunds-allowances"] == 5000
    assert not desired.notes


def test_a_part_refund_with_such_a_tax_is_named():
    known = order(tax=0, seller_tax=250)
    desired = wanted(sale("03-04", 5250), refund("03-09", -1000), orders=(known,))
    assert any("refunded in part" in note for note in desired.notes)


def test_an_order_in_another_currency_gives_the_customer_but_no_lines():
    known = order(currency="CAD")
    desired = wanted(sale("03-04", 3733), orders=(known,))
    [receipt] = desired.documents
    assert lines(receipt) == [(3733, "sales")]
    assert receipt.party == "customer:@adaq"
    assert any("another currency" in note for note in desired.notes)


def test_items_that_do_not_add_up_to_the_orders_value_become_one_line():
    known = order()
    known.lines[0].quantity = 1
    [receipt] = wanted(sale("03-04", 5400), tax("03-04", -400), orders=(known,)).documents
    assert lines(receipt) == [(4000, "sales"), (1000, "shipping income")]


def test_a_negative_sale_is_held():
    [hold] = wanted(sale("03-04", -100)).holds
    assert hold.code == "negative-sale"


def test_a_row_in_another_currency_is_held():
    desired = wanted(sale("03-04", 5400, currency="EUR"))
    assert [hold.code for hold in desired.holds] == ["other-currency"]
    assert not desired.documents


def test_rows_before_the_cut_off_are_left_out_and_counted():
    what = business(sale("03-04", 5000, "1"), sale("03-06", 700, "2"))
    desired = documents_of(what, profile(since=day("03-05")), day("12-31"))
    assert [one.key for one in desired.documents] == ["order:2/sale"]
    assert any("1 rows (50.00)" in note for note in desired.notes)


def test_one_customer_for_all_by_policy():
    from dataclasses import replace

    from closebook.core.planning.profile import CustomerPolicy

    one = replace(profile(), customer_policy=CustomerPolicy.ONE_CUSTOMER)
    what = business(sale("03-04", 5400), tax("03-04", -400), orders=(order(),))
    assert documents_of(what, one, day("12-31")).documents[0].party == "customers:etsy buyers"


def test_orders_without_money_are_noted():
    assert any("no money" in note for note in wanted(payout("03-04", 0), orders=(order(),)).notes)
