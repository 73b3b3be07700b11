"""Tax forms through their services: kept beside each other, encrypted, read with a note, deleted in time."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from django.conf import settings as site
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import AuditEvent, Role
from closebook.apps.hooks.models import Delivery
from closebook.apps.workforce.models import AccessLog, Agency, Contract, Payee, TaxPaper
from closebook.apps.workforce.selectors.tax_list import others_paid, standing_of, standings, tax_rows
from closebook.apps.workforce.services.keeping import workforce_tick
from closebook.apps.workforce.services.payees import payee_for
from closebook.apps.workforce.services.tax_papers import (
    deletion_of,
    file_read,
    match_keep,
    number_read,
    paper_keep,
    paper_of,
    paper_shown,
    papers_forget,
    papers_of,
    tax_setting_save,
)
from closebook.core.errors import InputError
from closebook.core.workforce.tax_papers import Match
from closebook.transport import clock
from closebook.transport.archive import write_archive
from tests.apps.workforce.pay_rooms import SIGNED
from tests.apps.workforce.rooms import person_in, room

pytestmark = pytest.mark.django_db(databases=["default", "books"])
SENTINEL = "198-73-4406"
DIGITS = SENTINEL.replace("-", "")
W9 = {
    "paper": "w9", "legal_name": "Ann Quill", "trade_name": "", "address": "1 Quay", "country": "US",
    "performed_in": "US", "classification": "individual", "tin_kind": "SSN", "tin": SENTINEL,
    "signed_on": dt.date(2026, 1, 5),
}  # fmt: skip
W8 = {**W9, "paper": "w8", "country": "PH", "performed_in": "PH", "tin": "", "tin_kind": ""}


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def desk(files):
    return room()


def payee_in(desk):
    return payee_for(desk.company, desk.assistant)


def test_a_newer_form_follows_the_older_one_which_stays_readable(desk):
    payee = payee_in(desk)
    first = paper_keep(payee, W9, SIGNED, "ann")
    second = paper_keep(payee, {**W9, "legal_name": "Ann Hill", "tin": ""}, SIGNED + b"2", "ann")
    assert [one.pk for one in papers_of(payee)] == [second.pk, first.pk]
    assert paper_of(payee) == second
    assert (second.supersedes, paper_shown(second)["tin_end"]) == (first, "4406")
    first.refresh_from_db()
    assert (paper_shown(first)["legal_name"], file_read(first, "ann")) == ("Ann Quill", SIGNED)
    assert number_read(second, "owner") == DIGITS
    payee.refresh_from_db()
    assert (payee.name, payee.country) == ("Ann Hill", "US")


def test_each_reading_is_noted_for_the_payee_and_the_audit_log(desk):
    paper = paper_keep(payee_in(desk), W9, SIGNED, "ann")
    number_read(paper, "owner-one")
    file_read(paper, "keeper")
    assert list(AccessLog.objects.order_by("pk").values_list("actor", "what")) == [
        ("owner-one", f"number {paper.pk}"),
        ("keeper", f"file {paper.pk}"),
    ]
    events = AuditEvent.objects.filter(company=desk.company).order_by("number")
    assert [(event.actor, event.action) for event in events] == [
        ("ann", "tax-saved"), ("owner-one", "tax-number-read"), ("keeper", "tax-file-read"),
    ]  # fmt: skip


def test_number_and_form_are_nowhere_in_the_clear(desk, files, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    connection.force_debug_cursor = True
    payee = payee_in(desk)
    secret = SIGNED + DIGITS.encode()
    with pytest.raises(InputError) as refused:
        paper_keep(payee, {**W9, "tin": SENTINEL + "1"}, secret, "ann")
    paper = paper_keep(payee, W9, secret, "ann")
    number_read(paper, "owner")
    match_keep(paper, Match.MATCHED, dt.date(2026, 2, 1), "owner")
    connection.force_debug_cursor = False
    home = tmp_path / "home"
    (home / "files").mkdir(parents=True)
    for name in files.rglob("*"):
        if name.is_file():
            (home / "files" / name.name).write_bytes(name.read_bytes())
    (home / "closebook.sqlite3").write_bytes(b"")
    for alias in connections:
        with connections[alias].cursor() as cursor:
            dump = "\n".join(_dump(cursor))
        assert SENTINEL not in dump
        assert DIGITS not in dump
        (home / "files" / f"{alias}.txt").write_text(dump)
    write_archive(home, tmp_path / "backup.tar.gz", "1")
    kept = [file.read_bytes() for file in home.rglob("*") if file.is_file()]
    assert len(kept) >= 3
    for text in (caplog.text, f"{refused.value!r}", str(list(AuditEvent.objects.values()))):
        assert SENTINEL not in text
        assert DIGITS not in text
    assert not any(DIGITS.encode() in each or SENTINEL.encode() in each for each in kept)
    assert not Delivery.objects.exists()


def _dump(cursor):
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT * FROM "{table}"')
        yield from (f"{table} {row!r}" for row in cursor.fetchall())


def test_a_refused_form_leaves_nothing(desk, files):
    payee = payee_in(desk)
    for typed, content in (
        (W9, b""), (W9, b"PK\x03\x04"), (W9, b"<svg/>"), ({**W9, "tin": "1"}, SIGNED),
        ({**W8, "country": "US"}, SIGNED),
    ):  # fmt: skip
        with pytest.raises(InputError):
            paper_keep(payee, typed, content, "ann")
    assert not TaxPaper.objects.exists()
    assert not [file for file in files.rglob("*") if file.is_file()]
    assert not AuditEvent.objects.filter(action="tax-saved").exists()


def test_an_agency_outside_gives_the_companys_form(desk):
    common = {"company": desk.company, "made_at": clock.now()}
    agency = Agency.objects.create(name="Desk Ltd", **common)
    payee = Payee.objects.create(agency=agency, name="Desk Ltd", **common)
    with pytest.raises(InputError, match="not for companies"):
        paper_keep(payee, W8, SIGNED, "owner")
    paper_keep(payee, {**W8, "paper": "w8e", "legal_name": "Desk Limited"}, SIGNED, "owner")
    assert standing_of(payee, dt.date(2026, 11, 1)).missing == ""
    assert standing_of(payee, dt.date(2030, 1, 1)).missing == "over"


def test_what_the_tax_office_says_decides_what_is_kept_back(desk):
    payee, today = payee_in(desk), dt.date(2026, 11, 1)
    paper = paper_keep(payee, W9, SIGNED, "ann")
    assert not standing_of(payee, today).withhold
    match_keep(paper, Match.DIFFERENT, today, "owner")
    assert standing_of(payee, today).withhold
    match_keep(paper, Match.MATCHED, today, "owner")
    assert not standing_of(payee, today).withhold
    assert paper.matches.count() == 2
    newer = paper_keep(payee, {**W9, "told_to_withhold": True}, SIGNED, "ann")
    assert standing_of(payee, today).withhold
    with pytest.raises(InputError):
        match_keep(paper_keep(payee, W8, SIGNED, "ann"), Match.MATCHED, today, "owner")
    assert newer.matches.count() == 0


def test_outside_the_united_states_nothing_is_asked(desk):
    payee = payee_in(desk)
    assert standing_of(payee, dt.date(2026, 11, 1)).missing == "paper"
    tax_setting_save(desk.company, "NL", ["wise"], 7, "owner")
    found = standing_of(payee, dt.date(2026, 11, 1))
    assert (found.missing, found.withhold) == ("", False)


def test_a_form_is_deleted_after_its_time_and_that_it_was_there_stays(
    desk, files, django_capture_on_commit_callbacks
):
    payee = payee_in(desk)
    old = paper_keep(payee, W9, SIGNED, "ann")
    new = paper_keep(payee, W9, SIGNED, "ann")
    made = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    TaxPaper.objects.update(made_at=made)
    assert deletion_of(papers_of(payee)) == {old.pk: dt.date(2031, 1, 31)}
    assert papers_forget(dt.date(2031, 1, 31)) == 0
    name = TaxPaper.objects.get(pk=old.pk).file.name
    with django_capture_on_commit_callbacks(execute=True):
        workforce_tick(dt.datetime(2031, 2, 1, tzinfo=dt.UTC))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.facts, bool(old.file), bool(old.forgotten_at)) == ("", False, True)
    assert not default_storage.exists(name)
    assert file_read(new, "owner") == SIGNED
    with pytest.raises(InputError, match="not there"):
        file_read(old, "owner")
    Contract.objects.update(state="ended")
    assert deletion_of(papers_of(payee)) == {new.pk: dt.date(2031, 1, 31)}
    tax_setting_save(desk.company, "US", [], 7, "owner")
    assert deletion_of(papers_of(payee)) == {new.pk: dt.date(2034, 1, 31)}
    assert papers_forget(dt.date(2034, 2, 1)) == 1
    assert paper_of(payee) is None
    assert standing_of(payee, dt.date(2034, 2, 1)).missing == "paper"
    assert AuditEvent.objects.filter(action="tax-form-deleted").count() == 2
    again = paper_keep(payee, W9, SIGNED, "ann")
    assert paper_of(payee) == again


def test_the_queries_of_the_list_do_not_grow_with_payees(desk):
    today, counted = dt.date(2026, 11, 1), []
    for number in (1, 8):
        for each in range(number):
            person = person_in(desk.company, f"p{number}-{each}", Role.ASSISTANT)
            Contract.objects.create(
                company=desk.company, person=person, title="x", currency="USD", state="active",
                made_at=clock.now(),
            )  # fmt: skip
            payee = payee_for(desk.company, person)
            match_keep(paper_keep(payee, W9, SIGNED, "x"), Match.MATCHED, today, "owner")
        with CaptureQueriesContext(connection) as queries:
            tax_rows(desk.company, 2026, today)
            found = others_paid(desk.company, 2026, today)
        counted.append(len(queries))
    assert len(found) == 9
    assert counted[0] == counted[1]


def test_nothing_of_another_company_is_listed(desk):
    other = room("two")
    paper_keep(payee_in(other), W9, SIGNED, "ann")
    assert others_paid(desk.company, 2026, dt.date(2026, 11, 1)) == []
    rows = Payee.objects.filter(company=desk.company)
    assert standings(desk.company, rows, dt.date(2026, 11, 1)) == []


def test_forms_are_kept_in_the_data_folder_and_not_with_what_the_site_serves():
    assert str(site.MEDIA_ROOT).startswith(str(site.CLOSEBOOK_HOME))
    assert not site.MEDIA_URL.strip("/")
