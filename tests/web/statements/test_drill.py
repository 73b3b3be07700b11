"""From a figure to its postings: their sum is the figure, for any figure of any statement."""

from __future__ import annotations

import html
import os
import random
import re

import pytest

from closebook.core.reports.output import table_lines
from closebook.web.books.catalogue import KINDS
from closebook.web.books.figures import amount
from closebook.web.books.sheet import PAGE_LINES, Sheet
from tests.web.statements.conftest import QUARTER

pytestmark = pytest.mark.django_db(databases=["default", "books"])

SEED = int(os.environ.get("SEED", "20261122"))
LINK = re.compile(r'<a href="([^"]*/postings/\?[^"]*)">([^<]*)</a>')


def links(shop, name: str, **asked: str) -> list[tuple[str, str]]:
    found = LINK.findall(shop.text(f"statements/{name}/", **asked))
    return [(html.unescape(address), figure) for address, figure in found]


@pytest.mark.parametrize("basis", ["accrual", "cash"])
def test_the_sum_of_the_postings_is_the_figure(shop, basis):
    every = [
        (name, *link)
        for name, kind in KINDS.items()
        for by in kind.by or ("total",)
        for link in links(shop, name, **QUARTER, basis=basis, by=by)
    ]
    assert len(every) > 100
    print("SEED", SEED)
    for name, address, figure in random.Random(SEED).sample(every, 60):
        page = shop.client.get(address)
        assert page.status_code == 200, (name, address)
        text = page.content.decode()
        assert '<span class="tag good">' in text, (name, address, figure)
        assert f'<p class="figure">{figure} ' in text, (name, address, figure)
        assert page.context["behind"].figure_minor == page.context["figure_minor"]
        shown = page.context["postings"]
        assert len(shown) == page.context["behind"].count
        assert sum(one.amount_minor for one in shown) == page.context["behind"].postings_minor


def test_every_figure_of_the_main_statements_opens(shop):
    for name in ("profit-and-loss", "balance-sheet", "trial-balance", "cash-flow", "customer-sales"):
        table = Sheet.of(shop.company, name, QUARTER).table()
        figures = [
            cell
            for line in table_lines(table)
            for cell in line.cells[1:]
            if cell.value is not None and (line.label != "TOTAL" or name != "trial-balance")
        ]
        assert len(links(shop, name, **QUARTER)) == len(figures)


def test_what_payments_settled_is_taken_off(shop):
    address, figure = links(shop, "aged-receivables", **QUARTER)[0]
    page = shop.client.get(address).content.decode()
    assert figure == amount(12_000, "USD")
    assert "Settled by payments" in page
    assert amount(-12_000, "USD") in page
    assert amount(24_000, "USD") in page


def test_many_postings_come_in_pages(shop, monkeypatch):
    monkeypatch.setattr("closebook.web.books.drill.PAGE_ROWS", 2)
    address, _figure = next(
        link
        for link in links(shop, "trial-balance", **{**QUARTER, "from": "2025-01-01"})
        if "Checking" in link[0]
    )
    first = shop.client.get(address)
    second = shop.client.get(address + "&page=2")
    assert [len(page.context["postings"]) for page in (first, second)] == [2, 2]
    assert first.context["more"]
    days = [one.row.day for page in (first, second) for one in page.context["postings"]]
    assert days == sorted(days)
    assert amount(126_500, "USD") in second.content.decode()


def test_a_line_that_moved_is_found_by_its_label(shop):
    address, figure = next(
        link for link in links(shop, "profit-and-loss", **QUARTER) if "label=Sales&" in link[0]
    )
    shop.books.post("SalesReceipt", "2026-03-03", {"Checking": 100, "Interest Earned": -100})
    moved = re.sub(r"line=\d+", "line=0", address)
    assert f'<p class="figure">{figure} ' in shop.client.get(moved).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"line": "0", "label": "No such line", "column": "1"},
        {"line": "1", "label": "Sales", "column": "0"},
        {"line": "1", "label": "Sales", "column": "99"},
        {"line": "x", "label": "Sales", "column": "-1"},
        {"line": "0", "label": "Income", "column": "1"},
        {"from": "never"},
    ],
)
def test_what_is_no_figure_is_not_found(shop, asked):
    asked = {**QUARTER, **asked}
    assert shop.client.get(shop.address("statements/profit-and-loss/postings/", **asked)).status_code == 404


def test_nothing_of_another_company_is_opened(shop, empty_shop):
    address, _figure = links(shop, "profit-and-loss", **QUARTER)[0]
    assert empty_shop.client.get(address).status_code == 404
    theirs = address.replace(f"/c/{shop.company.pk}/", f"/c/{empty_shop.company.pk}/")
    assert empty_shop.client.get(theirs).status_code == 404


def test_a_long_list_of_names_shows_its_first_lines_and_the_total_of_all(empty_shop):
    books = empty_shop.books
    for number in range(PAGE_LINES + 5):
        books.named("Customer", f"C{number:03}")
        sale = {"Checking": 100, "Sales": -100}
        books.post("SalesReceipt", "2026-02-01", sale, counterparty=f"C{number:03}")
    found = links(empty_shop, "customer-sales", **QUARTER)
    assert len(found) == PAGE_LINES + 1
    total = amount(100 * (PAGE_LINES + 5), "USD")
    for address, figure in (found[0], found[PAGE_LINES - 1], (found[-1][0], total)):
        assert f'<p class="figure">{figure} ' in empty_shop.client.get(address).content.decode()
    page = empty_shop.text("statements/customer-sales/", **QUARTER)
    assert "Only the first lines are shown." in page
    assert "Totals are those of the lines shown" not in page
    label = f"C{PAGE_LINES + 3}"
    beyond = empty_shop.text(
        "statements/customer-sales/postings/", **QUARTER, line="7", label=label, column="1"
    )
    assert f'<p class="figure">{amount(100, "USD")} ' in beyond
    export = empty_shop.client.get(empty_shop.address("statements/customer-sales/", **QUARTER, export="csv"))
    assert export.content.decode().count("\r\n") == 1 + PAGE_LINES + 5 + 1
