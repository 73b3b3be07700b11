"""What must hold of the year: the books say what the generators know, to the cent and to the document."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from closebook.apps.bank.models import Answer, Cleared
from closebook.apps.bank.selectors.bank_accounts import books_balance
from closebook.apps.bank.services.closing import statement_close
from closebook.apps.books.selectors.balances import balances
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.records import record_of
from closebook.apps.companies.services.audit import audit_broken_at
from closebook.apps.sync.models import Link, Preparation, Run, SyncError
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.certifying import Certificate, certificate_of, tied_keep
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.core.periods import Month
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.profile import Role
from closebook.transport import clock
from tests.year.driver import BY, SHOP, TILL, Story, Year


@dataclass(frozen=True)
class MonthProof:
    """One month: the certificates of shop and till, and the bank's statement beside the books."""

    month: Month
    shop: Certificate
    till: Certificate
    bank_minor: int
    books_minor: int
    on_the_way_minor: int

    @property
    def holds(self) -> bool:
        """Tell whether source = books on both connections, and books = bank with what is on its way."""
        return (
            self.shop.ties and self.till.ties and self.books_minor == self.bank_minor + self.on_the_way_minor
        )


def months_of(story: Story) -> Iterator[Month]:
    """Yield the months of business and those in which its last payouts come."""
    month = Month.of(story.first)
    while month <= Month.of(story.end):
        yield month
        month = month.next()


def certificates(year: Year, name: str) -> dict[Month, Certificate]:
    """Return the tie-out certificates of a connection, with every document read back from the books."""
    connection = year.connection(name)
    kept = Preparation(connection=connection, answer=tied_keep(connection, ""), ended_at=clock.now())
    return {month: certificate_of(connection, month, kept) for month in months_of(year.story)}


def month_proofs(year: Year) -> list[MonthProof]:
    """Return the proof of each month, and close the bank's statements on the way."""
    shop, till = certificates(year, SHOP), certificates(year, TILL)
    found, opening = [], 0
    for month in months_of(year.story):
        last = min(month.last_day, year.story.end)
        closing = year.story.bank.balance_on(last)
        statement_close(year.account, last, opening, closing, BY)
        opening = closing
        books = books_balance(year.account, last)
        way = payouts_on_the_way(year.story, last)
        found.append(MonthProof(month, shop[month], till[month], closing, books, way))
    return found


def payouts_on_the_way(story: Story, day: dt.date) -> int:
    """Return what the sources had sent by a day and the bank had not booked, less what it booked too much."""
    sent = sum(cents for at, cents in story.shop.payouts if at <= day < at + dt.timedelta(days=2))
    back = sum(cents for at, cents in story.shop.returned if at <= day < at + dt.timedelta(days=1))
    twice = {"second", "taken back"}  # the bank's own error, which the books never had
    wrong = sum(line.amount for line in story.bank.lines if line.tells in twice and line.day <= day)
    return sent - back - wrong


def source_documents(story: Story) -> Counter[str]:
    """Return how many documents the events of the sources make, by kind."""
    till, shop = story.till, story.shop
    found: Counter[str] = Counter()
    found["sale"] = len(shop.orders) + sum("RET" not in ref for ref in till.orders)
    found["refund"] = shop.facts["refunds"] + len(till.refunds)
    paid = sum(bool(one["amount_money"]["amount"]) for one in till.payouts.values())
    found["payout"] = len(shop.payouts) + paid
    found["returned payout"] = len(shop.returned)
    found["card payment"] = shop.facts["card payments"]
    return found


def live_documents() -> Counter[str]:
    """Return how many documents the connections hold in the books, by kind, from their keys."""
    words = {
        "sale": "sale", "refund": "refund", "payout": "payout", "returned-payout": "returned payout",
        "card-payment": "card payment",
    }  # fmt: skip
    keys = Link.objects.filter(kind__in=[kind.value for kind in DocumentKind], tombstone=False)
    found: Counter[str] = Counter()
    for key in keys.values_list("key", flat=True):
        parts = key.split("/")
        if parts[1] in words and "tender" not in parts:
            found[words[parts[1]]] += 1
    return found


def each_once(year: Year) -> bool:
    """Tell whether the books hold every linked document once, and besides what the bank's answers wrote."""
    written = set(Answer.objects.filter(done=True, undone_at=None).values_list("entity", "written_id"))
    fees = Cleared.objects.filter(entity="Purchase").values_list("entity", "wire_id")
    written |= set(fees)
    for kind in DocumentKind:
        entity = ENTITY_OF[kind]
        links = Link.objects.filter(kind=kind.value, tombstone=False)
        linked = list(links.values_list("remote_id", flat=True))
        found = [str(body["Id"]) for body in year.query_all(entity)]
        found = [ref for ref in found if (entity, ref) not in written]
        if sorted(found) != sorted(linked):
            return False
    return True


def unsettled_of_till(story: Story, day: dt.date) -> int:
    """Return what Square held at the end of a day: what later payouts pay of what happened until then."""
    held = 0
    for ref, entries in story.till.entries.items():
        if dt.date.fromisoformat(story.till.payouts[ref]["arrival_date"]) > day:
            held += sum(one["net_amount_money"]["amount"] for one in entries if _happened(story, one) <= day)
    return held


def _happened(story: Story, entry: dict[str, object]) -> dt.date:
    """Return the day of the sale that an entry pays, else the entry's own."""
    details = entry.get("type_charge_details")
    moment = str(entry["effective_at"])
    if isinstance(details, dict):
        payment = story.till.payments[details["payment_id"]]
        offline = payment.get("offline_payment_details", {})
        moment = str(offline.get("client_created_at") or payment["created_at"])
    return dt.datetime.fromisoformat(moment).date()


def answers_without_record(year: Year) -> list[str]:
    """Return the bank's answers whose record is not in the books any more."""
    books = books_of(year.account.company.realm_id)
    assert books is not None
    rows = Cleared.objects.filter(bank_account=year.account).values_list("entity", "wire_id")
    return [f"{entity} {ref}" for entity, ref in rows if record_of(books.pk, entity, ref) is None]


def nothing_waits(year: Year) -> list[str]:
    """Return what is still open: errors, holds, runs, bank lines."""
    found = [f"{one.code}: {one.cause}" for one in SyncError.objects.filter(resolved_at=None)]
    found += [f"run {run.pk} {run.state}" for run in Run.objects.filter(state__in=["running", "planned"])]
    return found + [f"bank line {one.day} {one.amount_minor} {one.text}" for one in year.open_lines()]


def clearing(year: Year, name: str, day: dt.date) -> int:
    """Return what the clearing ledger account of a connection holds at the end of a day."""
    connection = year.connection(name)
    link = Link.objects.get(
        connection=connection, key=profile_of(connection).ledger_account(Role.CLEARING).key
    )
    books = books_of(connection.company.realm_id)
    assert books is not None
    record = record_of(books.pk, "Account", link.remote_id)
    assert record is not None
    found = balances(books.pk, None, day).get(record.pk)
    return found.net_minor if found else 0


def audit_holds(year: Year) -> bool:
    """Tell whether the audit log's chain is whole."""
    return audit_broken_at(year.account.company_id) is None
