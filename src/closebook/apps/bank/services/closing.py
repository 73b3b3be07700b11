"""Closing a reconciled statement, and opening it again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.bank.models import BankAccount, BankLine, StatementClose
from closebook.apps.bank.selectors.statements import last_close, statement_view
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import HeldError, InputError
from closebook.transport import clock


@transaction.atomic
def statement_close(
    bank_account: BankAccount, last_day: dt.date, opening_minor: int, closing_minor: int, by: str
) -> StatementClose:
    """Return the closed statement. Raises HeldError statement-differs unless every line is answered and
    opening + lines = closing; InputError statement-before for a day that is closed already.
    """
    locked = BankAccount.objects.select_for_update().get(pk=bank_account.pk)
    answers_follow(locked)
    before = last_close(locked)
    if before is not None and last_day <= before.last_day:
        raise InputError(
            "statement-before",
            f"The statement until {before.last_day} is closed.",
            remedy="Choose a later day.",
        )
    view = statement_view(bank_account, last_day, opening_minor, closing_minor)
    if not view.standing.done:
        raise HeldError(
            "statement-differs",
            "Lines are open, or opening balance and lines do not make the closing balance.",
            remedy="Answer the open lines, and compare the balances with the paper.",
        )
    made = StatementClose.objects.create(
        bank_account=bank_account, first_day=view.first_day, last_day=last_day, opening_minor=opening_minor,
        closing_minor=closing_minor, books_minor=view.standing.books_minor, closed_at=clock.now(), by=by,
    )  # fmt: skip
    rows = BankLine.objects.filter(bank_account=bank_account, statement=None, day__lte=last_day)
    rows.filter(pk__in=[line.pk for line in view.lines]).update(statement=made)
    facts = {"opening_minor": opening_minor, "closing_minor": closing_minor, "lines": len(view.lines)}
    audit_append(bank_account.company_id, by, "statement-closed", f"{bank_account.name} {last_day}", facts)
    return made


@transaction.atomic
def statement_reopen(made: StatementClose, by: str) -> None:
    """Open the newest closed statement again. Raises InputError statement-before for an older one."""
    newest = last_close(made.bank_account)
    if newest is None or newest.pk != made.pk:
        raise InputError(
            "statement-before", "A later statement is closed.", remedy="Open the newest one first."
        )
    subject = f"{made.bank_account.name} {made.last_day}"
    company_id = made.bank_account.company_id
    made.delete()
    audit_append(company_id, by, "statement-reopened", subject, {})
