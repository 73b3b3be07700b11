"""Trying a changed profile on what is staged: what its documents would do to the trial balance, against the
profile in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from closebook.apps.sync.models import Connection, Decision, SourceFile
from closebook.apps.sync.selectors.plain import cut_off_plain
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.foreign_reading import foreign_postings
from closebook.apps.sync.services.planning import source_records
from closebook.apps.sync.services.progress import Tell, counted, silent
from closebook.connectors.quickbooks.chart import ledger_account_uses
from closebook.connectors.registry import connector
from closebook.core.commerce.records import Business
from closebook.core.periods import Month
from closebook.core.planning.cutoff import CutOff, simulate_cut_off
from closebook.core.planning.documents import Document
from closebook.core.planning.impact import add_postings
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import LedgerAccountUse, Profile
from closebook.core.planning.profile_json import profile_from_json
from closebook.transport import clock


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One line of a trial: a kind of document or a ledger account, with documents and minor units under the
    profile in force and under the changed one. A ledger account counts no documents; debits are positive.
    """

    name: str
    now_minor: int
    then_minor: int
    now_count: int = 0
    then_count: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """A changed profile tried on one month: its documents by kind and what they do to each ledger account."""

    month: Month
    kinds: tuple[TrialLine, ...]
    ledger_accounts: tuple[TrialLine, ...]


def profile_trial(connection: Connection, body: dict[str, Any]) -> Trial | None:
    """Return what a changed profile makes of the newest month that the files know; None without files.

    Nothing is stored. Raises InputError, naming the field, for a profile that cannot be used.
    """
    former, latter = profile_of(connection), profile_from_json(body)
    business = connector(connection.connector).normalise(source_records(connection))
    if not business.movements:
        return None
    month = Month.of(max(row.day for row in business.movements))
    decisions = dict(Decision.objects.filter(connection=connection).values_list("key", "word"))
    now, then = (_of_month(business, profile, decisions, month) for profile in (former, latter))
    return Trial(month, tuple(_by_kind(now, then)), tuple(_by_ledger_account(now, then, (former, latter))))


def _of_month(
    business: Business, profile: Profile, decisions: dict[str, str], month: Month
) -> list[Document]:
    made = documents_of(business, profile, clock.today(), decisions=decisions).documents
    return [document for document in made if month.first_day <= document.day <= month.last_day]


def _by_kind(now: list[Document], then: list[Document]) -> Iterator[TrialLine]:
    for kind in sorted({document.kind.value for document in (*now, *then)}):
        former, latter = ([one for one in some if one.kind.value == kind] for some in (now, then))
        yield TrialLine(kind, _money(former), _money(latter), len(former), len(latter))


def _money(documents: list[Document]) -> int:
    """Return the sum of the debits of documents."""
    return sum(sum(amount for _key, amount in one.postings() if amount > 0) for one in documents)


def _by_ledger_account(
    now: list[Document], then: list[Document], profiles: tuple[Profile, ...]
) -> Iterator[TrialLine]:
    sums: list[dict[str, int]] = [{}, {}]
    for totals, documents in zip(sums, (now, then), strict=True):
        for document in documents:
            add_postings(totals, document)
    names = {use.key: use.path.replace(":", ": ") for p in profiles for use in p.ledger_accounts.values()}
    for key in sorted({*sums[0], *sums[1]}):
        yield TrialLine(names.get(key, key), sums[0].get(key, 0), sums[1].get(key, 0))


def chart_read(connection: Connection) -> dict[str, LedgerAccountUse]:
    """Return the ledger accounts of the company's books by full name in small letters."""
    with books_client(connection.company) as client:
        return {use.path.casefold(): use for use in ledger_account_uses(client)}


def profile_tried(connection: Connection, body: dict[str, Any], tell: Tell = silent) -> dict[str, Any]:
    """Return what a changed profile does to the ledger accounts, and what its cut-off day means, as plain
    values in the connection's currency. Nothing is stored. Raises as ``profile_try``.
    """
    lines = profile_try(connection, body, tell)
    cut_off = cut_off_plain(cut_off_try(connection, body))
    return {"currency": connection.currency, "lines": lines, "cut_off": cut_off}


def profile_try(connection: Connection, body: dict[str, Any], tell: Tell = silent) -> list[dict[str, Any]]:
    """Return a line per ledger account with its sum now and then, in minor units, debit positive. Nothing is
    stored.

    Raises InputError, naming the field, for a profile that cannot be used.
    """
    former, latter = profile_of(connection), profile_from_json(body)
    latter.check()
    files = SourceFile.objects.filter(connection=connection)
    rows = counted(
        source_records(connection), tell, "reading", files.aggregate(rows=Sum("rows"))["rows"] or 0
    )
    business = connector(connection.connector).normalise(rows)
    tell("planning", 0, 0)
    decisions = dict(Decision.objects.filter(connection=connection).values_list("key", "word"))
    now, then = (_totals(business, profile, decisions) for profile in (former, latter))
    names = {
        use.key: use.path.replace(":", ": ") for p in (former, latter) for use in p.ledger_accounts.values()
    }
    return [
        {"ledger_account": names.get(key, key), "now_minor": now.get(key, 0), "then_minor": then.get(key, 0)}
        for key in sorted({*now, *then})
    ]


def _totals(business: Business, profile: Profile, decisions: dict[str, str]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for document in documents_of(business, profile, clock.today(), decisions=decisions).documents:
        add_postings(totals, document)
    return totals


def cut_off_try(connection: Connection, body: dict[str, Any]) -> CutOff | None:
    """Return what a changed cut-off day would mean, with what the books hold already; None when it has
    none.
    """
    profile = profile_from_json(body)
    if profile.since is None:
        return None
    business = connector(connection.connector).normalise(source_records(connection))
    with books_client(connection.company) as client:
        foreign = list(foreign_postings(connection, client, profile.since))
    return simulate_cut_off(business.movements, profile.since, foreign)
