"""Cash basis: a worked table, and what must hold for any documents and payments."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.core.ledger.entry import Posting
from closebook.core.reports.cash_basis import (
    Application,
    CashAccounts,
    CashPosting,
    Document,
    cash_basis,
    shares,
)

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
BANK, RECEIVABLE, PAYABLE, SALES, TAX, RENT, UNAPPLIED, UNAPPLIED_BILL = 1, 2, 3, 4, 5, 6, 7, 8
ACCOUNTS = CashAccounts(
    frozenset({RECEIVABLE}), frozenset({PAYABLE}), frozenset({BANK}), UNAPPLIED, UNAPPLIED_BILL
)
ZERO = dt.date(2026, 1, 1)


def day(number: int) -> dt.date:
    return ZERO + dt.timedelta(days=number)


def document(record: int, on: int, **amounts: int) -> Document:
    keys = {name.lower(): value for name, value in globals().items() if isinstance(value, int)}
    return Document(record, day(on), [Posting(keys[name], amount) for name, amount in amounts.items()])


def table(found: list[CashPosting]) -> list[tuple[int, int, int]]:
    """Day, ledger account, amount, each summed and in order."""
    sums: Counter[tuple[int, int]] = Counter()
    for one in found:
        sums[(one.day - ZERO).days, one.posting.ledger_account] += one.posting.amount_minor
    return sorted((*where, amount) for where, amount in sums.items() if amount)


def run(documents: list[Document], applications: list[Application] = []) -> list[CashPosting]:  # noqa: B006
    return list(cash_basis(documents, applications, ACCOUNTS))


INVOICE = document(10, 0, receivable=1_080, sales=-1_000, tax=-80)


def test_an_unpaid_invoice_does_not_count():
    assert run([INVOICE]) == []


def test_a_part_payment_counts_its_share_of_every_line():
    payment = document(20, 5, bank=540, receivable=-540)
    found = run([INVOICE, payment], [Application(20, 10, day(5), 540)])
    assert table(found) == [(5, BANK, 540), (5, SALES, -500), (5, TAX, -40)]


def test_three_payments_of_a_third_lose_no_cent():
    invoice = document(10, 0, receivable=100, sales=-100)
    payments = [
        document(20 + n, n, bank=amount, receivable=-amount) for n, amount in enumerate([33, 33, 34], start=1)
    ]
    applications = [
        Application(one.record, 10, one.day, amount)
        for one, amount in zip(payments, [33, 33, 34], strict=True)
    ]
    found = run([invoice, *payments], applications)
    assert [row for row in table(found) if row[1] == SALES] == [
        (1, SALES, -33),
        (2, SALES, -33),
        (3, SALES, -34),
    ]


def test_a_payment_before_its_invoice_is_unapplied_until_then():
    invoice = document(10, 9, receivable=100, sales=-100)
    payment = document(20, 5, bank=100, receivable=-100)
    found = run([invoice, payment], [Application(20, 10, day(5), 100)])
    assert table(found) == [(5, BANK, 100), (5, UNAPPLIED, -100), (9, SALES, -100), (9, UNAPPLIED, 100)]


def test_what_is_not_applied_is_unapplied_income():
    payment = document(20, 5, bank=1_200, receivable=-1_200)
    found = run([INVOICE, payment], [Application(20, 10, day(5), 1_080)])
    assert (5, UNAPPLIED, -120) in table(found)


def test_an_unapplied_bill_payment_is_unapplied_expense():
    found = run([document(20, 5, bank=-70, payable=70)])
    assert table(found) == [(5, BANK, -70), (5, UNAPPLIED_BILL, 70)]


def test_a_deposit_on_an_invoice_counts_at_once_with_its_share():
    invoice = document(10, 0, receivable=750, bank=250, sales=-1_000)
    assert table(run([invoice])) == [(0, BANK, 250), (0, SALES, -250)]
    payment = document(20, 5, bank=750, receivable=-750)
    found = run([invoice, payment], [Application(20, 10, day(5), 750)])
    assert table(found)[2:] == [(5, BANK, 750), (5, SALES, -750)]


def test_a_credit_memo_used_for_an_invoice_cancels_income():
    credit = document(11, 3, receivable=-400, sales=400)
    applications = [Application(30, 10, day(7), 400), Application(30, 11, day(7), 400)]
    found = run([INVOICE, credit], applications)
    sums = {key: amount for _, key, amount in table(found)}
    assert sums == {SALES: 400 - 370, TAX: -30}


def test_a_bill_is_expense_when_it_is_paid():
    bill = document(10, 0, payable=-500, rent=500)
    payment = document(20, 8, payable=500, bank=-500)
    found = run([bill, payment], [Application(20, 10, day(8), 500, payable=True)])
    assert table(found) == [(8, BANK, -500), (8, RENT, 500)]


def test_more_than_is_open_is_never_released():
    payment = document(20, 5, bank=2_000, receivable=-2_000)
    found = run([INVOICE, payment], [Application(20, 10, day(5), 2_000)])
    assert (5, SALES, -1_000) in table(found)
    assert (5, UNAPPLIED, -920) in table(found)


def test_a_foreign_invoice_is_shared_by_its_own_amount():
    lines = [Posting(RECEIVABLE, 1_100, currency="EUR", foreign_minor=1_000), Posting(SALES, -1_100)]
    payment = document(20, 5, bank=560, receivable=-550, sales=-10)
    found = run([Document(10, day(0), lines), payment], [Application(20, 10, day(5), 500)])
    assert table(found) == [(5, BANK, 560), (5, SALES, -560)]


@calm
@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=6), st.integers(1, 100), st.data())
def test_shares_add_up_and_are_within_a_cent(values, whole, data):
    part = data.draw(st.integers(0, whole))
    found = shares(values, part, whole)
    assert abs(sum(found) * whole - sum(values) * part) <= whole // 2
    assert all(abs(share * whole - value * part) < whole for share, value in zip(found, values, strict=True))
    assert shares(values, whole, whole) == values


@st.composite
def charges(draw, record: int):
    sales = draw(st.lists(st.integers(1, 5_000), min_size=1, max_size=4))
    discount = draw(st.integers(0, sales[0] // 2))
    deposit = draw(st.integers(0, (sum(sales) - discount) // 3))
    total = sum(sales) - discount
    postings = [Posting(RECEIVABLE, total - deposit), *(Posting(SALES, -amount) for amount in sales)]
    postings += [Posting(RENT, discount)] * bool(discount) + [Posting(BANK, deposit)] * bool(deposit)
    return Document(record, day(draw(st.integers(0, 60))), postings)


@st.composite
def worlds(draw, *, all_paid: bool):
    """Documents of customers and payments that settle them, in one or several parts."""
    documents, applications = [], []
    for number in range(draw(st.integers(1, 4))):
        charge = draw(charges(number))
        documents.append(charge)
        left = charge.postings[0].amount_minor
        for part in range(4):
            if not left or not (all_paid or draw(st.booleans())):
                break
            amount = left if part == 3 or draw(st.booleans()) else draw(st.integers(1, left))
            left -= amount
            extra = 0 if all_paid else draw(st.integers(0, 50))
            on, record = day(draw(st.integers(0, 90))), 1_000 + len(documents)
            paid = [Posting(BANK, amount + extra), Posting(RECEIVABLE, -amount - extra)]
            documents.append(Document(record, on, paid))
            applications.append(Application(record, number, on, amount))
    return documents, applications


def totals(postings: list[Posting]) -> dict[int, int]:
    sums: Counter[int] = Counter()
    for one in postings:
        sums[one.ledger_account] += one.amount_minor
    return {key: amount for key, amount in sums.items() if amount}


@calm
@given(worlds(all_paid=True))
def test_when_all_is_paid_both_bases_have_the_same_totals(world):
    documents, applications = world
    accrual = totals([posting for one in documents for posting in one.postings])
    assert totals([one.posting for one in run(documents, applications)]) == accrual


@calm
@given(worlds(all_paid=False))
def test_every_day_balances_and_nothing_is_receivable(world):
    found = run(*world)
    days: Counter[dt.date] = Counter()
    for one in found:
        days[one.day] += one.posting.amount_minor
    assert not any(days.values())
    assert not {one.posting.ledger_account for one in found} & {RECEIVABLE, PAYABLE}


@calm
@given(worlds(all_paid=False), st.integers(0, 90))
def test_the_past_does_not_depend_on_the_future(world, until):
    documents, applications = world
    known = [one for one in documents if one.day <= day(until)]
    made = [one for one in applications if one.day <= day(until)]
    now = [one for one in run(known, made) if one.day <= day(until)]
    later = [one for one in run(documents, applications) if one.day <= day(until)]
    assert table(now) == table(later)


@calm
@given(st.lists(st.integers(1, 900), min_size=1, max_size=5))
def test_documents_without_receivables_come_out_as_they_are(amounts):
    documents = [document(n, n, bank=amount, sales=-amount) for n, amount in enumerate(amounts)]
    assert [one.posting for one in run(documents)] == [line for one in documents for line in one.postings]
