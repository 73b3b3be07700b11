"""Answering lines: with a record of the books, with one that is written for it, or with a reason to leave it.

What is written is kept with its request id before it is sent, so that an interrupted write is finished and
never repeated. Every answer can be taken back; what was written goes back only while nobody changed it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from closebook.apps.bank.models import Answer, BankLine, BankRuleVersion, Cleared, LineState, PlannedAnswer
from closebook.apps.bank.selectors.counted import is_income, payer_synced, same_money
from closebook.apps.bank.selectors.suggestions import InBooks, Suggestion, books_records
from closebook.apps.bank.services.payloads import payload_of, transfer_of, with_decimals
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.records import record_of
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.services.record_writing import record_write
from closebook.connectors.quickbooks.wire import decode
from closebook.core.errors import ConflictError, HeldError, InputError, RejectedError, StaleError
from closebook.core.reconcile.rules import Share
from closebook.transport import clock


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written for a line: shares of ledger accounts by the books' ids, a party, a memo.

    ``sure`` says that somebody has seen that it may be counted already, and wants it still.
    """

    shares: tuple[Share, ...]
    party: tuple[str, str] = ("", "")
    memo: str = ""
    sure: bool = False


def answer_match(
    line: BankLine, records: Sequence[InBooks], by: str, *, reason: str = "",
    planned: PlannedAnswer | None = None,
) -> Answer:  # fmt: skip
    """Let records of the books answer a line. InputError bank-amounts when they do not make its amount."""
    total = sum(one.amount_minor for one in records)
    if not records or total != line.amount_minor:
        raise InputError(
            "bank-amounts",
            "The chosen records do not add up to the line.",
            remedy="Choose records whose amounts make the line's, to the cent.",
        )
    with transaction.atomic():
        made = _answer(line, "match", by, reason, planned=planned)
        for one in records:
            _clear(line, made, one.entity, one.wire_id, one.amount_minor)
        _state(line, LineState.MATCHED)
    _note(made, "bank-line-matched", {"records": [f"{one.entity} {one.wire_id}" for one in records]})
    return made


def answer_excluded(
    line: BankLine, reason: str, by: str, rule: BankRuleVersion | None = None,
    planned: PlannedAnswer | None = None,
) -> Answer:  # fmt: skip
    """Leave a line out of the books, with the reason. InputError bank-reason without one."""
    if not reason.strip():
        raise InputError("bank-reason", "No reason was given.", remedy="Say why the line is left out.")
    with transaction.atomic():
        made = _answer(line, "excluded", by, reason.strip(), rule=rule, planned=planned)
        _state(line, LineState.EXCLUDED)
    _note(made, "bank-line-excluded", {"reason": reason.strip()})
    return made


def answer_written(
    line: BankLine, wanted: Wanted, by: str, *, rule: BankRuleVersion | None = None,
    planned: PlannedAnswer | None = None,
) -> Answer:  # fmt: skip
    """Write an expense or deposit for a line into the books, and let it answer the line.

    Raises ConflictError bank-counted-twice for income that the books may hold already.
    """
    if not wanted.sure and is_income(line, wanted.shares):
        _not_counted(line)
    entity, payload = payload_of(line, wanted.shares, wanted.party, wanted.memo)
    kind = "rule" if rule else "typed"
    with transaction.atomic():
        made = _answer(line, kind, by, "", rule=rule, entity=entity, payload=payload, planned=planned)
    return _send(made, by)


def _not_counted(line: BankLine) -> None:
    """Raise ConflictError bank-counted-twice when the money of a line may be in the books already."""
    found, payer = same_money(line), payer_synced(line)
    if found is not None:
        raise ConflictError(
            "bank-counted-twice",
            f"The books have {found.entity} {found.wire_id} of this amount on {found.day}: as income, the "
            "money would be counted twice.",
            remedy="Match the line with it. If it is other money, say so and write it.",
        )
    if payer:
        raise ConflictError(
            "bank-counted-twice",
            f"The text names what {payer} is connected to, and the sync posts its sales: as income, the "
            "money would be counted twice.",
            remedy="Let the next sync bring the payout, and match it. If it is other money, say so and "
            "write it.",
        )


