"""The studio: a summary is begun, written in, taken as files, made final; others' summaries are not found."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.models import Company, Membership, Person
from closebook.apps.selling.models import AnnualReport
from closebook.apps.selling.services import deals, summary
from closebook.transport import clock
from closebook.web.selling_year.files import FORMATS

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def company_of(person, role, name):
    made = Company.objects.create(name=name, realm_id=f"studio-{name}", created_at=clock.now())
    Membership.objects.create(company=made, person=person, role=role)
    return made


@pytest.fixture
def person():
    return Person.objects.create_user("mia", password="correct horse battery")


@pytest.fixture
def company(person, client):
    made = company_of(person, "sales-manager", "Studio")
    customer = deals.customer_save(made, "a", "Alpha", "mia", region="North", owner="ann")
    one = deals.opportunity_make(
        made, customer, "1", "Lamps", dt.date(2025, 1, 2), "mia", value_minor=123_456
    )
    deals.opportunity_move(made, one.pk, "won", dt.date(2025, 3, 1), "mia", reason="signed")
    client.force_login(person)
    return made


@pytest.fixture
def report(company):
    return summary.summary_begin(company, dt.date(2025, 1, 1), dt.date(2025, 12, 31), "mia")


def test_the_empty_list_teaches_and_begins_a_summary(company, client):
    address = f"/c/{company.pk}/summaries/"
    assert "No summary yet" in client.get(address).content.decode()
    page = client.get(address, headers={"Accept-Language": "nl"}).content.decode()
    assert f'value="{clock.today().year - 1}-12-31"' in page, "as a browser's calendar reads it"
    assert client.post(address, {"start": "2025-05-01", "end": "2025-01-01"}).status_code == 400
    answer = client.post(address, {"start": "2025-01-01", "end": "2025-12-31"})
    assert "1,234.56" in client.get(answer.url).content.decode()


def test_each_figure_opens_its_records(company, report, client):
    page = client.get(f"/c/{company.pk}/summaries/{report.pk}/figure/", {"id": "F3"}).content.decode()
    assert "1,234.56" in page
    assert "Lamps" in page
    assert client.get(f"/c/{company.pk}/summaries/{report.pk}/figure/", {"id": "F99"}).status_code == 404


def test_every_section_is_shown_in_every_language(company, report, client):
    for number in range(17):
        for language in ("en", "nl", "zh-hans"):
            query = {"section": f"R{number}", "language": language}
            assert client.get(f"/c/{company.pk}/summaries/{report.pk}/", query).status_code == 200
    assert client.get(f"/c/{company.pk}/summaries/{report.pk}/", {"section": "R99"}).status_code == 404


def test_a_manager_writes_then_makes_it_final(company, report, client):
    base = f"/c/{company.pk}/summaries/{report.pk}/"
    facts = {
        "section": "R12",
        "language": "en",
        "kind": "problem",
        "text": "Few visits",
        "fact-root": "No plan",
    }
    assert "section=R12" in client.post(base + "item/", facts).url
    client.post(base + "write/", {"section": "R1", "language": "en", "text": "A good year."})
    assert b"A good year." in client.get(base + "file/html/?language=en").content
    assert "Few visits" in client.get(base + "?section=R12").content.decode()
    client.post(base + "finish/")
    client.post(base + "write/", {"section": "R1", "language": "en", "text": "Changed."})
    found = AnnualReport.objects.get(pk=report.pk)
    assert (found.state, found.texts["en"]["R1"]) == ("final", "A good year.")
    again = client.post(base + "again/")
    assert "version 2" in client.get(again.url).content.decode()


@pytest.mark.parametrize("form", ["xlsx", "html"])
def test_files_are_given(company, report, client, form):
    answer = client.get(f"/c/{company.pk}/summaries/{report.pk}/file/{form}/?language=nl")
    assert answer["Content-Type"] == FORMATS[form][0]
    assert answer["Content-Disposition"].endswith(f'v1-nl.{form}"')
    assert client.get(f"/c/{company.pk}/summaries/{report.pk}/file/exe/").status_code == 404


def test_anothers_summary_is_not_found(company, report, person, client):
    other = company_of(person, "sales-manager", "Other")
    for rest in ("", "figure/?id=F3", "file/html/"):
        assert client.get(f"/c/{other.pk}/summaries/{report.pk}/{rest}").status_code == 404
    assert client.post(f"/c/{other.pk}/summaries/{report.pk}/finish/").status_code == 404
    assert AnnualReport.objects.get(pk=report.pk).state == "draft"
