"""Bank files in: what a file holds is shown first, then stored as a whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from closebook.apps.bank.models import (
    Answer,
    BankAccount,
    BankFile,
    BankLine,
    BankUpload,
    LineState,
    StatementClose,
)
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.connectors.bank import BankFile as ReadFile
from closebook.connectors.bank import BankFormat, ColumnMapping, format_of, read_bank_file
from closebook.connectors.bank.mapping import mapping_from_json
from closebook.connectors.bank.reader import text_of
from closebook.connectors.bank.sniffing import sniffed
from closebook.core.errors import HeldError, InputError
from closebook.core.reconcile.bank_lines import BankLine as Line
from closebook.core.reconcile.bank_lines import BankStatement
from closebook.core.reconcile.overlap import Known, Standing, identities, look_of, standings
from closebook.transport import clock

_KEPT_DAYS = 2
_MARGIN = dt.timedelta(days=1)


@dataclass(slots=True)
class Understood:
    """One statement of a file beside the bank account that it is for (None: not known yet)."""

    statement: BankStatement
    bank_account: BankAccount | None
    standings: list[Standing] = field(default_factory=list)
    known_file: bool = False

    @property
    def new(self) -> int:
        """Return how many lines are new, look-alikes included."""
        return sum(each is not Standing.KNOWN for each in self.standings)

    @property
    def look_alikes(self) -> int:
        """Return how many lines look like others and have to be told apart by a person."""
        return sum(each is Standing.LOOK_ALIKE for each in self.standings)


def upload_keep(company: Company, name: str, data: bytes) -> BankUpload:
    """Keep a file until a person has seen what it holds; older ones that nobody imported are dropped."""
    now = clock.now()
    BankUpload.objects.filter(company=company, received_at__lt=now - dt.timedelta(days=_KEPT_DAYS)).delete()
    return BankUpload.objects.create(company=company, name=name[-260:], data=data, received_at=now)


def upload_read(upload: BankUpload, mapping: ColumnMapping | None = None) -> ReadFile:
    """Return what an upload holds. A CSV file with the columns of a bank account's last one is read alike."""
    data, name = bytes(upload.data), upload.name
    if mapping is not None:
        return read_bank_file(data, name, mapping=mapping, currency=upload.company.home_currency)
    text = text_of(data, name)
    headings = sniffed(text) if format_of(text) is BankFormat.CSV else None
    for one in BankAccount.objects.filter(company=upload.company).exclude(mapping={}):
        kept = mapping_from_json(one.mapping)
        if headings is not None and kept.fits(headings.headings):
            return read_bank_file(data, name, mapping=kept, currency=one.currency)
    return read_bank_file(data, name, currency=upload.company.home_currency)


def understood(
    company: Company, found: ReadFile, chosen: Sequence[BankAccount | None] = ()
) -> list[Understood]:
    """Return each statement of a file with its bank account and what is new; nothing is stored."""
    every = list(BankAccount.objects.filter(company=company))
    answers = []
    for at, statement in enumerate(found.statements):
        wanted = chosen[at] if at < len(chosen) else None
        one = wanted or _account_of(statement, found, every)
        answer = Understood(statement, one)
        if one is not None:
            answer.standings = standings(statement.lines, _stored(one, statement.lines), found.format)
            answer.known_file = BankFile.objects.filter(
                bank_account=one, sha256=_digest(statement, found.format)
            ).exists()
        answers.append(answer)
    return answers


def _account_of(
    statement: BankStatement, found: ReadFile, every: Sequence[BankAccount]
) -> BankAccount | None:
    """Return the bank account that a statement's number names, or whose columns these are."""
    bare = _bare(statement.number)
    if bare:
        return next((one for one in every if _bare(one.number) == bare), None)
    if found.mapping is not None:
        fits = [
            one
            for one in every
            if one.mapping and mapping_from_json(one.mapping).fits(found.mapping.headings)
        ]
        return fits[0] if len(fits) == 1 else None
    return None


def _bare(number: str) -> str:
    return "".join(mark for mark in number if mark.isalnum()).upper()


def _stored(bank_account: BankAccount, lines: Sequence[Line]) -> list[Known]:
    if not lines:
        return []
    days = [line.day for line in lines]
    rows = BankLine.objects.filter(
        bank_account=bank_account, day__gte=min(days) - _MARGIN, day__lte=max(days) + _MARGIN
    )
    facts = rows.values_list("pk", "identity", "day", "amount_minor", "look", "file__format")
    return [Known(*each) for each in facts]


def _digest(statement: BankStatement, form: str) -> str:
    texts = [form, statement.number, statement.currency, *identities(statement.lines)]
    texts += [str(statement.opening), str(statement.closing)]
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()


