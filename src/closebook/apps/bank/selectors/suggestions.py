"""What fits open lines: records of the books, transfers between own bank accounts, rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from closebook.apps.bank.models import BankAccount, BankLine, BankRuleVersion, Cleared, LineState
from closebook.apps.bank.selectors.bank_accounts import ledger_key
from closebook.apps.bank.selectors.line_values import line_value
from closebook.apps.bank.selectors.rules import active_rules
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.postings import postings
from closebook.core.reconcile.pairing import Booked, Expected, Sureness, own_transfers, pairings
from closebook.core.reconcile.rules import BankRule, first_rule

BEFORE_DAYS, AFTER_DAYS = 3, 7
SPAN = dt.timedelta(days=12)


@dataclass(frozen=True, slots=True)
class InBooks:
    """A record of the books on the bank account's ledger account; the amount is signed as on a statement."""

    entity: str
    wire_id: str
    day: dt.date
    number: str
    memo: str
    party: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One answer that would fit a line; ``kind`` is match, transfer or rule."""

    kind: str
    certain: bool
    by: str
    record: InBooks | None = None
    other: BankLine | None = None
    rule: BankRule | None = None
    version: BankRuleVersion | None = None

    @property
    def key(self) -> str:
        """Return the word by which this one is accepted."""
        if self.record is not None:
            return f"match:{self.record.entity}:{self.record.wire_id}"
        if self.other is not None:
            return f"transfer:{self.other.pk}"
        return f"rule:{self.version.pk if self.version else 0}"


def books_records(
    bank_account: BankAccount, first: dt.date, last: dt.date, *, cleared: bool = False
) -> list[InBooks]:
    """Return the records on a bank account's ledger account in some days; without those that answer a line
    unless they are wanted.
    """
    books, key = books_of(bank_account.company.realm_id), ledger_key(bank_account)
    if books is None or not key:
        return []
    done = set(Cleared.objects.filter(bank_account=bank_account).values_list("entity", "wire_id"))
    found: dict[tuple[str, str], InBooks] = {}
    for row in postings(books.pk, day_from=first, day_to=last, ledger_accounts=[key]):
        name = (row.entity, row.wire_id)
        if name in done and not cleared:
            continue
        foreign = row.currency == bank_account.currency and row.foreign_minor is not None
        amount = (row.foreign_minor or 0) if foreign else row.amount_minor
        before = found[name].amount_minor if name in found else 0
        found[name] = InBooks(
            row.entity, row.wire_id, row.day, row.doc_number, row.memo, row.counterparty_name, before + amount
        )
    return [one for one in found.values() if one.amount_minor]


def suggestions(bank_account: BankAccount, lines: Sequence[BankLine]) -> dict[int, list[Suggestion]]:
    """Return by line what would answer it, the surest first. The queries do not grow with the lines."""
    wanted = [line for line in lines if line.state == LineState.OPEN]
    if not wanted:
        return {}
    first, last = min(line.day for line in wanted) - SPAN, max(line.day for line in wanted) + SPAN
    every = list(
        BankLine.objects.filter(
            bank_account__company=bank_account.company, state=LineState.OPEN, day__gte=first, day__lte=last
        ).select_related("bank_account")
    )
    found: dict[int, list[Suggestion]] = {line.pk: [] for line in wanted}
    _match(bank_account, every, (first, last), found)
    _transfers(bank_account, every, found)
    _rules(bank_account, wanted, found)
    return found


def _booked(line: BankLine) -> Booked:
    references = tuple(line.references.split("\n")) if line.references else ()
    return Booked(line.pk, line.day, line.amount_minor, f"{line.counterparty} {line.text}", references)


def _match(
    bank_account: BankAccount,
    every: Sequence[BankLine],
    days: tuple[dt.date, dt.date],
    found: dict[int, list[Suggestion]],
) -> None:
    own = [_booked(line) for line in every if line.bank_account_id == bank_account.pk]
    records = {(one.entity, one.wire_id): one for one in books_records(bank_account, *days)}
    expected = [
        Expected(name, one.day, one.amount_minor, tuple(filter(None, (one.number, one.memo))))
        for name, one in records.items()
    ]
    for pair in pairings(own, expected, before_days=BEFORE_DAYS, after_days=AFTER_DAYS):
        if pair.line in found and isinstance(pair.expected, tuple):
            certain = pair.sureness is Sureness.CERTAIN
            one = Suggestion("match", certain, pair.by, record=records[pair.expected])
            found[int(str(pair.line))].append(one)


def _transfers(
    bank_account: BankAccount, every: Sequence[BankLine], found: dict[int, list[Suggestion]]
) -> None:
    by_key = {line.pk: line for line in every}
    sides: dict[Hashable, list[Booked]] = {}
    for line in every:
        if line.bank_account.currency == bank_account.currency:
            sides.setdefault(str(line.bank_account_id), []).append(_booked(line))
    for pair in own_transfers(sides):
        for one, other in ((pair.line, pair.expected), (pair.expected, pair.line)):
            key = int(str(one))
            if key in found and not any(each.kind == "match" and each.certain for each in found[key]):
                certain = pair.sureness is Sureness.CERTAIN and not found[key]
                found[key].append(Suggestion("transfer", certain, "transfer", other=by_key[int(str(other))]))


def _rules(bank_account: BankAccount, lines: Sequence[BankLine], found: dict[int, list[Suggestion]]) -> None:
    rules = active_rules(bank_account.company)
    order = [rule for rule, _version in rules]
    versions = {rule.key: version for rule, version in rules}
    for line in lines:
        rule = first_rule(order, line_value(line), bank_account.pk)
        if rule is not None:
            certain = not found[line.pk]
            found[line.pk].append(Suggestion("rule", certain, "rule", rule=rule, version=versions[rule.key]))
