"""The shapes of bank accounts, lines, answers, rules and statements. Amounts are whole minor units; positive
comes in.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from closebook.api.book_schemas import Day
from closebook.api.operations import MOST_NUMBER, Text
from closebook.api.paging import PageWish

Minor = Annotated[int, Field(ge=-MOST_NUMBER, le=MOST_NUMBER)]
Size = Annotated[int, Field(ge=1, le=MOST_NUMBER)]
Words = Annotated[list[Annotated[Text, Field(min_length=1)]], Field(max_length=20)]


class BankAccountOut(Schema):
    """A bank account or card with what is open on it."""

    bank_account: int
    name: str
    number: str
    currency: str
    open_lines: int
    last_day: dt.date | None


class BankAccountIn(Schema):
    """A new bank account: its name, the ledger account of a bank or card that stands for it, its number."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    ledger_account: Size
    number: Annotated[Text, Field(max_length=64)] = ""


class StatementPartOut(Schema):
    """What of a file is about one bank account (null: nobody has said which), and what of it is new."""

    bank_account: int | None
    number: str
    currency: str
    first_day: dt.date | None
    last_day: dt.date | None
    opening_minor: int | None
    closing_minor: int | None
    rows: int
    new: int
    look_alikes: int
    known: bool


class BankFileOut(Schema):
    """What a file of the bank holds."""

    file: str
    format: str
    parts: list[StatementPartOut]


class SuggestionOut(Schema):
    """What would answer a line; ``key`` accepts it."""

    key: str
    kind: str = Field(description="match, transfer or rule.")
    certain: bool
    by: str
    record: str
    other_line: int | None
    rule: int | None


class BankLineOut(Schema):
    """One line of a bank account; amounts are whole minor units, positive comes in."""

    line: int
    bank_account: int
    day: dt.date
    amount_minor: int
    currency: str
    counterparty: str
    text: str
    references: list[str]
    state: str = Field(description="open, matched or excluded.")
    look_alike: bool = Field(description="Whether another file has a line like it, to be told apart.")
    answer: str = Field(description="match, rule, typed, transfer or excluded; empty for an open line.")
    reason: str
    records: list[str] = Field(description="The records of the books that answer it, such as Transfer 12.")
    statement: int | None = Field(description="The closed statement in which it stands.")


class BankLineWhole(BankLineOut):
    """A line with what would answer it, the surest first."""

    suggestions: list[SuggestionOut]


class LinesWish(PageWish):
    """Which lines to list."""

    state: Literal["", "open", "matched", "excluded"] = Field("", description="Empty for all.")
    day_from: Day | None = None
    day_to: Day | None = None
    words: Text = Field("", description="Words that stand in the line's text, name or references.")
    amount_minor: Minor | None = None


class ShareIn(Schema):
    """A part of a line's money for one ledger account."""

    ledger_account: Size
    amount_minor: Size


class PartyIn(Schema):
    """A vendor or customer of the books."""

    kind: Literal["Vendor", "Customer"]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,24}$")]


class AnswerIn(Schema):
    """How a line is answered."""

    what: Literal["suggestion", "match", "write", "exclude", "same", "own", "finish"] = Field(
        description="suggestion: accept one by its key. match: records of the books that make the amount."
        " write: an expense or deposit by shares. exclude: leave it out, with a reason. same, own: of a"
        " look-alike. finish: an interrupted write."
    )
    suggestion: Text = ""
    records: list[Text] = Field(default_factory=list, max_length=100, description="Such as Transfer 12.")
    shares: list[ShareIn] = Field(
        default_factory=list, max_length=20, description="Together they make the amount, without its sign."
    )
    party: PartyIn | None = None
    memo: Text = ""
    reason: Text = ""
    sure: bool = Field(
        default=False, description="write: also when the books may hold the money already as a payout."
    )


class AnswerSumOut(Schema):
    """How many lines and how much money go to a ledger account (null: nothing is written) by a kind."""

    kind: str
    ledger_account: int | None
    lines: int
    amount_minor: int


class AnswerPlanOut(Schema):
    """A plan of the certain answers to a bank account's open lines."""

    answer_plan: int
    bank_account: int
    state: str = Field(description="planned, running, stopped, done, undoing or undone.")
    reason: str
    total: int
    finished: int
    by: str
    created_at: dt.datetime
    ended_at: dt.datetime | None
    sums: list[AnswerSumOut]


class PlannedAnswerOut(Schema):
    """One answer of a plan and what became of it."""

    line: int
    day: dt.date
    amount_minor: int
    kind: str
    by: str
    record: str
    rule: int | None
    other_line: int | None
    state: str = Field(description="planned, done, refused, undone or left.")
    message: str


class LeftAnswerOut(Schema):
    """An answer that stays when its plan is taken back."""

    line: int
    reason: str


class PlanUndoOut(Schema):
    """What taking a plan of answers back would do, and what would stay and why."""

    answer_plan: int
    count: int
    left: list[LeftAnswerOut]


class RuleShare(Schema):
    """A part of each line's money, in hundredths of a per cent, for one ledger account."""

    ledger_account: Size
    per_myriad: Annotated[int, Field(ge=1, le=10_000)]


class BankRuleIn(Schema):
    """What lines a rule takes, and where their money goes."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    words: Words = Field(description="All of them stand in the text; * stands for anything between.")
    without: Words = Field(default_factory=list)
    side: Literal["", "in", "out"] = ""
    least_minor: Annotated[int, Field(ge=0, le=MOST_NUMBER)] | None = None
    most_minor: Annotated[int, Field(ge=0, le=MOST_NUMBER)] | None = None
    bank_account: Size | None = None
    shares: list[RuleShare] = Field(default_factory=list, max_length=20)
    party: PartyIn | None = None
    memo: Annotated[Text, Field(max_length=300)] = ""
    excludes: bool = Field(False, description="Leave the lines out of the books; without shares.")


class BankRuleOut(BankRuleIn):
    """A rule as it is in force, in the order in which rules are tried."""

    rule: int
    version: int
    position: int
    active: bool


class RuleUseIn(Schema):
    """Whether a rule is used."""

    active: bool


class RuleTriedOut(Schema):
    """What a rule would have taken of the newest 20,000 lines."""

    count: int
    lines: list[BankLineOut]


class ReconcileWish(Schema):
    """The statement's last day and balances; what the files say where they are left out."""

    last_day: Day | None = None
    opening_minor: Minor | None = None
    closing_minor: Minor | None = None


class StatementIn(Schema):
    """The statement to close: its last day and balances."""

    last_day: Day
    opening_minor: Minor
    closing_minor: Minor


class ReconciliationOut(Schema):
    """How a statement stands; it can be closed when ``done``."""

    bank_account: int
    currency: str
    first_day: dt.date | None
    last_day: dt.date | None
    opening_minor: int
    closing_minor: int
    answered_minor: int
    open_minor: int
    answered_lines: int
    open_lines: int
    difference_minor: int
    books_minor: int
    books_difference_minor: int
    done: bool


class BankStatementOut(Schema):
    """A statement that was reconciled and closed."""

    statement: int
    bank_account: int
    first_day: dt.date
    last_day: dt.date
    opening_minor: int
    closing_minor: int
    books_minor: int
    closed_at: dt.datetime
    by: str


class ReopenedOut(Schema):
    """A statement that is open again."""

    bank_account: int
    last_day: dt.date
