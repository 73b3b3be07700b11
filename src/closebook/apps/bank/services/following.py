"""Answers whose record left the books: they follow it when it was made again, else the line is open again.

An undone run deletes its payouts and the next one makes them anew under other ids; what a bank line means has
not changed by that.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.bank.models import Answer, BankAccount, BankLine, Cleared, LineState
from closebook.apps.bank.selectors.suggestions import InBooks, books_records
from closebook.apps.books.models import Record
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.records import deleted_records, record_of
from closebook.apps.companies.services.audit import audit_append
from closebook.connectors.quickbooks.wire import decode
from closebook.core.planning.naming import key_of_memo
from closebook.transport import clock

_SPAN = dt.timedelta(days=1)
BOOKS_SAID = "the books"


def answers_follow(bank_account: BankAccount) -> int:
    """Return how many answers of a bank account followed or were taken back because their record is gone.

    A record of the same marker, day and amount takes the place of a deleted one. Without one the line is open
    again, unless its statement was closed: then it waits for the record to come back.
    """
    books = books_of(bank_account.company.realm_id)
    if books is None:
        return 0
    rows = Cleared.objects.filter(bank_account=bank_account).select_related("answer__line")
    names = {(one.entity, one.wire_id): one for one in rows}
    return sum(
        _follow(bank_account, names[name], record) for name, record in deleted_records(books.pk, names)
    )


@transaction.atomic
def _follow(bank_account: BankAccount, cleared: Cleared, record: Record) -> bool:
    again = _made_again(bank_account, cleared, record)
    if again is not None:
        Cleared.objects.filter(pk=cleared.pk).update(entity=again.entity, wire_id=again.wire_id)
        return True
    if cleared.answer.line.statement_id is not None:
        return False
    _open_again(bank_account, cleared.answer)
    return True


def _made_again(bank_account: BankAccount, cleared: Cleared, record: Record) -> InBooks | None:
    """Return the record that says the same as a deleted one; None when there is none, or more than one."""
    marked = _marker(record)
    if marked is None or record.txn_date is None:
        return None
    near = books_records(bank_account, record.txn_date - _SPAN, record.txn_date + _SPAN)
    same = [one for one in near if one.entity == record.entity and one.amount_minor == cleared.amount_minor]
    found = [(one, record_of(record.company_id, one.entity, one.wire_id)) for one in same]
    alike = [one for one, row in found if row is not None and _marker(row) == marked]
    return alike[0] if len(alike) == 1 else None


def _marker(record: Record) -> tuple[str, str] | None:
    return key_of_memo(str(decode(record.body.encode()).get("PrivateNote") or ""))


def _open_again(bank_account: BankAccount, made: Answer) -> None:
    line = made.line
    changed = Answer.objects.filter(pk=made.pk, undone_at=None)
    if not changed.update(undone_at=clock.now(), undone_by=BOOKS_SAID):
        return
    Cleared.objects.filter(answer=made).delete()
    BankLine.objects.filter(pk=line.pk).update(state=LineState.OPEN)
    subject = f"bank line {line.pk}: {line.day} {line.amount_minor}"
    audit_append(bank_account.company_id, BOOKS_SAID, "bank-answer-undone", subject, {"kind": made.kind})
