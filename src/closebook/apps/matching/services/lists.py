"""Holding a list against the books: proposals are made, and what was decided before stands again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.matching.models import MatchList, MatchMemory, MatchPartner, MatchRow, RowState
from closebook.apps.matching.selectors.memory import party_matches
from closebook.core.errors import InputError
from closebook.core.matching.ladder import CERTAIN, ITEM_RULES, PARTY_RULES
from closebook.core.matching.match import Outcome, Proposal, match
from closebook.core.matching.party import Party
from closebook.core.matching.reasons import Grade, Reason
from closebook.transport import clock

KINDS = ("customer", "vendor", "item")
_BATCH = 1000


def list_make(
    company: Company,
    actor: str,
    ours: Sequence[Party],
    theirs: Sequence[Party],
    *,
    kind: str,
    source: str,
    file_name: str = "",
) -> MatchList:
    """Return a list held against the books (``theirs``): nothing is decided but what was decided before."""
    if kind not in KINDS:
        raise InputError(
            "not-a-kind", f"{kind} cannot be matched.", remedy="Choose customer, vendor or item."
        )
    known = party_matches(company, kind, source)
    rules = ITEM_RULES if kind == "item" else PARTY_RULES
    outcome = match(
        ours, [one for one in theirs if not one.is_job], links=known, ignore_jobs=True, rules=rules
    )
    with transaction.atomic():
        made = MatchList.objects.create(
            company=company,
            kind=kind,
            source=source,
            file_name=file_name,
            expected=outcome.expected,
            automatic=outcome.automatic,
            made_by=actor,
            made_at=clock.now(),
        )
        partners = [
            MatchPartner(match_list=made, remote_id=one.id, name=one.display_name, facts=asdict(one))
            for one in theirs
        ]
        MatchPartner.objects.bulk_create(partners, _BATCH)
        MatchRow.objects.bulk_create(_rows(made, ours, theirs, outcome), _BATCH)
        facts = {"kind": kind, "rows": len(ours), "partners": len(theirs)}
        audit_append(company.pk, actor, "match-list-read", source, facts)
    return made


def _rows(
    made: MatchList, ours: Sequence[Party], theirs: Sequence[Party], outcome: Outcome
) -> Iterable[MatchRow]:
    """Yield the rows, those decided before in their old state."""
    proposals = {one.left: one for one in outcome.proposals}
    there = {one.id for one in theirs}
    remembered = _remembered(made)
    for one in sorted(ours, key=lambda party: (party.display_name.casefold(), party.id)):
        row = MatchRow(match_list=made, source_id=one.id, name=one.display_name, facts=asdict(one))
        row.job = one.is_job
        _propose(row, proposals.get(one.id), outcome.closest.get(one.id, ()))
        before = remembered.get(one.id)
        if before and (before.word != RowState.MATCHED or before.remote_id in there):
            there.discard(before.remote_id)  # nobody is matched twice
            row.state, row.chosen_id = before.word, before.remote_id
            row.decided_by, row.decided_at = before.made_by, before.made_at
        yield row


def _remembered(made: MatchList) -> Mapping[str, MatchMemory]:
    rows = MatchMemory.objects.filter(company_id=made.company_id, kind=made.kind, source=made.source)
    return {one.source_id: one for one in rows}


def _propose(row: MatchRow, proposal: Proposal | None, closest: Sequence[Proposal]) -> None:
    if proposal:
        row.proposed_id, row.score, row.rule = proposal.right, proposal.score, proposal.rule
        row.reasons = [_plain(reason) for reason in proposal.reasons]
        row.solid = proposal.rule in CERTAIN or any(
            one.field != "name" and one.grade is not Grade.DIFFERENT for one in proposal.reasons
        )
    row.closest = [[one.right, one.score, [_plain(reason) for reason in one.reasons]] for one in closest]


def _plain(reason: Reason) -> list[str | int]:
    return [reason.field, reason.grade.value, reason.hundredths]
