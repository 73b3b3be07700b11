"""The tie-out of a connection: the source's totals against the books, per month and kind, and the clearing
account's proof.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from closebook.apps.sync.codec import actions_from, target_from
from closebook.apps.sync.models import ActionRow, Connection, Link, Run, SourceFile, SyncError
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.changes import LinkedNames
from closebook.apps.sync.services.newer_files import VANISHED
from closebook.apps.sync.services.planning import source_records
from closebook.apps.sync.services.progress import Tell, counted, silent
from closebook.apps.sync.services.standing import standing_of
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import ENTITY_OF, from_wire
from closebook.connectors.registry import connector
from closebook.core.money import format_minor, minor_from_decimal
from closebook.core.planning.actions import ActionState
from closebook.core.planning.desired import OTHER_CURRENCY
from closebook.core.planning.documents import Document, DocumentKind
from closebook.core.planning.impact import effect_of
from closebook.core.planning.profile import Profile, Role
from closebook.core.planning.standing import NOTHING_STANDS
from closebook.core.planning.tieout import MonthTotals, TieOut, month_totals, tie_out
from closebook.transport import clock

_KINDS = frozenset(kind.value for kind in DocumentKind)


def connection_tie_out(connection: Connection, tell: Tell = silent) -> TieOut:
    """Return the tie-out with the books' side read back from the books, document by document; ``tell`` is
    told how far it is.
    """
    with books_client(connection.company) as client:
        count = Link.objects.filter(connection=connection, kind__in=_KINDS, tombstone=False).count()
        documents = counted(_documents_in_books(connection, client), tell, "documents", count)
        totals = month_totals(documents)
        tell("reading", 0, 0)
        return _against(connection, client, totals)


def posted_tie_out(connection: Connection, client: QuickBooksClient) -> TieOut:
    """Return the tie-out with what was posted and verified; only the clearing account's balance is read."""
    return _against(connection, client, month_totals(_posted(connection)))


def _against(connection: Connection, client: QuickBooksClient, totals: MonthTotals) -> TieOut:
    profile = profile_of(connection)
    business = connector(connection.connector).normalise(source_records(connection))
    standing = standing_of(connection) if profile.is_till else NOTHING_STANDS
    tied = tie_out(business, profile, totals, clock.today(), standing)
    return replace(tied, clearing_minor=_clearing_balance(connection, client, profile, tied.clearing_minor))


def _clearing_balance(
    connection: Connection, client: QuickBooksClient, profile: Profile, otherwise: int
) -> int:
    """Return the clearing ledger account's balance as the books state it; ``otherwise`` when it is not in
    them yet.
    """
    link = Link.objects.filter(connection=connection, key=profile.ledger_account(Role.CLEARING).key).first()
    if link is None:
        return otherwise
    body = client.read("Account", link.remote_id)
    return minor_from_decimal(body.get("CurrentBalance", 0), connection.currency)


def gaps_of(connection: Connection) -> list[str]:
    """Return in sentences what the tie-out cannot answer for: rows that could not be read and rows in another
    currency. Rows of files without money do not count.
    """
    streams = {one.name for one in connector(connection.connector).info.streams if one.moves_money}
    files = SourceFile.objects.filter(connection=connection, stream__in=streams)
    names = set(files.values_list("name", flat=True))
    unresolved = SyncError.objects.filter(connection=connection, resolved_at=None)
    bad = sum(name in names for name in unresolved.filter(row__isnull=False).values_list("file", flat=True))
    foreign = unresolved.filter(held=True, code=OTHER_CURRENCY).count()
    gaps = (
        [f"Rows that could not be read and are in no figure: {bad}; see `closebook errors`."] if bad else []
    )
    if foreign:
        gaps.append(f"Rows in another currency that are in no figure: {foreign}; see `closebook holds`.")
    return gaps


def doubts_of(connection: Connection) -> list[str]:
    """Return in sentences which rows stand in the figures although a newer file no longer has them."""
    lines = SyncError.objects.filter(connection=connection, resolved_at=None, code=VANISHED)
    return list(lines.order_by("pk").values_list("cause", flat=True))


def _posted(connection: Connection) -> Iterator[Document]:
    rows = Link.objects.filter(connection=connection, kind__in=_KINDS, tombstone=False)
    for text in rows.values_list("target", flat=True).iterator(2000):
        target = target_from(text)
        if isinstance(target, Document):
            yield target


