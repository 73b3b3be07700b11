"""The paid trials of a posting, and whether the names behind the letters may be seen."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from closebook.apps.workforce.models import Posting, Trial

PENDING = ("proposed", "accepted", "running", "delivered")
GONE = ("declined", "withdrawn")
_LASTS = dt.timedelta(days=7)


def works_until(trial: Trial) -> dt.datetime:
    """Return until when the company waits for the work of a trial: a week from its offer."""
    return trial.made_at + _LASTS


def trials_of(posting: Posting) -> QuerySet[Trial]:
    """Return a posting's trials by their letters."""
    rows = Trial.objects.filter(application__posting=posting).select_related("application__candidate")
    return rows.order_by("code")


def names_shown(posting: Posting) -> bool:
    """Tell whether every work was scored and none can come in any more, so that names change no score."""
    rows = trials_of(posting)
    waiting = rows.filter(state__in=PENDING).exclude(state__in=PENDING[:3], application__state__in=GONE)
    return rows.exists() and not waiting.exists()


def trials_unpaid(posting: Posting) -> int:
    """Return how many works came in and are neither paid nor on a bill."""
    return trials_of(posting).filter(state__in=["delivered", "scored"], billed=None).count()
