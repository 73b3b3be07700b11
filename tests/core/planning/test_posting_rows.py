"""Fees, payouts, card payments, rows of unknown types and the opening balance, worked by hand."""

from __future__ import annotations

from closebook.core.commerce.records import DepositDetail, FeeKind, MovementKind
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.posting import documents_of
from tests.core.planning.shop import (
    CLEARING,
    business,
    by_key,
    day,
    fee,
    lines,
    payout,
    profile,
    row,
    sale,
    totals,
    wanted,
)


def test_the_fees_of_an_order_and_day_are_one_expense_with_a_line_per_kind():
    desired = wanted(
        fee("03-04", -260, "39"),
        fee("03-04", -65, "39"),
        fee("03-04", -187, "39", FeeKind.PROCESSING),
        fee("03-05", -20, "39", FeeKind.LISTING),
    )
    found = by_key(desired)
    first = found["order:39/fees/2026-03-04"]
    assert first.kind is DocumentKind.EXPENSE
    assert first.money_account == CLEARING
    assert first.party == "vendor:etsy"
    assert lines(first) == [(325, "etsy fees:transaction fees"), (187, "etsy fees:payment processing fees")]
    assert found["order:39/fees/2026-03-05"].total_minor == 20


def test_fees_without_an_order_are_one_expense_a_day():
    desired = wanted(fee("03-04", -20, kind=FeeKind.LISTING), fee("03-04", -500, kind=FeeKind.ADS))
    [expense] = desired.documents
    assert expense.key == "day:2026-03-04/fees"
    assert lines(expense) == [(20, "etsy fees:listing fees"), (500, "advertising:etsy ads")]


def test_a_net_credit_is_a_deposit():
    [credit] = wanted(
        fee("03-04", -20, "39", FeeKind.LISTING), fee("03-04", 187, "39", FeeKind.PROCESSING)
    ).documents
    assert credit.kind is DocumentKind.DEPOSIT
    assert lines(credit) == [(187, "etsy fees:payment processing fees"), (-20, "etsy fees:listing fees")]
    assert totals([credit])[CLEARING] == 167


def test_charges_and_credits_of_other_kinds_that_cancel_out_are_a_journal_entry():
    [entry] = wanted(
        fee("03-04", -20, "39", FeeKind.LISTING), fee("03-04", 20, "39", FeeKind.PROCESSING)
    ).documents
    assert entry.kind is DocumentKind.JOURNAL_ENTRY
    assert lines(entry) == [(-20, "etsy fees:payment processing fees"), (20, "etsy fees:listing fees")]


def test_charge_and_credit_of_one_kind_that_cancel_out_are_nothing():
    assert not wanted(fee("03-04", -20, "39"), fee("03-04", 20, "39")).documents


def test_a_fee_without_a_kind_is_another_fee():
    [expense] = wanted(fee("03-04", -20, kind=None)).documents
    assert lines(expense) == [(20, "etsy fees:other fees")]


def test_a_payout_is_a_transfer_to_the_bank_and_a_returned_one_comes_back():
    back = row(MovementKind.RETURNED_PAYOUT, "03-12", 5000)
    desired = wanted(sale("03-04", 5000), payout("03-09", 5000, key="p"), back)
    moves = [one for one in desired.documents if one.kind is DocumentKind.TRANSFER]
    assert {(one.money_account, one.other_account, one.total_minor) for one in moves} == {
        (CLEARING, "ledger-account:checking", 5000),
        ("ledger-account:checking", CLEARING, 5000),
    }
    assert totals(desired.documents)[CLEARING] == 5000


def test_two_equal_payouts_of_a_day_are_two_transfers():
    desired = wanted(sale("03-04", 2000), payout("03-09", 1000), payout("03-09", 1000))
    moves = [one for one in desired.documents if one.kind is DocumentKind.TRANSFER]
    assert len({one.key for one in moves}) == len({one.number for one in moves}) == 2


def test_card_payment_and_refund_funding_are_transfers_from_the_card():
    desired = wanted(
        row(MovementKind.CARD_PAYMENT, "03-04", 1850), row(MovementKind.REFUND_FUNDING, "03-05", 4000)
    )
    after = totals(desired.documents)
    assert after == {"ledger-account:credit card": -5850, CLEARING: 5850}
    assert all(one.kind is DocumentKind.TRANSFER for one in desired.documents)


def test_an_unclassified_row_enters_the_balance_and_is_named():
    desired = wanted(row(MovementKind.UNCLASSIFIED, "03-04", -123, title="Mystery charge"))
    [entry] = desired.documents
    assert lines(entry) == [(123, "etsy unclassified"), (-123, "etsy:the shop")]
    assert any("Mystery charge" in note for note in desired.notes)


def test_the_opening_balance_is_posted_at_the_cut_off():
    desired = documents_of(
        business(payout("03-09", 1500)), profile(since=day("03-01"), opening_minor=1500), day("12-31")
    )
    found = by_key(desired)
    assert lines(found["opening/balance"]) == [(1500, "etsy:the shop"), (-1500, "opening balance equity")]
    assert not desired.holds
    assert totals(desired.documents)[CLEARING] == 0


def test_a_payout_that_the_rows_do_not_explain_is_held_with_the_difference():
    desired = wanted(sale("03-04", 5000), payout("03-09", 6000))
    [hold] = desired.holds
    assert (hold.code, hold.difference_minor) == ("payout-short", -1000)
    assert "10.00 less than the payout 60.00" in hold.message
    assert "opening balance" in hold.message


def test_a_held_payout_can_be_posted_by_decision():
    rows = (sale("03-04", 5000), payout("03-09", 6000))
    [hold] = wanted(*rows).holds
    desired = wanted(*rows, decisions={hold.key: "post-anyway"})
    assert not desired.holds
    assert totals(desired.documents)[CLEARING] == -1000


def test_a_part_of_the_business_has_its_payouts_checked_against_all():
    from closebook.core.planning.settlement import settlements_of

    sold, paid = sale("03-04", 5000), payout("03-09", 5000)
    part = business(paid)
    [hold] = documents_of(part, profile(), day("12-31"), whole=False).holds
    assert hold.code == "payout-not-checked"
    checked = documents_of(
        part, profile(), day("12-31"), whole=False, settlements=settlements_of([sold, paid])
    )
    assert [one.kind for one in checked.documents] == [DocumentKind.TRANSFER]


def test_a_deposit_without_a_payout_row_is_noted():
    what = business(sale("03-04", 5000), payout("03-09", 5000))
    what.deposits += [
        DepositDetail(day("03-09"), 5000, "USD", "1234", "d1"),
        DepositDetail(day("03-11"), 777, "USD", "1234", "d2"),
    ]
    notes = documents_of(what, profile(), day("12-31")).notes
    assert [note for note in notes if "deposits file" in note] == [
        "The deposits file has 7.77 on 2026-03-11; no payout row has that amount."
    ]


def test_ledger_accounts_come_before_their_children_and_items_after_their_ledger_accounts():
    desired = wanted(sale("03-04", 5000), fee("03-04", -20))
    seen: set[str] = set()
    for one in desired.list_objects:
        assert one.parent in seen | {""}
        assert one.ledger_account in seen | {""}
        seen.add(one.key)
    assert {"ledger-account:etsy", CLEARING, "item:etsy sale"} <= seen
