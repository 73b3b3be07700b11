"""Ledger accounts, documents and list objects as plain values for JSON: amounts in minor units, with their
currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from closebook.apps.books.models import BooksCompany, LedgerAccount, Record
from closebook.apps.books.selectors.balances import balances
from closebook.apps.books.selectors.directory import list_objects
from closebook.apps.books.selectors.documents import documents_of
from closebook.apps.books.selectors.held_and_open import open_balances, quantities_held
from closebook.apps.books.selectors.postings import PostingRow


class _Ref(msgspec.Struct):
    value: str = ""


class _Body(msgspec.Struct):
    """What is read of a stored document; the words are the protocol's."""

    CurrencyRef: _Ref | None = None
    Type: str | None = None


_decode = msgspec.json.Decoder(_Body).decode


def ledger_accounts_plain(
    books: BooksCompany, rows: Sequence[LedgerAccount], day: dt.date
) -> list[dict[str, Any]]:
    """Return ledger accounts with their balances at a day's end, in the home currency, debit positive."""
    found = balances(books.pk, None, day)
    names = ("name", "full_name", "number", "type", "sub_type", "parent", "active")
    return [
        {
            "ledger_account": row.pk,
            "id": row.record.wire_id,
            **{name: getattr(row, name) for name in names},
            "balance_minor": found[row.pk].net_minor if row.pk in found else 0,
            "currency": books.home_currency,
            "as_of": day,
        }
        for row in rows
    ]


def documents_plain(books: BooksCompany, rows: Sequence[Record]) -> list[dict[str, Any]]:
    """Return documents, each in its own currency, with the name of whom they are about."""
    facts = documents_of(books.pk, [row.pk for row in rows])
    parties = list_objects(books.pk, {row.party for row in rows if row.party})
    return [
        {
            "document": f"{row.entity}:{row.wire_id}",
            "kind": row.entity,
            "title": facts[row.pk].title,
            "id": row.wire_id,
            "number": row.doc_number,
            "day": facts[row.pk].day,
            "due": row.due_date,
            "party": parties[row.party].name if row.party in parties else "",
            "total_minor": row.total_minor,
            "balance_minor": row.balance_minor,
            "currency": _currency(row, books),
            "memo": facts[row.pk].memo,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
        for row in rows
    ]


def people_plain(books: BooksCompany, rows: Sequence[Record]) -> list[dict[str, Any]]:
    """Return customers or vendors with what they owe or are owed."""
    keys = [row.pk for row in rows]
    objects, owed = list_objects(books.pk, keys), open_balances(books.pk, keys)
    return [
        {
            "id": row.wire_id,
            "name": objects[row.pk].name,
            "full_name": objects[row.pk].full_name,
            "parent": objects[row.pk].parent_wire_id,
            "active": row.active,
            "balance_minor": owed.get(row.pk, 0),
            "currency": _currency(row, books),
        }
        for row in rows
    ]


def items_plain(books: BooksCompany, rows: Sequence[Record]) -> list[dict[str, Any]]:
    """Return items with their quantities on hand, in millionths of a unit."""
    keys = [row.pk for row in rows]
    objects, held = list_objects(books.pk, keys), quantities_held(keys)
    return [
        {
            "id": row.wire_id,
            "name": objects[row.pk].name,
            "full_name": objects[row.pk].full_name,
            "parent": objects[row.pk].parent_wire_id,
            "active": row.active,
            "type": _decode(row.body).Type or "",
            "sku": objects[row.pk].sku,
            "description": objects[row.pk].description,
            "quantity_micro": held.get(row.pk),
        }
        for row in rows
    ]


def postings_plain(rows: Sequence[PostingRow], home_currency: str) -> list[dict[str, Any]]:
    """Return postings with their documents, in the home currency."""
    return [
        {
            "entry": row.entry_id,
            "line": row.line_no,
            "day": row.day,
            "document": f"{row.entity}:{row.wire_id}",
            "number": row.doc_number,
            "ledger_account": row.ledger_account,
            "ledger_account_name": row.ledger_account_name,
            "amount_minor": row.amount_minor,
            "currency": home_currency,
            "counterparty": row.counterparty_name,
            "item": row.item_name,
            "memo": row.memo,
        }
        for row in rows
    ]


def _currency(row: Record, books: BooksCompany) -> str:
    found = _decode(row.body).CurrencyRef
    return found.value if found and found.value else books.home_currency
