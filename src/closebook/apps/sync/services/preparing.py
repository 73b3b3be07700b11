"""Preparations: plans, undos, looks at an undo, tie-outs and trials of a profile, made by a worker while a
page, or a program, is told how far they are.

A small one is made at once, in the process that asks for it. What was refused is kept with its remedy, so
that it is not lost when nobody looked.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections, transaction

from closebook import jobs
from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Preparation, PreparationState, Run
from closebook.apps.sync.services.certifying import tied_keep
from closebook.apps.sync.services.looking import undo_look
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.progress import Told
from closebook.apps.sync.services.trying import profile_tried
from closebook.apps.sync.services.undoing import undo_plan
from closebook.apps.sync.services.wishes import (
    LOOK,
    PLAN,
    TIE_OUT,
    TRIAL,
    UNDER_WAY,
    UNDO,
    Wish,
    is_small,
)
from closebook.apps.sync.services.work import run_approve, run_enqueue
from closebook.core.errors import ClosebookError, ConflictError, HeldError, InputError, RemoteError
from closebook.transport import clock

JOB = "preparation"
REFUSALS = (InputError, HeldError, ConflictError, RemoteError)
_SILENT = dt.timedelta(seconds=60)
_KEPT = dt.timedelta(days=2)


def preparation_begin(wish: Wish) -> Preparation:
    """Return the preparation of a wish: ended when it was small, else handed to the workers.

    The same wish twice is one preparation. Raises HeldError while another one of the company is under way:
    plans of one company are made one after another.
    """
    made, fresh = _stored(wish)
    if fresh and is_small(wish):
        return preparation_do(made)
    folder, url = _places()
    jobs.enqueue(folder, url, JOB, str(made.pk), key=str(wish.connection.company_id))
    return made


def _stored(wish: Wish) -> tuple[Preparation, bool]:
    """Return the preparation of a wish, and whether it is new."""
    company_id, now = wish.connection.company_id, clock.now()
    facts = {"kind": wish.kind, "run": wish.run, "wish": wish.facts}
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company_id)
        ours = Preparation.objects.filter(connection__company_id=company_id)
        for other in ours.filter(state__in=UNDER_WAY).select_related("connection"):
            if not preparation_lives(other):
                continue
            if other.connection_id == wish.connection.pk and _same(other, wish):
                return other, False
            raise HeldError(
                "preparation-under-way",
                f"Closebook is at work for {other.connection.name} already.",
                remedy="Wait until it is done, or stop it on its page.",
            )
        ours.exclude(state__in=UNDER_WAY).filter(created_at__lt=now - _KEPT).delete()
        made = Preparation.objects.create(
            connection=wish.connection, by=wish.by, created_at=now, told_at=now, **facts
        )
    return made, True


def _same(other: Preparation, wish: Wish) -> bool:
    run_id = wish.run.pk if wish.run else None
    return (other.kind, other.run_id, other.wish) == (wish.kind, run_id, wish.facts)


def preparation_lives(made: Preparation) -> bool:
    """Tell whether a preparation is under way; one whose job died is ended here, with the reason."""
    if made.state not in UNDER_WAY:
        return False
    if made.told_at > clock.now() - _SILENT:
        return True
    standing = jobs.job_outcome(*_places(), JOB, str(made.pk))
    if standing is not None and not standing.finished:
        Preparation.objects.filter(pk=made.pk).update(told_at=clock.now())
        return True
    lost = InputError(
        "preparation-lost", "The work ended before it was done; nothing was written.", remedy="Try again."
    )
    return not _end(made, PreparationState.REFUSED, error=_plain(lost))


def preparation_stop(made: Preparation) -> bool:
    """Stop a preparation that is under way; False when it has ended. Nothing of it is written."""
    return _end(made, PreparationState.DROPPED)


def preparation_do(made: Preparation) -> Preparation:
    """Make what was asked for, keep it or the refusal, and return the preparation."""
    if made.state not in UNDER_WAY:
        return made
    Preparation.objects.filter(pk=made.pk, state=PreparationState.WAITING).update(
        state=PreparationState.WORKING, started_at=clock.now(), told_at=clock.now()
    )
    try:
        facts = _MAKERS[made.kind](made)
    except REFUSALS as error:
        _end(made, PreparationState.REFUSED, error=_plain(error))
    else:
        if _end(made, PreparationState.DONE, **facts):
            _approve(made)
    made.refresh_from_db()
    return made


def _approve(made: Preparation) -> None:
    """Hand over what was planned where that was wished for."""
    if made.made is not None and made.wish["approve"]:
        run_approve(made.made, made.by)
        run_enqueue(made.made)


def _end(preparation: Preparation, state: str, **facts: Any) -> bool:
    """Keep how a preparation ended; False when it had ended before."""
    mine = Preparation.objects.filter(pk=preparation.pk, state__in=UNDER_WAY)
    ended = bool(mine.update(state=state, ended_at=clock.now(), **facts))
    if ended:
        preparation.refresh_from_db()
    return ended


def _plain(error: ClosebookError) -> dict[str, str]:
    """Return a refusal as it is kept."""
    changes = " ".join(error.changes) if isinstance(error, ConflictError) else ""
    where = str(error.place)
    message = f"{where}: {error.message}" if where else error.message
    return {"code": error.code, "message": f"{message} {changes}".strip(), "remedy": error.remedy}


def _plan(made: Preparation) -> dict[str, Any]:
    only = frozenset(made.wish["only"]) or None
    return {"made": plan_make(made.connection, only=only, tell=Told(made.pk))}


def _undo(made: Preparation) -> dict[str, Any]:
    return {"made": undo_plan(_undone(made), made.wish["only"], tell=Told(made.pk))[0]}


def _look(made: Preparation) -> dict[str, Any]:
    return {"answer": undo_look(_undone(made), made.wish["only"], tell=Told(made.pk))}


def _undone(made: Preparation) -> Run:
    return Run.objects.select_related("connection__company").get(preparations=made)


def _tie_out(made: Preparation) -> dict[str, Any]:
    return {"answer": tied_keep(made.connection, made.wish["books_state"], Told(made.pk))}


def _trial(made: Preparation) -> dict[str, Any]:
    return {"answer": profile_tried(made.connection, made.wish["profile"], tell=Told(made.pk))}


_MAKERS: dict[str, Callable[[Preparation], dict[str, Any]]] = {
    PLAN: _plan,
    UNDO: _undo,
    LOOK: _look,
    TIE_OUT: _tie_out,
    TRIAL: _trial,
}


def advance(job_id: str) -> jobs.Standing:
    """Make a preparation whole. Making it twice does not matter: a plan that nobody approved gives way."""
    close_old_connections()
    rows = Preparation.objects.select_related("connection__company", "run")
    made = rows.filter(pk=int(job_id)).first()
    word = preparation_do(made).state if made else PreparationState.DROPPED
    return jobs.Standing(finished=True, word=word)


jobs.define_kind(JOB, advance, (OSError, OperationalError))


def _places() -> tuple[Path, str]:
    return Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")
