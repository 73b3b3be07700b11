"""Postings and applications: written, opened, applied for, moved on, each step kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Application, ApplicationStep, Candidate, Posting, Screening, Trial
from closebook.apps.workforce.selectors.trials import GONE, PENDING, trials_unpaid, works_until
from closebook.apps.workforce.services.moving import moved
from closebook.core.errors import HeldError, InputError
from closebook.core.workforce.readiness import Advice, TaskText, advice_for
from closebook.core.workforce.states import APPLICATION, POSTING, TRIAL, Who
from closebook.transport import clock

_TOKEN_BYTES = 16


def posting_advice(posting: Posting) -> tuple[Advice, ...]:
    """Return what is vague or missing in a posting."""
    text = TaskText(posting.title, posting.description, posting.done_means, posting.hours_week * 60)
    return advice_for(text)


@transaction.atomic
def posting_save(company: Company, posting: Posting | None, facts: Mapping[str, Any], actor: str) -> Posting:
    """Return a posting with these facts, new as a draft. Raises InputError for a range out of order."""
    if facts["low_minor"] > facts["high_minor"]:
        raise InputError(
            "range-out-of-order", "The range goes from low to high.", remedy="Put the smaller rate first."
        )
    made = posting or Posting(
        company=company, actor=actor, made_at=clock.now(), token=secrets.token_urlsafe(_TOKEN_BYTES)
    )
    for name, value in facts.items():
        setattr(made, name, value)
    made.save()
    audit_append(company.pk, actor, "posting-saved", made.title, {"posting": made.pk})
    return made


@transaction.atomic
def posting_move(posting: Posting, target: str, actor: str) -> Posting:
    """Open, pause, fill or close a posting; one with something missing is not opened.

    Raises InputError with the first thing that is missing, ConflictError where it has moved on, HeldError
    for closing one while a trial's work is not paid.
    """
    lacking = [each for each in posting_advice(posting) if each.stops]
    if target == "open" and lacking:
        raise InputError("posting-not-ready", lacking[0].text)
    if target in {"filled", "closed"} and trials_unpaid(posting):
        raise HeldError(
            "trial-not-paid", "Work of a trial is not paid yet.", remedy="Pay every work that came in first."
        )
    found = moved(posting, POSTING, target, Who.COMPANY)
    if target == "open" and not found.opened_at:
        found.opened_at = clock.now()
        found.save(update_fields=["opened_at"])
    audit_append(found.company_id, actor, "posting-moved", found.title, {"posting": found.pk, "to": target})
    return found


def candidate_for(company: Company, facts: Mapping[str, Any]) -> Candidate:
    """Return the one candidate with this mail address, or else this telephone number; new where none has."""
    email, phone = facts.get("email", "").strip().lower(), phone_digits(facts.get("phone", ""))
    rows = Candidate.objects.filter(company=company)
    found = rows.filter(email=email).first() if email else None
    if found is None and phone:
        found = rows.filter(phone__in=[phone, f"00{phone}"]).first()
    if found is None:
        found = Candidate(company=company, made_at=clock.now(), name=facts["name"].strip())
    for name, value in (("email", email), ("phone", phone), ("country", facts.get("country", ""))):
        if value and not getattr(found, name):
            setattr(found, name, value)
    found.language = found.language or facts.get("language", "")
    found.save()
    return found


def phone_digits(phone: str) -> str:
    """Return the digits of a telephone number, the same however the country is written.

    >>> phone_digits("+49 (0)170 1234567"), phone_digits("0049 170/1234567")
    ('491701234567', '491701234567')
    """
    return "".join(letter for letter in phone.replace("(0)", "") if letter.isdecimal()).removeprefix("00")


@transaction.atomic
def apply(
    posting: Posting, facts: Mapping[str, Any], file: UploadedFile[Any] | None = None, source: str = "page"
) -> tuple[Application, bool]:
    """Return the application of a person for a posting, and whether it is new.

    A second one changes nothing: whoever knows a mail address cannot rewrite what its owner sent.
    """
    Company.objects.select_for_update().get(pk=posting.company_id)
    candidate = candidate_for(posting.company, facts)
    kept = {name: facts[name] for name in ("letter", "wish_minor", "hours_week") if name in facts}
    found, made = Application.objects.get_or_create(
        posting=posting,
        candidate=candidate,
        defaults={"company": posting.company, "made_at": clock.now(), "source": source, **kept},
    )
    if made and file is not None:
        found.file_name = (file.name or "")[-200:]
        found.file.save(secrets.token_hex(_TOKEN_BYTES), file)
    if made:
        _step(found, "", "received", "", "")
    return found, made


@transaction.atomic
def application_move(
    application: Application, target: str, who: Who, actor: str, reason: str = ""
) -> Application:
    """Return an application one step further.

    Raises as the flow does; declining needs a reason, and so does an offer after a trial. A trial that has
    brought no work ends with its application; HeldError for declining somebody whose work may still come.
    """
    if target == "offered" and application.state == "trial" and not reason.strip():
        raise InputError("reason-missing", "This needs a reason.", remedy="Write a few words.")
    before = application.state
    found = moved(application, APPLICATION, target, who, reason)
    _step(found, before, target, actor, reason)
    if target in GONE:
        for trial in Trial.objects.filter(application=found, state__in=PENDING[:3]):
            trial_end(trial, who, reason)
    facts = {"application": found.pk, "to": target}
    audit_append(found.company_id, actor, "application-moved", found.candidate.name, facts)
    return found


def trial_end(trial: Trial, who: Who, reason: str) -> Trial:
    """Return a trial that ends without a work. Raises HeldError for the company while work that was begun may
    still come, else as the flow does.
    """
    if who is Who.COMPANY and trial.state == "running" and clock.now() < works_until(trial):
        raise HeldError(
            "trial-runs",
            f"The work of this trial has begun; it may come until {works_until(trial).date()}.",
            remedy="Wait until then, or for the work.",
        )
    alone = "declined" if trial.state == "proposed" else "stopped"
    return moved(trial, TRIAL, "cancelled" if who is Who.COMPANY else alone, who, reason)


def _step(application: Application, source: str, target: str, actor: str, reason: str) -> None:
    ApplicationStep.objects.create(
        company_id=application.company_id,
        application=application,
        source=source,
        target=target,
        actor=actor,
        reason=reason,
        made_at=clock.now(),
    )


def screening_add(application: Application, name: str, note: str, actor: str, *, passed: bool) -> None:
    """Keep what a check of an application came to."""
    Screening.objects.create(
        company_id=application.company_id,
        application=application,
        check_name=name,
        passed=passed,
        note=note,
        actor=actor,
        made_at=clock.now(),
    )
