"""What the service tells of changes: the signature of a delivery, and the changes in it.

Source: QuickBooks Online webhooks: the signature is HMAC-SHA256 of the raw body by the verifier token, in
base64; the classic body is an object with ``eventNotifications``, the newer one an array of CloudEvents with
types such as ``qbo.invoice.updated.v1``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.connectors.quickbooks.wire import decode, entry, objects

_OPERATIONS = {
    "created": "Create",
    "updated": "Update",
    "deleted": "Delete",
    "merged": "Merge",
    "voided": "Void",
    "emailed": "Emailed",
}
_ENTITIES = {entity.lower(): entity for entity in (*ENTITY_OF.values(), "Invoice", "Payment", "Bill")}
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of which books, what and which, how; ``other_id`` is the one that a merge ended."""

    realm_id: str
    entity: str
    remote_id: str
    operation: str
    at: str
    other_id: str = ""


def is_signed(body: bytes, signature: str, verifier_token: str) -> bool:
    """Tell in constant time whether a delivery was signed with a verifier token."""
    digest = hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))


def changes_of(body: bytes) -> list[Change]:
    """Return the changes of a delivery in either form; what is not understood is left out."""
    found = decode(body)
    changes = _cloud(found) if isinstance(found, list) else _classic(found)
    return [change for change in changes if _sound(change)]


def _classic(found: Any) -> Iterator[Change]:
    for told in objects(found.get("eventNotifications") if isinstance(found, dict) else None):
        realm_id = str(told.get("realmId") or "")
        for change in objects(entry(told, "dataChangeEvent").get("entities")):
            yield Change(
                realm_id,
                str(change.get("name") or ""),
                str(change.get("id") or ""),
                str(change.get("operation") or ""),
                str(change.get("lastUpdated") or ""),
                str(change.get("deletedId") or ""),
            )


def _cloud(found: list[Any]) -> Iterator[Change]:
    for event in objects(found):
        words = str(event.get("type") or "").split(".")
        if len(words) < 3 or words[0] != "qbo":
            continue
        data = {str(name).lower(): value for name, value in entry(event, "data").items()}
        yield Change(
            str(event.get("intuitaccountid") or ""),
            _ENTITIES.get(words[1].lower(), words[1].capitalize()),
            str(event.get("intuitentityid") or ""),
            _OPERATIONS.get(words[2].lower(), words[2].capitalize()),
            str(event.get("time") or ""),
            str(data.get("deletedid") or ""),
        )


def _sound(change: Change) -> bool:
    """Tell whether a change names everything, in lengths that the service uses."""
    words = (change.entity, change.remote_id, change.other_id)
    return bool(
        change.realm_id
        and change.entity
        and change.remote_id
        and len(change.realm_id) <= 32
        and len(change.at) <= 40
        and len(change.operation) <= 12
        and all(len(word) <= _LONGEST and "\x00" not in word for word in words)
    )
