"""The error log and what is held: read, retried and decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.api.operations import MOST_NUMBER, Number, Text, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.api.preparations import handed_over
from closebook.api.runs import begin, plan_plain
from closebook.api.schemas import ErrorOut, StartedOut
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import SyncError
from closebook.apps.sync.selectors.plain import error_plain
from closebook.apps.sync.selectors.scoped import errors_in
from closebook.apps.sync.services.deciding import decision_keep, retried_groups, retry_plan
from closebook.apps.sync.services.wishes import PLAN, Wish
from closebook.core.commands import without_commands
from closebook.core.errors import InputError

router = Router(tags=["Errors"])


class ErrorsWish(PageWish):
    """Which lines to list."""

    connection: Annotated[int, Field(ge=1, le=MOST_NUMBER)] | None = None
    code: Text = ""
    state: Literal["open", "resolved", "all"] = "open"


class RetryIn(Schema):
    """Whether to begin at once."""

    approve: bool = Field(False, description="Begin at once, without reading the plan first.")


class DecideIn(RetryIn):
    """A person's word on a hold, which is remembered."""

    word: Literal[
        "ignore",
        "recreate",
        "keep",
        "overwrite",
        "post-anyway",
        "statement-only",
        "same-payment",
        "another-payment",
    ]


def _found(request: ApiRequest, number: int) -> SyncError:
    return get_object_or_404(errors_in(request.auth.company), pk=number)


def _page(request: ApiRequest, wish: ErrorsWish, *, held: bool) -> dict[str, Any]:
    rows = errors_in(request.auth.company).filter(held=held)
    if wish.connection:
        rows = rows.filter(connection_id=wish.connection)
    if wish.code:
        rows = rows.filter(code=wish.code)
    if wish.state != "all":
        rows = rows.filter(resolved_at__isnull=wish.state == "open")
    return page_of(request, rows, wish, _plain)


def _plain(rows: Sequence[SyncError]) -> list[dict[str, Any]]:
    return [
        {
            **error_plain(row),
            "fixes": [without_commands(fix) for fix in row.fixes],
            "held": row.held,
            "resolved_at": row.resolved_at,
        }
        for row in rows
    ]


@reads(router, "/errors", Ability.SEE_SYNC, Page[ErrorOut])
def errors(request: ApiRequest, wish: Query[ErrorsWish]) -> dict[str, Any]:
    """The lines of the error log, oldest first."""
    return _page(request, wish, held=False)


@reads(router, "/holds", Ability.SEE_SYNC, Page[ErrorOut])
def holds(request: ApiRequest, wish: Query[ErrorsWish]) -> dict[str, Any]:
    """What is held back, oldest first."""
    return _page(request, wish, held=True)


@reads(router, "/errors/{error}", Ability.SEE_SYNC, ErrorOut)
def error(request: ApiRequest, error: Number) -> dict[str, Any]:
    """One line of the error log, or one hold."""
    return _plain([_found(request, error)])[0]


@writes(router, "/errors/{error}/retry", Ability.RUN_SYNC, StartedOut, status=202, may_take_long=True)
def retry_error(request: ApiRequest, error: Number, body: RetryIn) -> dict[str, Any] | HttpResponse:
    """Plan again what one error concerns, that row alone. Of a large shop a worker plans it: Location is the
    address to ask, which names the run.
    """
    return _again(request, _found(request, error), "", approve=body.approve)


@writes(router, "/errors/{error}/decide", Ability.RUN_SYNC, StartedOut, status=202, may_take_long=True)
def decide_error(request: ApiRequest, error: Number, body: DecideIn) -> dict[str, Any] | HttpResponse:
    """Keep a word on a hold, and plan again what it concerns. Of a large shop a worker plans it: Location is
    the address to ask, which names the run.
    """
    return _again(request, _found(request, error), body.word, approve=body.approve)


def _again(request: ApiRequest, row: SyncError, word: str, *, approve: bool) -> dict[str, Any] | HttpResponse:
    if not row.key:
        raise InputError(
            "error-in-file",
            "This error is in a file, not in the books.",
            remedy=f"Correct {row.file or 'the file'} and pull it again; the error closes by itself.",
        )
    decision_keep(row, word, request.auth.actor)
    only = retried_groups(row)
    if later := handed_over(Wish(row.connection, PLAN, request.auth.actor, only=only, approve=approve)):
        return later
    run = retry_plan(row)
    plan = plan_plain(row.connection, run)
    return {"plan": plan, "run": begin(run, request.auth.actor) if run and approve else None}
