"""Work that was handed to a worker: asked for until it has ended, and stopped."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router

from closebook.api.access import ApiRequest
from closebook.api.operations import Number, reads, writes
from closebook.api.preparations import preparation_plain
from closebook.api.schemas import PreparationOut
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Preparation
from closebook.apps.sync.selectors.scoped import preparations_in

router = Router(tags=["Preparations"])


def _found(request: ApiRequest, number: int) -> Preparation:
    return get_object_or_404(preparations_in(request.auth.company), pk=number)


@reads(router, "/preparations/{preparation}", Ability.SEE_SYNC, PreparationOut)
def preparation(request: ApiRequest, preparation: Number) -> dict[str, Any]:
    """How far work is that was answered with 202, and what came of it. What an undo would do is told to those
    who may run a sync.
    """
    # The work engine takes as long to load as all the rest of the site, and most calls need none of it.
    from closebook.apps.sync.services.preparing import preparation_lives

    chosen = _found(request, preparation)
    preparation_lives(chosen)  # ends one whose job died
    plain = preparation_plain(chosen)
    return plain if Ability.RUN_SYNC in request.auth.abilities else {**plain, "looked": None}


@writes(router, "/preparations/{preparation}/stop", Ability.RUN_SYNC, PreparationOut)
def stop_preparation(request: ApiRequest, preparation: Number) -> dict[str, Any]:
    """Stop work that is under way; nothing of it is written. What has ended stays as it is."""
    from closebook.apps.sync.services.preparing import preparation_stop

    chosen = _found(request, preparation)
    preparation_stop(chosen)
    return preparation_plain(chosen)
