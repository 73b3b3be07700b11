"""Bank accounts, their files and lines, and the answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import Q
from ninja import File, Query, Router
from ninja.files import UploadedFile

from closebook.api.access import ApiRequest
from closebook.api.bank import bank_account_of, line_of, lines_in, lines_plain, wire_id_of
from closebook.api.bank_schemas import (
    AnswerIn,
    BankAccountIn,
    BankAccountOut,
    BankFileOut,
    BankLineOut,
    BankLineWhole,
    LinesWish,
)
from closebook.api.operations import Number, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.apps.bank.models import Answer, BankAccount, BankLine, BankUpload
from closebook.apps.bank.selectors.bank_accounts import bank_accounts_in
from closebook.apps.bank.selectors.suggestions import Suggestion, suggestions
from closebook.apps.bank.services.answering import (
    Wanted,
    answer_excluded,
    answer_match,
    answer_undo,
    answer_written,
    record_in_books,
    same_line_said,
    suggestion_accept,
    unfinished_send,
)
from closebook.apps.bank.services.bank_accounts import bank_account_make
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.bank.services.importing import Understood, file_import, understood, upload_read
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.services.uploading import safe_name
from closebook.connectors.bank import BankFile
from closebook.connectors.bank.files import MAX_BYTES
from closebook.core.errors import InputError
from closebook.core.reconcile.rules import Share

router = Router(tags=["Bank"])


@reads(router, "/bank-accounts", Ability.SEE_BOOKS, Page[BankAccountOut])
def bank_accounts(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The bank accounts with what is open on them."""
    return page_of(request, bank_accounts_in(request.auth.company), wish, _accounts_plain)


@writes(router, "/bank-accounts", Ability.EDIT_BOOKS, BankAccountOut)
def make_bank_account(request: ApiRequest, body: BankAccountIn) -> dict[str, Any]:
    """Make a bank account for a ledger account of type Bank or Credit Card."""
    wire_id = wire_id_of(request, body.ledger_account)
    company = request.auth.company
    made = bank_account_make(company, body.name.strip(), wire_id, body.number.strip(), request.auth.actor)
    return _accounts_plain([bank_accounts_in(company).get(pk=made.pk)])[0]


def _accounts_plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = ("name", "number", "currency", "open_lines", "last_day")
    return [{"bank_account": row.pk, **{name: getattr(row, name) for name in names}} for row in rows]


@reads(router, "/bank-accounts/{bank_account}/files/preview", Ability.EDIT_BOOKS, BankFileOut, method="POST")
def preview_bank_file(
    request: ApiRequest, bank_account: Number, file: Annotated[UploadedFile, File(...)]
) -> dict[str, Any]:
    """What a file of the bank holds and what of it is new. Nothing is stored."""
    one = bank_account_of(request, bank_account)
    found = _read(one, file)
    return _file_plain(found, understood(one.company, found, _chosen(one, found)))


@writes(router, "/bank-accounts/{bank_account}/files", Ability.EDIT_BOOKS, BankFileOut)
def import_bank_file(
    request: ApiRequest, bank_account: Number, file: Annotated[UploadedFile, File(...)]
) -> dict[str, Any]:
    """Store the new lines of a file of the bank, each of them once.

    The answer says what was new. A file of several bank accounts goes to those whose numbers it names.
    """
    one = bank_account_of(request, bank_account)
    found = _read(one, file)
    chosen = _chosen(one, found)
    said = _file_plain(found, understood(one.company, found, chosen))
    file_import(one.company, found, chosen, request.auth.actor)
    return said


def _read(one: BankAccount, file: UploadedFile) -> BankFile:
    if (file.size or 0) > MAX_BYTES:
        raise InputError(
            "bank-file-too-large", "The file is larger than 32 MB.", remedy="Download a shorter period."
        )
    data, name = file.read(), safe_name(file.name or "")
    return upload_read(BankUpload(company=one.company, name=name, data=data))


def _chosen(one: BankAccount, found: BankFile) -> list[BankAccount | None]:
    """Return the bank account of each statement of a file: the one that its number names, else the one of
    the address, as long as that can only be meant for a single statement.
    """
    known = [answer.bank_account for answer in understood(one.company, found)]
    return [one if each is None and len(known) == 1 else each for each in known]


def _file_plain(found: BankFile, parts: Sequence[Understood]) -> dict[str, Any]:
    return {"file": found.name, "format": found.format.value, "parts": [_part(each) for each in parts]}


def _part(each: Understood) -> dict[str, Any]:
    said = each.statement
    return {
        "bank_account": each.bank_account.pk if each.bank_account else None,
        "number": said.number,
        "currency": said.currency,
        "first_day": said.first_day,
        "last_day": said.last_day,
        "opening_minor": said.opening.amount_minor if said.opening else None,
        "closing_minor": said.closing.amount_minor if said.closing else None,
        "rows": len(said.lines),
        "new": each.new,
        "look_alikes": each.look_alikes,
        "known": each.known_file,
    }


