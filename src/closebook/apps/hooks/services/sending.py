"""Sending as durable jobs of the workers: one at a time for each endpoint, so that a slow one holds up none
but itself.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.db.models import QuerySet

from closebook import jobs
from closebook.apps.hooks.models import Delivery, DeliveryState, Endpoint, EndpointState
from closebook.apps.hooks.services.attempts import deliver
from closebook.transport import clock

JOB = "webhooks"
_STEP_SECONDS = 5


def advance(job_id: str) -> jobs.Standing:
    """Send what is due for an endpoint, for some seconds; finished when nothing is due any more."""
    close_old_connections()
    endpoint_id, began = int(job_id.partition(".")[0]), clock.monotonic_seconds()
    while clock.monotonic_seconds() - began < _STEP_SECONDS:
        delivery = _due(clock.now()).filter(endpoint_id=endpoint_id).order_by("next_at", "pk").first()
        if delivery is None:
            return jobs.Standing(finished=True)
        deliver(delivery, secrets.randbelow(1000))
    return jobs.Standing(finished=False)


jobs.define_kind(JOB, advance, (OSError, OperationalError))


def _due(now: dt.datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=now)
    rows = rows.filter(endpoint__state=EndpointState.ACTIVE).select_related("endpoint")
    return rows.defer("endpoint__secret", "endpoint__previous_secret")


def due_hand_over(now: dt.datetime) -> int:
    """Hand the endpoints for which something is due to the workers; return how many jobs were begun.

    An endpoint has one job at a time. Whoever counts it on begins the next one, so that no two do.
    """
    close_old_connections()
    begun = 0
    numbers = _due(now).order_by().values_list("endpoint_id", flat=True).distinct()
    for endpoint in Endpoint.objects.filter(pk__in=list(numbers)).only("pk", "job"):
        begun += _begin(endpoint)
    return begun


def _begin(endpoint: Endpoint) -> bool:
    folder, url = Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")
    former = jobs.job_outcome(folder, url, JOB, f"{endpoint.pk}.{endpoint.job}")
    if former and not former.finished:
        return False
    number = endpoint.job
    if former:
        same = Endpoint.objects.filter(pk=endpoint.pk, job=number)
        number += 1
        if not same.update(job=number):
            return False
    jobs.enqueue(folder, url, JOB, f"{endpoint.pk}.{number}", key=f"webhooks-{endpoint.pk}")
    return True
