"""The gateway: who calls, whether for this company, and how often.

Source: QuickBooks Online Accounting API, limits: 500 requests a minute for a company, 10 a second and 40
batches a minute for a company and client.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections import defaultdict, deque
from dataclasses import dataclass

from django.db import connections

from closebook.apps.books.database import BOOKS
from closebook.apps.qbo import gateway_faults, store
from closebook.apps.qbo.calls import Call

_CALLER = (
    "SELECT t.expires_at, g.revoked_at, g.hard_expires_at, g.person, g.scope, c.client_id, c.name, b.id, "
    "b.realm_id"
    " FROM qbo_accesstoken t JOIN qbo_grant g ON g.id = t.grant_id JOIN qbo_apiclient c ON c.id = g.client_id"
    " JOIN books_bookscompany b ON b.id = g.company_id WHERE t.digest = %s"
)
ACCOUNTING = "com.intuit.quickbooks.accounting"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the client, the person who consented, and the company."""

    client_id: str
    actor: str
    company_id: int


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret as hexadecimal text, the form in which it is kept."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def caller_of(call: Call) -> Caller:
    """Return who calls. Raises 401 (3200) for a missing, malformed, expired or revoked token, 403 (3100)
    for another realm.
    """
    scheme, _, token = call.authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise gateway_faults.unauthenticated("AuthenticationFailed")
    if not 16 <= len(token) <= 4096:
        raise gateway_faults.unauthenticated("Malformed bearer token: too short or too long")
    with connections[BOOKS].cursor() as cursor:
        cursor.execute(_CALLER, [digest(token)])
        row = cursor.fetchone()
    if row is None:
        raise gateway_faults.unauthenticated("Token invalid")
    expires, revoked, hard, person, scope, client_id, client_name, company_id, realm = row
    if revoked is not None:
        raise gateway_faults.unauthenticated("Token revoked")
    if min(store.moment_of(expires), store.moment_of(hard)) <= call.now:
        raise gateway_faults.unauthenticated("Token expired")
    if realm != call.realm or ACCOUNTING not in scope.split():
        raise gateway_faults.wrong_realm()
    return Caller(client_id, call.actor or person or client_name, company_id)


class Throttle:
    """Counts calls of the last minute and second in the memory of this process."""

    def __init__(self, *, per_minute: int = 500, per_second: int = 10, batches_per_minute: int = 40) -> None:
        """Keep the limits."""
        self.per_minute, self.per_second, self.batches_per_minute = per_minute, per_second, batches_per_minute
        self._calls: dict[str, deque[dt.datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def check(self, call: Call, caller: Caller) -> None:
        """Count a call. Raises 429 (3001) when it is one too many; a refused call does not count."""
        minute, second = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
        own = f"{call.realm} {caller.client_id}"
        limits = [(call.realm, minute, self.per_minute), (f"{own} second", second, self.per_second)]
        if call.segments and call.segments[0].lower() == "batch":
            limits.append((f"{own} batch", minute, self.batches_per_minute))
        with self._lock:
            queues = [(self._recent(name, call.now - span), most) for name, span, most in limits]
            if any(len(queue) >= most for queue, most in queues):
                raise gateway_faults.throttled()
            for queue, _most in queues:
                queue.append(call.now)

    def _recent(self, name: str, since: dt.datetime) -> deque[dt.datetime]:
        queue = self._calls[name]
        while queue and queue[0] <= since:
            queue.popleft()
        return queue
