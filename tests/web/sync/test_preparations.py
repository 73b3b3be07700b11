"""Plans, undos and tie-outs that a worker makes while a page shows how far they are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import Role
from closebook.apps.sync.models import Connection, Preparation, PreparationState, Run, WorkerBeat
from closebook.apps.sync.services import preparing
from closebook.apps.sync.services.preparing import preparation_begin
from closebook.apps.sync.services.progress import Told
from closebook.apps.sync.services.wishes import PLAN, TIE_OUT, Wish
from closebook.core.errors import HeldError
from closebook.transport import clock
from tests.web.sync.conftest import Site, other_company, worked
from tests.web.sync.test_whole_way import opened


@pytest.fixture(autouse=True)
def large(settings) -> None:
    """Let every shop count as a large one."""
    settings.CLOSEBOOK_SMALL_ROWS = 0


@pytest.fixture
def staged(fresh_site: Site, shop_files) -> Connection:
    made = Connection.objects.get()
    fresh_site.post(f"connections/{made.pk}/upload/", {"files": opened(shop_files)})
    return made


def by_worker(made: Preparation) -> Preparation:
    """Do what a worker does with work that was handed over."""
    assert preparing.advance(str(made.pk)).finished
    made.refresh_from_db()
    return made


def test_a_plan_is_followed_until_it_is_there(staged, fresh_site):
    WorkerBeat.objects.create(name="one", at=clock.now())
    address = fresh_site.post(f"connections/{staged.pk}/plan/")
    made = Preparation.objects.get()
    assert address == fresh_site.address(f"preparations/{made.pk}/")
    assert not Run.objects.exists(), "the request plans nothing itself"
    assert "Waiting for the worker" in fresh_site.get(f"preparations/{made.pk}/")
    assert fresh_site.address(f"preparations/{made.pk}/") in fresh_site.get(f"connections/{staged.pk}/")
    assert fresh_site.post(f"connections/{staged.pk}/plan/") == address, "the same wish is the same work"
    done = by_worker(made)
    assert (done.state, done.step, done.error) == (PreparationState.DONE, "storing", {})
    run = Run.objects.get()
    assert done.made == run
    assert run.approved_at is None
    progress = fresh_site.client.get(fresh_site.address(f"preparations/{made.pk}/progress/"))
    assert progress["HX-Refresh"] == "true"
    assert "Nothing is in the books yet" in fresh_site.client.get(address, follow=True).content.decode()
    assert by_worker(made).made == run, "a step that runs twice does nothing more"


def test_sync_now_approves_what_was_planned(staged, fresh_site):
    fresh_site.post(f"connections/{staged.pk}/sync/")
    run = by_worker(Preparation.objects.get()).made
    assert worked(run).state == "done"


def test_an_undo_is_looked_at_and_made_by_the_worker(synced, synced_site):
    run = Run.objects.get()
    answer = synced_site.client.get(synced_site.address(f"runs/{run.pk}/undo/"))
    look = Preparation.objects.get()
    assert answer["Location"].startswith(synced_site.address(f"preparations/{look.pk}/?next="))
    by_worker(look)
    page = synced_site.client.get(answer["Location"], follow=True).content.decode()
    assert "Nothing is taken back yet" in page
    assert f"Take back {look.answer['total']:,} actions" in page
    assert Run.objects.count() == 1, "a look leaves nothing behind"
    address = synced_site.post(f"runs/{run.pk}/undo/")
    made = by_worker(Preparation.objects.latest("pk"))
    undo = made.made
    assert address == synced_site.address(f"preparations/{made.pk}/")
    assert worked(undo).state == "done"


def test_a_look_is_not_kept_once_something_was_planned(synced, synced_site):
    run = Run.objects.get()
    path = synced_site.address(f"runs/{run.pk}/undo/")
    synced_site.client.get(path)
    by_worker(Preparation.objects.get())
    assert synced_site.client.get(path).status_code == 200
    Run.objects.create(connection=run.connection, created_at=clock.now())
    assert synced_site.client.get(path).status_code == 302


def test_a_refusal_is_kept_with_its_remedy(staged, fresh_site):
    run = Run.objects.create(connection=staged, state="running", created_at=clock.now())
    address = fresh_site.post(f"connections/{staged.pk}/plan/")
    made = by_worker(Preparation.objects.get())
    assert made.state == PreparationState.REFUSED
    page = fresh_site.client.get(address).content.decode()
    assert f"Run {run.pk} is not finished." in page
    assert "Open the run and let it go on" in page


def test_one_thing_at_a_time_in_a_company(staged, fresh_site):
    second = Connection.objects.create(
        company=staged.company, name="Other shop", connector="etsy", currency="USD", created_at=clock.now()
    )
    preparation_begin(Wish(staged, PLAN, "ada"))
    with pytest.raises(HeldError, match="at work for"):
        preparation_begin(Wish(second, PLAN, "ada"))
    assert "at work for" in fresh_site.follow(f"connections/{second.pk}/plan/")


def test_what_was_stopped_writes_nothing(staged, fresh_site):
    fresh_site.post(f"connections/{staged.pk}/plan/")
    made = Preparation.objects.get()
    assert "nothing was written" in fresh_site.follow(f"preparations/{made.pk}/stop/")
    assert by_worker(made).state == PreparationState.DROPPED
    assert not Run.objects.exists()
    with pytest.raises(HeldError, match="stopped"):
        Told(made.pk)("reading", 1, 2)


def test_work_whose_job_is_gone_ends_and_says_so(staged, fresh_site):
    before = clock.now() - dt.timedelta(minutes=5)
    made = Preparation.objects.create(connection=staged, kind=PLAN, created_at=before, told_at=before)
    page = fresh_site.get(f"preparations/{made.pk}/")
    assert "The work ended before it was done" in page
    preparation_begin(Wish(staged, PLAN, "ada"))


def test_progress_is_told_in_few_queries(staged, fresh_site):
    fresh_site.post(f"connections/{staged.pk}/plan/")
    made = Preparation.objects.get()
    now = clock.now()
    Preparation.objects.update(
        state="working", step="reading", done=300, total=900, step_at=now - dt.timedelta(seconds=3)
    )
    with CaptureQueriesContext(database) as queries:
        page = fresh_site.get(f"preparations/{made.pk}/progress/")
    assert len(queries) <= 4
    assert "Rows read" in page
    assert "100 a second" in page
    assert "about 6 seconds left" in page


def test_others_neither_see_nor_stop_it(staged, fresh_site):
    made = preparation_begin(Wish(staged, TIE_OUT, "ada"))
    stranger = Site(other_company(), name="eve")
    for path in ("", "progress/"):
        stranger.get(f"preparations/{made.pk}/{path}", 404)
    stranger.post(f"preparations/{made.pk}/stop/", code=404)
    reader = Site(staged.company, Role.READER, "rita")
    reader.get(f"preparations/{made.pk}/")
    reader.post(f"preparations/{made.pk}/stop/", code=403)


def test_the_way_back_stays_on_the_site(staged, fresh_site):
    made = by_worker(preparation_begin(Wish(staged, TIE_OUT, "ada")))
    path = fresh_site.address(f"preparations/{made.pk}/")
    for address in ("https://elsewhere.example/", "//elsewhere.example/", "/c/999/", ""):
        answer = fresh_site.client.get(path, {"next": address})
        assert answer["Location"] == fresh_site.address(f"connections/{staged.pk}/"), address