def answer_transfer(line: BankLine, other: BankLine, by: str, planned: PlannedAnswer | None = None) -> Answer:
    """Let a transfer in the books answer two lines of own bank accounts; it is written when none is there."""
    if line.amount_minor != -other.amount_minor or line.bank_account_id == other.bank_account_id:
        raise InputError(
            "bank-amounts", "The two lines are not one transfer.", remedy="Choose the line of the other side."
        )
    entity, payload = transfer_of(line, other)
    with transaction.atomic():
        kept = {**payload, "other_line": other.pk}
        made = _answer(line, "transfer", by, "", entity=entity, payload=kept, planned=planned)
    return _send(made, by)


def unfinished_send(made: Answer, by: str) -> Answer:
    """Finish an answer whose write was interrupted; the same request id writes once."""
    return made if made.done else _send(made, by)


def _answer(
    line: BankLine, kind: str, by: str, reason: str, *, rule: BankRuleVersion | None = None,
    entity: str = "", payload: dict[str, Any] | None = None, planned: PlannedAnswer | None = None,
) -> Answer:  # fmt: skip
    if line.statement_id is not None:
        raise _closed()
    try:
        with transaction.atomic():
            return Answer.objects.create(
                line=line, kind=kind, reason=reason, rule=rule, entity=entity, payload=payload or {},
                request_id=_request_id(planned) if entity else "", done=not entity, by=by, at=clock.now(),
                planned=planned,
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError(
            "line-answered", "The line was answered in the meantime.", remedy="Look at its answer first."
        ) from error


def _request_id(planned: PlannedAnswer | None) -> str:
    return planned.request_id if planned else request_id_new()


def request_id_new() -> str:
    """Return a new id under which the books write something once."""
    return f"bank-{secrets.token_hex(16)}"


def _send(made: Answer, by: str) -> Answer:
    """Write what an answer holds, and mark its lines as matched. Errors of the books leave nothing behind."""
    line = made.line
    payload = with_decimals(made.payload)
    try:
        found = record_write(line.bank_account.company, by, "create", made.entity, payload, made.request_id)
    except (InputError, HeldError, RejectedError, StaleError):
        made.delete()
        raise
    wire_id, token = str(found["Id"]), str(found.get("SyncToken", "0"))
    with transaction.atomic():
        Answer.objects.filter(pk=made.pk).update(done=True, written_id=wire_id, written_token=token)
        _clear(line, made, made.entity, wire_id, line.amount_minor)
        _state(line, LineState.MATCHED)
        _answer_other(made, wire_id, by)
    made.refresh_from_db()
    _note(made, "bank-line-written", {"record": f"{made.entity} {wire_id}"})
    return made


def _answer_other(made: Answer, wire_id: str, by: str) -> None:
    """Let a written transfer answer the line of the other bank account too."""
    key = made.payload.get("other_line")
    other = BankLine.objects.filter(pk=key, state=LineState.OPEN).first() if key else None
    if other is not None:
        second = _answer(other, "match", by, f"transfer of line {made.line_id}")
        _clear(other, second, made.entity, wire_id, other.amount_minor)
        _state(other, LineState.MATCHED)


def _clear(line: BankLine, made: Answer, entity: str, wire_id: str, amount_minor: int) -> None:
    try:
        with transaction.atomic():
            Cleared.objects.create(
                bank_account_id=line.bank_account_id, answer=made, entity=entity, wire_id=wire_id,
                amount_minor=amount_minor,
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError(
            "record-cleared",
            "The record answers another line already.",
            remedy="Take that back first.",
        ) from error


def answer_undo(made: Answer, by: str) -> None:
    """Take an answer back: the line is open again, and what was written for it is deleted from the books.

    Raises HeldError statement-closed; ConflictError record-changed when somebody changed what was written.
    """
    line = made.line
    if made.undone_at is not None:
        return
    if line.statement_id is not None:
        raise _closed()
    related = _related(made)
    if any(one.line.statement_id is not None for one in related):
        raise _closed()
    if made.written_id:
        _delete_written(made, by)
    with transaction.atomic():
        for one in (made, *related):
            Cleared.objects.filter(answer=one).delete()
            Answer.objects.filter(pk=one.pk).update(undone_at=clock.now(), undone_by=by)
            _state(one.line, LineState.OPEN)
    _note(made, "bank-answer-undone", {"kind": made.kind})


def _related(made: Answer) -> list[Answer]:
    """Return the answers of other lines of the company by the record that this one wrote."""
    if not made.written_id:
        return []
    others = Cleared.objects.filter(
        bank_account__company=made.line.bank_account.company, entity=made.entity, wire_id=made.written_id
    ).exclude(answer=made)
    return [one.answer for one in others.select_related("answer__line__bank_account__company")]


def _delete_written(made: Answer, by: str) -> None:
    company = made.line.bank_account.company
    books = books_of(company.realm_id)
    record = record_of(books.pk, made.entity, made.written_id) if books else None
    if record is None:
        return
    if str(record.sync_token) != made.written_token:
        raise ConflictError(
            "record-changed",
            f"{made.entity} {made.written_id} was changed in the books since it was written.",
            remedy="Change or delete it in the books yourself; then take the answer back.",
        )
    body: dict[str, Any] = decode(record.body.encode())
    request_id = f"undo-{made.request_id}"[:50]
    record_write(company, by, "delete", made.entity, {**body, "SyncToken": made.written_token}, request_id)


def suggestion_accept(line: BankLine, one: Suggestion, by: str) -> Answer:
    """Take a suggestion as the answer."""
    if one.kind == "match" and one.record is not None:
        return answer_match(line, [one.record], by, reason=one.by)
    if one.kind == "transfer" and one.other is not None:
        return answer_transfer(line, one.other, by)
    rule = one.rule
    if rule is None or one.version is None:
        raise InputError("bank-reason", "There is no such suggestion.", remedy="Open the line again.")
    if rule.excludes:
        return answer_excluded(line, rule.memo or one.version.rule.name, by, one.version)
    return answer_written(line, Wanted(rule.shares, rule.party, rule.memo), by, rule=one.version)


def record_in_books(line: BankLine, entity: str, wire_id: str) -> InBooks | None:
    """Return a record that can answer a line; None when it answers another or is of another bank."""
    company = line.bank_account.company
    books = books_of(company.realm_id)
    record = record_of(books.pk, entity, wire_id) if books else None
    if record is None or record.txn_date is None:
        return None
    found = books_records(line.bank_account, record.txn_date, record.txn_date)
    return next((one for one in found if (one.entity, one.wire_id) == (entity, wire_id)), None)


def same_line_said(line: BankLine, by: str, *, same: bool) -> None:
    """Keep what a person says of a look-alike: the same as another line, or one of its own."""
    if same:
        answer_excluded(line, "the same line in another file", by)
        return
    BankLine.objects.filter(pk=line.pk).update(look_alike=False)
    audit_append(line.bank_account.company_id, by, "bank-line-own", f"bank line {line.pk}", {})


def _state(line: BankLine, state: LineState) -> None:
    line.state = state
    BankLine.objects.filter(pk=line.pk).update(state=state)


def _closed() -> HeldError:
    return HeldError(
        "statement-closed",
        "The line stands in a statement that was closed.",
        remedy="Open that statement again first.",
    )


def _note(made: Answer, action: str, facts: dict[str, Any]) -> None:
    line = made.line
    subject = f"bank line {line.pk}: {line.day} {line.amount_minor}"
    audit_append(line.bank_account.company_id, made.by, action, subject, facts)
