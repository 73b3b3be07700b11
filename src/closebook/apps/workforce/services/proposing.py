"""Proposals about a day that is over: the assistant answers first, a named person rules, and silence pays."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from closebook.apps.companies.models import Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import (
    Contract,
    Prompt,
    Proposal,
    Reckoning,
    Reply,
    Ruling,
    Segment,
    Timesheet,
)
from closebook.apps.workforce.selectors.reckoned import core_segments, latest_of
from closebook.apps.workforce.selectors.terms import term_on
from closebook.apps.workforce.services.days import day_reckon
from closebook.core.errors import ConflictError, HeldError
from closebook.core.workforce import settling
from closebook.core.workforce.days import day_run
from closebook.core.workforce.runs import MINUTE, moment_of, ms_of
from closebook.core.workforce.states import PROPOSAL, Who, after_deadline, may_rule
from closebook.transport import clock

SIGNED = ("submitted", "in_review", "approved", "reopened")
_USUAL_DAYS = 5


def review_of(contract: Contract, day: dt.date) -> dt.timedelta:
    """Return how long each side has to answer about a day."""
    term = term_on(contract.terms.all(), day)
    return dt.timedelta(days=term.review_days if term else _USUAL_DAYS)


def is_over(contract: Contract, day: dt.date, now: dt.datetime) -> bool:
    """Tell whether a day has ended where the assistant is."""
    return now.astimezone(ZoneInfo(contract.zone)).date() > day


def is_signed(contract: Contract, day: dt.date) -> bool:
    """Tell whether a day lies in a timesheet that the assistant has signed."""
    rows = Timesheet.objects.filter(contract=contract, first__lte=day, last__gte=day)
    return rows.filter(state__in=SIGNED).exists()


@transaction.atomic
def day_propose(contract: Contract, day: dt.date) -> Reckoning | None:
    """Return a day's reckoning with its proposals; what has been signed gets no new ones."""
    found = day_reckon(contract, day)
    if found is None or is_signed(contract, day):
        return found
    rows = {(f"{s.source}-{s.number}", ms_of(s.starts_at)): s for s in found.segments.all()}
    for each in settling.proposals_of(core_segments(rows.values()), contract.zone):
        if each.length >= MINUTE // 2:
            _propose(found, each, [rows[part.timer, part.start] for part in each.segments])
    # What is proposed no more needs no answer: it is paid, like whatever nobody answers.
    gone = Proposal.objects.filter(contract=contract, day=day, state="made").exclude(reckoning=found)
    gone.update(state="waiting")
    return found


