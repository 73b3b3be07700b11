"""What is kept of open documents is what their postings and links say, after any history of both."""

from __future__ import annotations

import datetime as dt

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.apps.books.models import LedgerAccount, Record, RecordLink
from closebook.apps.books.selectors.open_documents import open_documents, open_documents_kept
from closebook.apps.books.selectors.open_items import applications, control_documents
from closebook.apps.books.selectors.prove import prove
from closebook.apps.books.services.journal import JournalWriter, journal_open
from closebook.apps.books.services.rebuild import kept_rebuild
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.reports.ageing import open_items
from tests.apps.books.worlds import NOW, World, day

FIRST = dt.date(2026, 1, 1)
ENTITIES = ("Invoice", "CreditMemo", "Bill", "Payment", "Payment", "BillPayment", "JournalEntry")
STEP = st.tuples(
    st.sampled_from(["post", "post", "link", "link", "unlink", "delete"]),
    st.integers(0, len(ENTITIES) - 1),
    st.integers(0, len(ENTITIES) - 1),
    st.integers(-9_999, 9_999),
    st.integers(0, 40),
    st.sampled_from(["", "EUR", "JPY"]),
)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def control(world: World) -> tuple[int, int]:
    """Make the bank account a receivable one and that of fees a payable one."""
    made = []
    for key, kind in ((world.bank, "Accounts Receivable"), (world.fees, "Accounts Payable")):
        facts = {"name": kind, "full_name": kind, "type": kind, "sub_type": "", "currency": "USD"}
        LedgerAccount.objects.using("books").update_or_create(
            record_id=key, defaults={"company": world.company, **facts}
        )
        made.append(key)
    return made[0], made[1]


def post(world: World, journal: JournalWriter, record: int, amount: int, on: dt.date, currency: str) -> None:
    """Give a record another entry on both sides, a third of it payable."""
    facts = {"counterparty": world.buyer}
    foreign = {"currency": currency, "foreign_minor": amount * 3} if currency else {}
    third = amount // 3
    sides = [
        Posting(world.bank, amount, **facts, **foreign),
        Posting(world.fees, -third, **facts),
        Posting(world.sales, third - amount),
    ]
    Record.objects.using("books").filter(pk=record).update(
        txn_date=on, due_date=on + dt.timedelta(days=amount % 30) if amount % 2 else None, deleted_at=None
    )
    journal.supersede(record)
    journal.post(record, 0, JournalEntry(on, sides))


def step(world: World, records: list[int], journal: JournalWriter, drawn: tuple) -> None:
    """Do one thing to the records, as the protocol's writes do it."""
    word, one, other, amount, offset, currency = drawn
    source, target = records[one], records[other]
    links = RecordLink.objects.using("books").filter(company=world.company)
    if word == "post":
        post(world, journal, source, amount, FIRST + dt.timedelta(days=offset), currency)
    elif word == "link" and source != target:
        journal.links_changed(source, target)
        links.create(company=world.company, source_id=source, target_id=target, amount_minor=amount)
    elif word == "unlink":
        links.filter(source_id=source).delete()
        journal.links_changed(*records)
    elif word == "delete":
        Record.objects.using("books").filter(pk=source).update(deleted_at=NOW)
        journal.supersede(source)
        journal.links_changed(source)
        for link in links.filter(source_id=source) | links.filter(target_id=source):
            journal.links_changed(link.source_id, link.target_id)
            link.delete()


@few
@given(history=st.lists(st.lists(STEP, max_size=4), max_size=6), offset=st.integers(0, 45))
def test_after_any_history_the_kept_documents_are_the_reckoned_ones(
    world: World, history: list[list[tuple]], offset: int
) -> None:
    control(world)
    records = world.extra = world.extra or [world.record(entity) for entity in ENTITIES]
    for part in history:
        with journal_open(world.company.pk) as journal:
            for drawn in part:
                step(world, records, journal, drawn)
    as_of = FIRST + dt.timedelta(days=offset)
    for payable, account in enumerate(control(world)):
        documents = control_documents(world.company.pk, [account], as_of, control_only=True)
        items = open_items(documents, applications(world.company.pk, as_of), payable=bool(payable))
        found = open_documents(world.company.pk, [account], as_of, payable=bool(payable))
        assert {(one.record, one.size_minor, one.open_minor) for one in found} == {
            (one.record, one.size_minor, one.open_minor) for one in items
        }
        assert found == sorted(found, key=lambda one: (one.due, one.record))
    proof = prove(world.company.pk, thorough=True)
    assert proof.ok, proof.differences


def test_what_was_damaged_is_found_and_made_anew(world: World) -> None:
    control(world)
    invoice, payment = world.record("Invoice"), world.record("Payment")
    with journal_open(world.company.pk) as journal:
        post(world, journal, invoice, 9_000, day("2026-01-05"), "")
        post(world, journal, payment, -3_000, day("2026-01-09"), "")
        journal.links_changed(invoice, payment)
        RecordLink.objects.using("books").create(
            company=world.company, source_id=payment, target_id=invoice, amount_minor=3_000
        )
    kept = open_documents_kept(world.company.pk, payable=False)
    assert [(one.record, one.open_minor) for one in kept] == [(invoice, 6_000)]
    world.rows("UPDATE open_document SET open_minor = 7 WHERE record_id = %s AND size_minor > 0", invoice)
    world.rows("DELETE FROM name_balance")
    world.rows("UPDATE month_balance SET debit_minor = debit_minor + 1")
    found = {each.kind: str(each) for each in prove(world.company.pk, thorough=True).differences}
    assert found.keys() == {"open-document", "name-balance", "month-balance"}
    assert f"document {invoice}" in found["open-document"]
    kept_rebuild(world.company.pk)
    assert prove(world.company.pk, thorough=True).ok
    assert open_documents_kept(world.company.pk, payable=False) == kept


def test_an_upgrade_fills_what_is_kept_of_the_documents_that_are_there(world: World) -> None:
    control(world)
    invoice, payment = world.record("Invoice"), world.record("Payment")
    with journal_open(world.company.pk) as journal:
        post(world, journal, invoice, 9_000, day("2026-01-05"), "EUR")
        post(world, journal, payment, -3_000, day("2026-01-09"), "")
        journal.links_changed(invoice, payment)
        RecordLink.objects.using("books").create(
            company=world.company, source_id=payment, target_id=invoice, amount_minor=3_000
        )
    kept = [open_documents_kept(world.company.pk, payable=payable) for payable in (False, True)]
    assert all(kept)
    MigrationExecutor(connections["books"]).migrate([("books", "0003_name_balance")])
    MigrationExecutor(connections["books"]).migrate([("books", "0004_open_document")])
    assert [open_documents_kept(world.company.pk, payable=payable) for payable in (False, True)] == kept
    assert prove(world.company.pk, thorough=True).ok
