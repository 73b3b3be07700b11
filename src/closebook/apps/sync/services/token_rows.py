"""The tokens of a company's books in its row: one refresh at a time, by a lease of the database's clock.

No lock and no transaction is held while the login service is asked. A claim is a word in the row with an
end; a process that dies leaves a claim that ends by itself. What was got is kept only when nobody kept
another since, so a process that slept cannot write an old token over a newer one.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from closebook.apps.sync.models import BooksAccess
from closebook.apps.sync.services.login_news import ended_tell
from closebook.connectors.quickbooks.renewal import LEASE_SECONDS, Tokens
from closebook.transport import clock

_LEASE = dt.timedelta(seconds=LEASE_SECONDS)


class StoredTokens:
    """The tokens of a company's access; implements ``TokenStore``."""

    def __init__(self, company_id: int) -> None:
        """Keep which company it is."""
        self._company_id = company_id
        self._word = ""

    def load(self) -> Tokens:
        """Return what is kept."""
        return tokens_of(BooksAccess.objects.get(company_id=self._company_id))

    def claim(self) -> bool:
        """Take the right to refresh; False while another thread or process has it."""
        word = secrets.token_hex(8)
        free = Q(refreshing="") | Q(refreshing_until__lt=Now())
        taken = self._row().filter(free).update(refreshing=word, refreshing_until=Now() + _LEASE)
        self._word = word if taken else ""
        return bool(taken)

    def keep(self) -> bool:
        """Prolong the right; False when it ended meanwhile, even if nobody took it."""
        mine = self._row().filter(refreshing=self._word, refreshing_until__gt=Now())
        return bool(self._word) and mine.update(refreshing_until=Now() + _LEASE) == 1

    def release(self) -> None:
        """Give the right back if it is ours."""
        self._row().filter(refreshing=self._word).exclude(refreshing="").update(
            refreshing="", refreshing_until=None
        )

    def save(self, tokens: Tokens, generation: int) -> bool:
        """Keep new tokens unless others were kept after ``generation``; tell people when the login ended."""
        values = tokens_values(tokens)
        if tokens.broken:
            values = {"broken": True, "broken_at": clock.now()}
        kept = self._row().filter(generation=generation).update(**values) == 1
        if kept and tokens.broken:
            ended_tell(BooksAccess.objects.select_related("company").get(company_id=self._company_id))
        return kept

    def _row(self) -> QuerySet[BooksAccess]:
        return BooksAccess.objects.filter(company_id=self._company_id)


def tokens_of(row: BooksAccess) -> Tokens:
    """Return the tokens of a row."""
    return Tokens(
        row.access_token,
        row.refresh_token,
        row.access_expires_at,
        row.refresh_expires_at,
        previous=row.previous_refresh_token,
        broken=row.broken,
        generation=row.generation,
        hard_expires_at=row.hard_expires_at,
    )


def tokens_values(tokens: Tokens) -> dict[str, object]:
    """Return the columns that hold new tokens; whatever had ended before is over."""
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "previous_refresh_token": tokens.previous,
        "access_expires_at": tokens.access_expires_at,
        "refresh_expires_at": tokens.refresh_expires_at,
        "hard_expires_at": tokens.hard_expires_at,
        "generation": tokens.generation,
        "renewed_at": clock.now(),
        "broken": False,
        "broken_at": None,
    }
