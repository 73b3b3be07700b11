"""What people, the far side, the clock and the operator do between the steps of a process."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from closebook.core.planning.documents import Document, DocumentKind
from tests.simulation.books import DAY_SECONDS, customer_kinds
from tests.simulation.hands import KilledError, Process
from tests.simulation.shop import CUSTOMERS
from tests.simulation.store import StoreError

if TYPE_CHECKING:
    from tests.simulation.books import Thing

PATIENCE = 400
"""Steps after which a run that was waited for is left to itself."""
FIRST_DAY = dt.date(2028, 2, 26)
"""Near a leap day and a month's end."""
BUYERS = tuple(CUSTOMERS)
_ENDED = frozenset({"done", "done-with-errors"})


class Fate:
    """The part of a world in which things happen; its methods are named as the events of ``EVENTS``."""

    def happen(self, fault: str, name: str) -> bool:
        """Let an event happen; tell whether there was something that it could happen to."""
        happened: bool = getattr(self, f"_{name.replace('-', '_')}")()
        if happened:
            self.weather.injected[fault] += 1
            self.note(f"{fault} {name}")
        return happened

    def _pick(self, things: list[Thing]) -> Thing | None:
        return things[int(self.rng.random() * len(things))] if things else None

    def _documents(self) -> list[Thing]:
        return [t for t in self.books.things.values() if t.active and isinstance(t.value, Document)]

    def _customers(self) -> list[Thing]:
        return [t for t in customer_kinds(list(self.books.things.values())) if t.active]

    def _edit_document(self) -> bool:
        thing = self._pick(self._documents())
        if thing is not None:
            self.people += 1
            self.books.person_edits(thing, money=self.rng.random() < 0.4)
        return thing is not None

    def _edit_name(self) -> bool:
        thing = self._pick(self._customers())
        if thing is not None:
            self.people += 1
            self.books.person_edits(thing)
        return thing is not None

    _rename = _edit_name

    def _delete_document(self) -> bool:
        thing = self._pick(self._documents())
        if thing is not None:
            self._remember_removal(thing)
            self.books.person_removes(thing)
        return thing is not None

    def _deactivate(self) -> bool:
        thing = self._pick(self._customers())
        if thing is not None:
            self._remember_removal(thing)
            self.books.person_removes(thing)
        return thing is not None

    def _remember_removal(self, thing: Thing) -> None:
        """Remember that a person removed what we know that we wrote: it must not come back."""
        self.people += 1
        link = self.store.links.get(thing.marker)
        if link is not None and link.remote_id == thing.remote_id and thing.author == "us":
            self.removed_by_people.add(thing.marker)

    def _reactivate(self) -> bool:
        gone = [
            t for t in customer_kinds(list(self.books.things.values())) if not t.active and t.author == "us"
        ]
        thing = self._pick(gone)
        if thing is None or self.books.live.get(thing.marker):
            return False
        self.people += 1
        self.removed_by_people.discard(thing.marker)
        self.books.person_restores(thing)
        return True

    def _merge(self) -> bool:
        customers = self._customers()
        if len(customers) < 2:
            return False
        self.people += 1
        self.books.person_merges(customers[0], customers[1])
        return True

    def _foreign_name(self) -> bool:
        self.people += 1
        self.strange_postings = True
        return self.books.person_creates(CUSTOMERS[BUYERS[int(self.rng.random() * len(BUYERS))]]) is not None

    def _close_period(self) -> bool:
        self.people += 1
        self.books.close_day = FIRST_DAY + dt.timedelta(days=int(self.rng.random() * 6))
        return True

    def _reopen_period(self) -> bool:
        self.books.close_day = None
        return True

    def _source_edit(self) -> bool:
        keys = [k for k, h in self.shop.happenings.items() if h.kind is not DocumentKind.TRANSFER]
        if not keys:
            return False
        self.people += 1
        key = keys[int(self.rng.random() * len(keys))]
        self.shop.change(
            key, self.shop.happenings[key].amount_minor + 1 + int(self.rng.random() * 50), self.time
        )
        if self.rng.random() < 0.7:
            self.settle_payouts()
        return True

    def settle_payouts(self) -> None:
        """Let the source state its payouts again so that they add up."""
        for key, happening in self.shop.happenings.items():
            if self.shop.disputed(key):
                self.shop.change(key, self.shop.owed(happening), self.time)

    def _source_remove(self) -> bool:
        keys = list(self.shop.happenings)
        if not keys:
            return False
        self.people += 1
        key = keys[int(self.rng.random() * len(keys))]
        self.gone_at[key] = self.time
        self.shop.remove(key)
        self.settle_payouts()
        return True

    def _source_rename(self) -> bool:
        keys = list(self.shop.happenings)
        if not keys:
            return False
        self.people += 1
        key = keys[int(self.rng.random() * len(keys))]
        self.gone_at[key] = self.time
        self.shop.rename(key, self.time)
        return True

    def _source_refund(self) -> bool:
        self.people += 1
        self.add(DocumentKind.REFUND_RECEIPT, 50 + int(self.rng.random() * 100))
        return True

    def _payout_off(self) -> bool:
        payouts = [k for k, h in self.shop.happenings.items() if h.kind is DocumentKind.TRANSFER]
        if not payouts:
            return False
        self.people += 1
        key = payouts[-1]
        self.shop.change(key, self.shop.happenings[key].amount_minor + 1, self.time)
        return True

    def _recompute(self) -> bool:
        self.books.recompute_next += 1
        self.strange_postings = True
        return True

    def _webhook_twice(self) -> bool:
        for _ in range(2):
            self._webhook_late()
        return True

    def _webhook_forged(self) -> bool:
        return True  # refused before it is read: nothing may follow from it

    def _webhook_late(self) -> bool:
        if len(self.processes) < 3:
            self.start_process()
        return True

    _scheduler_twice = _webhook_twice

    def _second_runner(self) -> bool:
        if self.unfinished is None:
            return False
        self.start_process(new_host=True)
        return True

    def _pause(self) -> bool:
        self.advance(40 + int(self.rng.random() * 400))
        return True

    def _clock_ahead(self) -> bool:
        self.clock_offset += 3600
        return True

    def _clock_back(self) -> bool:
        self.clock_offset -= 3600
        return True

    def _month_end(self) -> bool:
        self.advance(3 * DAY_SECONDS)
        return True

    def _changes_cut(self) -> bool:
        self.books.change_limit = 1 + int(self.rng.random() * 3)
        return True

    def _changes_too_old(self) -> bool:
        self.advance(31 * DAY_SECONDS)
        return True

    def _changes_overlap(self) -> bool:
        self.store.cursor = max(0, self.store.cursor - 3600)
        return True

    def _undo(self) -> bool:
        done = [r for r in self.store.runs if r.kind == "sync" and r.state in _ENDED and not r.undone]
        if self.unfinished is not None or not done:
            return False
        try:
            undo = self.plan_undo(done[-1])
        except (KilledError, StoreError):
            return True
        if undo is not None:
            self.processes.append(Process(self, undo, f"host-{self.hosts}"))
        return True

    def _undo_twice(self) -> bool:
        """Take a run back, wait for the end of that, and take the same run back again."""
        done = [r for r in self.store.runs if r.kind == "sync" and r.state in _ENDED and not r.undone]
        if not self._undo():
            return False
        for _ in range(PATIENCE):
            if not self.processes:
                break
            self.step()
        if self.unfinished is None and done[-1] in self.store.runs:
            try:
                self.plan_undo(done[-1])
            except (KilledError, StoreError):
                return True
        return True

    def _cancel(self) -> bool:
        run = self.unfinished
        if run is not None:
            self.cancelled.add(run.name)
        return run is not None

    def _undo_edited(self) -> bool:
        self._edit_document()
        return self._undo()

    def _upgrade(self) -> bool:
        """Stop all processes and go on with a version that sends other batches."""
        self.processes.clear()
        self.batch = 2 if self.batch == 3 else 3
        return True

    def _backup(self) -> bool:
        if self.unfinished is not None:
            return False
        self.saved = self.store.backup()
        return True

    def _restore(self) -> bool:
        """Put an older backup back: what was written since is in the books, and we know nothing of it."""
        if self.saved is None:
            return False
        self.processes.clear()
        self.advance(300)  # no request of ours is under way any more
        tokens = (self.store.refresh_token, self.store.previous_token)
        count = self.store.run_count
        self.store, self.saved = self.saved, None
        self.store.refresh_token, self.store.previous_token = tokens
        self.store.run_count = count
        self.restored = True
        self.restored_at = len(self.watch.written)
        return True

    def _forget_requests(self) -> bool:
        """Let everything stand still for two days: the far side forgets our request ids."""
        self.processes.clear()
        self.advance(2 * DAY_SECONDS)
        return True
