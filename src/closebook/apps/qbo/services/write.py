"""Creates, updates, voids and deletes objects. Each call is one item: it does all of its work or raises
Fault.

The caller holds a transaction (and for batches a savepoint for each item), calls ``ctx.settle()`` when the
item has succeeded and ``ctx.flush()`` at the end.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from closebook.apps.books.models import Record
from closebook.apps.qbo import faults, store
from closebook.apps.qbo.context import Context, Reference, label_of
from closebook.apps.qbo.entities.base import Draft, Entity
from closebook.apps.qbo.values import boolean_of, digits_of, text_of
from closebook.apps.qbo.wire import Body, encode, stamp
from closebook.core.ledger.entry import JournalEntry


def create(ctx: Context, entity: Entity, payload: Body) -> Body:
    """Store a new object and return its wire object."""
    return store.body_of(create_record(ctx, entity, payload))


def update(ctx: Context, entity: Entity, payload: Body) -> Body:
    """Change an object (full, or sparse when the payload says so) and return its wire object."""
    return store.body_of(update_record(ctx, entity, payload))


def void(ctx: Context, entity: Entity, payload: Body) -> Body:
    """Void a transaction and return its wire object."""
    return store.body_of(void_record(ctx, entity, payload))


def create_record(ctx: Context, entity: Entity, payload: Body) -> Record:
    """Store a new object and return its record."""
    if not entity.creatable:
        raise faults.unsupported_operation(f"Operation create is not supported on {entity.name}")
    entity.check_members(payload, references=not ctx.references_checked)
    draft = entity.prepare(ctx, entity.merge(payload, None, sparse=False), None)
    return store_new(ctx, entity, draft)


def store_new(ctx: Context, entity: Entity, draft: Draft, wire_id: str = "") -> Record:
    """Store a draft as a new record (with a given id when there is one) and return it."""
    _check_open(ctx, draft.txn_date)
    _check_number(ctx, entity, draft, None)
    record = store.new_record(ctx.company_id, entity.name, wire_id or new_id(ctx, entity), ctx.now)
    _fill(ctx, record, draft)
    store.insert(ctx.cursor, record)
    if ctx.numbers is not None and draft.doc_number:
        ctx.numbers.setdefault(draft.doc_number, []).append((record.entity, record.wire_id))
    if draft.entry is not None and draft.entry.postings:
        ctx.post(record.pk, 0, draft.entry)
    _finish(ctx, entity, record, draft, "Create")
    return record


def update_record(ctx: Context, entity: Entity, payload: Body) -> Record:
    """Change an object and return its record."""
    entity.check_members(payload, references=not ctx.references_checked)
    record = find_record(ctx, entity, payload)
    check_token(ctx, record, payload)
    sparse = "sparse" in payload and boolean_of(payload["sparse"], "sparse")
    whole = entity.merge(payload, store.body_of(record), sparse)
    _check_open(ctx, record.txn_date)
    draft = entity.prepare(ctx, whole, record)
    return store_changed(ctx, entity, record, draft)


def store_changed(
    ctx: Context, entity: Entity, record: Record, draft: Draft, operation: str = "Update"
) -> Record:
    """Store a draft as the new state of a record; transactions get a new journal entry and new links."""
    _check_open(ctx, draft.txn_date)
    _check_number(ctx, entity, draft, record)
    _keep_version(ctx, record)
    former_label = "" if entity.is_transaction else label_of(entity.name, store.body_of(record))
    record.sync_token += 1
    _fill(ctx, record, draft)
    store.update(ctx.cursor, record)
    ctx.numbers = None
    _note_name(ctx, record, former_label, draft.body)
    if entity.is_transaction:
        repost(ctx, record, draft.entry)
        remove_links(ctx, "source_id = %s", [record.pk])
    _finish(ctx, entity, record, draft, operation)
    return record


def void_record(ctx: Context, entity: Entity, payload: Body) -> Record:
    """Void a transaction (kept with zero amounts) and return its record."""
    if not entity.voidable:
        raise faults.unsupported_operation(f"Operation void is not supported on {entity.name}")
    record = find_record(ctx, entity, payload)
    check_token(ctx, record, payload)
    _check_open(ctx, record.txn_date)
    return store_changed(ctx, entity, record, entity.prepare_void(ctx, record), "Void")


def delete(ctx: Context, entity: Entity, payload: Body) -> Body:
    """Delete a transaction or attachable and return the stub that says so. The row stays for change data
    capture.
    """
    if not entity.deletable:
        raise faults.unsupported_operation(f"Operation delete is not supported on {entity.name}")
    record = find_record(ctx, entity, payload)
    check_token(ctx, record, payload, higher_allowed=True)
    _check_open(ctx, record.txn_date)
    entity.check_delete(ctx, record)
    _keep_version(ctx, record)
    record.sync_token += 1
    record.deleted_at = record.updated_at = ctx.now
    ctx.numbers = None
    store.update(ctx.cursor, record)
    ctx.supersede(record.pk)
    entity.after_delete(ctx, record)
    remove_links(ctx, "source_id = %s OR target_id = %s", [record.pk, record.pk])
    ctx.note(entity.name, record.wire_id, "Delete")
    return {"status": "Deleted", "domain": "QBO", "Id": record.wire_id}


def touch(
    ctx: Context,
    record: Record,
    changes: Body,
    *,
    balance_minor: int | None = None,
    total_minor: int | None = None,
) -> Record:
    """Change members of a stored object on the service's own account: the token rises, the time moves on.

    ``changes`` maps top-level members to their new value, None to remove one. Columns follow where given.
    """
    _keep_version(ctx, record)
    body = store.body_of(record)
    former_label = label_of(record.entity, body)
    for name, value in changes.items():
        if value is None:
            body.pop(name, None)
        else:
            body[name] = value
    record.sync_token += 1
    record.balance_minor = record.balance_minor if balance_minor is None else balance_minor
    record.total_minor = record.total_minor if total_minor is None else total_minor
    record.updated_at = ctx.now
    record.body = _text(record, body)
    store.update(ctx.cursor, record)
    _remember(ctx, record, body)
    _note_name(ctx, record, former_label, body)
    ctx.note(record.entity, record.wire_id, "Update")
    return record


def repost(ctx: Context, record: Record, entry: JournalEntry | None) -> None:
    """Replace a record's live journal entry (None or no postings: it has none from now on)."""
    ctx.supersede(record.pk)
    if entry is not None and entry.postings:
        ctx.post(record.pk, record.sync_token, entry)


