"""What must always hold (checked as things happen) and what must hold when the world has come to rest.

=====  =========================================================  ==========================================
I1     at most one live posting per happening; exactly one at rest  each write, rest
I2     entries balance; clearing = what is not paid out yet         each write, rest
I3     a payout equals what it settles or is held                   each write, rest
I4     only what an approved plan says; stale plans are refused     each write, each send
I5     what a person changed or deleted is left alone               each write
I6     a durable intent with its request id precedes each write     each send
I7     undo takes back everything or says what it left              rest
I8     nothing is dated in a closed period                          each write
I9     one writer per company                                       each commit
I10    the audit log accounts for every write, its chain verifies   rest
I11    a usable refresh token, or the owner was told                each refresh, rest
I12    nothing is missing without a row in the error log            rest
I13    a run takes out no more than it may                          each write
I14    after the faults the world comes to rest in a few runs       rest
I15    another run writes nothing and reads once                    rest
=====  =========================================================  ==========================================

I16 (consolidation) speaks of several companies' statements; no part of it passes through the run machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from closebook.core.planning.actions import Action, ActionKind, ActionState
from closebook.core.planning.documents import Document, DocumentKind
from closebook.core.planning.machine import batch_request_id
from tests.simulation.shop import CLEARING

if TYPE_CHECKING:
    from tests.simulation.books import Item, Thing
    from tests.simulation.hands import Process
    from tests.simulation.store import Run
    from tests.simulation.world import World

REMOVING = frozenset({ActionKind.DELETE, ActionKind.DEACTIVATE})


class ViolationError(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, message: str) -> None:
        super().__init__(f"{invariant}: {message}")
        self.invariant = invariant


def _violated(invariant: str, message: str, key: str = "") -> NoReturn:
    raise ViolationError(invariant, f"{message} {key}".rstrip())


class Watch:
    """The invariants of one world, and how often each was checked."""

    def __init__(self) -> None:
        self.world: World
        self.checks = 0
        self.removed: dict[str, int] = {}
        self.written: list[tuple[str, str, str]] = []  # key, kind, remote id
        self.asked_about: set[str] = set()  # keys where the service changed what we wrote

    def require(self, holds: bool, invariant: str, message: str, key: str = "") -> None:
        """Raise ViolationError unless it holds."""
        self.checks += 1
        if not holds:
            _violated(invariant, message, key)

    # As things happen

    def on_send(self, process: Process, actions: Sequence[Action], request_id: str) -> None:
        """Check what must be durable before a request leaves, and that the plan still fitted when it was
        checked.
        """
        run = process.run
        rows = run.rows
        self.checks += 3 + 3 * len(actions)
        if not run.approved:
            _violated("I4", "sent without an approved plan")
        for action in actions:
            row = rows[action.key]
            if not row.attempts >= action.attempts > 0:
                _violated("I6", "sent without a durable intent", action.key)
            if not row.request_id or row.request_id != action.request_id:
                _violated("I6", "sent without its durable request id", action.key)
            if row.action.target is not action.target:
                _violated("I4", "sent other than planned", action.key)
        if run.kind == "sync":
            self._plan_fits(process, run, actions)
        if process.sent_as.setdefault(request_id, actions) != actions:
            _violated("I6", "one id for two batches")
        if batch_request_id(actions, request_id[:2]) != request_id:
            _violated("I6", "the request id does not follow from the batch")

    def _plan_fits(self, process: Process, run: Run, actions: Sequence[Action]) -> None:
        """Check that nothing is sent of which it was known, when the plan was checked, that it no longer
        fits.
        """
        happenings, wanted = self.world.shop.happenings, self.world.shop.wanted()
        for action in actions:
            if action.kind in REMOVING or not isinstance(action.target, Document):
                continue
            happening = happenings.get(action.key)
            if happening is None:
                fits = self.world.gone_at.get(action.key, 0) >= process.checked_at
            else:
                fits = (
                    wanted[action.key] is run.sources[action.key]
                    or happening.changed_at >= process.checked_at
                )
            self.checks += 1
            if not fits:
                _violated("I4", "a stale plan was carried out", action.key)

    def on_write(self, item: Item, thing: Thing, _request_id: str) -> None:
        """Check one write of ours in the books."""
        world = self.world
        self.checks += 3
        if len(world.books.live.get(thing.marker, ())) > 1:
            _violated("I1", "two live postings of", thing.marker)
        if item.kind is ActionKind.CREATE:
            self.checks += 1
            if item.key in world.removed_by_people:
                _violated("I5", "made again what a person deleted:", item.key)
        else:
            self._people_respected(item, thing)
        closed = world.books.close_day
        if closed is not None and thing.day is not None and thing.day <= closed:
            _violated("I8", "in a closed period", item.key)
        run = world.run_of(item)
        if run is None:
            _violated("I4", "written without a plan", item.key)
        if run is not None and item.kind in REMOVING:
            count = self.removed[run.name] = self.removed.get(run.name, 0) + 1
            self.require(
                run.removals is None or count <= run.removals, "I13", "took out too much in", run.name
            )
        self._payout_adds_up(item, run)
        self.written.append((item.key, item.kind.value, thing.remote_id))

    def _people_respected(self, item: Item, thing: Thing) -> None:
        """Check that what people changed in an object is still as they left it."""
        for field, value in thing.people.items():
            kept = item.target is not None and getattr(item.target, field, None) == value
            self.require(kept, "I5", f"overwrote the {field} that a person changed:", item.key)

    def _payout_adds_up(self, item: Item, run: Run | None) -> None:
        target = item.target
        if (
            isinstance(target, Document)
            and target.kind is DocumentKind.TRANSFER
            and run
            and run.kind == "sync"
        ):
            happening = self.world.shop.happenings.get(item.key)
            if happening is not None and happening.document is target:
                off = self.world.disputed_when_planned(run, item.key)
                self.require(not off, "I3", "posted a payout that does not add up:", item.key)

    def on_service_change(self, thing: Thing) -> None:
        """Remember that the service itself changed what we wrote."""
        self.asked_about.add(thing.marker)

    def on_commit(self, process: Process) -> None:
        """Check that only the holder of the lease commits."""
        self.checks += 1
        if self.world.store.lease[1] != process.lease:
            _violated("I9", "a second writer:", process.holder)

    def on_tokens(self) -> None:
        """Check that a usable refresh token is stored or the owner knows."""
        world = self.world
        usable = {world.store.refresh_token, world.store.previous_token} & world.login.valid
        self.require(
            bool(usable) or "login" in world.store.told, "I11", "no usable refresh token, and nobody told"
        )

    # At rest

    def at_rest(self) -> None:
        """Check everything that must hold when the faults have ended and no run is left to do."""
        self._postings()
        self._clearing()
        self._audit()
        self.on_tokens()
        for run in self.world.store.runs:
            stuck = [
                r.action.key for r in run.rows.values() if r.state in _IN_FLIGHT and not self.world.restored
            ]
            self.require(
                not stuck or run.state == "failed", "I14", f"left in flight in {run.name}:", str(stuck)
            )

    def excused(self, key: str) -> bool:
        """Tell whether a key may be missing or differ, because the user sees a row that says so."""
        store = self.world.store
        link = store.links.get(key)
        if key in store.errors or (link is not None and (link.tombstone or link.theirs)):
            return True
        return link is not None and (link.kind, link.remote_id) in store.seen

    def _postings(self) -> None:
        world = self.world
        for key, target in world.shop.wanted().items():
            self.checks += 1
            if len(world.books.live.get(key, ())) > 1:
                _violated("I1", "two live postings of", key)
            if self.excused(key):
                continue
            self.checks += 2
            link = world.store.links.get(key)
            if link is None:
                _violated("I12", "missing without a word:", key)
            thing = world.books.things.get(link.remote_id)
            if thing is None or not thing.active:
                _violated("I1", "linked, but not in the books:", key)
            if not thing.people and thing.author == "us" and thing.number:
                self.require(thing.content == world.prints.of(target), "I1", "other than wanted:", key)
        for key, ids in world.books.live.items():
            self.checks += 1
            if not ids or key in world.store.links or self.excused(key) or world.restored:
                continue
            if not any(world.books.things[remote_id].restored for remote_id in ids):
                _violated("I10", "in the books, but nobody knows:", key)

    def _clearing(self) -> None:
        world = self.world
        self.require(not sum(world.books.balance.values()), "I2", "the trial balance is off")
        if any(self.excused(key) for key in world.shop.wanted()) or world.strange_postings:
            return
        if any(self.excused(key) for key in world.store.links) or world.restored:
            return
        clearing = world.books.balance.get(CLEARING, 0)
        self.require(clearing == world.shop.unsettled(), "I2", "the clearing account is off")
        for key, happening in world.shop.happenings.items():
            if happening.kind is DocumentKind.TRANSFER and world.books.find(key):
                self.require(not world.shop.disputed(key), "I3", "a payout does not add up:", key)

    def _audit(self) -> None:
        store = self.world.store
        self.require(store.audit_holds(), "I10", "the audit chain is broken")
        logged = {line[1:] for line in store.audit}
        for line in self.written[self.world.restored_at :]:
            self.checks += 1
            if line not in logged and not self._found_later(line):
                _violated("I10", "written, but not in the audit log:", str(line))

    def _found_later(self, line: tuple[str, str, str]) -> bool:
        """Tell whether a person changed the object before we had recorded what we wrote, or a row tells of
        it.
        """
        thing = self.world.books.things[line[2]]
        return thing.restored or bool(thing.people) or line[0] in self.world.store.errors

    def undo_names_all(self, undone: Run, actions: Sequence[Action]) -> None:
        """Check that an undo takes back, or names, everything of a run that stands in the books and is
        linked.
        """
        world = self.world
        named = {action.key for action in actions}
        for key, row in undone.rows.items():
            link = world.store.links.get(key)
            if row.state is not ActionState.CONFIRMED or row.action.kind not in _WRITING or link is None:
                continue
            state = world.store.seen.get((link.kind, link.remote_id))
            gone = link.tombstone or not link.ours or (state is not None and not state.active)
            self.require(key in named or gone, "I7", "undo said nothing about", key)

    def after_undo(self, run: Run) -> None:
        """Check the books right after an undo ended, when nobody else worked in them since the run that it
        takes back.
        """
        world = self.world
        undone = next((r for r in world.store.runs if r.name == run.undoes), None)
        if undone is None or run.state != "done" or undone.people != world.people or world.restored:
            return
        if any(
            r.kind == "sync" and r is not undone
            for r in world.store.runs[world.store.runs.index(undone) + 1 :]
        ):
            return
        if any(row.action.kind is ActionKind.HOLD for row in run.rows.values()):
            return
        before = {k: v for k, v in undone.balance.items() if v}
        now = {k: v for k, v in world.books.balance.items() if v}
        self.require(before == now, "I7", "undo left another trial balance")


_IN_FLIGHT = frozenset({ActionState.INTENDED, ActionState.SENT, ActionState.UNKNOWN})
_WRITING = frozenset({ActionKind.CREATE, ActionKind.UPDATE, ActionKind.DELETE, ActionKind.DEACTIVATE})