def _propose(found: Reckoning, each: settling.Proposal, segments: list[Segment]) -> None:
    contract = found.contract
    lasts, now = review_of(contract, each.day), clock.now()
    facts = {
        "company": found.company, "reckoning": found, "day": each.day, "klass": each.cls.value,
        "about": each.about[:200], "asks": each.asks, "minutes": (each.length + MINUTE // 2) // MINUTE,
        "reason": each.reason.value, "rule": each.rule, "answer_until": now + lasts,
        "rule_until": now + 2 * lasts, "made_at": now,
    }  # fmt: skip
    made, is_new = Proposal.objects.get_or_create(contract=contract, key=each.key, defaults=facts)
    if not is_new:
        made.reckoning = found
        made.save(update_fields=["reckoning"])
    made.segments.set(segments)
    if is_new:
        _said_before(made, segments)


def _said_before(made: Proposal, segments: list[Segment]) -> None:
    """Take what the assistant said at the machine as the answer, where it covers the whole proposal."""
    said = Prompt.objects.filter(contract=made.contract, rule=made.klass, answer="work").exclude(note="")
    for prompt in said:
        if all(prompt.starts_at <= s.starts_at and s.ends_at <= prompt.ends_at for s in segments):
            _answer(made, "explained", prompt.note, made.contract.person)
            return


def _answer(found: Proposal, word: str, text: str, person: Person) -> None:
    PROPOSAL.check(found.state, word, Who.ASSISTANT, text)
    now = clock.now()
    Reply.objects.create(
        company=found.company,
        proposal=found,
        word=word,
        text=text.strip(),
        actor=person.username,
        made_at=now,
    )
    found.state = word
    found.rule_until = now + review_of(found.contract, found.day)
    found.save(update_fields=["state", "rule_until"])


@transaction.atomic
def proposal_reply(proposal: Proposal, word: str, text: str, person: Person) -> None:
    """Keep the assistant's answer: accepted, explained or contested; a question accepted was a break.

    Once everything of the day is answered the company sees it. Raises HeldError for anybody else,
    ConflictError when it was answered before, InputError for an explanation without words.
    """
    found = Proposal.objects.select_for_update().select_related("contract__person").get(pk=proposal.pk)
    if found.contract.person_id != person.pk:
        raise HeldError("not-your-move", "This is for the other side to do.")
    if word in {"explained", "contested"} and not found.asks and not text.strip():
        PROPOSAL.check("explained", "kept", Who.COMPANY, text)
    _answer(found, word, text, person)
    if found.asks and word == "accepted":
        _break(found, person)
    latest = latest_of(found.contract, found.day)
    if latest is not None and not latest.proposals.filter(state="made").exists():
        day_release(latest)


def _break(found: Proposal, person: Person) -> None:
    """Reckon the time of a question as a break."""
    for segment in found.segments.all():
        Prompt.objects.get_or_create(
            contract=found.contract,
            key=f"proposal-{found.pk}-{ms_of(segment.starts_at)}",
            defaults={
                "company": found.company, "rule": found.klass, "starts_at": segment.starts_at,
                "ends_at": segment.ends_at, "answer": "break", "answered_at": clock.now(),
                "actor": person.username, "made_at": clock.now(),
            },
        )  # fmt: skip
    day_propose(found.contract, found.day)


def day_release(reckoning: Reckoning) -> None:
    """Show a day to the company."""
    Reckoning.objects.filter(pk=reckoning.pk, released_at=None).update(released_at=clock.now())


@transaction.atomic
def proposal_rule(proposal: Proposal, word: str, why: str, person: Person) -> None:
    """Keep a named person's decision on a proposal: kept (it is deducted) or dropped.

    Raises HeldError before the assistant's answer or deadline and for the assistant, ConflictError once the
    timesheet is approved, InputError without a reason where one is needed.
    """
    found = Proposal.objects.select_for_update().select_related("contract").get(pk=proposal.pk)
    if found.contract.person_id == person.pk or found.asks:
        raise HeldError("not-your-move", "This is for the other side to do.")
    if not may_rule(found.state, ms_of(found.answer_until), ms_of(clock.now())):
        raise HeldError(
            "answer-first", "The assistant answers first.", remedy="Wait for the answer or its deadline."
        )
    sheets = Timesheet.objects.filter(contract=found.contract, first__lte=found.day, last__gte=found.day)
    if sheets.filter(state__in=["approved", "reopened"]).exists():
        raise ConflictError(
            "sheet-approved",
            "This week is approved already.",
            remedy="Correct a line of the timesheet instead.",
        )
    source = "waiting" if found.state == "made" else found.state
    PROPOSAL.check(source, word, Who.COMPANY, why)
    found.state = word
    found.save(update_fields=["state"])
    Ruling.objects.create(
        company=found.company, proposal=found, word=word, why=why.strip(), person=person,
        actor=person.username, made_at=clock.now(),
    )  # fmt: skip
    facts = {"day": found.day.isoformat(), "minutes": found.minutes, "to": word}
    audit_append(found.company_id, person.username, "proposal-ruled", found.contract.title, facts)


def deadlines_pass(contract: Contract, now: dt.datetime) -> None:
    """Let silence pay: what was not answered counts as paid, what was not ruled on is dropped."""
    for row in Proposal.objects.filter(contract=contract, state__in=["made", "explained", "contested"]):
        state = after_deadline(row.state, ms_of(row.answer_until), ms_of(row.rule_until), ms_of(now))
        if state != row.state and not (row.asks and state == "dropped"):
            Proposal.objects.filter(pk=row.pk, state=row.state).update(state=state)
    for hidden in Reckoning.objects.filter(contract=contract, released_at=None):
        ends = moment_of(day_run(hidden.first, contract.zone)[1])
        if now >= ends + review_of(contract, hidden.first):
            day_release(hidden)
