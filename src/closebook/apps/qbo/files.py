"""Uploaded files in the data folder, and their temporary addresses.

A temporary address is signed with the site's secret and names the moment of its end, so nothing about it is
stored.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import Attachment, BooksCompany
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.values import digits_of

if TYPE_CHECKING:
    import datetime as dt

    from closebook.apps.qbo.context import Context

LIFE_SECONDS = 15 * 60


def _path(company_id: int, wire_id: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "books" / str(company_id) / wire_id


def save_file(ctx: Context, record_id: int, wire_id: str, data: bytes) -> None:
    """Write the bytes of an attachable and its row; a file of a request that failed is overwritten by the
    next.
    """
    path = _path(ctx.company_id, wire_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(data)
    relative = str(path.relative_to(settings.MEDIA_ROOT))
    Attachment(record_id=record_id, path=relative, size=len(data)).save(using=BOOKS, force_insert=True)


def remove_file(ctx: Context, record_id: int) -> None:
    """Remove the row and the bytes of an attachable, when it has any."""
    found = Attachment.objects.using(BOOKS).filter(pk=record_id, record__company=ctx.company_id).first()
    if found is not None:
        (Path(settings.MEDIA_ROOT) / found.path).unlink(missing_ok=True)
        found.delete(using=BOOKS)


def _signature(realm: str, wire_id: str, expires: int) -> str:
    text = f"qbo-file:{realm}:{wire_id}:{expires}".encode()
    return hmac.new(settings.SECRET_KEY.encode("utf-8"), text, hashlib.sha256).hexdigest()


def temporary_url(ctx: Context, wire_id: str) -> str:
    """Return an address of a file that works without a token for 15 minutes."""
    realm = ctx.company.realm_id
    expires = int(ctx.moment.timestamp()) + LIFE_SECONDS
    base = ctx.base_url or settings.CLOSEBOOK_BASE_URL
    return (
        f"{base}/v3/files/{realm}/{wire_id}?expires={expires}&signature={_signature(realm, wire_id, expires)}"
    )


def file_of_url(
    realm: str, wire_id: str, expires: str, signature: str, now: dt.datetime
) -> tuple[bytes, str, str] | None:
    """Return (bytes, content type, file name) for a good temporary address, None for a forged, late or
    unknown one.
    """
    until = digits_of(expires)
    if until is None or until < now.timestamp():
        return None
    if not hmac.compare_digest(signature.encode("utf-8"), _signature(realm, wire_id, until).encode("ascii")):
        return None
    company = BooksCompany.objects.using(BOOKS).filter(realm_id=realm).first()
    rows = Attachment.objects.using(BOOKS).select_related("record")
    found = rows.filter(record__company=company, record__wire_id=wire_id, record__entity="Attachable").first()
    if company is None or found is None:
        return None
    body = body_of(found.record)
    path = Path(settings.MEDIA_ROOT) / found.path
    return path.read_bytes(), str(body.get("ContentType", "")), str(body.get("FileName", wire_id))
