"""Plans of large shops in real processes: the page hands over, a worker makes them, nobody has to wait."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from closebook.apps.sync.models import Connection, Preparation, PreparationState, Run
from tests.jobs.processes import ROOT, wait_for
from tests.web.sync.test_whole_way import opened


@contextmanager
def worker(folder) -> Iterator[None]:
    known = {**os.environ, "CLOSEBOOK_HOME": str(folder), "CLOSEBOOK_DEBUG": "1"}
    known["CLOSEBOOK_FIELD_KEY"] = ",".join(settings.CLOSEBOOK_FIELD_KEYS)
    command = [sys.executable, "-m", "closebook", "worker"]
    with subprocess.Popen(command, env=known, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def ended(made: Preparation) -> bool:
    made.refresh_from_db()
    return made.state not in {PreparationState.WAITING, PreparationState.WORKING}


def test_a_worker_makes_what_pages_handed_over_and_leaves_what_was_stopped(
    fresh, fresh_site, shop_files, settings
):
    settings.CLOSEBOOK_SMALL_ROWS = 0
    connection = Connection.objects.get()
    empty = fresh_site.post(f"connections/{connection.pk}/upload/", {"files": opened(shop_files)})
    assert empty
    fresh_site.post(f"connections/{connection.pk}/plan/")
    dropped = Preparation.objects.get()
    fresh_site.post(f"preparations/{dropped.pk}/stop/")
    address = fresh_site.post(f"connections/{connection.pk}/plan/")
    made = Preparation.objects.latest("pk")
    assert made.pk != dropped.pk
    assert not Run.objects.exists(), "nobody works yet"
    with worker(fresh.folder):
        wait_for(lambda: ended(made), 120)
    assert (made.state, made.error) == (PreparationState.DONE, {})
    assert made.made == Run.objects.get(), "what was stopped made no plan"
    assert "Nothing is in the books yet" in fresh_site.client.get(address, follow=True).content.decode()
    dropped.refresh_from_db()
    assert dropped.state == PreparationState.DROPPED
    assert "It was stopped" in fresh_site.get(f"preparations/{dropped.pk}/")


def test_a_worker_looks_at_an_undo_makes_it_and_compares_a_month(synced, synced_site, settings):
    settings.CLOSEBOOK_SMALL_ROWS = 0
    run = Run.objects.get()
    with worker(synced.folder):
        page = shown_when_ended(synced_site, "get", f"runs/{run.pk}/undo/")
        assert "Nothing is taken back yet" in page
        certificate = shown_when_ended(synced_site, "get", f"statements/tie-out/{run.connection_id}/2026-02/")
        assert "Tie-out certificate" in certificate
        assert "differs" not in certificate
        page = shown_when_ended(synced_site, "post", f"runs/{run.pk}/undo/")
    undo = Run.objects.latest("pk")
    assert (undo.kind, undo.undoes) == ("undo", run)
    assert f"Run {undo.pk}" in page


def shown_when_ended(site, method: str, path: str) -> str:
    """Return the page that stands behind the preparation which a request began, once it has ended."""
    answer = getattr(site.client, method)(site.address(path))
    made = Preparation.objects.latest("pk")
    assert f"/preparations/{made.pk}/" in answer["Location"]
    wait_for(lambda: ended(made), 120)
    assert made.state == PreparationState.DONE, made.error
    return site.client.get(answer["Location"], follow=True).content.decode()
