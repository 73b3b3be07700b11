"""Job kinds: what can be done in the background, and how a job says that it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from closebook.core.errors import InvariantError


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands after a step: finished or not, how long to wait before the next step, and a word for
    people.
    """

    finished: bool
    wait_seconds: int = 0
    word: str = ""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A name, the function that moves the job with a given id one step further, and which of its errors may
    pass.
    """

    name: str
    advance: Callable[[str], Standing]
    may_pass: tuple[type[Exception], ...] = (OSError,)


_KINDS: dict[str, JobKind] = {}


def define_kind(
    name: str, advance: Callable[[str], Standing], may_pass: tuple[type[Exception], ...] = (OSError,)
) -> JobKind:
    """Return a job kind under a name; the same name with another function is an InvariantError.

    A step that raises one of ``may_pass`` (a full disk, a locked database) is tried again; any other error
    ends the job.
    """
    known = _KINDS.get(name)
    if known and known.advance is not advance:
        raise InvariantError("job-kind-twice", f"The job kind {name!r} is defined twice.")
    _KINDS[name] = JobKind(name, advance, may_pass)
    return _KINDS[name]


def kind_named(name: str) -> JobKind:
    """Return a defined job kind; InvariantError when nobody defined it."""
    if name not in _KINDS:
        raise InvariantError("job-kind-unknown", f"No job kind is named {name!r}.")
    return _KINDS[name]
