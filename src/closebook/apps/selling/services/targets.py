"""Keeping targets in versions, complaints by their steps, and promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Complaint, Promise, Target
from closebook.core.errors import InputError
from closebook.core.selling import complaints

Part = tuple[str, str, str, int]
"""Region, person, dealer and amount in minor units."""


@transaction.atomic
def target_save(
    company: Company, year: int, amount_minor: int, parts: Sequence[Part], by: str, **facts: Any
) -> Target:
    """Return a new draft version of a target. InputError selling-target when the parts are not the amount."""
    _parts_checked(amount_minor, parts)
    key = {"measure": "sales", "kind": "company", "level": "certain", "person": ""}
    key |= {name: facts.pop(name) for name in list(facts) if name in key}
    Company.objects.select_for_update().get(pk=company.pk)
    own = Target.objects.filter(company=company, year=year, **key)
    number = (own.aggregate(last=Max("version"))["last"] or 0) + 1
    return Target.objects.create(
        company=company, year=year, version=number, amount_minor=amount_minor,
        parts=[list(part) for part in parts], by=by, **key, **facts,
    )  # fmt: skip


@transaction.atomic
def target_change(
    company: Company, pk: int, amount_minor: int, parts: Sequence[Part], **facts: Any
) -> Target:
    """Return a draft after a change. InputError selling-target for wrong parts, or one that was agreed."""
    one = _draft(company, pk)
    _parts_checked(amount_minor, parts)
    one.amount_minor, one.parts = amount_minor, [list(part) for part in parts]
    for name, value in facts.items():
        setattr(one, name, value)
    one.save()
    return one


@transaction.atomic
def target_drop(company: Company, pk: int, by: str) -> None:
    """Delete a draft. Raises InputError selling-target for a version that was agreed."""
    one = _draft(company, pk)
    audit_append(company.pk, by, "target-dropped", str(one), {"version": one.version})
    one.delete()


def _parts_checked(amount_minor: int, parts: Sequence[Part]) -> None:
    if parts and sum(part[3] for part in parts) != amount_minor:
        raise InputError(
            "selling-target", "The parts do not add up to the whole.", remedy="Change the parts."
        )


def _draft(company: Company, pk: int) -> Target:
    one = Target.objects.select_for_update().get(company=company, pk=pk)
    if one.state != "draft":
        raise InputError(
            "selling-target", "This version is no draft any more.", remedy="Make a new version of it."
        )
    return one


def _versions(one: Target) -> QuerySet[Target]:
    return Target.objects.filter(
        company_id=one.company_id, measure=one.measure, year=one.year, kind=one.kind, level=one.level,
        person=one.person,
    )  # fmt: skip


@transaction.atomic
def target_agree(company: Company, pk: int, day: dt.date, by: str) -> Target:
    """Return the target in force from a day on; the version before it is superseded.

    Raises InputError selling-target for a version that is no draft, or a later one without a reason.
    """
    Company.objects.select_for_update().get(pk=company.pk)
    one = _draft(company, pk)
    before = _versions(one).filter(state="agreed").select_for_update()
    if before and not one.reason.strip():
        raise InputError("selling-target", "A new version needs a reason.", remedy="Type why it changes.")
    before.update(state="superseded")
    one.state, one.agreed_on = "agreed", day
    one.save(update_fields=["state", "agreed_on"])
    audit_append(company.pk, by, "target-agreed", str(one), {"version": one.version, "reason": one.reason})
    return one


@transaction.atomic
def target_withdraw(company: Company, pk: int, by: str) -> Target | None:
    """Take an agreement back: the version is a draft again. Return the one before, in force again, if any.

    Raises InputError selling-target for a version that is not in force.
    """
    Company.objects.select_for_update().get(pk=company.pk)
    one = Target.objects.select_for_update().get(company=company, pk=pk)
    if one.state != "agreed":
        raise InputError(
            "selling-target", "Only the version in force can be taken back.", remedy="Look at the versions."
        )
    one.state, one.agreed_on = "draft", None
    one.save(update_fields=["state", "agreed_on"])
    before = _versions(one).filter(state="superseded").order_by("-agreed_on", "-version").first()
    if before is not None:
        before.state = "agreed"
        before.save(update_fields=["state"])
    audit_append(company.pk, by, "target-withdrawn", str(one), {"version": one.version})
    return before


@transaction.atomic
def complaint_step(company: Company, pk: int, to: str, day: dt.date, by: str, **facts: Any) -> Complaint:
    """Return the complaint after a step, with the facts given on the way. Raises InputError
    selling-complaint.
    """
    one = Complaint.objects.select_for_update().get(company=company, pk=pk)
    for name, value in facts.items():
        setattr(one, name, value)
    known = complaints.Facts(
        one.undertaking, one.undertaking_by, tuple(one.reported_to), one.cause, one.plan, one.owner,
        one.plan_by, one.verdict, one.why_not_asked,
    )  # fmt: skip
    before = one.state
    one.state = complaints.stepped(complaints.State(before), complaints.State(to), known)
    one.closed_on = day if one.state == complaints.State.CLOSED else None
    one.save()
    audit_append(company.pk, by, "complaint-moved", str(pk), {"from": before, "to": to})
    return one


def promise_keep(company: Company, year: int, text: str, **facts: Any) -> Promise:
    """Return a promise for a year."""
    return Promise.objects.create(company=company, year=year, text=text, **facts)
