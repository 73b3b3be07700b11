"""A long file is taken in by a worker: whole or not at all, part by part, again after a death, in sight."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from closebook import jobs
from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Opportunity, StageEvent
from closebook.apps.selling.services import import_jobs, importing
from closebook.transport import clock
from tests.web.selling.test_importing import GOOD, HEAD, sent
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def rows(count, last=""):
    made = "".join(
        f"D{n},Deal {n},Customer {n % 7},ada,engaging,2026-01-05,,5.00,USD\n" for n in range(count)
    )
    return HEAD + made + last


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A desk whose files and jobs lie in a folder of its own, with small parts."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    monkeypatch.setattr(settings, "CLOSEBOOK_HOME", tmp_path)
    monkeypatch.setattr(import_jobs, "MOST_AT_ONCE", 10)
    monkeypatch.setattr(importing, "PART", 4)
    return Desk()


def kept(desk, text):
    """Send a long file; return its token."""
    answer, _words = sent(desk, text, taken=True)
    return answer.redirect_chain[0][0].rstrip("/").rpartition("/")[2]


def done(desk, token):
    return import_jobs.import_do(desk.company, token)


def page(desk, token, name="deals-import-run", status=200):
    answer = desk.clients["boss"].get(desk.address(name, token))
    assert answer.status_code == status
    return answer


def test_a_long_file_waits_for_a_worker_and_is_taken_in_once(desk):
    token = kept(desk, rows(11))
    assert not Opportunity.objects.exists()
    outcome = jobs.job_outcome(settings.CLOSEBOOK_HOME, "", import_jobs.JOB, f"{desk.company.pk}.{token}")
    assert outcome is not None
    shown = page(desk, token, "deals-import-progress")
    assert "HX-Refresh" not in shown
    assert done(desk, token) == "done"
    assert Opportunity.objects.count() == 11
    assert "11 added, 0 changed, 0 as they were." in page(desk, token).content.decode()
    assert page(desk, token, "deals-import-progress")["HX-Refresh"] == "true"
    assert done(desk, token) == "gone"
    assert [path.suffix for path in (settings.MEDIA_ROOT / "selling" / "imports").iterdir()] == [".json"]


def test_progress_is_told_part_by_part(desk):
    told = []
    importing.import_parts(rows(11), desk.company, "boss", "d.csv", lambda *so_far: told.append(so_far))
    assert told == [(0, 11), (4, 11), (8, 11)]


def test_a_fault_in_the_last_row_keeps_all_out_and_is_said(desk):
    token = kept(desk, rows(11, "Z,Vase,Hill,ada,engaging,05/01/2026,,1,USD\n"))
    assert done(desk, token) == "refused"
    text = page(desk, token).content.decode()
    assert "deals.csv, row 13, field Create Date: 05/01/2026 is no day. Write it as" in text
    assert "Nothing of the file was taken in." in text
    assert not Opportunity.objects.exists()


def test_a_worker_that_dies_between_two_parts_leaves_nothing_twice(desk, monkeypatch):
    token, parts = kept(desk, rows(11)), []

    class DeathError(Exception):
        pass

    real = importing._events

    def events(*facts):
        real(*facts)
        parts.append(facts)
        if len(parts) == 2:
            raise DeathError

    monkeypatch.setattr(importing, "_events", events)
    with pytest.raises(DeathError):
        done(desk, token)
    assert Opportunity.objects.count() == 4
    assert "interrupted" in page(desk, token).content.decode()
    monkeypatch.setattr(importing, "_events", real)
    assert done(desk, token) == "done"
    assert Opportunity.objects.count() == StageEvent.objects.count() == 11
    assert "7 added, 0 changed, 4 as they were." in page(desk, token).content.decode()


def test_an_import_is_its_companys_alone_and_only_of_whom_manages(desk):
    token = kept(desk, rows(11))
    other = Company.objects.create(name="Other", realm_id="other", created_at=clock.now())
    assert import_jobs.import_of(other, token) is None
    for wrong in ("0" * 32, "x", "-"):
        page(desk, wrong, status=404)
    assert (
        desk.clients["ann"].get(reverse("deals-import-run", args=[desk.company.pk, token])).status_code == 403
    )


def test_the_next_import_tidies_what_ended(desk):
    first = kept(desk, rows(11))
    done(desk, first)
    second = kept(desk, rows(11))
    page(desk, first, status=404)
    page(desk, second)


def test_a_short_file_is_taken_in_at_once(desk):
    _answer, text = sent(desk, HEAD + GOOD, taken=True)
    assert "2 added, 0 changed, 0 as they were." in text
