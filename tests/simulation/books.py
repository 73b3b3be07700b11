"""The far side: books with the manners of the real service.

It remembers request ids (for a day), refuses old sync tokens, duplicate names and numbers, closed periods
and inactive references, answers batches item by item, tells changes with limits, and people work in it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from closebook.core.planning.actions import Action, ActionKind
from closebook.core.planning.documents import Document, DocumentKind, ListKind, ListObject
from closebook.core.planning.hands import ItemResult

if TYPE_CHECKING:
    from tests.simulation.invariants import Watch

DAY_SECONDS = 86_400
LOOK_BACK_SECONDS = 30 * DAY_SECONDS

Target = Document | ListObject


class Prints:
    """Fingerprints and postings of targets, computed once per object."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Target, str, list[tuple[str, int]]]] = {}

    def of(self, target: Target) -> str:
        """Return the fingerprint."""
        return (self._known.get(id(target)) or self._entry(target))[1]

    def postings(self, target: Target) -> list[tuple[str, int]]:
        """Return (ledger account, minor units); nothing for list objects."""
        return (self._known.get(id(target)) or self._entry(target))[2]

    def entry(self, target: Target) -> tuple[Target, str, list[tuple[str, int]]]:
        """Return the target with its fingerprint and its postings."""
        return self._known.get(id(target)) or self._entry(target)

    def _entry(self, target: Target) -> tuple[Target, str, list[tuple[str, int]]]:
        postings = target.postings() if isinstance(target, Document) else []
        entry = self._known[id(target)] = (target, target.fingerprint(), postings)
        return entry


class Item(NamedTuple):
    """One item of a batch as it travels: built from an action alone."""

    key: str
    kind: ActionKind
    target: Target | None
    remote_id: str
    sync_token: str


def item_of(action: Action) -> Item:
    """Return the wire form of an action."""
    link = action.link
    if link is None:
        return Item(action.key, action.kind, action.target, "", "")
    return Item(action.key, action.kind, action.target, link.remote_id, link.sync_token)


class Thing:
    """One object in the books."""

    __slots__ = (
        "active", "author", "changed_at", "content", "marker", "merged_into", "people", "postings",
        "remote_id", "restored", "token", "value",
    )  # fmt: skip

    def __init__(self, remote_id: str, value: Target, prints: Prints) -> None:
        self.remote_id = remote_id
        self.marker = value.key
        self.token = 0
        self.active = True
        self.author = "us"
        self.people: dict[str, object] = {}  # fields that people changed after us, with their values
        self.changed_at = 0
        self.merged_into = ""
        self.restored = False  # a person made it active again
        self.hold(value, prints)

    def hold(self, value: Target, prints: Prints) -> None:
        """Take over a new content."""
        self.value, self.content, self.postings = prints.entry(value)

    @property
    def number(self) -> str:
        """Return a document's number, "" for a list object."""
        return self.value.number if isinstance(self.value, Document) else ""

    @property
    def name(self) -> str:
        """Return a list object's name, "" for a document."""
        return "" if isinstance(self.value, Document) else self.value.name

    @property
    def day(self) -> dt.date | None:
        """Return a document's day."""
        return self.value.day if isinstance(self.value, Document) else None


class TooOldError(Exception):
    """Changes are asked for from longer ago than the books remember."""


