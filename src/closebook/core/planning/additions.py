"""Customers, vendors and items of another program that are to be made in the books, parents first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from closebook.core.planning.actions import Action, ActionKind, Link, Plan
from closebook.core.planning.documents import ListKind, ListObject
from closebook.core.planning.naming import clean_name, digest
from closebook.core.planning.requests import request_id

_KEY_LENGTH = 150


def addition_key(kind: str, source_id: str) -> str:
    """Return the key of another program's record; its id counts letter by letter.

    >>> addition_key("customer", "aB7")
    'customer:@aB7'
    """
    key = f"{kind}:@{source_id}"
    return key if len(key) <= _KEY_LENGTH else f"{key[: _KEY_LENGTH - 17]}~{digest(key, 16)}"


def plan_additions(
    wanted: Sequence[ListObject],
    adopted: Iterable[Link],
    links: Mapping[str, Link],
    taken: Collection[str],
    *,
    connection: str,
    run: str,
) -> Plan:
    """Return the plan that makes list objects; what was made before is left out.

    ``adopted`` are links to records of the books under which the new ones hang (a matched parent, an income
    ledger account); ``links`` all links of the connection; ``taken`` the names in use, folded to lower case.
    Held instead of made, with their code: ``name-taken`` and ``parent-missing``. ``run`` names the plan, so
    that its request ids are its own.
    """
    adding = _Adding(links, set(taken))
    for link in adopted:
        adding.adopt(link)
    for one in _parents_first(wanted):
        adding.add(one)
    for action in adding.actions:
        content = action.target.fingerprint() if action.target is not None else ""
        action.request_id = request_id(connection, run, action.kind.value, action.key, content)
    return Plan([*adding.actions, *adding.holds], {})


def _parents_first(wanted: Sequence[ListObject]) -> list[ListObject]:
    """Return the objects so that a parent stands before what hangs under it; a ring stays as it came."""
    by_key = {one.key: one for one in wanted}
    order: dict[str, ListObject] = {}
    for one in wanted:
        path: list[ListObject] = []
        at: ListObject | None = one
        while at is not None and at.key not in order and at not in path:
            path.append(at)
            at = by_key.get(at.parent)
        order.update((each.key, each) for each in reversed(path))
    return list(order.values())


class _Adding:
    """Decides for each object; what stands in the way is held."""

    def __init__(self, links: Mapping[str, Link], taken: set[str]) -> None:
        self._there = {key for key, link in links.items() if not link.tombstone}
        self._planned: set[str] = set()
        self._taken = taken
        self._names = {
            key: link.target.name for key, link in links.items() if isinstance(link.target, ListObject)
        }
        self.actions: list[Action] = []
        self.holds: list[Action] = []

    def adopt(self, link: Link) -> None:
        if link.key not in self._there and link.key not in self._planned:
            self._planned.add(link.key)
            name = link.target.name if isinstance(link.target, ListObject) else ""
            self._names[link.key] = name
            reason = f"The books already have {name}."
            self.actions.append(Action(link.key, ActionKind.MATCH, link.target, link, reason))

    def add(self, one: ListObject) -> None:
        if one.key in self._there:
            return
        needs = [key for key in (one.parent, one.ledger_account) if key]
        if any(key not in self._there and key not in self._planned for key in needs):
            self._hold(one, "parent-missing", f"{one.name} hangs under a record that is not in the books.")
            return
        free = self._free(one)
        if free is None:
            self._hold(one, "name-taken", f"The books have {one.name} already.")
            return
        self._taken.add(free.name.casefold())
        self._planned.add(one.key)
        waits = tuple(key for key in needs if key in self._planned)
        reason = "The books have none of this name."
        self._names[one.key] = free.name
        self.actions.append(Action(one.key, ActionKind.CREATE, free, None, reason, waits))

    def _free(self, one: ListObject) -> ListObject | None:
        """Return the object under a name that is free; a job whose name is taken is named with its parent."""
        if one.name.casefold() not in self._taken:
            return one
        above = self._names.get(one.parent, "")
        name = clean_name(f"{one.name} ({above})")
        usable = one.kind is ListKind.CUSTOMER and above and name.casefold() not in self._taken
        return replace(one, name=name) if usable else None

    def _hold(self, one: ListObject, code: str, reason: str) -> None:
        self.holds.append(Action(one.key, ActionKind.HOLD, one, None, reason, code=code))
