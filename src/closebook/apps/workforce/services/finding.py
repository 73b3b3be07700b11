"""Postings and applications: written, opened, applied for, moved on, each step kept."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
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
MOST_ROWS = 2000


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
    email, phone = facts.get("email", "").strip().lower(), _digits(facts.get("phone", ""))
    rows = Candidate.objects.filter(company=company)
    found = rows.filter(email=email).first() if email else None
    if found is None and phone:
        found = rows.filter(phone=phone).first()
    if found is None:
        found = Candidate(company=company, made_at=clock.now(), name=facts["name"].strip())
    for name, value in (("email", email), ("phone", phone), ("country", facts.get("country", ""))):
        if value and not getattr(found, name):
            setattr(found, name, value)
    found.language = found.language or facts.get("language", "")
    found.save()
    return found


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())


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


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list of applicants came to: new applications, and people who had applied."""

    new: int
    known: int


_HEADS = {
    "name": ("name", "full name", "applicant", "candidate", "naam", "姓名"),
    "email": ("email", "e-mail", "mail", "email address", "邮箱"),
    "phone": ("phone", "telephone", "mobile", "telefoon", "电话"),
    "country": ("country", "location", "land", "国家"),
    "letter": ("cover letter", "letter", "message", "proposal", "motivatie", "求职信"),
}
"""What marketplaces call the columns that are read."""


@transaction.atomic
def applicants_import(posting: Posting, text: str, actor: str) -> Taken:
    """Take a marketplace's list of applicants (CSV with a header) in; people are joined by mail or telephone.

    Raises InputError when no column holds names, or above two thousand rows.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    heads = {
        field: head
        for field, words in _HEADS.items()
        for head in lines.fieldnames or ()
        if head.strip().casefold() in words
    }
    if "name" not in heads:
        raise InputError(
            "no-names",
            "The file has no column with names.",
            remedy="Give it a first line with Name and Email.",
        )
    rows = [{field: (row[head] or "").strip() for field, head in heads.items()} for row in lines]
    if len(rows) > MOST_ROWS:
        raise InputError("too-many-rows", "The file has too many rows.", remedy="Take two thousand at most.")
    results = [apply(posting, row, source="list")[1] for row in rows if row["name"]]
    taken = Taken(sum(results), len(results) - sum(results))
    facts = {"posting": posting.pk, "new": taken.new, "known": taken.known}
    audit_append(posting.company_id, actor, "applicants-imported", posting.title, facts)
    return taken
