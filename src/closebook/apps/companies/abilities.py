"""What each role may do in a company; pages, API and commands ask here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from closebook.apps.companies.models import Role


class Ability(StrEnum):
    """One thing that a person may be allowed to do in a company."""

    SEE_COMPANY = "see-company"
    SEE_BOOKS = "see-books"
    EDIT_BOOKS = "edit-books"
    SEE_SYNC = "see-sync"
    ADD_FILES = "add-files"
    RUN_SYNC = "run-sync"
    CHANGE_CONNECTIONS = "change-connections"
    SEE_AUDIT = "see-audit"
    MANAGE_PEOPLE = "manage-people"
    MANAGE_COMPANY = "manage-company"
    SEE_SELLING = "see-selling"
    SELL = "sell"
    MANAGE_SELLING = "manage-selling"
    COACH = "coach"
    DO_TASKS = "do-tasks"
    MANAGE_WORK = "manage-work"
    APPROVE_PAY = "approve-pay"


_READS = frozenset({Ability.SEE_COMPANY, Ability.SEE_BOOKS, Ability.SEE_SYNC})
_BOOKKEEPING = _READS | {
    Ability.EDIT_BOOKS,
    Ability.ADD_FILES,
    Ability.RUN_SYNC,
    Ability.CHANGE_CONNECTIONS,
    Ability.SEE_AUDIT,
    Ability.SEE_SELLING,
    Ability.APPROVE_PAY,
}
_SELLING = frozenset({Ability.SEE_COMPANY, Ability.SEE_SELLING, Ability.SELL})

ABILITIES: Mapping[Role, frozenset[Ability]] = {
    Role.OWNER: frozenset(Ability),
    Role.BOOKKEEPER: _BOOKKEEPING,
    Role.SALES_MANAGER: _READS | _SELLING | {Ability.MANAGE_SELLING, Ability.COACH},
    Role.SALESPERSON: _SELLING,
    Role.ASSISTANT: frozenset({Ability.SEE_COMPANY, Ability.DO_TASKS}),
    Role.CONTRIBUTOR: frozenset({Ability.SEE_COMPANY, Ability.SEE_SYNC, Ability.ADD_FILES}),
    Role.READER: _READS | {Ability.SEE_SELLING},
}
"""The abilities of each role. A contributor may only add files and see what became of them."""


def abilities_of(role: str) -> frozenset[Ability]:
    """Return what a role may do; ValueError for a word that is no role."""
    return ABILITIES[Role(role)]
