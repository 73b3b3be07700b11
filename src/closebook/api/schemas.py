"""The shapes of answers about people, connections, runs and errors. Amounts are whole minor units."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Schema
from pydantic import Field


class TokenOut(Schema):
    """The token that was sent."""

    name: str
    expires_at: dt.datetime
    abilities: list[str] = Field(
        description="What it may do just now: some of what the person's role allows."
    )


class CompanyOut(Schema):
    """The company that a token works in."""

    company: int
    name: str
    realm_id: str
    home_currency: str
    zone: str = Field(description="Zone of the company's clocks, such as Europe/Amsterdam; may be empty.")
    is_sample: bool
    books_here: bool = Field(description="Whether the books are kept by this Closebook.")
    fiscal_year_start_month: int | None
    closed_until: dt.date | None


class MeOut(Schema):
    """Who calls."""

    person: str
    role: str
    company: CompanyOut
    token: TokenOut


class ConnectionOut(Schema):
    """A shop whose business is posted into the company's books."""

    connection: int
    name: str
    connector: str
    currency: str
    closed_until: dt.date | None
    created_at: dt.datetime
    open_errors: int
    open_holds: int


class ProofOut(Schema):
    """One proof of a run."""

    holds: bool
    text: str


class RunOut(Schema):
    """A plan and its application."""

    run: int
    connection: str
    kind: str
    undoes: int | None
    state: str
    reason: str
    finished: int
    total: int
    created_at: dt.datetime
    ended_at: dt.datetime | None
    proofs: list[ProofOut]


class ProgressOut(Schema):
    """How far a run has got."""

    run: int
    state: str
    finished: int
    total: int
    reason: str
    ended: bool


class ChangeOut(Schema):
    """One field that an action changes."""

    field: str
    before: str
    after: str


class ActionOut(Schema):
    """One action of a run."""

    action: int
    position: int
    kind: str
    key: str
    what: str
    amount_minor: int
    currency: str
    reason: str
    state: str
    code: str
    message: str
    changes: list[ChangeOut]


class GroupOut(Schema):
    """Actions of one kind on one kind of thing, with their money."""

    action: str
    what: str
    count: int
    amount_minor: int


class EffectOut(Schema):
    """What a plan does to a ledger account; a debit is positive."""

    ledger_account: str
    key: str
    amount_minor: int


class HeldOut(Schema):
    """Something that a plan holds back."""

    key: str
    code: str
    reason: str


class PlanOut(Schema):
    """A saved plan; ``run`` is null when there is nothing to write."""

    connection: str
    currency: str
    run: int | None
    total: int
    groups: list[GroupOut]
    effect: list[EffectOut]
    warnings: list[str]
    holds: list[HeldOut]


class StartedOut(Schema):
    """A plan, and the run that was begun with it, null when nothing was."""

    plan: PlanOut
    run: RunOut | None


class UndoOut(Schema):
    """The plan of an undo, what of the run is left and why, and the run when it was begun."""

    undoes: int
    plan: PlanOut
    left: list[HeldOut]
    left_count: int = Field(description="How much is left; of a large run the first hundred are listed.")
    run: RunOut | None


class FileOut(Schema):
    """What became of a file."""

    file: str
    state: str = Field(description="staged, known (the same content came before) or refused.")
    stream: str
    months: list[str]
    understood: dict[str, Any]
    rows: int
    new: int
    changed: int
    same: int
    bad: int
    code: str
    message: str


class FilesOut(Schema):
    """What became of the files, in the order sent."""

    files: list[FileOut]


class ErrorOut(Schema):
    """A line of the error log, or a hold."""

    error: int
    connection: str
    code: str
    cause: str
    who_acts: str
    key: str
    file: str
    row: int | None
    field: str
    fixes: list[str]
    held: bool
    created_at: dt.datetime
    resolved_at: dt.datetime | None


class ProfileOut(Schema):
    """The posting profile in force."""

    version: int
    created_at: dt.datetime
    profile: dict[str, Any]


class TrialOut(Schema):
    """A ledger account's sum under the profile in force and under the one tried; a debit is positive."""

    ledger_account: str
    now_minor: int
    then_minor: int


class OverlapOut(Schema):
    """A document in the books that seems to be booked by both."""

    document: str
    day: dt.date
    amount_minor: int
    reason: str


class CutOffOut(Schema):
    """What a cut-off day leaves to the former books."""

    since: dt.date
    rows_before: int
    rows_after: int
    held_minor: int
    overlaps: list[OverlapOut]


class TriedOut(Schema):
    """What a profile would do to the trial balance."""

    currency: str
    lines: list[TrialOut]
    cut_off: CutOffOut | None


class PreparationOut(Schema):
    """Work that was handed to a worker: a plan, an undo, a look at one, or a trial of a profile."""

    preparation: int
    connection: str
    kind: str = Field(
        description="plan, undo, look (what an undo would do) or trial; pages also begin tie-out."
    )
    state: str = Field(description="waiting, working, done, refused or dropped.")
    step: str = Field(description="What is gone through just now.")
    done: int = Field(description="How much of the step is done.")
    total: int = Field(description="How much there is, 0 where nobody knows.")
    ended: bool
    run: int | None = Field(description="The run that came of it; null until then, or with nothing to write.")
    tried: TriedOut | None = Field(description="What a profile would do, of a trial that is done.")
    looked: UndoOut | None = Field(description="What an undo would do, of a look that is done.")
    code: str = Field(description="Why it was refused, as in the error log.")
    message: str
    remedy: str
    created_at: dt.datetime
    ended_at: dt.datetime | None


class TieRowOut(Schema):
    """A month and kind on both sides."""

    month: str
    kind: str
    source_minor: int
    books_minor: int
    difference_minor: int


class ClearingOut(Schema):
    """What the platform holds for the shop, and what the clearing account says."""

    source_minor: int
    books_minor: int
    difference_minor: int
    waiting_minor: int


class TieOutOut(Schema):
    """Files and books side by side."""

    connection: str
    currency: str
    ties: bool
    rows: list[TieRowOut]
    clearing: ClearingOut
    gaps: list[str]
    doubts: list[str]


class AuditOut(Schema):
    """A line of the audit log."""

    number: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    digest: str
