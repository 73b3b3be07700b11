"""Work that takes longer than a request may: handed to a worker, and asked for until it has ended."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from closebook.api.schemas import PreparationOut
from closebook.apps.sync.models import Preparation, PreparationState
from closebook.apps.sync.services.wishes import LOOK, TRIAL, UNDER_WAY, Wish, is_small

_JSON = "application/json; charset=utf-8"


def handed_over(wish: Wish) -> HttpResponse | None:
    """Return the answer 202 for a wish too large for a request, now that it is handed over; None for a small
    one, which is done at once. Raises HeldError while other work of the company is under way.
    """
    # The work engine takes as long to load as all the rest of the site, and most calls need none of it.
    from closebook.apps.sync.services.preparing import preparation_begin

    if is_small(wish):
        return None
    plain = preparation_plain(preparation_begin(wish))
    body = PreparationOut.model_validate(plain).model_dump(mode="json")
    text = json.dumps(body, ensure_ascii=False).encode()
    return located(HttpResponse(text, status=202, content_type=_JSON))


def located(answer: HttpResponse) -> HttpResponse:
    """Return an answer with the address of the work that it says was handed over."""
    body = json.loads(answer.content) if answer.status_code == 202 else {}
    if "preparation" in body:
        answer["Location"] = f"/api/v1/preparations/{body['preparation']}"
    return answer


def preparation_plain(made: Preparation) -> dict[str, Any]:
    """Return how far work is, and what came of it."""
    answer = made.answer if made.state == PreparationState.DONE else None
    names = ("kind", "state", "step", "done", "total", "created_at", "ended_at")
    return {
        "preparation": made.pk,
        "connection": made.connection.name,
        **{name: getattr(made, name) for name in names},
        "ended": made.state not in UNDER_WAY,
        "run": made.made_id,
        "tried": answer if made.kind == TRIAL else None,
        "looked": looked_plain(made) if answer and made.kind == LOOK else None,
        **{name: made.error.get(name, "") for name in ("code", "message", "remedy")},
    }


def looked_plain(made: Preparation) -> dict[str, Any]:
    """Return what a look at an undo found, as the preview of a small one."""
    names = ("plan", "left", "left_count")
    return {"undoes": made.run_id, "run": None, **{name: made.answer[name] for name in names}}
