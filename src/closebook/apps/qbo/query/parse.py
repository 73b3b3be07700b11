"""Reads a statement of the query language.

Source: QuickBooks Online Accounting API, query operations and syntax.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from lark import (
    Lark,
    Token,
    Transformer,
    UnexpectedCharacters,
    UnexpectedEOF,
    UnexpectedInput,
    UnexpectedToken,
)
from lark.exceptions import VisitError

from closebook.apps.qbo import faults
from closebook.apps.qbo.query.ast import Condition, Literal, Sort, Statement, Value

GRAMMAR = r"""
start: SELECT columns FROM PATH where? order? page*

columns: STAR ("," PATH)*         -> star
       | COUNT "(" STAR ")"       -> count
       | PATH ("," PATH)*         -> listed

where: WHERE condition (AND condition)*
condition: PATH OPERATOR value                  -> compared
         | PATH LIKE TEXT                       -> like
         | PATH IN "(" value ("," value)* ")"   -> within

order: (ORDERBY | ORDER BY) sort ("," sort)*
sort: PATH (ASC | DESC)?

page: STARTPOSITION NUMBER -> start_at
    | MAXRESULTS NUMBER    -> at_most

value: TEXT | NUMBER | TRUE | FALSE | CURRENT_DATE

SELECT.2: /select\b/i
FROM.2: /from\b/i
WHERE.2: /where\b/i
AND.2: /and\b/i
LIKE.2: /like\b/i
IN.2: /in\b/i
ORDERBY.2: /orderby\b/i
ORDER.2: /order\b/i
BY.2: /by\b/i
ASC.2: /asc\b/i
DESC.2: /desc\b/i
STARTPOSITION.2: /startposition\b/i
MAXRESULTS.2: /maxresults\b/i
COUNT.2: /count(?=\s*\()/i
TRUE.2: /true\b/i
FALSE.2: /false\b/i
CURRENT_DATE.2: /current_date\b/i
STAR: "*"
OPERATOR: "<=" | ">=" | "!=" | "=" | "<" | ">"
TEXT: /'(?:[^'\\]|\\.)*'/s
NUMBER: /-?\d+(?:\.\d+)?/
PATH: /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/

%import common.WS
%ignore WS
"""
_ESCAPE = re.compile(r"\\(['\\])")
_WORDS = {
    "TEXT": "<TEXT>",
    "NUMBER": "<NUMBER>",
    "PATH": "<PROPERTY>",
    "OPERATOR": "<OPERATOR>",
    "STAR": '"*"',
}


class _Builder(Transformer[Token, Statement]):
    """Turns the parse tree into a Statement."""

    def value(self, tokens: list[Token]) -> Value:
        """Return a compared value."""
        return _value(tokens[0])

    def compared(self, parts: list[Any]) -> Condition:
        """Return a comparison."""
        return Condition(str(parts[0]), str(parts[1]), (parts[2],))

    def like(self, parts: list[Token]) -> Condition:
        """Return a comparison with a pattern."""
        return Condition(str(parts[0]), "LIKE", (_value(parts[2]),))

    def within(self, parts: list[Any]) -> Condition:
        """Return a comparison with a list."""
        return Condition(str(parts[0]), "IN", tuple(part for part in parts if isinstance(part, Value)))

    def where(self, parts: list[Any]) -> tuple[Condition, ...]:
        """Return all conditions."""
        return tuple(part for part in parts if isinstance(part, Condition))

    def sort(self, tokens: list[Token]) -> Sort:
        """Return one sort key."""
        return Sort(str(tokens[0]), descending=len(tokens) > 1 and tokens[1].type == "DESC")

    def order(self, parts: list[Any]) -> list[Sort]:
        """Return all sort keys."""
        return [part for part in parts if isinstance(part, Sort)]

    def star(self, _tokens: list[Token]) -> dict[str, Any]:
        """Return the choice of all columns; the ones named after the star are among them."""
        return {}

    def count(self, _tokens: list[Token]) -> dict[str, Any]:
        """Return the choice of the number of rows."""
        return {"count": True}

    def listed(self, tokens: list[Token]) -> dict[str, Any]:
        """Return the choice of some columns."""
        return {"columns": tuple(str(token) for token in tokens)}

    def start_at(self, tokens: list[Token]) -> dict[str, Any]:
        """Return the position of the first row."""
        return {"start": _whole(tokens[1])}

    def at_most(self, tokens: list[Token]) -> dict[str, Any]:
        """Return the page size."""
        return {"size": _whole(tokens[1])}

    def start(self, parts: list[Any]) -> Statement:
        """Return the whole statement."""
        choice: dict[str, Any] = {}
        entity = ""
        for part in parts:
            if isinstance(part, dict):
                choice.update(part)
            elif isinstance(part, Token):
                entity = str(part) if part.type == "PATH" else entity
            elif isinstance(part, tuple):
                choice["conditions"] = part
            else:
                choice["order"] = tuple(part)
        return Statement(entity, **choice)


def _whole(token: Token) -> int:
    try:
        return int(token)
    except ValueError as error:
        raise faults.query_invalid(f"value {token} is not a whole number") from error


def _value(token: Token) -> Value:
    if token.type == "TEXT":
        return Value(_ESCAPE.sub(r"\1", token[1:-1]), Literal.TEXT)
    if token.type == "NUMBER":
        return Value(str(token), Literal.NUMBER)
    if token.type == "CURRENT_DATE":
        return Value("", Literal.CURRENT_DATE)
    return Value(str(token).lower(), Literal.BOOLEAN)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)


@lru_cache(maxsize=256)
def parse(text: str) -> Statement:
    """Return the parsed statement. Raises 4000 with the place of the first thing that does not fit, 4001
    for a page that is no whole number.
    """
    try:
        tree = _parser().parse(text.strip())
    except UnexpectedInput as error:
        raise _refusal(error, text.strip()) from error
    try:
        return _Builder(visit_tokens=False).transform(tree)
    except VisitError as error:
        raise error.orig_exc from error


def _expected(error: UnexpectedInput) -> str:
    names: set[str] = set()
    for attribute in ("accepts", "allowed", "expected"):
        names = names or set(getattr(error, attribute, None) or ())
    return ", ".join(_WORDS.get(name, f'"{name}"') for name in sorted(names) if name != "$END") or "<EOF>"


def _refusal(error: UnexpectedInput, text: str) -> faults.Fault:
    line, column = max(error.line, 1), max(error.column, 1)
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        return faults.query_unparsable("EOF>", 1, len(text) + 1, _expected(error))
    if isinstance(error, UnexpectedToken):
        return faults.query_unparsable(
            f'{error.token.type.upper()}> "{error.token}', line, column, _expected(error)
        )
    if isinstance(error, UnexpectedCharacters):
        return faults.query_lexical(text[error.pos_in_stream or 0], column)
    return faults.query_unparsable("UNKNOWN>", line, column, "")
