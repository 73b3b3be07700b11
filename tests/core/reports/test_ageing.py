"""Open items: their sum is the balance of the ledger account, and their age that of the due day."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.core.ledger.entry import Posting
from closebook.core.reports.ageing import bucket_of, bucket_titles, bucketed, detail_titles, open_items
from closebook.core.reports.cash_basis import Application, Document

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = dt.date(2026, 3, 31)
RECEIVABLE = 1


def doc(record: int, amount: int, name: int = 7, foreign: int = 0) -> Document:
    return Document(record, DAY, [Posting(RECEIVABLE, amount, name, foreign_minor=foreign)])


def left(documents, applications, *, payable=False) -> dict[int, int]:
    return {one.record: one.open_minor for one in open_items(documents, applications, payable=payable)}


def test_a_payment_counts_against_what_it_settles():
    documents = [doc(1, 100), doc(2, -60)]
    assert left(documents, [Application(2, 1, DAY, 50)]) == {1: 50, 2: -10}


def test_what_is_settled_is_left_out():
    assert left([doc(1, 100), doc(2, -100)], [Application(2, 1, DAY, 100)]) == {}


def test_payables_are_positive_when_owed():
    assert left([doc(1, -100)], [], payable=True) == {1: 100}


def test_a_foreign_document_is_shared_by_its_own_amount():
    documents = [doc(1, 110, foreign=100), doc(2, -55, foreign=-50)]
    assert left(documents, [Application(2, 1, DAY, 50)]) == {1: 55}


@calm
@given(st.lists(st.tuples(st.integers(1, 3_000), st.integers(0, 3_000)), min_size=1, max_size=8))
def test_the_open_items_add_up_to_the_balance(pairs):
    documents, applications = [], []
    for number, (owed, paid) in enumerate(pairs):
        documents += [doc(2 * number, owed), doc(2 * number + 1, -paid)]
        applications.append(Application(2 * number + 1, 2 * number, DAY, min(owed, paid)))
    balance = sum(one.amount_minor for document in documents for one in document.postings)
    assert sum(left(documents, applications).values()) == balance


@calm
@given(st.integers(-40, 400), st.integers(1, 60), st.integers(1, 6))
def test_each_day_lies_in_the_class_whose_title_names_it(late, days, count):
    bucket = bucket_of(DAY - dt.timedelta(days=late), DAY, days, count)
    title = bucket_titles(days, count)[bucket]
    low, _, high = title.partition(" - ")
    if late <= 0:
        assert title == "Current"
    elif high:
        assert int(low) <= late <= int(high)
    else:
        assert late >= int(title.split()[0])
    assert len(detail_titles(days, count)) == len(bucket_titles(days, count))


def test_classes_are_summed_per_name():
    assert bucketed([(7, 0, 10), (7, 4, 5), (8, 1, 3)]) == {7: [10, 0, 0, 0, 5, 15], 8: [0, 3, 0, 0, 0, 3]}
