"""Connections: their files, plans, profiles and tie-out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.api.operations import Number, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.api.preparations import handed_over
from closebook.api.runs import begin, plan_plain
from closebook.api.schemas import (
    ConnectionOut,
    FilesOut,
    PlanOut,
    ProfileOut,
    StartedOut,
    TieOutOut,
    TriedOut,
)
from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection, ProfileVersion
from closebook.apps.sync.selectors.connections import run_open
from closebook.apps.sync.selectors.plain import file_plain, tie_out_plain
from closebook.apps.sync.selectors.profiles import profile_version
from closebook.apps.sync.selectors.scoped import connections_in
from closebook.apps.sync.services.connecting import profile_change
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.trying import profile_tried
from closebook.apps.sync.services.tying import connection_tie_out, doubts_of, gaps_of
from closebook.apps.sync.services.uploads import uploads_pull
from closebook.apps.sync.services.wishes import PLAN, TRIAL, Wish
from closebook.core.errors import InputError
from closebook.core.periods import Month
from closebook.core.planning.profile_json import profile_from_json

router = Router(tags=["Connections"])
_FIXED = ("connection", "currency", "platform")


class ProfileIn(Schema):
    """A whole posting profile, as the profile in force is given."""

    profile: dict[str, Any]


class TieOutWish(Schema):
    """Which month to compare; all of them when it is left out."""

    month: str = Field("", pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$", description="Such as 2026-03.")


def _found(request: ApiRequest, number: int) -> Connection:
    return get_object_or_404(connections_in(request.auth.company), pk=number)


@reads(router, "/connections", Ability.SEE_SYNC, Page[ConnectionOut])
def connections(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The connections of the company."""
    return page_of(request, connections_in(request.auth.company), wish, _plain)


@reads(router, "/connections/{connection}", Ability.SEE_SYNC, ConnectionOut)
def connection(request: ApiRequest, connection: Number) -> dict[str, Any]:
    """One connection."""
    return _plain([_found(request, connection)])[0]


def _plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = (
        "name", "connector", "currency", "closed_until", "created_at", "open_errors", "open_holds",
    )  # fmt: skip
    return [{"connection": row.pk, **{name: getattr(row, name) for name in names}} for row in rows]


@writes(router, "/connections/{connection}/files", Ability.ADD_FILES, FilesOut)
def pull_files(
    request: ApiRequest, connection: Number, files: Annotated[list[UploadedFile], File(...)]
) -> dict[str, Any]:
    """Stage files, as the shop offers them. Nothing is written into the books."""
    chosen = _found(request, connection)
    pulled = uploads_pull(chosen, ((file.name or "file", file.chunks()) for file in files))
    names = [f"{each.name}: {each.state}" for each in pulled]
    audit_append(chosen.company_id, request.auth.actor, "files-pulled", chosen.name, {"files": names})
    return {"files": [file_plain(each) for each in pulled]}


@reads(router, "/connections/{connection}/plan", Ability.SEE_SYNC, PlanOut)
def saved_plan(request: ApiRequest, connection: Number) -> dict[str, Any]:
    """The saved plan that was not carried to its end, with what is held."""
    chosen = _found(request, connection)
    return plan_plain(chosen, run_open(chosen))


@writes(router, "/connections/{connection}/plan", Ability.RUN_SYNC, PlanOut, may_take_long=True)
def make_plan(request: ApiRequest, connection: Number) -> dict[str, Any] | HttpResponse:
    """Work out what the books should hold, and save what would be written as a plan to be read. Of a large
    shop a worker makes it: the answer is 202, and Location is the address to ask.
    """
    chosen = _found(request, connection)
    if later := handed_over(Wish(chosen, PLAN, request.auth.actor)):
        return later
    return plan_plain(chosen, plan_make(chosen))


@writes(
    router, "/connections/{connection}/sync", Ability.RUN_SYNC, StartedOut, status=202, may_take_long=True
)
def sync(request: ApiRequest, connection: Number) -> dict[str, Any] | HttpResponse:
    """Plan what is staged, approve the plan and hand it to the worker. Holds stay held. Of a large shop the
    plan is the worker's too: Location is the address to ask, which names the run.
    """
    chosen = _found(request, connection)
    if later := handed_over(Wish(chosen, PLAN, request.auth.actor, approve=True)):
        return later
    run = plan_make(chosen)
    plan = plan_plain(chosen, run)
    return {"plan": plan, "run": begin(run, request.auth.actor) if run else None}


@reads(router, "/connections/{connection}/profile", Ability.SEE_SYNC, ProfileOut)
def profile(request: ApiRequest, connection: Number) -> dict[str, Any]:
    """The posting profile in force."""
    return _version(profile_version(_found(request, connection)))


@writes(router, "/connections/{connection}/profile", Ability.CHANGE_CONNECTIONS, ProfileOut, method="PUT")
def change_profile(request: ApiRequest, connection: Number, body: ProfileIn) -> dict[str, Any]:
    """Store a changed profile as a new version. What was posted is planned again under it."""
    chosen = _found(request, connection)
    newest = profile_version(chosen)
    _refuse_other(newest.body, body.profile)
    return _version(profile_change(chosen, body.profile, request.auth.actor) or newest)


def _refuse_other(former: dict[str, Any], latter: dict[str, Any]) -> None:
    """Refuse a profile that was made for another connection."""
    other = [name for name in _FIXED if latter.get(name, former.get(name)) != former.get(name)]
    if other:
        raise InputError(
            "wrong-profile",
            f"The profile's {other[0]} belongs to another connection.",
            remedy=f"Leave it {former.get(other[0])!r}.",
        )


def _version(version: ProfileVersion) -> dict[str, Any]:
    return {"version": version.number, "created_at": version.created_at, "profile": version.body}


@reads(
    router,
    "/connections/{connection}/profile/try",
    Ability.SEE_SYNC,
    TriedOut,
    method="POST",
    may_take_long=True,
)
def try_profile(request: ApiRequest, connection: Number, body: ProfileIn) -> dict[str, Any] | HttpResponse:
    """What a profile would do to the trial balance. Nothing is stored or written. Of a large shop a worker
    works it out: the answer is 202, and Location is the address to ask.
    """
    chosen = _found(request, connection)
    _refuse_other(profile_version(chosen).body, body.profile)
    profile_from_json(body.profile).check()
    later = handed_over(Wish(chosen, TRIAL, request.auth.actor, profile=body.profile))
    return later or profile_tried(chosen, body.profile)


@reads(router, "/connections/{connection}/tie-out", Ability.SEE_SYNC, TieOutOut)
def tie_out(request: ApiRequest, connection: Number, wish: Query[TieOutWish]) -> dict[str, Any]:
    """Files and books side by side, per month and kind, and the proof of the clearing account."""
    chosen = _found(request, connection)
    month = Month.parse(wish.month) if wish.month else None
    tied = connection_tie_out(chosen)
    rows = [row for row in tied.rows if month in {None, row.month}]
    return tie_out_plain(chosen, tied, rows, gaps_of(chosen), doubts_of(chosen))
