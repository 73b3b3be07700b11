"""Customers, vendors and items that a person merged in the books, followed without being told.

A merge leaves the lost name deleted or inactive, and what used it uses the one that is left. So when a linked
name goes, a few of our own documents that use it are read: where all of them name one other object, it was
merged into that one; where they still name the lost one, it was only made inactive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.codec import kind_from, target_from
from closebook.apps.sync.models import Connection, Link
from closebook.connectors.quickbooks.cdc import CdcAnswer
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import ENTITY_OF, entity_of, from_wire
from closebook.connectors.quickbooks.faults import NotFoundError
from closebook.core.planning.documents import Document, DocumentKind, ListKind

MERGED = ("Customer", "Vendor", "Item")
"""The lists whose names a person merges."""
_MOST_READ = 10
_DOCUMENTS = [kind.value for kind in DocumentKind]
_KINDS = {entity: kind.value for kind, entity in ENTITY_OF.items()}
Lost = Mapping[str, set[str]]


def merge_follow(company_id: int, entity: str, lost_id: str, kept_id: str) -> int:
    """Let what pointed at a list object that was merged away point at the one that is left; return how many
    links that were.
    """
    links = Link.objects.filter(
        connection__company_id=company_id, kind=_KINDS[entity], remote_id=lost_id, tombstone=False
    )
    count = links.update(remote_id=kept_id, sync_token="", seen="", ours=False)
    if count:
        facts = {"entity": entity, "lost": lost_id, "kept": kept_id}
        audit_append(company_id, "the books", "merge-followed", entity, facts)
    return count


def lost_in(answer: CdcAnswer) -> dict[str, set[str]]:
    """Return the ids of names that an answer tells to be deleted or inactive, by entity."""
    found = {}
    for entity in MERGED:
        inactive = (body for body in answer.changed.get(entity, ()) if body.get("Active") is False)
        found[entity] = {str(body.get("Id")) for body in inactive} | set(answer.deleted.get(entity, ()))
    return found


def merges_follow(connection: Connection, client: QuickBooksClient, lost: Lost) -> None:
    """Follow the merges among names that went; no call where none of them is linked."""
    for entity, ids in lost.items():
        links = Link.objects.filter(connection=connection, kind=_KINDS[entity], tombstone=False)
        for link in links.filter(remote_id__in=ids):
            kept = _kept(client, link)
            if kept:
                merge_follow(connection.company_id, entity, link.remote_id, kept)


def _kept(client: QuickBooksClient, link: Link) -> str:
    """Return the id of the one active object that all of our documents name in a lost one's place, or ""."""
    named = {each for document in _users(link) for each in _named(client, document, link)}
    if len(named) != 1 or link.remote_id in named:
        return ""
    [kept] = named
    try:
        body = client.read(entity_of(kind_from(link.kind)), kept)
    except NotFoundError:
        return ""
    return kept if body.get("Active") is not False else ""


def _users(link: Link) -> Iterator[Link]:
    """Yield a few of our documents that use a list object."""
    rows = Link.objects.filter(connection_id=link.connection_id, kind__in=_DOCUMENTS, tombstone=False)
    yield from rows.filter(target__contains=f'"{link.key}"').order_by("-pk")[:_MOST_READ]


def _named(client: QuickBooksClient, document: Link, link: Link) -> Iterator[str]:
    """Yield the ids that a document in the books has where we wrote a list object."""
    target, entity = target_from(document.target), entity_of(kind_from(document.kind))
    try:
        body: dict[str, Any] = client.read(entity, document.remote_id)
    except NotFoundError:
        return
    there = from_wire(entity, body, lambda _entity, remote_id: remote_id)
    if not isinstance(target, Document) or not isinstance(there, Document):
        return
    if link.kind != ListKind.ITEM:
        yield there.party
    elif len(there.lines) == len(target.lines):
        for ours, theirs in zip(target.lines, there.lines, strict=True):
            if ours.item == link.key:
                yield theirs.item
