"""The tie-out of one month of a connection, with what makes it checkable later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max, Min

from closebook.apps.companies.models import AuditEvent, Company
from closebook.apps.sync.models import Connection
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.tying import connection_tie_out, doubts_of, gaps_of
from closebook.core.periods import DateRange, Month
from closebook.core.planning.tieout import TieOut, TieRow
from closebook.transport import clock


@dataclass(frozen=True, slots=True)
class Certificate:
    """What source and books say of a month, kind by kind, and the clearing account's proof as of ``at``.

    ``payouts`` of the month are counted with those whose rows explain them to the cent. ``audit_number`` and
    ``audit_digest`` name the last line of the audit log; the digest follows from every line before it.
    ``gaps`` are sentences about rows that are in no figure, ``doubts`` about rows that a newer file lacks.
    """

    connection: Connection
    month: Month
    platform: str
    rows: tuple[TieRow, ...]
    tied: TieOut
    payouts: int
    explained: int
    at: dt.datetime
    audit_number: int
    audit_digest: str
    gaps: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def ties(self) -> bool:
        """Tell whether the month's rows, its payouts and the clearing account agree to the cent, and no row
        stands in no figure.
        """
        agree = all(not row.difference_minor for row in self.rows)
        proved = self.payouts == self.explained and not self.tied.difference_minor
        return agree and proved and not self.gaps


def certificate_of(connection: Connection, month: Month) -> Certificate:
    """Return the certificate of a month; every document of the connection is read from the books again."""
    tied = connection_tie_out(connection)
    payouts = [one for one in tied.settlements if one.payout and Month.of(one.payout.day) == month]
    last = AuditEvent.objects.filter(company_id=connection.company_id).order_by("-number").first()
    return Certificate(
        connection=connection,
        month=month,
        platform=profile_of(connection).platform,
        rows=tuple(row for row in tied.rows if row.month == month),
        tied=tied,
        payouts=len(payouts),
        explained=sum(not one.short_minor for one in payouts),
        at=clock.now(),
        audit_number=last.number if last else 0,
        audit_digest=last.digest if last else "",
        gaps=tuple(gaps_of(connection)),
        doubts=tuple(doubts_of(connection)),
    )


def certifiable_months(company: Company) -> Iterator[tuple[Connection, list[Month]]]:
    """Yield each connection with the months that its files speak of, newest first."""
    days = Connection.objects.filter(company=company).annotate(
        first=Min("sourcefile__first_day"), last=Max("sourcefile__last_day")
    )
    for connection in days.order_by("name"):
        first, last = connection.first, connection.last
        months = DateRange(first, last).months() if first and last else ()
        yield connection, list(months)[::-1]
