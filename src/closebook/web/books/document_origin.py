"""What a new document begins with: today, a customer or vendor, open documents, an estimate or order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, QueryDict

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.selectors.names import names_of
from closebook.apps.books.selectors.records import record_of
from closebook.apps.books.selectors.settling import Settled, open_with
from closebook.connectors.quickbooks.wire import objects
from closebook.transport import clock
from closebook.web.books.document_specs import SPECS
from closebook.web.books.kinds import Kind

Body = dict[str, Any]
MADE_OF: Mapping[str, str] = {"Invoice": "Estimate", "Bill": "PurchaseOrder"}
"""For each kind that can be made of another one, that other one."""

MOST_OPEN = 200
_PARTY = {"customer": "Customer", "vendor": "Vendor", "payee": "Vendor"}
_LEFT_OUT = ("Id", "LineNum", "LinkedTxn")


def origin_of(asked: QueryDict, books: BooksCompany, kind: Kind) -> Record | None:
    """Return the estimate or order that the address names. Raises Http404 for one that is not there."""
    wanted = asked.get("from", "")
    if kind.entity not in MADE_OF or not wanted:
        return None
    origin = record_of(books.pk, MADE_OF[kind.entity], wanted)
    if origin is None:
        raise Http404
    return origin


def copied(body: Body) -> Body:
    """Return the lines of a document as they begin another one."""
    lines = objects(body.get("Line"))
    kept = [{name: value for name, value in line.items() if name not in _LEFT_OUT} for line in lines]
    return {name: body[name] for name in ("CurrencyRef", "TxnTaxDetail") if name in body} | {"Line": kept}


def start_of(
    asked: QueryDict, books: BooksCompany, kind: Kind, origin: Record | None
) -> tuple[Body, list[Body]]:
    """Return what the fields above the lines and the lines of a payment begin with.

    ``?customer=`` and ``?vendor=`` name whom it is about, ``?invoice=`` and ``?bill=`` what is paid.
    """
    head: Body = {"day": clock.today()}
    paid = _paid(asked, books, kind)
    name = _party_name(asked, books, kind, (paid or origin))
    if name is None:
        return head, []
    head |= dict.fromkeys(_party_fields(kind), name)
    if paid is not None:
        left = paid.balance_minor or 0
        return head | {"amount": left}, [{"document": paid.doc_number or f"#{paid.wire_id}", "amount": left}]
    found = open_for(books, kind, asked.get("customer") or asked.get("vendor") or "")
    return head, [{"document": one.number} for one in found]


def open_for(books: BooksCompany, kind: Kind, party: str) -> list[Settled]:
    """Return what a payment of a kind can settle with a customer or vendor, [] for other kinds."""
    settles = SPECS[kind.entity].settles
    return open_with(books.pk, settles, party, MOST_OPEN) if settles and party else []


def _paid(asked: QueryDict, books: BooksCompany, kind: Kind) -> Record | None:
    settles = SPECS[kind.entity].settles
    wanted = asked.get(settles[0].lower(), "") if settles else ""
    return record_of(books.pk, settles[0], wanted) if wanted else None


def _party_fields(kind: Kind) -> list[str]:
    return [one.name for one in SPECS[kind.entity].head if one.kind in _PARTY]


def _party_name(asked: QueryDict, books: BooksCompany, kind: Kind, paid: Record | None) -> str | None:
    """Return the name of the customer or vendor that the address names, None for none that fits."""
    if paid is not None and paid.party:
        return names_of(books.pk, [paid.party]).get(paid.party)
    for one in SPECS[kind.entity].head:
        entity = _PARTY.get(one.kind, "")
        wanted = asked.get(entity.lower(), "") if entity else ""
        record = record_of(books.pk, entity, wanted) if wanted else None
        if record is not None:
            return names_of(books.pk, [record.pk]).get(record.pk)
    return None
