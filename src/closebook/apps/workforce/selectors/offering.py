"""Profiles and prospects: a person's own, and what others see of a profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Count, QuerySet

from closebook.apps.companies.models import Company, Person
from closebook.apps.workforce.models import OfferedService, Profile, Prospect, Reference, Task
from closebook.core.workforce.offering import OVER, ProfileText, profile_advice
from closebook.core.workforce.readiness import Advice

_FINISHED = ("accepted", "closed")


def profile_of(company: Company, person: Person) -> Profile | None:
    """Return a person's profile in a company, None before there is one."""
    return Profile.objects.filter(company=company, person=person).select_related("company", "person").first()


def profile_by(token: str) -> Profile | None:
    """Return the profile at a public address, None while it is not public or its person has left."""
    rows = Profile.objects.filter(token=token, is_public=True, person__is_active=True)
    return rows.select_related("company", "person").first()


def services_of(profile: Profile) -> QuerySet[OfferedService]:
    """Return the services of a profile, by kind."""
    return profile.services.filter(removed_at=None).order_by("kind", "pk")


def references_of(profile: Profile) -> QuerySet[Reference]:
    """Return the references of a profile, the newest first."""
    return profile.references.filter(removed_at=None).order_by("-day", "-pk")


def advice_of(profile: Profile) -> tuple[Advice, ...]:
    """Return what a profile lacks."""
    return profile_advice(
        ProfileText(
            profile.headline,
            profile.about,
            services_of(profile).count(),
            profile.hours_week,
            profile.weekdays,
            references_of(profile).count(),
        )
    )


def finished_of(profile: Profile) -> Mapping[str, int]:
    """Return how many tasks of each kind the person finished here."""
    rows = Task.objects.filter(
        company=profile.company_id, contract__person=profile.person_id, state__in=_FINISHED
    )
    found = rows.values("kind").annotate(number=Count("pk")).order_by("kind")
    return {row["kind"]: row["number"] for row in found}


def prospects_of(company: Company, person: Person) -> QuerySet[Prospect]:
    """Return the person's own prospects that were not removed."""
    return Prospect.objects.filter(company=company, person=person, removed_at=None)


def steps_ahead(company: Company, person: Person, until: dt.date | None = None) -> QuerySet[Prospect]:
    """Return the person's prospects with a next step, by its day; those up to a day when one is given."""
    rows = prospects_of(company, person).exclude(next_on=None).exclude(state__in=OVER)
    return (rows.filter(next_on__lte=until) if until else rows).order_by("next_on", "pk")
