"""The life of a contract after it was signed: suspended, gone on with, ending, ended; each move has a person
and, where somebody has to know why, a reason.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Contract, Task, Timer
from closebook.apps.workforce.services.moving import moved
from closebook.apps.workforce.services.timers import ALIVE, timer_move
from closebook.core.errors import HeldError
from closebook.core.workforce.states import CONTRACT, Who

MOVES = ("suspended", "active", "ending", "ended", "declined")
"""The moves after the offer; drawing up and signing have their own ways."""
FINISHED = ("accepted", "closed", "cancelled")


@transaction.atomic
def contract_move(contract: Contract, target: str, who: Who, actor: str, reason: str = "") -> Contract:
    """Return a contract one step further; a timer under it stops unless the contract goes on.

    Raises as the flow does, and HeldError for ending one with open tasks or making one active unsigned.
    """
    if target == "active" and contract.state == "offered":
        raise HeldError("not-signed", "This contract is not signed.", remedy="The assistant signs its terms.")
    if target == "ended":
        _all_finished(contract)
    found = moved(contract, CONTRACT, target, who, reason)
    if target in {"suspended", "ended"}:
        for timer in Timer.objects.filter(contract=found, state__in=ALIVE):
            timer_move(timer, "stopped", reason=target)
    facts = {"contract": found.pk, "to": target}
    audit_append(found.company_id, actor, "contract-moved", found.title, facts)
    return found


def tasks_open(contract: Contract) -> QuerySet[Task]:
    """Return the tasks of a contract that are not finished."""
    return Task.objects.filter(contract=contract).exclude(state__in=FINISHED).order_by("pk")


def _all_finished(contract: Contract) -> None:
    if tasks_open(contract).exists():
        raise HeldError(
            "tasks-open", "Tasks of this contract are open.", remedy="Accept or cancel them first."
        )
