"""Statements of the query language are read, or refused with the place of the fault."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.query.ast import Condition, Literal, Sort, Value
from closebook.apps.qbo.query.parse import parse


def text(value):
    return Value(value, Literal.TEXT)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DisplayName = 'Ada'", Condition("DisplayName", "=", (text("Ada"),))),
        (r"DisplayName = 'O\'Brien'", Condition("DisplayName", "=", (text("O'Brien"),))),
        (r"Name = 'a\\b'", Condition("Name", "=", (text("a\\b"),))),
        ("TotalAmt>=1000.50", Condition("TotalAmt", ">=", (Value("1000.50", Literal.NUMBER),))),
        ("TotalAmt < -5", Condition("TotalAmt", "<", (Value("-5", Literal.NUMBER),))),
        ("Active = TRUE", Condition("Active", "=", (Value("true", Literal.BOOLEAN),))),
        (
            "Active in (true, 'false')",
            Condition("Active", "IN", (Value("true", Literal.BOOLEAN), text("false"))),
        ),
        ("Name LIKE '%a_b%'", Condition("Name", "LIKE", (text("%a_b%"),))),
        ("TxnDate <= CURRENT_DATE", Condition("TxnDate", "<=", (Value("", Literal.CURRENT_DATE),))),
        (
            "MetaData.LastUpdatedTime > '2026-01-01'",
            Condition("MetaData.LastUpdatedTime", ">", (text("2026-01-01"),)),
        ),
        ("Note = 'a\nb'", Condition("Note", "=", (text("a\nb"),))),
        ("Orderly != 'x'", Condition("Orderly", "!=", (text("x"),))),
    ],
)
def test_condition(written, meant):
    assert parse(f"select * from Customer where {written}").conditions == (meant,)


def test_words_are_taken_in_any_case():
    statement = parse("SeLeCt CoUnT(*) FrOm customer WhErE Id = '1' AnD Active = true")
    assert (statement.entity, statement.count, len(statement.conditions)) == ("customer", True, 2)


@pytest.mark.parametrize("order", ["ORDERBY Id DESC, Name", "order by Id desc, Name ASC"])
def test_order_in_both_spellings(order):
    assert parse(f"select * from Item {order}").order == (Sort("Id", descending=True), Sort("Name"))


@pytest.mark.parametrize("page", ["STARTPOSITION 11 MAXRESULTS 5", "maxresults 5 startposition 11"])
def test_page_in_both_orders(page):
    statement = parse(f"select * from Item {page}")
    assert (statement.start, statement.size) == (11, 5)


def test_columns():
    assert parse("select Id, MetaData.CreateTime from Item").columns == ("Id", "MetaData.CreateTime")
    assert parse("select *, Sku from Item").columns == ()


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("select * from", 'Encountered " <EOF>'),
        ("selekt * from Item", "line 1, column 1"),
        ("select * from Item where Name = 'a' or Name = 'b'", '"or "" at line 1, column 37'),
        ("select * from Item where not Name = 'a'", "Encountered"),
        ("select * from Item where (Name = 'a')", "column 26"),
        ("select * from Item where Name = 'O''Brien'", "column 36"),
        ('select * from Item where Name = "a"', "Lexical error at line 1, column 33"),
        ("select * from Item where Name = ‘a’", "(8216)"),
        ("select * from Item where Name = 'a", "Lexical error"),
        ("select * from Item group by Name", "Encountered"),
        ("select sum(Amount) from Item", "Encountered"),
        ("", "Encountered"),
    ],
)
def test_unparsable(written, part):
    with pytest.raises(Fault) as caught:
        parse(written)
    assert (caught.value.code, caught.value.message) == ("4000", "Error parsing query")
    assert part in caught.value.detail
