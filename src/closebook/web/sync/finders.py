"""What the command palette finds of the sync: runs by number, connections by name, open errors by what they
say.
"""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.selectors.scoped import connections_in, errors_in, runs_in
from closebook.web.frame.access import CompanyRequest
from closebook.web.frame.palette import MOST, Finder, Hit
from closebook.web.kit.states import STATE_WORDS

_MOST_DIGITS = 18


def find_runs(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the run of a number, with or without a word before it (``run 12``, ``#12``)."""
    last = words.rsplit(maxsplit=1)[-1].lstrip("#") if words.split() else ""
    if not (last.isdecimal() and len(last) <= _MOST_DIGITS) or Ability.SEE_SYNC not in request.abilities:
        return []
    return [
        Hit(
            _("Run %(number)s") % {"number": run.pk},
            reverse("run", args=[request.company.pk, run.pk]),
            f"{run.connection.name} · {STATE_WORDS.get(run.state, run.state)}",
        )
        for run in runs_in(request.company).filter(pk=int(last))
    ]


def find_connections(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the connections whose name holds the words."""
    if not words or Ability.SEE_SYNC not in request.abilities:
        return []
    found = connections_in(request.company).filter(name__icontains=words).order_by("name")
    return [Hit(one.name, reverse("connection", args=[request.company.pk, one.pk])) for one in found[:MOST]]


def find_errors(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the open errors and holds whose key, code, file or cause holds the words, newest first."""
    if not words or Ability.SEE_SYNC not in request.abilities:
        return []
    names = ("key", "code", "file", "cause")
    fits = Q()
    for name in names:
        fits |= Q(**{f"{name}__icontains": words})
    found = errors_in(request.company).filter(fits, resolved_at=None).order_by("-pk")[:MOST]
    return [
        Hit(
            error.cause[:120],
            reverse("error", args=[request.company.pk, error.pk]),
            error.connection.name,
        )
        for error in found
    ]


def finders_of_sync() -> tuple[tuple[str, Finder], ...]:
    """Return the finders with their headings."""
    return (
        (_("Runs"), find_runs),
        (_("Connections"), find_connections),
        (_("Errors and holds"), find_errors),
    )
