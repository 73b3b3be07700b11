"""Request ids: a repeated request gets the answer of the first one and is not done again.

Source: QuickBooks Online Accounting API, idempotent requests (``requestid``).
"""

from __future__ import annotations

import hashlib
import zlib

from closebook.apps.books.database import BOOKS
from closebook.apps.qbo import faults
from closebook.apps.qbo.calls import Answer, Call
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.gate import Caller
from closebook.apps.qbo.models import StoredReply

MOST = 50


def check_request_id(call: Call) -> str:
    """Return the request id, "" for none. Raises 2130 for one that is too long or holds other than
    printable ASCII.
    """
    if "requestid" not in call.params:
        return ""
    given = call.param("requestid")
    if not given or len(given) > MOST or not (given.isascii() and given.isprintable()) or " " in given:
        raise faults.invalid_request_id()
    return given


def request_digest(call: Call) -> str:
    """Return the digest of what a request asks for: path, operation and body."""
    what = "\n".join(
        [
            call.method,
            *(part.lower() for part in call.segments),
            call.param("operation").lower(),
            *sorted(call.include),
        ]
    )
    return hashlib.sha256(what.encode("utf-8") + b"\n" + call.body).hexdigest()


def stored_reply(ctx: Context, caller: Caller, call: Call, request_id: str) -> Answer | None:
    """Return the answer of an earlier request with this id, None when there was none. Raises 600 when it
    asked for something else.
    """
    ctx.cursor.execute(
        "SELECT digest, body FROM qbo_storedreply WHERE company_id = %s AND client_id = %s AND request_id "
        "= %s",
        [ctx.company_id, caller.client_id, request_id],
    )
    row = ctx.cursor.fetchone()
    if row is None:
        return None
    if row[0] != request_digest(call):
        raise faults.duplicate_request_id(request_id)
    return Answer(zlib.decompress(bytes(row[1])))


def store_reply(ctx: Context, caller: Caller, call: Call, request_id: str, answer: Answer) -> None:
    """Keep an answer under its request id, in the transaction of the work itself."""
    StoredReply(
        company_id=ctx.company_id,
        client_id=caller.client_id,
        request_id=request_id,
        digest=request_digest(call),
        body=zlib.compress(answer.body, 1),
        created_at=ctx.moment,
    ).save(using=BOOKS, force_insert=True)
