"""What the API remembers of its callers: how often a token was used, and what repeated writes were answered.

Both stand in the database, so that all processes of the site keep one count and one memory.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from closebook.apps.companies.models import ApiAnswer, ApiToken
from closebook.core.errors import ConflictError, InputError
from closebook.transport import clock

KEPT = dt.timedelta(hours=24)
GIVEN_UP = dt.timedelta(minutes=10)
_COUNT = (
    "INSERT INTO companies_apiwindow (token_id, minute, uses) VALUES (%s, %s, 1)"
    " ON CONFLICT (token_id) DO UPDATE SET"
    " uses = CASE WHEN companies_apiwindow.minute = excluded.minute"
    " THEN companies_apiwindow.uses + 1 ELSE 1 END,"
    " minute = excluded.minute RETURNING uses"
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls a token has in a minute, how many are left, and the seconds until it has all again."""

    limit: int
    left: int
    reset_seconds: int
    passed: bool


def use_count(token: ApiToken, limit: int) -> Allowance:
    """Count one use of a token in the present minute, and return what is left of so many."""
    minute, second = divmod(int(clock.now().timestamp()), 60)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [token.pk, minute])
        uses = int(cursor.fetchone()[0])
    return Allowance(limit, max(0, limit - uses), 60 - second, passed=uses <= limit)


def answer_begin(token: ApiToken, key: str, digest: str) -> tuple[ApiAnswer, bool]:
    """Return the memory of a key, and whether the write is to be done now; False means that it is answered.

    Raises InputError when the key came with another request, ConflictError while the first one is under way.
    """
    now = clock.now()
    ApiAnswer.objects.filter(token=token, key=key, created_at__lte=now - KEPT).delete()
    ApiAnswer.objects.filter(token=token, key=key, status=None, created_at__lte=now - GIVEN_UP).delete()
    try:
        with transaction.atomic():
            return ApiAnswer.objects.create(token=token, key=key, digest=digest, created_at=now), True
    except IntegrityError:
        known = ApiAnswer.objects.filter(token=token, key=key).first()
    if known is None or (known.status is None and known.digest == digest):
        raise ConflictError(
            "idempotency-under-way",
            "The first request with this idempotency key is still under way.",
            remedy="Send it again in a moment.",
        )
    if known.digest != digest:
        raise InputError(
            "idempotency-key-reused",
            "This idempotency key came with another request before.",
            remedy="Use a new key for each request that is not a repetition.",
        )
    return known, False


def answer_keep(answer: ApiAnswer, status: int, content_type: str, body: str) -> None:
    """Keep what was answered, for repetitions."""
    ApiAnswer.objects.filter(pk=answer.pk).update(status=status, content_type=content_type, body=body)


def answer_drop(answer: ApiAnswer) -> None:
    """Forget a write that broke down, so that it can be sent again."""
    ApiAnswer.objects.filter(pk=answer.pk).delete()


def answers_forget() -> int:
    """Remove the answers that are older than a day; return how many."""
    return ApiAnswer.objects.filter(created_at__lte=clock.now() - KEPT).delete()[0]