def _documents_in_books(connection: Connection, client: QuickBooksClient) -> Iterator[Document]:
    """Yield this connection's documents as the books hold them now."""
    names = LinkedNames(connection)
    currency = connection.company.home_currency
    incomes = _ledger_accounts_of_items(client, names, "IncomeAccountRef")
    bought = _ledger_accounts_of_items(client, names, "ExpenseAccountRef")
    for kind in DocumentKind:
        links = Link.objects.filter(connection=connection, kind=kind.value)
        ours = set(links.values_list("remote_id", flat=True))
        if not ours:
            continue
        for body in client.query_all(ENTITY_OF[kind]):
            if str(body.get("Id")) in ours:
                value = from_wire(ENTITY_OF[kind], body, names.resolve_back, home_currency=currency)
                if isinstance(value, Document):
                    yield _with_ledger_accounts(value, bought if kind is DocumentKind.EXPENSE else incomes)


def _ledger_accounts_of_items(client: QuickBooksClient, names: LinkedNames, role: str) -> dict[str, str]:
    """Return the key of the ledger account that each of our items names in a role, as the books have it
    now.
    """
    found: dict[str, str] = {}
    for body in client.query_all("Item", inactive=True):
        posts_to = str((body.get(role) or {}).get("value", ""))
        found[names.resolve_back("Item", str(body["Id"]))] = names.resolve_back("Account", posts_to)
    return found


def _with_ledger_accounts(document: Document, incomes: dict[str, str]) -> Document:
    """Return a document whose lines of items name the ledger account that the item posts to."""
    lines = tuple(
        replace(line, ledger_account=incomes.get(line.item, ""))
        if line.item and not line.ledger_account
        else line
        for line in document.lines
    )
    return replace(document, lines=lines)


def proofs_of(
    tied: TieOut, currency: str, as_of: dt.date, gaps: Sequence[str] = ()
) -> list[dict[str, object]]:
    """Return the proofs of a tie-out as sentences with their truth, for the run's record; ``gaps`` are
    what it cannot answer for.
    """
    different = [row for row in tied.rows if row.difference_minor]
    held = [one for one in tied.settlements if one.short_minor]
    clearing, unsettled = (
        format_minor(each, currency) for each in (tied.clearing_minor, tied.unsettled_minor)
    )
    proofs: list[dict[str, object]] = [
        {
            "holds": not tied.difference_minor,
            "text": f"Clearing account {clearing} {currency} = what the shop's account holds,"
            f" {unsettled} {currency}.",
        },
        {
            "holds": not different,
            "text": f"{len(tied.rows) - len(different)} of {len(tied.rows)} totals by month and kind"
            " agree to the cent.",
        },
        {
            "holds": not held,
            "text": f"{_payouts(tied) - len(held)} of {_payouts(tied)} payouts are explained to the cent,"
            f" as of {as_of}.",
        },
    ]
    return [*proofs, *({"holds": False, "text": gap} for gap in gaps)]


def undo_proofs(run: Run, undone: Run, differences: tuple[str, ...]) -> list[dict[str, object]]:
    """Return the proofs of an undo: nothing of it remains, and what was written is the opposite of what the
    run wrote.

    What was left on purpose, or not asked to be taken back, is told; what failed makes the proof differ.
    """
    did, back = _written_effect(undone), _written_effect(run)
    left = [key for key in {*did, *back} if did.get(key, 0) + back.get(key, 0)]
    failed = run.actions.filter(state=ActionState.FAILED).count()
    whole = "The trial balance is what it was before the run, to the cent."
    part = (
        f"{len(left)} ledger accounts keep a part of the run: what was left, or not asked to be taken back."
    )
    if failed:
        part = f"{failed} of {run.total} actions failed; {len(left)} ledger accounts keep a part of the run."
    return [
        {"holds": not differences, "text": "What was taken back is gone from the books."},
        {"holds": not failed, "text": part if left or failed else whole},
    ]


def _written_effect(run: Run) -> dict[str, int]:
    """Return what a run's confirmed actions did to the trial balance."""
    rows = ActionRow.objects.filter(run=run, state=ActionState.CONFIRMED)
    return effect_of(actions_from(rows))


def _payouts(tied: TieOut) -> int:
    return sum(one.payout is not None for one in tied.settlements)
