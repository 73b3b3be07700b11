"""What a contract agrees on at a day, as the rules of reckoning and money read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q

from closebook.apps.workforce.models import Contract, Evidence, HourlyRate, IdlePolicy, SiteRule, Term
from closebook.core.money import Money
from closebook.core.workforce import sites
from closebook.core.workforce.days import midnight
from closebook.core.workforce.evidence import SpanKind
from closebook.core.workforce.rates import RateTerm
from closebook.core.workforce.reckoning import IdleFrom, Level, Terms
from closebook.core.workforce.runs import SECOND

LEVELS = {
    Evidence.NONE: Level.NONE,
    Evidence.TIMER: Level.TIMER,
    Evidence.PRESENCE: Level.PRESENCE,
    Evidence.SITES: Level.SITES,
}
KINDS_AT = {
    Level.PRESENCE: frozenset({SpanKind.AFK, SpanKind.CALL}),
    Level.SITES: frozenset(SpanKind),
}
"""The kinds of evidence that each level allows; the others allow none."""
CALL = "call"
"""What a site rule looks at when it names a site where calls are work."""
_IDLE = {IdlePolicy.THRESHOLD: IdleFrom.THRESHOLD, IdlePolicy.LAST_INPUT: IdleFrom.LAST_INPUT}
_SCOPES = {"task": sites.Scope.TASK, "kind": sites.Scope.KIND, "contract": sites.Scope.CONTRACT}


def term_on(terms: Iterable[Term], day: dt.date) -> Term | None:
    """Return the newest of some terms that both sides had signed and that had begun on a day."""
    fitting = [t for t in terms if t.assistant_signed_at and t.company_signed_at and t.starts_on <= day]
    return max(fitting, key=lambda term: (term.starts_on, term.version), default=None)


def level_of(term: Term | None) -> Level:
    """Return how much evidence a term allows: none without a term."""
    return LEVELS[Evidence(term.evidence)] if term else Level.NONE


def core_terms(term: Term | None, call_hosts: Sequence[str] = ()) -> Terms:
    """Return a term as the reckoning reads it; without one nothing is recorded, and all timer time counts."""
    if term is None:
        return Terms(level=Level.NONE)
    policy = _IDLE[IdlePolicy(term.idle_policy)]
    return Terms(level_of(term), term.away_seconds * SECOND, policy, call_hosts=tuple(call_hosts))


def rule_rows(contract: Contract) -> list[SiteRule]:
    """Return every site rule that concerns a contract, in whatever time."""
    rows = SiteRule.objects.filter(Q(contract=contract) | Q(contract=None), company=contract.company_id)
    return list(rows.filter(Q(task=None) | Q(task__contract=contract)).order_by("pk"))


def core_rules(rows: Iterable[SiteRule], zone: str) -> list[sites.SiteRule]:
    """Return site rules as the reckoning reads them; a rule's days are those of the assistant's zone."""
    return [_core_rule(row, zone) for row in rows if row.match != CALL]


def call_hosts(rows: Iterable[SiteRule], day: dt.date) -> list[str]:
    """Return the sites on which calls are work on a day."""
    return [
        r.value for r in rows if r.match == CALL and r.starts_on <= day and (not r.ends_on or day < r.ends_on)
    ]


def _core_rule(row: SiteRule, zone: str) -> sites.SiteRule:
    scope, subject = "", ""
    if row.task_id:
        scope, subject = "task", f"t{row.task_id}"
    elif row.task_kind:
        scope, subject = "kind", row.task_kind
    elif row.contract_id:
        scope, subject = "contract", f"c{row.contract_id}"
    return sites.SiteRule(
        id=f"site-{row.pk}",
        version=1,
        scope=_SCOPES.get(scope, sites.Scope.HOUSE),
        subject=subject,
        match=sites.Match(row.match),
        pattern=row.value,
        verdict=sites.Verdict(row.verdict),
        ask=row.ask,
        tolerance=row.tolerance_seconds * SECOND,
        valid_from=midnight(row.starts_on, zone),
        valid_to=midnight(row.ends_on, zone) if row.ends_on else None,
        note=row.note,
    )


def rate_terms(contract: Contract) -> list[RateTerm]:
    """Return the history of a contract's rates: those of terms that both sides signed."""
    return rates_of([contract.pk])


def rates_of(contracts: Iterable[int]) -> list[RateTerm]:
    """Return the histories of the rates of some contracts, by one question.

    A term's rates hold until the next one begins, so that a rate of its own for a kind of service ends with
    the term that named it.
    """
    found = HourlyRate.objects.filter(term__contract__in=contracts).select_related("term").order_by("pk")
    rows = list(found.exclude(term__assistant_signed_at=None).exclude(term__company_signed_at=None))
    begins = {(row.term.contract_id, row.term.starts_on, row.term.version) for row in rows}
    return [
        RateTerm(
            str(row.term.contract_id),
            row.kind,
            Money(row.hourly_minor, row.currency),
            row.term.starts_on,
            _until(row.term, begins),
            row.term.version,
        )
        for row in rows
    ]


def _until(term: Term, begins: Iterable[tuple[int, dt.date, int]]) -> dt.date | None:
    """Return the day on which the term after this one begins, None for the last one."""
    own = (term.contract_id, term.starts_on, term.version)
    return min(
        (day for contract, day, number in begins if contract == own[0] and (contract, day, number) > own),
        default=None,
    )
