"""The home: figures from the books, each with its page, a chart without a script, and a plain welcome."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.books.selectors.standing import Flow, Holdings, Standing, Uses
from closebook.apps.companies.models import Role
from closebook.core.periods import DateRange, Month
from closebook.transport import clock
from closebook.web.books.charts import Bar, draw
from tests.apps.books.factories import day, make_books, two_years
from tests.web.statements.conftest import shop_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def sample(db):
    """An invented company, whose time ends with its last posting."""
    cache.clear()
    books = make_books()
    two_years(books)
    return shop_of(books, is_sample=True)


def standing(shop) -> Standing:
    accounts = shop.books.accounts
    uses = Uses(
        fees=frozenset({accounts["Rent"]}),
        refunds=frozenset({accounts["Repairs"]}),
        clearing=frozenset({accounts["Undeposited Funds"]}),
    )
    return Standing(shop.books.company.pk, uses)


def test_figures_are_those_of_the_worked_example(shop):
    quarter = DateRange(day("2026-01-01"), day("2026-03-31"))
    assert standing(shop).flow(quarter) == Flow(10_000, -20_000, 5_000, 24_000)
    assert standing(shop).holdings(quarter.end) == Holdings(12_000, 126_500, 12_000)
    months = standing(shop).months(quarter)
    assert [months[Month(2026, number)].net_minor for number in (1, 2, 3)] == [24_000, 0, 0]
    assert standing(shop).holdings(day("2024-12-31")) == Holdings()


def test_the_owner_sees_figures_beside_last_year_each_with_its_page(sample):
    page = sample.text()
    assert "none of its figures is real" in page
    for figure in ("300.00", "1,265.00", "120.00", "240.00"):
        assert f">{figure}</a>" in page
    assert "statements/profit-and-loss/?period=custom&amp;from=2026-01-01&amp;to=2026-03-31" in page
    assert "statements/balance-sheet/" in page
    assert "statements/aged-receivables/" in page


def test_a_company_that_is_not_invented_does_not_say_so_and_lives_today(shop):
    page = shop.text()
    assert "none of its figures is real" not in page
    assert f"to={clock.today()}" in page


def test_an_empty_company_is_told_how_to_begin(empty_shop):
    page = empty_shop.text()
    assert "Nothing is posted yet" in page
    assert "home-chart" not in page
    assert "Nothing was posted" in empty_shop.text("home/chart/")


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.ASSISTANT, Role.CONTRIBUTOR])
def test_who_does_not_see_the_books_gets_a_welcome_without_figures(sample, role):
    client = sample.member(role)
    page = client.get(sample.address()).content.decode()
    assert "Your role here is" in page
    assert "1,265.00" not in page
    assert ("files of a shop" in page) is (role == Role.CONTRIBUTOR)
    assert client.get(sample.address("home/chart/")).status_code == 403


def test_the_home_asks_as_much_with_many_postings_as_with_few(sample):
    sample.text()

    def queries() -> int:
        with CaptureQueriesContext(connections["books"]) as found:
            sample.text()
        return len(found)

    few = queries()
    for number in range(30):
        sample.books.post("SalesReceipt", "2026-03-03", {"Checking": number + 1, "Sales": -number - 1})
    assert queries() == few


def test_the_chart_is_drawn_once_and_again_when_something_was_posted(sample, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "closebook.web.books.charts.draw", lambda *facts: drawn.append(facts) or "<svg></svg>"
    )
    sample.text("home/chart/")
    sample.text("home/chart/")
    assert len(drawn) == 2  # wide and small
    sample.books.post("SalesReceipt", "2026-03-03", {"Checking": 100, "Sales": -100})
    assert "61.00" in sample.text("home/chart/")
    assert len(drawn) == 4


def test_the_chart_is_an_image_with_words_and_without_script_or_style():
    bars = [Bar(Month(2026, 1), "Jan <26>", 123_456, 100, -5), Bar(Month(2026, 2), "Feb 26", 0, 0, 0)]
    root = ET.fromstring(draw(bars, "USD", 300))  # noqa: S314 - drawn by us
    tags = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert root.attrib["role"] == "img"
    assert {"title", "desc", "path", "text"} <= tags
    assert not tags & {"script", "style", "foreignObject", "image"}
    assert not [node for node in root.iter() if "style" in node.attrib]
    assert any(node.attrib.get("fill") == "currentColor" for node in root.iter())
    assert "Jan <26>" in "".join(root.itertext())


def test_figures_of_the_chart_stand_in_a_table(sample):
    page = sample.text("home/chart/")
    assert page.count("<tr>") == 13
    assert "<svg" in page
    assert "Mar 26" in page
    assert dt.date(2026, 3, 31) <= clock.today()
