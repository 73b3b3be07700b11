"""The shapes of lists that are held against the books. Scores are hundredths."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from closebook.api.operations import MOST_NUMBER, Text
from closebook.api.paging import PageWish

MOST_ROWS = 50_000
_MOST_CHOSEN = 5_000
Size = Annotated[int, Field(ge=1, le=MOST_NUMBER)]
Short = Annotated[Text, Field(max_length=200)]
Facts = Annotated[list[Short], Field(max_length=20)]


class PartyIn(Schema):
    """One customer, vendor or item of another program, as it is delivered."""

    id: Annotated[Short, Field(min_length=1)]
    name: Text = Field("", description="Parent:Child for a job.")
    company: Short = ""
    first: Short = ""
    last: Short = ""
    emails: Facts = Field(default_factory=list)
    phones: Facts = Field(default_factory=list)
    street: Short = ""
    city: Short = ""
    postcode: Short = ""
    country: Short = ""
    tax_id: Short = ""
    number: Short = Field("", description="A SKU or customer number that both sides may know.")
    parent_id: Short = ""
    linked_id: Short = Field("", description="The id in the books, where the program keeps one.")
    active: bool = True


class MatchListIn(Schema):
    """A list to be held against the books: its rows, or a connection whose buyers or items they are."""

    kind: Literal["customer", "vendor", "item"] = "customer"
    source: Annotated[Text, Field(max_length=80)] = Field(
        "", description="The program; decisions are remembered under it. A connection's own name otherwise."
    )
    connection: Size | None = None
    rows: list[PartyIn] = Field(default_factory=list, max_length=MOST_ROWS)


class MatchReadingOut(Schema):
    """A list that is read; ``match_list`` is there when it is done."""

    match_reading: int
    state: str = Field(description="waiting, working, done or refused.")
    step: str
    done: int
    total: int
    match_list: int | None
    code: str
    message: str
    remedy: str


class MatchListOut(Schema):
    """A list beside the books; without ``automatic`` nothing is sure enough to be matched unseen."""

    match_list: int
    kind: str
    source: str
    file: str
    rows: int
    open: int
    expected: int
    automatic: bool
    made_by: str
    made_at: dt.datetime


class MatchReasonOut(Schema):
    """Why two records are taken for one: a field, how well it agrees, and its likeness in hundredths."""

    field: str
    grade: str
    alike: int


class MatchRowOut(Schema):
    """A record of the other program: what is proposed for it, and what was decided."""

    row: int
    id: str
    name: str
    job: bool
    state: str = Field(description="open, matched, added or ignored.")
    proposed_id: str
    score: int
    rule: str
    reasons: list[MatchReasonOut]
    solid: bool = Field(description="Whether more than the name agrees.")
    chosen_id: str = Field(description="The record in the books of a matched row.")
    decided_by: str
    decided_at: dt.datetime | None


class RowsWish(PageWish):
    """Which rows to list."""

    state: Literal["", "open", "matched", "added", "ignored"] = Field("", description="Empty for all.")
    words: Text = ""
    least_score: int = Field(0, ge=0, le=100)


class DecisionIn(Schema):
    """One row's part of a decision; ``id`` is the record in the books, empty for the proposed one."""

    row: Size
    id: Annotated[Text, Field(max_length=40)] = ""


class DecideIn(Schema):
    """What is decided about some rows."""

    word: Literal["match", "add", "ignore", "reopen"]
    rows: list[DecisionIn] = Field(max_length=_MOST_CHOSEN)


class AutomaticIn(Schema):
    """From which score on a pair needs no look, in hundredths."""

    score: int = Field(99, ge=80, le=100)


class AutomaticWish(AutomaticIn):
    """From which score on a pair would need no look."""


class AutomaticOut(Schema):
    """What a score would match, with the least certain of them."""

    score: int
    would: int
    open: int
    closest_calls: list[MatchRowOut]


class MatchActOut(Schema):
    """A decision; it is taken back whole."""

    match_act: int
    match_list: int
    word: str
    rows: int
    undone: bool


class AdditionsIn(Schema):
    """The ledger account on which new items earn; other lists need none."""

    income: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,24}$")] = ""
