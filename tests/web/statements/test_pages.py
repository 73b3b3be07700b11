"""The pages of statements: every one answers, shows what the statement says, and keeps to its company."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.books.selectors.statements import STATEMENTS, statement
from closebook.apps.companies.models import Role, SavedView
from closebook.core.reports.output import table_lines
from closebook.web.books.catalogue import KINDS
from closebook.web.books.figures import amount
from closebook.web.templatetags.kit import money
from tests.apps.books.factories import day
from tests.web.statements.conftest import QUARTER

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def test_every_statement_has_its_page_and_every_page_its_statement():
    assert KINDS.keys() == STATEMENTS.keys()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_each_statement_shows_its_figures(shop, name):
    page = shop.text(f"statements/{name}/", **QUARTER)
    table = statement(shop.books.company.pk, name, day_from=day("2026-01-01"), day_to=day("2026-03-31"))
    shown = [cell.value for line in table_lines(table) for cell in line.cells if isinstance(cell.value, int)]
    money_columns = [index for index, column in enumerate(table.columns) if column.kind == "money"]
    for line in table_lines(table):
        for index in money_columns:
            value = line.cells[index].value
            assert not isinstance(value, int) or amount(value, "USD") in page
    assert shown or not table.has_data


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "month"},
        {"by": "quarter"},
        {"by": "customer"},
        {"by": "class"},
        {"basis": "cash"},
        {"compare": "previous-year"},
        {"compare": "previous-period", "by": "month"},
    ],
)
def test_what_the_address_asks_for_is_what_is_shown(shop, asked):
    page = shop.text("statements/profit-and-loss/", **QUARTER, **asked)
    wanted = {key: value for key, value in asked.items() if key != "by" or "compare" not in asked}
    for value in wanted.values():
        assert f'<option value="{value}" selected>' in page


def test_named_periods_are_told_from_today(shop):
    for word in ("this-month", "last-month", "this-quarter", "year-to-date", "last-year"):
        assert 'aria-current="true"' in shop.text("statements/profit-and-loss/", period=word)


def test_other_days_than_the_named_periods_are_a_period_of_their_own(shop):
    page = shop.text(
        "statements/profit-and-loss/", **{"period": "last-year", "from": "2026-01-02", "to": "2026-03-05"}
    )
    assert '<input type="hidden" name="period" value="custom">' in page


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "yesterday"},
        {"basis": "gut feeling"},
        {"by": "weather"},
        {"compare": "the neighbour"},
        {"export": "docx"},
    ],
)
def test_wishes_that_mean_nothing_are_named(shop, asked):
    assert 'role="alert"' in shop.text("statements/profit-and-loss/", 400, **asked)


def test_a_statement_without_postings_says_where_they_are(shop, empty_shop):
    page = shop.text(
        "statements/profit-and-loss/", **{"period": "custom", "from": "1999-01-01", "to": "1999-12-31"}
    )
    assert "1 Feb 2025" in page
    assert "from=2025-02-01" in page
    assert "The books are empty" in empty_shop.text("statements/profit-and-loss/")


def test_a_list_with_more_lines_than_a_page_says_so(shop, monkeypatch):
    for module in ("sheet", "statements"):
        monkeypatch.setattr(f"closebook.web.books.{module}.PAGE_LINES", 3)
    page = shop.text("statements/journal/", **QUARTER)
    assert "Only the first lines" in page
    assert page.count("<tr class=") == 3


def test_names_are_shown_as_text(shop):
    shop.books.named("Customer", "<b>Ada</b>")
    shop.books.post("SalesReceipt", "2026-03-03", {"Checking": 100, "Sales": -100}, counterparty="<b>Ada</b>")
    page = shop.text("statements/customer-sales/", **QUARTER)
    assert "&lt;b&gt;Ada" in page
    assert "<b>Ada" not in page


def test_amounts_are_written_as_everywhere(shop):
    assert amount(-123_456_789, "USD") == money(-123_456_789, "USD") == "\u22121,234,567.89"
    assert amount(1_234_567, "JPY") == money(1_234_567, "JPY")


@pytest.mark.parametrize("language", ["en", "nl", "zh-hans"])
def test_amounts_are_written_in_each_language(language):
    from django.utils import translation

    with translation.override(language):
        for minor in (0, 5, -5, 123_456, -98_765_432_100):
            assert amount(minor, "EUR") == money(minor, "EUR")


def queries(shop, path: str) -> int:
    with (
        CaptureQueriesContext(connections["default"]) as ours,
        CaptureQueriesContext(connections["books"]) as theirs,
    ):
        shop.text(path, **QUARTER)
    return len(ours) + len(theirs)


@pytest.mark.parametrize("name", ["profit-and-loss", "general-ledger", "customer-sales", "journal"])
def test_queries_do_not_grow_with_rows(shop, name):
    path = f"statements/{name}/"
    shop.text(path, **QUARTER)
    few = queries(shop, path)
    for number in range(30):
        shop.books.named("Customer", f"Buyer {number}")
        shop.books.post(
            "SalesReceipt", "2026-03-03", {"Checking": 100, "Sales": -100}, counterparty=f"Buyer {number}"
        )
    assert queries(shop, path) == few


def test_nothing_of_another_company_is_shown(shop, empty_shop):
    stranger = empty_shop.client
    for path in ("statements/", "statements/profit-and-loss/", "statements/tie-out/", "home/chart/"):
        assert stranger.get(shop.address(path)).status_code == 404
    assert "Ada Quill" not in empty_shop.text("statements/customer-sales/", **QUARTER)


def test_an_unknown_statement_is_not_found(shop):
    assert shop.client.get(shop.address("statements/horoscope/")).status_code == 404
    assert shop.client.post(shop.address("statements/horoscope/keep/"), {"name": "x"}).status_code == 404


def test_a_view_is_kept_shown_found_and_forgotten(shop):
    kept = shop.client.post(
        shop.address("statements/profit-and-loss/keep/"),
        {"name": "By month", "period": "last-year", "by": "month"},
    )
    view = SavedView.objects.get(company=shop.company)
    assert (view.statement, view.query) == ("profit-and-loss", "period=last-year&by=month")
    assert kept["Location"].endswith("?period=last-year&by=month")
    assert "By month" in shop.text("statements/profit-and-loss/")
    assert "By month" in shop.text("statements/")
    assert "By month" in shop.text("find/", q="by mon")
    shop.client.post(shop.address("statements/profit-and-loss/keep/"), {"name": "By month", "basis": "cash"})
    assert SavedView.objects.get().query == "period=year-to-date&basis=cash"
    assert shop.client.post(shop.address(f"statements/views/{view.pk}/forget/")).status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("facts", [{"name": ""}, {"name": "x" * 81}, {"name": "x", "from": "never"}])
def test_a_view_that_cannot_be_kept_is_refused(shop, facts):
    answer = shop.client.post(shop.address("statements/profit-and-loss/keep/"), facts, follow=True)
    assert "message error" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_a_view_of_another_company_is_not_found(shop, empty_shop):
    view = SavedView.objects.create(
        company=shop.company,
        name="Ours",
        statement="journal",
        query="",
        created_at=shop.books.company.created_at,
    )
    assert (
        empty_shop.client.post(empty_shop.address(f"statements/views/{view.pk}/forget/")).status_code == 404
    )
    assert "Ours" not in empty_shop.text("statements/journal/")
    assert SavedView.objects.exists()


def test_a_view_whose_name_holds_markup_is_shown_as_text(shop):
    shop.client.post(shop.address("statements/journal/keep/"), {"name": "<i>x</i>"})
    assert "<i>x</i>" not in shop.text("statements/journal/")


@pytest.mark.parametrize("role", [Role.READER, Role.SALES_MANAGER])
def test_who_sees_the_books_finds_statements_and_others_do_not(shop, role):
    assert shop.member(role).get(shop.address("statements/")).status_code == 200
    assert shop.member(Role.ASSISTANT).get(shop.address("statements/")).status_code == 403