class Books:
    """A company's books on the far side."""

    def __init__(self, prints: Prints, watch: Watch) -> None:
        self.prints = prints
        self.watch = watch
        self.now = 0
        self.things: dict[str, Thing] = {}
        self.names: dict[str, str] = {}  # active list objects by name
        self.numbers: dict[str, str] = {}  # live documents by number
        self.live: dict[str, list[str]] = {}  # ids of our live objects by marker
        self.balance: dict[str, int] = {}
        self.close_day: dt.date | None = None
        self.replies: dict[str, tuple[int, list[Item], list[ItemResult]]] = {}
        self.warn_duplicates = True
        self.change_limit = 1000
        self.recompute_next = 0  # how many of the next documents the service computes a cent off
        self.writes = 0
        self.reads = 0
        self._ids = 100

    # Our requests

    def batch(self, items: list[Item], request_id: str) -> list[ItemResult]:
        """Return the answer to each item; a request id seen in the last day gets the first answer again."""
        if request_id:
            known = self.replies.get(request_id)
            if known and known[0] > self.now - DAY_SECONDS:
                if known[1] != items:
                    return [ItemResult(i.key, ok=False, code="request-id-used") for i in items]
                return known[2]
        results = [self._carry_out(item, request_id) for item in items]
        if request_id:
            self.replies[request_id] = (self.now, items, results)
        return results

    def _carry_out(self, item: Item, request_id: str) -> ItemResult:
        code = self._refusal(item)
        if code:
            return ItemResult(item.key, ok=False, code=code, message=code, stale=code == "stale")
        self.writes += 1
        if item.kind is ActionKind.CREATE:
            thing = self._create(item)
        elif item.kind is ActionKind.UPDATE:
            thing = self._update(item)
        else:
            thing = self.things[item.remote_id]
            self._take_out(thing)
        thing.changed_at = self.now
        self.watch.on_write(item, thing, request_id)
        return ItemResult(item.key, ok=True, remote_id=thing.remote_id, sync_token=str(thing.token))

    def _refusal(self, item: Item) -> str:
        if item.kind is not ActionKind.CREATE:
            thing = self.things.get(item.remote_id)
            if thing is None or not thing.active:
                return "object-not-found"
            if int(item.sync_token) < thing.token:
                return "stale"
            if self._closed(thing.day):
                return "period-closed"
        target = item.target
        if isinstance(target, Document):
            return self._document_refusal(target, item)
        if target is not None and self.names.get(target.name, item.remote_id) != item.remote_id:
            return "duplicate-name"
        return ""

    def _document_refusal(self, document: Document, item: Item) -> str:
        if self._closed(document.day):
            return "period-closed"
        if self.warn_duplicates and self.numbers.get(document.number, item.remote_id) != item.remote_id:
            return "duplicate-number"
        if document.party and not self.usable(document.party):
            return "inactive-reference"
        if document.lines[0].item and not self.usable(document.lines[0].item):
            return "inactive-reference"
        return ""

    def usable(self, marker: str) -> bool:
        """Tell whether a list object with this marker can be named in a document (a merged one by its
        winner).
        """
        for thing in self.things.values():
            if thing.marker == marker and (thing.active or thing.merged_into):
                return True
        return False

    def _closed(self, day: dt.date | None) -> bool:
        return day is not None and self.close_day is not None and day <= self.close_day

    def _create(self, item: Item) -> Thing:
        target = item.target
        assert target is not None
        thing = self._new(target)
        self.live.setdefault(thing.marker, []).append(thing.remote_id)
        return thing

    def _new(self, target: Target) -> Thing:
        self._ids += 1
        thing = Thing(str(self._ids), target, self.prints)
        self._recompute(thing)
        self.things[thing.remote_id] = thing
        self._put_in(thing)
        return thing

    def _recompute(self, thing: Thing) -> None:
        if self.recompute_next and isinstance(thing.value, Document):
            self.recompute_next -= 1
            thing.hold(a_cent_more(thing.value), self.prints)
            thing.people["lines"] = thing.value.lines
            self.watch.on_service_change(thing)

    def _put_in(self, thing: Thing) -> None:
        if thing.name:
            self.names[thing.name] = thing.remote_id
        if thing.number:
            self.numbers[thing.number] = thing.remote_id
        self._post(thing, 1)

    def _post(self, thing: Thing, sign: int) -> None:
        balance, total = self.balance, 0
        for ledger_account, amount in thing.postings:
            balance[ledger_account] = balance.get(ledger_account, 0) + sign * amount
            total += amount
        self.watch.require(not total, "I2", "an entry does not balance", thing.marker)

    def _update(self, item: Item) -> Thing:
        thing, target = self.things[item.remote_id], item.target
        assert target is not None
        self._post(thing, -1)
        self.numbers.pop(thing.number, None)
        self.names.pop(thing.name, None)
        thing.hold(target, self.prints)
        thing.token += 1
        self._put_in(thing)
        return thing

    def _take_out(self, thing: Thing) -> None:
        thing.active = False
        thing.token += 1
        if self.names.get(thing.name) == thing.remote_id:
            del self.names[thing.name]
        if self.numbers.get(thing.number) == thing.remote_id:
            del self.numbers[thing.number]
        ours = self.live.get(thing.marker)
        if ours and thing.remote_id in ours:
            ours.remove(thing.remote_id)
        self._post(thing, -1)

    # Reading

    def find(self, marker: str) -> Thing | None:
        """Return our live object under a marker."""
        ids = self.live.get(marker)
        return self.things[ids[0]] if ids else None

    def inactive(self, marker: str) -> Thing | None:
        """Return a list object of ours that a person made inactive; what was deleted, or merged into another,
        is not found by its name.
        """
        for thing in self.things.values():
            if (
                thing.marker == marker
                and thing.name
                and thing.people
                and not thing.active
                and not thing.merged_into
                and thing.author == "us"
            ):
                return thing
        return None

    def changes(self, since: int) -> tuple[list[Thing], bool]:
        """Return what changed since, live before deleted, and whether the answer was cut. TooOldError past
        30 days.
        """
        if since < self.now - LOOK_BACK_SECONDS:
            raise TooOldError
        changed = [t for t in self.things.values() if t.changed_at >= since]
        if len(changed) > self.change_limit:
            changed.sort(key=lambda t: (not t.active, t.changed_at))
            return changed[: self.change_limit], True
        return changed, False

    # People and the service itself

    def person_edits(self, thing: Thing, *, money: bool = False) -> None:
        """Let a person change a document's memo, or an amount in it, or a list object's name."""
        value = thing.value
        self._post(thing, -1)
        if isinstance(value, ListObject):
            self.names.pop(value.name, None)
            thing.hold(replace(value, name=f"{value.name} renamed"), self.prints)
            thing.people["name"] = thing.name
        elif money:
            thing.hold(a_cent_more(value), self.prints)
            thing.people["lines"] = thing.value.lines
        else:
            thing.hold(replace(value, memo=f"{value.memo} edited"), self.prints)
            thing.people["memo"] = thing.value.memo
        self._put_in(thing)
        thing.token += 1
        thing.changed_at = self.now

    def person_removes(self, thing: Thing) -> None:
        """Let a person delete a document or make a list object inactive."""
        self._take_out(thing)
        thing.people["active"] = False
        thing.changed_at = self.now

    def person_restores(self, thing: Thing) -> None:
        """Let a person make a list object active again (not when its name was taken meanwhile)."""
        if thing.active or thing.name in self.names or thing.merged_into:
            return
        thing.active = thing.restored = True
        thing.people.pop("active", None)
        thing.token += 1
        thing.changed_at = self.now
        if thing.author == "us":
            self.live.setdefault(thing.marker, []).append(thing.remote_id)
        self._put_in(thing)

    def person_merges(self, loser: Thing, winner: Thing) -> None:
        """Let a person merge one list object into another."""
        self._take_out(loser)
        loser.people["active"] = False
        loser.merged_into = winner.remote_id
        loser.changed_at = self.now

    def person_creates(self, target: Target) -> Thing | None:
        """Let a person (or another app) make an object; None if name or number is taken."""
        if isinstance(target, ListObject) and target.name in self.names:
            return None
        thing = self._new(target)
        thing.author = "person"
        thing.changed_at = self.now
        return thing

    def service_touches(self, thing: Thing) -> None:
        """Let the service raise a sync token by itself."""
        thing.token += 1
        thing.changed_at = self.now


def a_cent_more(document: Document) -> Document:
    """Return a document whose first line has a cent more (and whose second a cent less, in a journal
    entry).
    """
    first, *others = document.lines
    if document.kind is DocumentKind.JOURNAL_ENTRY:
        others = [replace(others[0], amount_minor=others[0].amount_minor - 1), *others[1:]]
    return replace(document, lines=(replace(first, amount_minor=first.amount_minor + 1), *others))


def customer_kinds(things: Sequence[Thing]) -> list[Thing]:
    """Return the customers among them."""
    return [t for t in things if isinstance(t.value, ListObject) and t.value.kind is ListKind.CUSTOMER]
