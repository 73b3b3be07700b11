"""The sample shop: what is written is what its facts say, and the connector finds all of it again."""

from __future__ import annotations

import filecmp
from collections import Counter
from pathlib import Path

import pytest

from closebook.connectors.base import RowError
from closebook.connectors.etsy import ETSY
from closebook.connectors.etsy.sample import SampleFacts, write_sample
from closebook.core.commerce.records import Business, FeeKind, MovementKind
from closebook.core.errors import InputError
from closebook.core.periods import Month

SHOPS = [
    ("USD", "en-US"),
    ("GBP", "en-GB"),
    ("EUR", "de"),
    ("CAD", "en-GB"),
    ("JPY", "en-US"),
    ("SEK", "en-US"),
]


def year(
    folder: Path, currency: str = "USD", locale: str = "en-US", rows: int = 4000
) -> tuple[SampleFacts, Business]:
    """Write a year and return its facts and what the connector made of it."""
    facts = write_sample(folder, rows=rows, seed=11, first_month="2025-09", currency=currency, locale=locale)
    records = [record for paths in facts.files.values() for path in paths for record in ETSY.read(path)]
    assert not [str(record) for record in records if isinstance(record, RowError)]
    return facts, ETSY.normalise(records)


@pytest.mark.parametrize(("currency", "locale"), SHOPS)
def test_every_figure_is_found_again(currency: str, locale: str, tmp_path: Path) -> None:
    facts, business = year(tmp_path, currency, locale)
    kinds: Counter[tuple[str, MovementKind]] = Counter()
    fees: Counter[tuple[str, FeeKind]] = Counter()
    for move in business.movements:
        month = str(Month.of(move.day))
        kinds[month, move.kind] += move.amount_minor
        if move.fee_kind:
            fees[month, move.fee_kind] += move.amount_minor
    assert len(business.movements) == facts.rows
    assert kinds == Counter(
        {(month.month, kind): minor for month in facts.months for kind, minor in month.kinds.items()}
    )
    assert fees == Counter(
        {(month.month, kind): minor for month in facts.months for kind, minor in month.fees.items()}
    )
    assert sum(move.amount_minor for move in business.movements) == facts.unsettled_minor
    _orders_agree(facts, business)


def _orders_agree(facts: SampleFacts, business: Business) -> None:
    orders, sums = business.orders.values(), facts.orders
    assert len(orders) == sums.orders == len(business.payments)
    assert sum(len(order.lines) for order in orders) == sums.lines
    assert sum(order.items_minor for order in orders) == sums.items
    assert sum(order.gift_wrap_minor for order in orders) == sums.gift_wrap
    assert sum(order.marketplace_tax_minor for order in orders) == sums.marketplace_tax
    assert sum(order.total_minor for order in orders) == sums.total
    assert sum(payment.fees_minor for payment in business.payments) == sums.processing
    assert len({order.buyer.username for order in orders}) == facts.buyers < sums.orders
    sales = {
        move.order_ref: move.amount_minor for move in business.movements if move.kind is MovementKind.SALE
    }
    assert sales == {order.order_ref: order.total_minor for order in orders}


def test_the_course_of_the_year(tmp_path: Path) -> None:
    facts, business = year(tmp_path)
    assert [month.closing_minor for month in facts.months[:-1]] == [
        month.opening_minor for month in facts.months[1:]
    ]
    assert facts.months[2].closing_minor < 0
    assert facts.total(MovementKind.CARD_PAYMENT) >= -facts.months[2].closing_minor
    assert (
        facts.total(MovementKind.RETURNED_PAYOUT)
        == sum(p.amount_minor for p in facts.payouts if p.returned)
        > 0
    )
    assert facts.unsettled_minor > 0
    assert facts.late_refunds > 0
    assert [
        (d.day, d.amount_minor) for d in sorted(business.deposits, key=lambda d: (d.day, d.amount_minor))
    ] == sorted((payout.day, payout.amount_minor) for payout in facts.payouts)
    kinds = {move.kind for move in business.movements}
    of_tills = {
        MovementKind.RESERVE,
        MovementKind.DISPUTE,
        MovementKind.LOAN,
        MovementKind.SAVINGS,
        MovementKind.PAYROLL,
        MovementKind.OTHER_INCOME,
    }
    assert kinds >= set(MovementKind) - of_tills - {
        MovementKind.UNCLASSIFIED,
        MovementKind.BUYER_LEVY,
        MovementKind.REFUND_FUNDING,
    }


def test_each_payout_is_the_balance_at_its_cut(tmp_path: Path) -> None:
    _, business = year(tmp_path)
    balance, payouts, later_on_the_day = 0, 0, 0
    for before, move in zip([None, *business.movements], business.movements, strict=False):
        balance += move.amount_minor
        if move.kind is MovementKind.PAYOUT:
            payouts += 1
            assert balance == 0
        later_on_the_day += bool(before and before.kind is MovementKind.PAYOUT and before.day == move.day)
    assert payouts > 40
    assert later_on_the_day > 5


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = (
        write_sample(tmp_path / name, rows=500, seed=seed, first_month=Month(2026, 1), months=3)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    names = [path.name for paths in one.files.values() for path in paths]
    assert filecmp.cmpfiles(one.folder, two.folder, names, shallow=False)[0] == names
    assert filecmp.cmpfiles(one.folder, other.folder, names, shallow=False)[1]
    assert one.rows == two.rows


def test_about_the_rows_asked_for_and_about_eight_an_order(tmp_path: Path) -> None:
    facts = write_sample(tmp_path, rows=20_000, seed=3, first_month="2025-01")
    assert abs(facts.rows - 20_000) < 600
    assert 80 < facts.rows * 10 // facts.orders.orders < 90


def test_unknown_currencies_and_locales_are_refused(tmp_path: Path) -> None:
    for currency, locale in (("XXX", "en-US"), ("USD", "xx")):
        with pytest.raises(InputError) as caught:
            write_sample(tmp_path, rows=10, seed=1, first_month="2026-01", currency=currency, locale=locale)
        assert caught.value.code == "no-such-sample"
