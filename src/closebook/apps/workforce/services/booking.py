"""The desk's records into the books: planned and saved, written in order, each once, and taken back.

Each record's request id is saved with the plan before anything is sent, so that a lost reply is answered by
sending the same again: the books carry a request id out once.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.services.access import books_client
from closebook.apps.workforce.models import Bill, BookRun, Link, PaymentLine, RailSetting
from closebook.apps.workforce.selectors.bookable import (
    BILL,
    BILLED,
    ENTITIES,
    FEE,
    INVOICE,
    ITEM,
    MANY,
    PAYMENT,
    SYSTEM,
    TIME,
    VENDOR,
    Item,
    new_items,
)
from closebook.apps.workforce.services.payees import setting_of, written
from closebook.apps.workforce.services.paying import bill_stands, locked
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.faults import NotFoundError
from closebook.connectors.quickbooks.query import quoted
from closebook.connectors.quickbooks.wire import decimal_of, decode, encode, entry
from closebook.core.errors import ClosebookError, ConflictError, InputError, InvariantError
from closebook.core.planning.requests import request_id
from closebook.transport import clock

ACCOUNTS = "books"
"""The setting that holds the ledger accounts."""
ACCOUNT_TYPES = {
    "expense": ("Expense", "Cost of Goods Sold"),
    "bank": ("Bank",),
    "fee": ("Expense", "Other Expense"),
}
_OPEN = ("planned", "writing")
_UNDER_WAY = (*_OPEN, "undoing")


def accounts_offered(company: Company) -> dict[str, list[tuple[str, str]]]:
    """Return by use the (id, name) of the books' ledger accounts that fit it, and the services sold.

    Raises as the books do.
    """
    with books_client(company) as client:
        rows, items = list(client.query_all("Account")), list(client.query_all("Item"))
    sold = [row for row in items if row.get("Type") == "Service"]
    return {ITEM: [(str(row["Id"]), str(row.get("Name"))) for row in sold]} | {
        use: [
            (str(row["Id"]), str(row.get("FullyQualifiedName") or row.get("Name")))
            for row in rows
            if row.get("AccountType") in types
        ]
        for use, types in ACCOUNT_TYPES.items()
    }


def accounts_save(company: Company, typed: dict[str, str], actor: str) -> None:
    """Keep which ledger accounts are used, and whether the books hold other currencies than their own."""
    with books_client(company) as client:
        found = entry(client.preferences(), "CurrencyPrefs").get("MultiCurrencyEnabled")
    _accounts_keep(company, {**typed, MANY: "1" if found is True else ""}, actor)


@transaction.atomic
def _accounts_keep(company: Company, typed: dict[str, str], actor: str) -> None:
    locked(company)
    facts = {"facts": written(typed), "actor": actor, "made_at": clock.now()}
    RailSetting.objects.update_or_create(company=company, rail=ACCOUNTS, defaults=facts)
    audit_append(company.pk, actor, "rail-changed", ACCOUNTS, {"rail": ACCOUNTS})


def items_of(run: BookRun) -> list[Item]:
    """Return the records of a run."""
    return [Item(**found) for found in decode(run.items.encode())]


def _stored(items: Sequence[Item]) -> str:
    return encode([dataclasses.asdict(item) for item in items]).decode()


def _digest(items: Sequence[Item]) -> str:
    """Return the hash of what a plan rests on."""
    parts = [(item.key, item.action, encode(item.payload)) for item in items]
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


@transaction.atomic
def book_plan(company: Company, actor: str) -> BookRun:
    """Return the saved plan of what is new for the books.

    Raises ConflictError while another one is open, InputError when nothing is new or an account is missing.
    """
    locked(company)
    if BookRun.objects.filter(company=company, state__in=_UNDER_WAY).exists():
        raise ConflictError("book-run-open", "A plan is open already.", remedy="Write it, or drop it.")
    items = new_items(company, setting_of(company, ACCOUNTS)[0])
    if not items:
        raise InputError("book-nothing", "The books hold everything already.")
    made = BookRun.objects.create(company=company, digest=_digest(items), actor=actor, made_at=clock.now())
    for item in items:
        content = hashlib.blake2b(encode(item.payload), digest_size=16).hexdigest()
        item.request_id = request_id(f"desk-{company.realm_id}", str(made.pk), item.action, item.key, content)
    made.items = _stored(items)
    made.save(update_fields=["items"])
    return made


@transaction.atomic
def book_drop(run: BookRun) -> None:
    """Take a plan of which nothing is written out of the way. Raises ConflictError once it is begun."""
    locked(run.company)
    if not BookRun.objects.filter(pk=run.pk, state="planned").update(state="dropped"):
        raise ConflictError("book-run-begun", "It is being written already.", remedy="Undo it instead.")


def book_write(run: BookRun, actor: str) -> BookRun:
    """Return a run whose records are written, or that says in ``reason`` where it stopped, to go on.

    Raises ConflictError when something changed since the plan, before anything is written.
    """
    found = _begun(run)
    items = items_of(found)
    try:
        with books_client(found.company, f"desk run {found.pk}") as client:
            for item in items:
                if not item.done:
                    _write(client, found, item)
                    _keep(found, items, item)
    except InvariantError:
        raise
    except ClosebookError as error:
        BookRun.objects.filter(pk=found.pk).update(reason=str(error))
    else:
        BookRun.objects.filter(pk=found.pk).update(state="written", reason="")
        facts = {"book_run": found.pk, "records": len(items)}
        audit_append(found.company_id, actor, "desk-booked", f"run {found.pk}", facts)
    return BookRun.objects.select_related("company").get(pk=found.pk)


@transaction.atomic
def _begun(run: BookRun) -> BookRun:
    locked(run.company)
    found = BookRun.objects.select_for_update().select_related("company").get(pk=run.pk)
    if found.state not in _OPEN:
        raise ConflictError("book-run-over", "This plan is over.", remedy="Plan again.")
    if found.state == "planned":
        if _digest(new_items(found.company, setting_of(found.company, ACCOUNTS)[0])) != found.digest:
            raise ConflictError(
                "book-run-stale",
                "Bills or payments changed since the plan.",
                remedy="Drop it, and plan again.",
            )
        found.state = "writing"
        found.save(update_fields=["state"])
    return found


def _write(client: QuickBooksClient, run: BookRun, item: Item) -> None:
    """Write one record. What the books have by that name or number already is taken, never made twice."""
    entity = ENTITIES[item.kind]
    if item.action == "delete":
        _delete(client, run, item)
        return
    if item.kind == VENDOR:
        name = quoted(str(item.payload["DisplayName"]))
        known = next(iter(client.query_all(entity, f"DisplayName = {name}")), None)
        if known is not None:
            item.remote_id, item.note = str(known["Id"]), "matched"
            return
    body = client.create(entity, _resolved(run, item.payload), item.request_id)
    item.remote_id = str(body["Id"])


def _resolved(run: BookRun, value: Any) -> Any:
    """Return a payload with the books' ids of what it points at."""
    if isinstance(value, dict):
        return {name: _resolved(run, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(run, inner) for inner in value]
    if isinstance(value, str) and value.startswith("@"):
        kind, _colon, number = value[1:].partition(":")
        link = Link.objects.filter(
            company_id=run.company_id, kind=kind, number=int(number), system=SYSTEM
        ).first()
        if link is None:
            raise InvariantError("desk-not-linked", f"{value} is used before it is in the books.")
        return link.foreign_id
    return value


@transaction.atomic
def _keep(run: BookRun, items: Sequence[Item], item: Item) -> None:
    """Store what became of one record, with its link."""
    locked(run.company)
    item.done = True
    if item.action == "delete":
        _links(run, item).delete()
    else:
        billed = BILLED if item.payload.get("BillableStatus") == "Billable" else ""
        defaults = {
            "foreign_id": item.remote_id, "token": billed, "made_at": clock.now(), "actor": run.actor,
        }  # fmt: skip
        for number in item.covers or [item.number]:
            Link.objects.update_or_create(
                defaults=defaults, company_id=run.company_id, kind=item.kind, number=number, system=SYSTEM
            )
    BookRun.objects.filter(pk=run.pk).update(items=_stored(items))
    if item.kind == BILL:
        bill_stands(Bill.objects.get(pk=item.number))


def _links(run: BookRun, item: Item) -> QuerySet[Link]:
    """Return the links of all that a record stands for."""
    numbers = item.covers or [item.number]
    return Link.objects.filter(company_id=run.company_id, kind=item.kind, number__in=numbers, system=SYSTEM)


def _delete(client: QuickBooksClient, run: BookRun, item: Item) -> None:
    """Take a record out of the books; one that is gone already counts as taken out."""
    link = Link.objects.filter(
        company_id=run.company_id, kind=item.kind, number=item.number, system=SYSTEM
    ).first()
    if link is None:
        return
    entity = ENTITIES[item.kind]
    try:
        body = client.read(entity, link.foreign_id)
    except NotFoundError:
        return
    payload = {"Id": link.foreign_id, "SyncToken": str(body.get("SyncToken", ""))}
    client.delete(entity, payload, item.request_id)


def book_undo(run: BookRun, actor: str) -> BookRun:
    """Return a run whose records were taken out again, newest first; vendors stay, they may be in use.

    What a person changed in the books is left and named in ``reason``. Raises ConflictError while a later
    run builds on it.
    """
    locked_run = _undoing(run)
    items, left = items_of(locked_run), list[str]()
    try:
        with books_client(locked_run.company, f"desk run {run.pk}") as client:
            for item in reversed(items):
                if item.done and item.action == "create" and item.kind != VENDOR:
                    _take_back(client, locked_run, items, item, left)
    except InvariantError:
        raise
    except ClosebookError as error:
        BookRun.objects.filter(pk=run.pk).update(reason=str(error))
        return BookRun.objects.get(pk=run.pk)
    text = f"A person changed it in the books, so it stays: {', '.join(left)}." if left else ""
    BookRun.objects.filter(pk=run.pk).update(state="undone", reason=text)
    audit_append(run.company_id, actor, "desk-unbooked", f"run {run.pk}", {"book_run": run.pk})
    return BookRun.objects.get(pk=run.pk)


@transaction.atomic
def _undoing(run: BookRun) -> BookRun:
    locked(run.company)
    found = BookRun.objects.select_for_update().select_related("company").get(pk=run.pk)
    if found.state not in {"written", "writing", "undoing"}:
        raise ConflictError("book-run-over", "There is nothing to undo.", remedy="Look at the list.")
    mine = {item.key for item in items_of(found)}
    bills = [item.number for item in items_of(found) if item.kind == BILL]
    paid = PaymentLine.objects.filter(bill_id__in=bills).values_list("pk", flat=True)
    later = Link.objects.filter(company=found.company, system=SYSTEM, kind=PAYMENT, number__in=list(paid))
    if any(f"@{PAYMENT}:{link.number}" not in mine for link in later):
        raise ConflictError(
            "book-run-used", "Payments of these bills were written later.", remedy="Undo the later run first."
        )
    found.state = "undoing"
    found.save(update_fields=["state"])
    return found


def _take_back(
    client: QuickBooksClient, run: BookRun, items: Sequence[Item], item: Item, left: list[str]
) -> None:
    try:
        body = client.read(ENTITIES[item.kind], item.remote_id)
    except NotFoundError:
        body = {}
    if body and _changed(item, body):
        left.append(item.title)
        return
    if body:
        payload = {"Id": item.remote_id, "SyncToken": str(body.get("SyncToken", ""))}
        client.delete(ENTITIES[item.kind], payload, f"u{item.request_id}"[:50])
    with transaction.atomic():
        item.done = False
        _links(run, item).filter(foreign_id=item.remote_id).delete()
        BookRun.objects.filter(pk=run.pk).update(items=_stored(items))
        if item.kind == BILL:
            bill_stands(Bill.objects.get(pk=item.number))


def _changed(item: Item, body: dict[str, Any]) -> bool:
    """Tell whether a person gave a record another day, sum or time, billed it, or took a payment for it."""
    billed = item.kind == TIME and body.get("BillableStatus") == "HasBeenBilled"
    paid = item.kind == INVOICE and decimal_of(body.get("Balance")) != decimal_of(body.get("TotalAmt"))
    names = ("TxnDate", "Hours", "Minutes")
    other = any(str(body.get(name)) != str(item.payload[name]) for name in names if name in item.payload)
    lines = item.payload.get("Line") or []
    total = sum((decimal_of(line["Amount"]) for line in lines), decimal_of(0))
    sums = item.kind in {BILL, PAYMENT, FEE, INVOICE} and decimal_of(body.get("TotalAmt")) != total
    return other or sums or billed or paid