def remove_links(ctx: Context, condition: str, values: list[int]) -> None:
    """Delete links, and have what is open of both ends reckoned again."""
    ctx.cursor.execute(
        f"DELETE FROM books_recordlink WHERE {condition} RETURNING source_id, target_id", values
    )
    for ends in ctx.cursor.fetchall():
        ctx.links_changed(*ends)


def new_id(ctx: Context, entity: Entity) -> str:
    """Return the next id of an entity's number series."""
    series = entity.series or entity.segment
    return ctx.next_long_id(series) if entity.long_ids else ctx.next_number(series)


def find_record(ctx: Context, entity: Entity, payload: Body) -> Record:
    """Return the record that a payload's Id names. Raises 2020, 2030 or 610."""
    wire_id = text_of(payload.get("Id"), "Id")
    if not wire_id:
        raise faults.required("Id")
    return live_record(ctx, entity, wire_id)


def live_record(ctx: Context, entity: Entity, wire_id: str) -> Record:
    """Return the record of an id that was not deleted. Raises 2020, 2030 or 610."""
    if not (wire_id.isascii() and wire_id.isdigit()):
        raise faults.invalid_id(wire_id)
    record = store.by_wire_id(ctx.cursor, ctx.company_id, entity.name, wire_id, deleted=True)
    if record is None:
        raise faults.not_found()
    if record.deleted_at is not None:
        raise faults.deleted_transaction()
    return record


def check_token(ctx: Context, record: Record, payload: Body, *, higher_allowed: bool = False) -> None:
    """Raise 2020 for a missing SyncToken, 5010 for one that is not the record's (a higher one may be
    allowed).
    """
    given = payload.get("SyncToken")
    if given is None or given == "":
        raise faults.required("SyncToken")
    text = text_of(given, "SyncToken")
    token = digits_of(text)
    if token is None:
        raise faults.invalid_id(text)
    if token == record.sync_token or (higher_allowed and token > record.sync_token):
        return
    raise faults.stale(_last_writer(ctx, record))