@transaction.atomic
def file_import(
    company: Company, found: ReadFile, chosen: Sequence[BankAccount | None], by: str
) -> list[BankFile]:
    """Store the new lines of a file; return one row for each statement. Nothing is stored when one fails.

    Raises InputError: bank-account-needed, bank-currency, bank-file-known; HeldError statement-closed for
    lines in a statement that was closed.
    """
    Company.objects.select_for_update().get(pk=company.pk)
    answers = understood(company, found, chosen)
    for one in {answer.bank_account for answer in answers if answer.bank_account is not None}:
        answers_follow(one)
    if not answers or all(answer.known_file for answer in answers):
        raise InputError(
            "bank-file-known",
            f"{found.name} holds nothing that is not here already.",
            remedy="Download a newer period.",
        )
    return [_store(answer, found, by) for answer in answers if not answer.known_file]


def _store(answer: Understood, found: ReadFile, by: str) -> BankFile:
    statement, one = answer.statement, answer.bank_account
    if one is None:
        raise InputError(
            "bank-account-needed",
            f"Nobody has said which bank account {statement.number or 'this file'} is.",
            remedy="Choose one, or make a new one.",
        )
    if statement.currency != one.currency:
        raise InputError(
            "bank-currency",
            f"The lines are in {statement.currency}, {one.name} is kept in {one.currency}.",
            remedy="Choose the bank account of that currency.",
        )
    _refuse_closed(answer, one)
    opening, closing = statement.opening, statement.closing
    row = BankFile.objects.create(
        bank_account=one,
        name=found.name[-260:],
        sha256=_digest(statement, found.format),
        format=found.format,
        rows=len(statement.lines),
        new_rows=answer.new,
        first_day=statement.first_day,
        last_day=statement.last_day,
        opening_minor=opening.amount_minor if opening else None,
        closing_minor=closing.amount_minor if closing else None,
        received_at=clock.now(),
        by=by,
    )
    named = zip(statement.lines, identities(statement.lines), answer.standings, strict=True)
    BankLine.objects.bulk_create(
        [
            _row(one, row, line, name, standing)
            for line, name, standing in named
            if standing is not Standing.KNOWN
        ],
        batch_size=500,
    )
    if found.mapping is not None or (statement.number and not one.number):
        one.mapping = found.mapping.to_json() if found.mapping is not None else one.mapping
        one.number = one.number or statement.number[:64]
        one.save(update_fields=["mapping", "number"])
    facts = {"rows": row.rows, "new": row.new_rows, "sha256": row.sha256}
    audit_append(one.company_id, by, "bank-file-imported", f"{one.name}: {row.name}"[:200], facts)
    return row


def _refuse_closed(answer: Understood, one: BankAccount) -> None:
    closed = StatementClose.objects.filter(bank_account=one).order_by("-last_day").first()
    if closed is None:
        return
    named = zip(answer.statement.lines, answer.standings, strict=True)
    late = [
        line for line, standing in named if standing is not Standing.KNOWN and line.day <= closed.last_day
    ]
    if late:
        raise HeldError(
            "statement-closed",
            f"{len(late)} new lines lie on or before {closed.last_day}, in a statement that was closed.",
            remedy="Open that statement again first.",
        )


@transaction.atomic
def file_remove(file: BankFile, by: str) -> int:
    """Remove a file with its lines and return how many they were. HeldError bank-file-used when one of them
    is answered.
    """
    one = file.bank_account
    Company.objects.select_for_update().get(pk=one.company_id)
    lines = BankLine.objects.filter(file=file)
    used = lines.exclude(state=LineState.OPEN).count()
    if used or Answer.objects.filter(line__file=file, undone_at=None).exists():
        raise HeldError(
            "bank-file-used",
            f"{used} lines of {file.name} are answered.",
            remedy="Take their answers back first.",
        )
    count = lines.count()
    facts = {"lines": count, "sha256": file.sha256}
    file.delete()
    audit_append(one.company_id, by, "bank-file-removed", f"{one.name}: {file.name}"[:200], facts)
    return count


def _row(one: BankAccount, file: BankFile, line: Line, identity: str, standing: Standing) -> BankLine:
    return BankLine(
        bank_account=one, file=file, row=line.row, identity=identity, look=look_of(line), day=line.day,
        amount_minor=line.amount_minor, counterparty=line.counterparty[:300], text=line.text,
        references="\n".join(line.references), kind=line.kind, look_alike=standing is Standing.LOOK_ALIKE,
        parts=[
            {"amount_minor": part.amount_minor, "counterparty": part.counterparty, "text": part.text}
            for part in line.parts
        ],
    )  # fmt: skip
