"""The tie-out of one month of a connection, with what makes it checkable later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min

from closebook.apps.companies.models import AuditEvent, Company
from closebook.apps.sync.models import (
    LISTS,
    Connection,
    Decision,
    Link,
    Preparation,
    PreparationState,
    SourceRow,
)
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.progress import Tell, silent
from closebook.apps.sync.services.tying import connection_tie_out, doubts_of, gaps_of
from closebook.core.periods import DateRange, Month
from closebook.core.planning.tieout import TieRow
from closebook.transport import clock

_FRESH = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What source and books say of a month, kind by kind, and the clearing account's proof as of ``at``.

    Amounts are minor units of the connection's currency: what the platform holds, the clearing account's
    balance, and what is not due to be posted yet. ``payouts`` of the month are counted with those whose rows
    explain them to the cent. ``audit_number`` and ``audit_digest`` name the last line of the audit log; the
    digest follows from every line before it. ``gaps`` are sentences about rows that are in no figure,
    ``doubts`` about rows that a newer file lacks.
    """

    connection: Connection
    month: Month
    platform: str
    rows: tuple[TieRow, ...]
    unsettled_minor: int
    clearing_minor: int
    waiting_minor: int
    payouts: int
    explained: int
    at: dt.datetime
    audit_number: int
    audit_digest: str
    gaps: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def difference_minor(self) -> int:
        """Return the clearing account minus what the platform holds."""
        return self.clearing_minor - self.unsettled_minor

    @property
    def ties(self) -> bool:
        """Tell whether the month's rows, its payouts and the clearing account agree to the cent, and no row
        stands in no figure.
        """
        agree = all(not row.difference_minor for row in self.rows)
        proved = self.payouts == self.explained and not self.difference_minor
        return agree and proved and not self.gaps


def tied_keep(connection: Connection, books_state: str, tell: Tell = silent) -> dict[str, Any]:
    """Return the tie-out of a connection as it is kept, with every document read from the books again.

    ``books_state`` is a word for the state of the books before this; what changes meanwhile makes the answer
    outdated.
    """
    key = _key(connection, books_state)
    tied = connection_tie_out(connection, tell)
    counts: dict[str, list[int]] = {}
    for one in tied.settlements:
        if one.payout:
            count = counts.setdefault(str(Month.of(one.payout.day)), [0, 0])
            count[0] += 1
            count[1] += not one.short_minor
    return {
        "key": key,
        "rows": [[str(row.month), row.kind, row.source_minor, row.books_minor] for row in tied.rows],
        "unsettled": tied.unsettled_minor,
        "clearing": tied.clearing_minor,
        "waiting": tied.waiting_minor,
        "payouts": counts,
    }


def tied_kept(connection: Connection, books_state: str) -> Preparation | None:
    """Return the tie-out that was kept while source and books were what they are; None when there is none.

    Books elsewhere cannot say whether anything changed (their state is ""): what was read of them is good for
    a minute.
    """
    done = Preparation.objects.filter(connection=connection, kind="tie-out", state=PreparationState.DONE)
    kept = done.order_by("-pk").first()
    if kept is None or kept.answer["key"] != _key(connection, books_state):
        return None
    fresh = kept.ended_at is not None and kept.ended_at > clock.now() - _FRESH
    return kept if books_state or fresh else None


def _key(connection: Connection, books_state: str) -> str:
    """Return what a tie-out depends on, in a word: the books, rows, links, decisions, profile and the day."""
    rows = SourceRow.objects.filter(connection=connection).aggregate(n=Count("pk"), last=Max("pk"))
    links = Link.objects.filter(connection=connection).aggregate(n=Count("pk"), last=Max("pk"))
    said = Decision.objects.filter(connection=connection).aggregate(n=Count("pk"), last=Max("made_at"))
    staged = Connection.objects.values_list("staged", flat=True).get(pk=connection.pk)
    profile = connection.profiles.latest("number").number
    facts = (books_state, staged, profile, *rows.values(), *links.values(), *said.values(), clock.today())
    return " ".join(map(str, facts))


def certificate_of(connection: Connection, month: Month, kept: Preparation) -> Certificate:
    """Return the certificate of a month from a tie-out that was kept."""
    tied, last = kept.answer, AuditEvent.objects.filter(company_id=connection.company_id)
    newest = last.order_by("-number").first()
    payouts, explained = tied["payouts"].get(str(month), (0, 0))
    rows = (TieRow(month, *row) for name, *row in tied["rows"] if name == str(month))
    return Certificate(
        connection=connection,
        month=month,
        platform=profile_of(connection).platform,
        rows=tuple(rows),
        unsettled_minor=tied["unsettled"],
        clearing_minor=tied["clearing"],
        waiting_minor=tied["waiting"],
        payouts=payouts,
        explained=explained,
        at=kept.ended_at or clock.now(),
        audit_number=newest.number if newest else 0,
        audit_digest=newest.digest if newest else "",
        gaps=tuple(gaps_of(connection)),
        doubts=tuple(doubts_of(connection)),
    )


def certifiable_months(company: Company) -> Iterator[tuple[Connection, list[Month]]]:
    """Yield each connection with the months that its files speak of, newest first."""
    shops = Connection.objects.filter(company=company).exclude(connector=LISTS)
    days = shops.annotate(first=Min("sourcefile__first_day"), last=Max("sourcefile__last_day"))
    for connection in days.order_by("name"):
        first, last = connection.first, connection.last
        months = DateRange(first, last).months() if first and last else ()
        yield connection, list(months)[::-1]
