"""What belongs to another company is not found, and lists cost as many queries for thirty rows as for one."""

from __future__ import annotations

import pytest
from django.db import connections as databases
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import Role
from closebook.apps.sync.models import ActionRow, Connection, ProfileVersion, Run, SourceFile, SourceRow
from closebook.transport import clock
from tests.web.sync.conftest import Site, other_company

GETS = (
    "connections/{connection}/",
    "connections/{connection}/first/",
    "connections/files/{file}/",
    "connections/rows/{row}/",
    "runs/{run}/",
    "runs/{run}/progress/",
    "runs/{run}/actions/{action}/",
    "runs/{run}/only/",
    "runs/{run}/undo/",
)
POSTS = (
    "connections/{connection}/upload/",
    "connections/{connection}/plan/",
    "connections/{connection}/sync/",
    "connections/{connection}/opening/",
    "runs/{run}/apply/",
    "runs/{run}/drop/",
    "runs/{run}/stop/",
    "runs/{run}/again/",
    "runs/{run}/only/",
    "runs/{run}/undo/",
)


@pytest.fixture
def ids(synced) -> dict[str, int]:
    run = Run.objects.get()
    return {
        "connection": run.connection_id,
        "file": SourceFile.objects.first().pk,
        "row": SourceRow.objects.first().pk,
        "run": run.pk,
        "action": ActionRow.objects.filter(run=run).first().pk,
    }


def test_another_companys_things_are_not_found(synced, ids):
    owner_elsewhere = Site(other_company(), name="eve")
    for path in GETS:
        owner_elsewhere.get(path.format(**ids), code=404)
    for path in POSTS:
        owner_elsewhere.post(path.format(**ids), {"keys": "1"}, code=404)
    for path in ("connections/", "runs/"):
        assert "Quill prints" not in owner_elsewhere.get(path)
    assert Run.objects.count() == 1


def test_an_action_of_another_run_is_not_found(synced, synced_site, ids):
    made = synced.connection
    other = Run.objects.create(connection=made, created_at=clock.now())
    synced_site.get(f"runs/{other.pk}/actions/{ids['action']}/", code=404)


def test_a_reader_reads_and_changes_nothing(synced, ids):
    site = Site(synced.company(), Role.READER, "rik")
    for path in GETS:
        code = 403 if path.endswith(("first/", "only/", "undo/")) else 200
        page = site.get(path.format(**ids), code=code)
        assert "Approve and apply" not in page
        assert "Hand in" not in page
    for path in POSTS:
        site.post(path.format(**ids), code=403)


def queries(site: Site, path: str) -> int:
    site.get(path)  # the first page of a session keeps the company
    with CaptureQueriesContext(databases["default"]) as one, CaptureQueriesContext(databases["books"]) as two:
        site.get(path)
    return len(one) + len(two)


def many_connections(made: Connection, count: int) -> None:
    for number in range(count):
        other = Connection.objects.create(
            company=made.company,
            name=f"Shop {number}",
            connector="etsy",
            currency="USD",
            created_at=clock.now(),
        )
        body = made.profiles.latest("number").body
        ProfileVersion.objects.create(connection=other, number=1, body=body, created_at=clock.now())
        Run.objects.create(connection=other, state="done", created_at=clock.now(), started_at=clock.now())
        Run.objects.create(connection=other, created_at=clock.now())
        SourceFile.objects.create(
            connection=other, name="a.csv", sha256="0", size=1, stream="orders", received_at=clock.now()
        )


def test_thirty_connections_and_runs_cost_what_one_costs(synced, synced_site):
    before = {path: queries(synced_site, path) for path in ("connections/", "runs/")}
    many_connections(synced.connection, 29)
    assert {path: queries(synced_site, path) for path in before} == before
    assert synced_site.get("connections/").count("Read the plan") == 29


def test_thirty_actions_files_and_rows_cost_what_one_costs(synced, synced_site, ids):
    run = Run.objects.get()
    first, *others = ActionRow.objects.filter(run=run).order_by("position").values_list("pk", flat=True)[:60]
    one = Run.objects.create(connection=run.connection, state="done", created_at=clock.now())
    ActionRow.objects.create(run=one, position=1, key="order:1/sale", kind="create", what="sales-receipt")
    many = f"runs/{run.pk}/"
    assert len(others) > 30
    # What a run alone has (who undid it, its log) is asked for in either case.
    assert queries(synced_site, many) == queries(synced_site, f"runs/{one.pk}/")
    page = f"connections/{ids['connection']}/"
    counted = queries(synced_site, page)
    for number in range(30):
        SourceFile.objects.create(
            connection=run.connection, name=f"{number}.csv", sha256=str(number), size=1, stream="orders",
            received_at=clock.now(),
        )  # fmt: skip
    assert queries(synced_site, page) == counted
    assert first


def test_watching_a_run_costs_next_to_nothing(synced, synced_site, ids):
    assert queries(synced_site, f"runs/{ids['run']}/progress/") <= 4
