"""The start page: what anybody may see, and what nobody may."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.books.models import BooksCompany
from closebook.apps.companies.models import Company
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.services.oauth import client_create
from closebook.transport import clock
from closebook.web.start import year_up_to
from tests.web.books import sell

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def company(name: str, realm: str, *, sample: bool) -> BooksCompany:
    books = company_create(name, realm, now=clock.now())
    Company.objects.create(name=name, realm_id=realm, is_sample=sample, created_at=clock.now())
    return books


@pytest.fixture
def sample(db) -> BooksCompany:
    """Return the sample company's books."""
    return company("Sample company", "9130350000000001", sample=True)


def text_of(client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_without_a_sample_the_page_says_how_to_begin(client, db):
    text = text_of(client)
    assert "closebook sample" in text
    assert "<table" not in text


def test_an_empty_sample_has_a_page(client, sample):
    text = text_of(client)
    assert "Sample company" in text
    assert "Nothing was posted yet" in text


def test_the_sample_shows_its_figures(client, sample):
    sell(client, client_create(sample, now=clock.now()), clock.today(), "1234.50")
    text = text_of(client)
    assert "Total Income" in text
    assert "1,234.50" in text


def test_no_figure_of_another_company_is_shown(client, sample):
    other = company("Quill & Daughters", "9130350000000002", sample=False)
    sell(client, client_create(other, now=clock.now()), clock.today(), "9876.50")
    text = text_of(client)
    assert "1 other company" in text
    for hidden in ("9,876.50", "9876", "Quill", other.realm_id):
        assert hidden not in text


def test_without_a_sample_no_other_company_is_named(client, db):
    other = company("Quill & Daughters", "9130350000000002", sample=False)
    text = text_of(client)
    assert "Quill" not in text
    assert other.realm_id not in text


def test_a_name_is_shown_as_text(client, db):
    company("<script>alert(1)</script>", "9130350000000001", sample=True)
    assert "<script>" not in text_of(client)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (dt.date(2024, 2, 29), dt.date(2023, 3, 1), dt.date(2024, 2, 29)),
        (dt.date(2025, 12, 31), dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        (dt.date(2026, 3, 4), dt.date(2025, 4, 1), dt.date(2026, 3, 31)),
    ],
)
def test_the_period_is_the_twelve_months_up_to_a_days_month(day, first, last):
    assert year_up_to(day) == (first, last)


@pytest.mark.parametrize("address", ["/", "/healthz", "/connect/oauth2", "/v3/company/1/query", "/absent"])
def test_each_answer_has_the_headers_that_keep_foreigners_out(client, sample, address):
    headers = client.get(address).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_watchers_get_a_plain_answer_and_pages_are_only_read(client, db):
    assert text_of(client, "/healthz") == "ok\n"
    assert client.post("/").status_code == 405
    assert client.delete("/healthz").status_code == 405


def test_a_foreign_host_name_is_refused(client, db):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
