"""Change data capture: everything of some entities that changed since a moment, deletions included.

Source: QuickBooks Online Accounting API, change data capture: at most 30 days back, at most 1000 objects in
one answer and no paging, so a full answer may be cut.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from closebook.connectors.quickbooks.wire import entry, objects, time_of

MAX_OBJECTS = 1000
MAX_DAYS = 30


@dataclass(slots=True)
class CdcAnswer:
    """Live objects and ids of deleted ones by entity; ``time`` is the service's clock ("" when it did not
    say).

    When ``truncated``, more may have changed since ``latest``, the last change that this answer tells of.
    """

    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    deleted: dict[str, list[str]] = field(default_factory=dict)
    time: str = ""
    truncated: bool = False
    latest: dt.datetime | None = None

    @property
    def empty(self) -> bool:
        """Tell whether nothing changed."""
        return not any(self.changed.values()) and not any(self.deleted.values())

    def add(self, later: CdcAnswer) -> None:
        """Take in the answer to a later call: its version of an object replaces the earlier one."""
        for entity, bodies in later.changed.items():
            by_id = {str(body.get("Id")): body for body in [*self.changed.get(entity, []), *bodies]}
            self.changed[entity] = list(by_id.values())
        for entity, ids in later.deleted.items():
            self.deleted[entity] = list(dict.fromkeys([*self.deleted.get(entity, []), *ids]))
            gone = set(ids)
            live = [body for body in self.changed.get(entity, []) if str(body.get("Id")) not in gone]
            self.changed[entity] = live
        self.time, self.truncated, self.latest = self.time or later.time, later.truncated, later.latest


def cdc_answer(entities: Sequence[str], body: dict[str, Any]) -> CdcAnswer:
    """Return what an answer's body tells, sorted into live and deleted objects of the entities asked for."""
    answer = CdcAnswer(time=str(body.get("time", "")))
    sizes = []
    for response in objects(body.get("CDCResponse")):
        for part in objects(response.get("QueryResponse")):
            for entity in entities:
                found = objects(part.get(entity))
                sizes.append(len(found))
                _take(answer, entity, found)
    answer.truncated = sum(sizes) >= MAX_OBJECTS
    return answer


def _take(answer: CdcAnswer, entity: str, found: list[dict[str, Any]]) -> None:
    for member in found:
        if member.get("status") == "Deleted":
            answer.deleted.setdefault(entity, []).append(str(member.get("Id", "")))
        else:
            answer.changed.setdefault(entity, []).append(member)
        moment = time_of(str(entry(member, "MetaData").get("LastUpdatedTime", "")))
        if moment is not None and (answer.latest is None or moment > answer.latest):
            answer.latest = moment
