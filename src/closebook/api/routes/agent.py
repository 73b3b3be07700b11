"""The program on an assistant's machine: what it is told, its timer, evidence and the person's answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Header, Router, Schema
from ninja.errors import AuthorizationError
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.api.operations import Text, reads, writes
from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Device
from closebook.apps.workforce.selectors.agent import device_of, told_to
from closebook.apps.workforce.services.claims import claim_keep
from closebook.apps.workforce.services.days import days_reckon
from closebook.apps.workforce.services.intake import Told, evidence_take
from closebook.apps.workforce.services.machine_timers import machine_move
from closebook.apps.workforce.services.machines import machine_heard
from closebook.core.workforce.evidence import Span, SpanKind
from closebook.core.workforce.runs import moment_of
from closebook.transport import clock

router = Router(tags=["Agent"])
_MAY = Ability.DO_TASKS
_MOST_MS = 7_000_000_000_000
_LONGEST_MS = 7 * 86_400_000
Moment = Annotated[int, Field(ge=0, le=_MOST_MS, description="Milliseconds since 1970, UTC.")]
Name = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=200)]
Clock = Annotated[
    int | None,
    Header(alias="Closebook-Clock", ge=0, le=_MOST_MS, description="The machine's clock, in ms since 1970."),
]


class TermsOut(Schema):
    """What the contract allows; lengths in ms."""

    level: Literal["none", "timer", "presence", "sites"]
    threshold: int = 180_000
    idle_from: Literal["last_input", "threshold"] = "last_input"
    warning: int = 60_000
    call_hosts: list[str] = Field(default_factory=list)


class RuleOut(Schema):
    """A site or app that may be named, and what it is; every other one is told as other. ``tolerance`` in ms.

    ``subject`` is the contract, kind or task of whose work it speaks, "" for all; ``ask``: a visit beyond the
    tolerance is asked about while it lasts.
    """

    id: str
    match: Literal["domain", "app"]
    pattern: str
    verdict: Literal["work", "neutral", "poor"]
    ask: bool
    tolerance: int
    scope: Literal["house", "contract", "kind", "task"]
    subject: str


class TaskOut(Schema):
    """A task that time can be taken on."""

    task: str
    name: str
    kind: str
    contract: str


class TimerOut(TaskOut):
    """The person's timer that is not stopped."""

    state: Literal["running", "paused"]
    source: str


class AgentOut(Schema):
    """What a machine is told."""

    terms: TermsOut
    rules: list[RuleOut]
    tasks: list[TaskOut]
    timer: TimerOut | None
    notice: str


class MoveIn(Schema):
    """What a timer did; pausing and stopping need no task."""

    at: Moment
    task: Text = ""
    device: Text = ""
    reason: Name = ""


class MoveOut(Schema):
    """Whether this was news."""

    news: bool


class SpanIn(Schema):
    """A stretch of evidence; its key is always the same for the same fact."""

    key: Annotated[str, Field(pattern=r"^[!-~]+$", min_length=1, max_length=64)]
    kind: SpanKind
    start: Moment
    end: Moment
    value: Name


class EvidenceIn(Schema):
    """A block of evidence."""

    device: Text = ""
    sent_at: Moment = 0
    spans: list[SpanIn] = Field(..., max_length=500)


class EvidenceOut(Schema):
    """How many stretches were kept, and how many lie outside a timer or are more than was agreed."""

    kept: int
    left_out: int


class ClaimIn(Schema):
    """What the person says a stretch was."""

    start: Moment
    end: Moment
    about: Literal["idle", "poor", "unknown"]
    says: Literal["work", "break"]
    note: Name = ""


def _device(request: ApiRequest) -> Device:
    """Return the machine that calls; a token that is of no machine may not."""
    found = device_of(request.auth.token)
    if found is None:
        raise AuthorizationError(message="This token is not of a machine: add the machine on the site.")
    return found


@reads(router, "/agent", _MAY, AgentOut)
def agent(request: ApiRequest, told: Clock = None) -> dict[str, Any]:
    """What the person's machine needs to know; its clock is looked at before it says anything."""
    device = _device(request)
    if told is not None:
        machine_heard(device, told, clock.now())
    return told_to(device, clock.now())


@writes(router, "/timer/start", _MAY, MoveOut)
def start_timer(request: ApiRequest, body: MoveIn, told: Clock = None) -> dict[str, Any]:
    """A timer was started, or went on."""
    return _moved(request, "start", body, told)


@writes(router, "/timer/pause", _MAY, MoveOut)
def pause_timer(request: ApiRequest, body: MoveIn, told: Clock = None) -> dict[str, Any]:
    """A timer was paused, perhaps as of an earlier moment."""
    return _moved(request, "pause", body, told)


@writes(router, "/timer/stop", _MAY, MoveOut)
def stop_timer(request: ApiRequest, body: MoveIn, told: Clock = None) -> dict[str, Any]:
    """A timer was stopped."""
    return _moved(request, "stop", body, told)


def _moved(request: ApiRequest, move: str, body: MoveIn, told: int | None) -> dict[str, Any]:
    device = _device(request)
    shift = machine_heard(device, told, clock.now())
    news = machine_move(device, move, moment_of(body.at), body.task, body.reason, shift)
    if news and move != "start":
        days_reckon(device.company, device.person, body.at - shift, body.at - shift)
    return {"news": news}


@writes(router, "/evidence", _MAY, EvidenceOut)
def add_evidence(request: ApiRequest, body: EvidenceIn, told: Clock = None) -> dict[str, Any]:
    """Keep evidence of presence; what was kept before changes nothing."""
    device = _device(request)
    shift = machine_heard(device, told, clock.now())
    wanted = [each for each in body.spans if each.start < each.end <= each.start + _LONGEST_MS]
    spans = [Told(e.key, Span(device.name, e.kind, e.start, e.end, e.value)) for e in wanted]
    took = evidence_take(device, spans, shift)
    if took.kept:
        first, last = min(e.start for e in wanted), max(e.end for e in wanted)
        days_reckon(device.company, device.person, first - shift, last - shift)
    return {"kept": took.kept, "left_out": len(body.spans) - took.kept}


@writes(router, "/prompts", _MAY, MoveOut)
def answer_prompt(request: ApiRequest, body: ClaimIn, told: Clock = None) -> dict[str, Any]:
    """Keep what the person says that a stretch was: within a timer an answer, outside of it time by hand."""
    device = _device(request)
    shift = machine_heard(device, told, clock.now())
    start, end = body.start - shift, body.end - shift
    news = claim_keep(device, (start, end), body.about, body.says, body.note)
    if news:
        days_reckon(device.company, device.person, start, end)
    return {"news": news}