def _last_writer(ctx: Context, record: Record) -> str:
    ctx.cursor.execute(
        "SELECT changed_by FROM books_recordversion WHERE record_id = %s ORDER BY sync_token DESC LIMIT 1",
        [record.pk],
    )
    row = ctx.cursor.fetchone()
    return row[0] if row and row[0] else "Another user"


def _check_open(ctx: Context, day: dt.date | None) -> None:
    closed = ctx.company.closed_until
    if day is not None and closed is not None and day <= closed:
        raise faults.period_closed()


def _check_number(ctx: Context, entity: Entity, draft: Draft, former: Record | None) -> None:
    number = draft.doc_number
    if (
        not number
        or "allowduplicatedocnum" in ctx.include
        or (former is not None and former.doc_number == number)
    ):
        return
    if not entity.warns_duplicate_number(ctx):
        return
    group = entity.number_group()
    known = ctx.numbers or {}
    holders = known[number] if number in known else _holders(ctx, number)
    for holder, wire_id in holders:
        own = former is not None and (holder, wire_id) == (former.entity, former.wire_id)
        if holder in group and not own:
            raise faults.duplicate_number(number, entity.label or holder, wire_id)


def _holders(ctx: Context, number: str) -> list[tuple[str, str]]:
    """Return (entity, id) of the documents that have a number."""
    ctx.cursor.execute(
        "SELECT entity, wire_id FROM books_record WHERE company_id = %s AND doc_number = %s"
        " AND NOT (doc_number = '') AND deleted_at IS NULL ORDER BY id",
        [ctx.company_id, number],
    )
    holders: list[tuple[str, str]] = ctx.cursor.fetchall()
    return holders


def _fill(ctx: Context, record: Record, draft: Draft) -> None:
    record.name_key = draft.name_key
    record.doc_number = draft.doc_number
    record.txn_date = draft.txn_date
    record.due_date = draft.due_date
    record.party = draft.party
    record.active = draft.active
    record.total_minor = draft.total_minor
    record.balance_minor = draft.balance_minor
    record.updated_at = ctx.now
    record.body = _text(record, draft.body)


def _text(record: Record, body: Body) -> str:
    """Return the JSON of a body with the members that the service itself writes; the body gets them too."""
    body["domain"] = "QBO"
    body["sparse"] = False
    body["Id"] = record.wire_id
    body["SyncToken"] = str(record.sync_token)
    body["MetaData"] = {"CreateTime": stamp(record.created_at), "LastUpdatedTime": stamp(record.updated_at)}
    return encode(body).decode("utf-8")


def _finish(ctx: Context, entity: Entity, record: Record, draft: Draft, operation: str) -> None:
    _remember(ctx, record, draft.body)
    if draft.links:
        ctx.cursor.executemany(
            "INSERT INTO books_recordlink (company_id, source_id, source_line, target_id, amount_minor)"
            " VALUES (%s, %s, %s, %s, %s)",
            [
                (ctx.company_id, record.pk, link.source_line, link.target, link.amount_minor)
                for link in draft.links
            ],
        )
        ctx.links_changed(record.pk, *(link.target for link in draft.links))
    for hook in draft.after:
        hook(ctx, record)
    ctx.note(entity.name, record.wire_id, operation)


def _note_name(ctx: Context, record: Record, former: str, body: Body) -> None:
    """Keep the present name of a renamed list object, so that documents which refer to it show it."""
    if not former or record.txn_date is not None:
        return
    label = label_of(record.entity, body)
    if label == former:
        return
    ctx.cursor.execute(
        "INSERT INTO qbo_renamed (company_id, entity, wire_id, name) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (company_id, entity, wire_id) DO UPDATE SET name = excluded.name",
        [ctx.company_id, record.entity, record.wire_id, label],
    )
    ctx.memo.pop("renamed", None)


def _remember(ctx: Context, record: Record, body: dict[str, Any]) -> None:
    if record.txn_date is None:
        label = label_of(record.entity, body)
        ctx.keep(Reference(record.pk, record.entity, record.wire_id, label, record.active, body))


def _keep_version(ctx: Context, record: Record) -> None:
    store.keep_version(ctx.cursor, record, until=ctx.now, by=ctx.actor, request_id=ctx.request_id)