@reads(router, "/bank-accounts/{bank_account}/lines", Ability.SEE_BOOKS, Page[BankLineOut])
def bank_lines(request: ApiRequest, bank_account: Number, wish: Query[LinesWish]) -> dict[str, Any]:
    """The lines of a bank account, the last ones imported first."""
    one = bank_account_of(request, bank_account)
    rows = lines_in(request).filter(bank_account=one)
    wishes: dict[str, object] = {
        "state": wish.state or None,
        "day__gte": wish.day_from,
        "day__lte": wish.day_to,
        "amount_minor": wish.amount_minor,
    }
    rows = rows.filter(**{name: value for name, value in wishes.items() if value is not None})
    for word in wish.words.split():
        rows = rows.filter(
            Q(counterparty__icontains=word) | Q(text__icontains=word) | Q(references__icontains=word)
        )
    return page_of(request, rows, wish, lines_plain, newest_first=True)


@reads(router, "/bank-lines/{line}", Ability.SEE_BOOKS, BankLineWhole)
def bank_line(request: ApiRequest, line: Number) -> dict[str, Any]:
    """One line with its answer, or what would answer it."""
    return _whole(request, line)


def _whole(request: ApiRequest, number: int) -> dict[str, Any]:
    line = line_of(request, number)
    found = suggestions(line.bank_account, [line]).get(line.pk, [])
    return {**lines_plain([line])[0], "suggestions": [_suggestion(each) for each in found]}


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "certain": one.certain,
        "by": one.by,
        "record": f"{one.record.entity} {one.record.wire_id}" if one.record else "",
        "other_line": one.other.pk if one.other else None,
        "rule": one.version.rule_id if one.version else None,
    }


@writes(router, "/bank-lines/{line}/answer", Ability.EDIT_BOOKS, BankLineWhole)
def answer_bank_line(request: ApiRequest, line: Number, body: AnswerIn) -> dict[str, Any]:
    """Answer a line: with records of the books, with what is written for it, or with a reason to leave it."""
    found = line_of(request, line)
    answers_follow(found.bank_account)
    _answer(request, found, body)
    return _whole(request, line)


def _answer(request: ApiRequest, line: BankLine, body: AnswerIn) -> None:
    by = request.auth.actor
    if body.what == "exclude":
        answer_excluded(line, body.reason, by)
    elif body.what in {"same", "own"}:
        same_line_said(line, by, same=body.what == "same")
    elif body.what == "match":
        answer_match(line, [one for one in _records(line, body.records) if one is not None], by)
    elif body.what == "write":
        answer_written(line, _wanted(request, line, body), by)
    elif body.what == "finish":
        rows = Answer.objects.filter(line=line, undone_at=None, done=False)
        for made in rows.select_related("line__bank_account__company"):
            unfinished_send(made, by)
    else:
        suggestion_accept(line, _suggested(line, body.suggestion), by)


def _records(line: BankLine, names: Sequence[str]) -> list[Any]:
    parts = [name.partition(" ") for name in dict.fromkeys(names)]
    return [record_in_books(line, entity, wire_id) for entity, _space, wire_id in parts]


def _suggested(line: BankLine, key: str) -> Suggestion:
    for one in suggestions(line.bank_account, [line]).get(line.pk, []):
        if one.key == key:
            return one
    raise InputError(
        "bank-reason", "What was suggested does not fit any more.", remedy="Look at the line again."
    )


def _wanted(request: ApiRequest, line: BankLine, body: AnswerIn) -> Wanted:
    """Return what is to be written. InputError bank-amounts when the shares do not make the amount."""
    total = sum(share.amount_minor for share in body.shares)
    if total != abs(line.amount_minor):
        raise InputError(
            "bank-amounts",
            "The amounts do not make the line's.",
            remedy=f"Share {abs(line.amount_minor)} minor units between ledger accounts.",
        )
    shares = tuple(Share(wire_id_of(request, one.ledger_account), one.amount_minor) for one in body.shares)
    party = (body.party.kind, body.party.id) if body.party else ("", "")
    return Wanted(shares, party, body.memo, sure=body.sure)


@writes(router, "/bank-lines/{line}/undo", Ability.EDIT_BOOKS, BankLineWhole)
def undo_bank_line(request: ApiRequest, line: Number) -> dict[str, Any]:
    """Take the answer of a line back; what was written for it is deleted from the books."""
    found = line_of(request, line)
    rows = Answer.objects.filter(line=found, undone_at=None)
    made = rows.select_related("line__bank_account__company").first()
    if made is not None:
        answer_undo(made, request.auth.actor)
    return _whole(request, line)
