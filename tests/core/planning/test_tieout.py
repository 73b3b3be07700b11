"""The proof that books and source agree."""

from __future__ import annotations

from dataclasses import replace

from closebook.core.commerce.records import FeeKind, MovementKind
from closebook.core.periods import Month
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import LedgerAccountUse, Mode
from closebook.core.planning.tieout import month_totals, tie_out
from tests.core.planning.shop import business, day, fee, order, payout, profile, refund, row, sale, tax

MARCH = Month(2026, 3)


def shop():
    return business(
        sale("03-04", 5400), tax("03-04", -400), fee("03-04", -325), fee("03-05", -500, kind=FeeKind.ADS),
        refund("03-06", -1000), payout("03-09", 3175), sale("03-31", 2100, "2"), tax("04-01", -100, "2"),
        row(MovementKind.CARD_PAYMENT, "04-02", 10), row(MovementKind.UNCLASSIFIED, "04-03", -7),
        orders=(order(),),
    )  # fmt: skip


def proof(what, one, decisions=None):
    posted = documents_of(what, one, day("12-31"), decisions=decisions)
    return tie_out(what, one, month_totals(posted.documents), day("12-31"))


def test_rows_by_month_and_kind_are_the_same_in_both_modes():
    for mode in Mode:
        found = proof(shop(), profile(mode))
        assert found.ties
        assert [(str(one.month), one.kind, one.source_minor) for one in found.rows] == [
            ("2026-03", "sales", 7000),
            ("2026-03", "refunds", -1000),
            ("2026-03", "marketplace tax in transit", 100),
            ("2026-03", "fees: transaction", -325),
            ("2026-03", "fees: ads", -500),
            ("2026-03", "payouts", -3175),
            ("2026-04", "marketplace tax in transit", -100),
            ("2026-04", "card payments", 10),
            ("2026-04", "unclassified", -7),
        ]
        assert found.unsettled_minor == found.clearing_minor == 2003


def test_the_kinds_of_a_month_add_up_to_the_change_of_the_account():
    found = proof(shop(), profile())
    assert sum(one.source_minor for one in found.rows) == found.unsettled_minor


def test_a_held_sale_shows_as_a_difference():
    what = business(sale("03-04", 5399), tax("03-04", -400), orders=(order(),))
    found = proof(what, profile())
    assert not found.ties
    [one] = found.rows
    assert (one.kind, one.source_minor, one.books_minor, one.difference_minor) == ("sales", 4999, 0, -4999)
    assert found.difference_minor == -4999


def test_tax_that_the_shop_remits_is_a_row_of_its_own():
    known = order(tax=0, seller_tax=250)
    what = business(sale("03-04", 5250), orders=(known,))
    found = proof(what, profile())
    assert found.ties
    assert [(one.kind, one.source_minor) for one in found.rows] == [("sales", 5000), ("tax to remit", 250)]
    less = business(sale("03-04", 5240), orders=(known,))
    decided = proof(less, profile(), {"order:3900112233/sale": "statement-only"})
    assert decided.ties
    assert [(one.kind, one.source_minor) for one in decided.rows] == [("sales", 5240)]


def test_kinds_that_share_a_ledger_account_stand_in_one_row():
    one = profile()
    income = one.ledger_account("income")
    joined = replace(
        one, ledger_accounts={**one.ledger_accounts, "refunds": LedgerAccountUse("Sales", income.type)}
    )
    found = proof(shop(), joined)
    assert found.ties
    assert next(row.kind for row in found.rows if row.month == MARCH) == "sales + refunds"


def test_the_opening_balance_has_its_row():
    found = proof(business(payout("03-09", 1500)), profile(since=day("03-01"), opening_minor=1500))
    assert found.ties
    assert [(one.kind, one.source_minor) for one in found.rows] == [
        ("payouts", -1500),
        ("opening balance", 1500),
    ]
    assert found.settlements[0].identity("USD") == "opening 15.00 = payout 15.00"
