"""The whole way in real processes: a worker posts what a sync tells, and the next one what was left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import override_settings

from closebook.apps.hooks.models import Delivery
from closebook.apps.hooks.services.endpoints import endpoint_make
from closebook.apps.hooks.services.replaying import trial_send
from tests.jobs.processes import ROOT, wait_for
from tests.transport.receiver import receiving


@contextmanager
def worker(folder) -> Iterator[subprocess.Popen[bytes]]:
    known = {**os.environ, "CLOSEBOOK_HOME": str(folder), "CLOSEBOOK_DEBUG": "1"}
    known["CLOSEBOOK_FIELD_KEY"] = ",".join(settings.CLOSEBOOK_FIELD_KEYS)
    command = [sys.executable, "-m", "closebook", "worker"]
    process = subprocess.Popen(command, env=known, cwd=ROOT, stderr=subprocess.DEVNULL)
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_events_of_a_sync_are_posted_by_a_worker_and_those_of_a_killed_one_by_the_next(fresh, shop_files):
    with receiving() as receiver, override_settings(DEBUG=True):
        endpoint, _secret = endpoint_make(fresh.connection.company, receiver.url, (), "", "ada")
        run = fresh.sync(*shop_files)
        assert run.state == "done"
        receiver.statuses = [500, 200]
        with worker(fresh.folder) as process:
            wait_for(lambda: len(receiver.got) >= 2, 90)
            process.kill()
        trial_send(endpoint, "ada")
        with worker(fresh.folder):
            wait_for(lambda: not Delivery.objects.filter(state="waiting").exists(), 90)
        bodies = [json.loads(body) for _path, _headers, body in receiver.got]
    assert {"run.planned", "run.done", "test"} <= {body["type"] for body in bodies}
    (done,) = {json.dumps(body["data"]) for body in bodies if body["type"] == "run.done"}
    assert json.loads(done)["run"] == run.pk
    assert json.loads(done)["page"].endswith(f"/runs/{run.pk}/")
    assert {each.state for each in Delivery.objects.all()} == {"done"}
