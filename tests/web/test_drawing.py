"""Cells of lists as HTML."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import gettext_lazy

from closebook.web.kit.columns import Cell, Column
from closebook.web.kit.drawing import cell_html


def drawn(kind: str, value: object, link: str = "", currency: str = "") -> str:
    column = Column("key", "Title", lambda row: row, kind=kind)
    return cell_html(Cell(column, value, link, currency))


@pytest.mark.parametrize(
    ("kind", "value", "html"),
    [
        ("text", None, '<td class="text"></td>'),
        ("text", gettext_lazy("Search"), '<td class="text">Search</td>'),
        ("text", 12, '<td class="text">12</td>'),
        ("money", None, '<td class="money"></td>'),
        ("money", -123456, '<td class="money">\u22121,234.56</td>'),
        ("number", 12345, '<td class="number">12,345</td>'),
        ("day", dt.date(2026, 3, 4), '<td class="day">4 Mar 2026</td>'),
        ("tag", "", '<td class="tag"></td>'),
        ("tag", "done", '<td class="tag"><span class="tag good">done</span></td>'),
    ],
)
def test_a_cell_of_each_kind(kind, value, html):
    assert drawn(kind, value) == html


def test_a_moment_says_itself_exactly():
    html = drawn("time", dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC))
    assert html.startswith('<td class="time"><time datetime="2026-03-04T05:06:00+00:00" title="UTC">')


def test_text_and_link_are_escaped():
    assert drawn("text", "<b>&", link='/?a="1"&b') == (
        '<td class="text"><a href="/?a=&quot;1&quot;&amp;b">&lt;b&gt;&amp;</a></td>'
    )


def test_a_currency_without_cents():
    assert drawn("money", 1234, currency="JPY") == '<td class="money">1,234</td>'
