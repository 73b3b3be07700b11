"""Interviews and paid trials: the same task and price for all finalists of a posting, read under letters."""

from __future__ import annotations

import datetime as dt
import secrets
import string
from collections.abc import Sequence

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Application, BillLine, Interview, Posting, Trial, TrialScore
from closebook.apps.workforce.selectors.trials import names_shown, trials_of
from closebook.apps.workforce.services.finding import application_move, trial_end
from closebook.apps.workforce.services.moving import moved
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.states import TRIAL, Who
from closebook.transport import clock

FINALISTS = ("shortlisted", "interview")
MOST_FINALISTS = 20


@transaction.atomic
def interview_set(
    application: Application, starts_at: dt.datetime, minutes: int, link: str, actor: str
) -> Interview:
    """Return an interview at a moment; an application on the shortlist moves on to it.

    Raises InputError for a moment that is over, ConflictError for an application that is past interviews.
    """
    if starts_at <= clock.now():
        raise InputError("moment-over", "This moment is over.", remedy="Choose a later one.")
    if application.state != "interview":
        application_move(application, "interview", Who.COMPANY, actor)
    return Interview.objects.create(
        company_id=application.company_id,
        application=application,
        starts_at=starts_at,
        minutes=minutes,
        link=link,
        actor=actor,
        made_at=clock.now(),
    )


@transaction.atomic
def interview_cancel(interview: Interview, actor: str) -> None:
    """Take an interview away that lies ahead. Raises InputError for one that is over."""
    if interview.starts_at <= clock.now():
        raise InputError("moment-over", "This moment is over.", remedy="Choose a later one.")
    application = interview.application
    facts = {"application": application.pk, "at": interview.starts_at.isoformat()}
    interview.delete()
    audit_append(interview.company_id, actor, "interview-cancelled", application.candidate.name, facts)


@transaction.atomic
def trials_offer(
    posting: Posting, finalists: Sequence[Application], task: str, price_minor: int, actor: str
) -> list[Trial]:
    """Return the trials that are offered to finalists; the task and price of the first ones count for all.

    Raises InputError for nobody, for a price of nothing, or for somebody without a mail address.
    """
    Posting.objects.select_for_update().get(pk=posting.pk)
    known = list(trials_of(posting))
    if known:
        task, price_minor = known[0].task, known[0].price_minor
    if not finalists or len(known) + len(finalists) > MOST_FINALISTS:
        raise InputError("no-finalists", "Choose from one to twenty finalists.")
    if price_minor <= 0 or not task.strip():
        raise InputError("trial-unpaid", "A trial has a task and a price: this work is always paid.")
    free = [letter for letter in string.ascii_uppercase if letter not in {trial.code for trial in known}]
    return [_offered(one, task.strip(), price_minor, _taken(free), actor) for one in finalists]


def _taken(free: list[str]) -> str:
    """Return a letter by chance, so that the order says nothing."""
    letter = secrets.choice(free)
    free.remove(letter)
    return letter


def _offered(application: Application, task: str, price_minor: int, code: str, actor: str) -> Trial:
    if not application.candidate.email:
        raise InputError(
            "no-address",
            "This applicant has no mail address.",
            remedy="Ask for one: the trial is sent there.",
        )
    application_move(application, "trial", Who.COMPANY, actor)
    return Trial.objects.create(
        company_id=application.company_id,
        application=application,
        task=task,
        price_minor=price_minor,
        currency=application.posting.currency,
        code=code,
        actor=actor,
        made_at=clock.now(),
    )


@transaction.atomic
def trial_move(trial: Trial, target: str, who: Who, actor: str, text: str = "") -> Trial:
    """Return a trial one step further; ``text`` is the work, a reason, or how it was paid.

    Raises as the flow does, InputError for an empty delivery, HeldError for paying while names are covered
    or for ending a work that may still come,
    ConflictError for marking as paid what is on a bill.
    """
    if target == "delivered" and not text.strip():
        raise InputError("nothing-delivered", "Say what is delivered, and where it lies.")
    if target == "paid" and not names_shown(trial.application.posting):
        raise HeldError(
            "names-covered", "The names are still covered.", remedy="Score every work that came in first."
        )
    if target == "cancelled":
        found = trial_end(trial, who, text)
    else:
        found = moved(trial, TRIAL, target, who, "" if target == "delivered" else text)
    if target == "paid" and BillLine.objects.filter(trial=found).exists():
        raise ConflictError("trial-billed", "It is on a bill or paid already.", remedy="Look at its bill.")
    if target == "delivered":
        found.delivered = text.strip()
        found.save(update_fields=["delivered"])
    facts = {"trial": found.pk, "to": target}
    named = f"{found.application.posting.title} {found.code}"
    audit_append(found.company_id, actor if who is Who.COMPANY else found.code, "trial-moved", named, facts)
    return found


@transaction.atomic
def trial_score(trial: Trial, points: int, note: str, actor: str) -> TrialScore:
    """Return a reader's one score of a work, given before names are shown.

    Raises ConflictError for a second score, or once the names are shown.
    """
    found = Trial.objects.select_for_update().get(pk=trial.pk)
    if names_shown(found.application.posting) or found.scores.filter(actor=actor).exists():
        raise ConflictError("scored-already", "This work was scored already.", remedy="A score stays.")
    if found.state == "delivered":
        moved(found, TRIAL, "scored", Who.COMPANY)
    elif found.state != "scored":
        raise ConflictError("nothing-to-score", "There is no work to score yet.")
    return TrialScore.objects.create(
        company_id=found.company_id,
        trial=found,
        points=points,
        note=note,
        actor=actor,
        made_at=clock.now(),
    )
