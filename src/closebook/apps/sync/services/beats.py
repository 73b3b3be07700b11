"""Signs of life of the workers, and taking over what a dead one left."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from closebook import jobs
from closebook.apps.sync.models import WorkerBeat
from closebook.transport import clock

DEAD_AFTER = dt.timedelta(seconds=60)


def beat(name: str) -> None:
    """Keep that a worker lives."""
    close_old_connections()
    WorkerBeat.objects.update_or_create(name=name, defaults={"at": clock.now()})


def worker_lives() -> bool:
    """Tell whether a worker gave a sign of life lately."""
    return WorkerBeat.objects.filter(at__gte=clock.now() - DEAD_AFTER).exists()


def take_over_dead(name: str) -> int:
    """Give the jobs of workers that stopped beating back to the queue; return how many jobs that were.

    Whoever deletes the dead worker's row first does it, so that no two do.
    """
    taken = 0
    for row in WorkerBeat.objects.filter(at__lt=clock.now() - DEAD_AFTER).exclude(name=name):
        if WorkerBeat.objects.filter(pk=row.pk, at=row.at).delete()[0]:
            taken += jobs.take_over(
                Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", ""), row.name
            )
    return taken
