"""The world of one seed: time, shop, books, store, people, and the processes that work in it."""

from __future__ import annotations

import datetime as dt
import random

from closebook.core.planning.actions import Action, ActionKind, ActionState
from closebook.core.planning.documents import DocumentKind
from tests.simulation import planner
from tests.simulation.books import Books, Item, Prints, customer_kinds
from tests.simulation.fate import BUYERS, FIRST_DAY, Fate
from tests.simulation.faults import Point, Weather
from tests.simulation.hands import KilledError, Process
from tests.simulation.invariants import Watch
from tests.simulation.login import Login
from tests.simulation.shop import Shop
from tests.simulation.store import Row, Run, Store, StoreError
from tests.simulation.switches import ALL, Safeguards

PARTS = (DocumentKind.SALES_RECEIPT, DocumentKind.EXPENSE, DocumentKind.REFUND_RECEIPT, DocumentKind.DEPOSIT,
         DocumentKind.JOURNAL_ENTRY)  # fmt: skip


class World(Fate):
    """Everything there is for one seed. ``time`` is true seconds; the database's clock may differ from it."""

    def __init__(self, seed: int, safeguards: Safeguards = ALL, *, trace: bool = False) -> None:
        self.rng = random.Random(seed)
        self.safeguards = safeguards
        self.trace: list[str] | None = [] if trace else None
        self.time = 1000
        self.clock_offset = 0  # of the database's clock, by which leases end
        self.prints = Prints()
        self.weather = Weather()
        self.watch = Watch()
        self.watch.world = self
        self.books = Books(self.prints, self.watch)
        self.books.now = self.time
        self.books.warn_duplicates = seed % 2 == 0
        self.shop = Shop()
        self.store = Store()
        self.login = Login()
        self.batch = 3
        self.flights = 3 if seed % 3 == 2 else 1
        self.processes: list[Process] = []
        self.late: list[tuple[int, list[Item], str]] = []
        self.removed_by_people: set[str] = set()
        self.gone_at: dict[str, int] = {}
        self.cancelled: set[str] = set()
        self.disputed: dict[str, frozenset[str]] = {}
        self.people = 0  # how often people or the service changed the books, or the shop the source
        self.strange_postings = False
        self.restored = False
        self.restored_at = 0
        self.saved: Store | None = None
        self.removals: int | None = 2
        self.planned = -1  # the shop's version that was planned last
        self.hosts = 0
        self.steps = 0

    def put_right(self) -> None:
        """Let people do what the error log asks for: connect again, open the period, approve, use a name
        again.
        """
        self.login.connect(self)
        self.books.close_day = None
        self.removals = None
        self.planned = -1
        for run in self.store.runs:
            run.removals = None
        for thing in customer_kinds(list(self.books.things.values())):
            if "active" in thing.people and thing.author == "us" and not self.books.live.get(thing.marker):
                self.removed_by_people.discard(thing.marker)
                self.books.person_restores(thing)

    def end(self) -> None:
        """Let go of everything at once, so that nothing of this world waits for the collector of garbage."""
        self.__dict__.clear()

    def note(self, text: str) -> None:
        """Add a line to the trace."""
        if self.trace is not None:
            self.trace.append(f"{self.time:>7} {text}")

    # Time

    def advance(self, seconds: int) -> None:
        """Let time pass; late requests arrive meanwhile."""
        self.time += seconds
        while self.late and self.late[0][0] <= self.time:
            self.books.now, items, request_id = self.late.pop(0)
            self.note(f"a late request arrives at {self.books.now}")
            self.books.batch(items, request_id)
        self.books.now = self.time

    def deliver_later(self, items: list[Item], request_id: str) -> None:
        """Let a request arrive later, but within the far side's time-out."""
        self.late.append((self.time + 1 + int(self.rng.random() * 110), items, request_id))
        self.late.sort(key=lambda late: late[0])

    # Source

    def sell(self, parts: int) -> None:
        """Let the shop have some happenings, then perhaps a payout of them."""
        rng = self.rng.random
        for _ in range(parts):
            kind = PARTS[int(rng() * rng() * len(PARTS))]
            self.add(kind, 100 + int(rng() * 9000))
        if rng() < 0.6:
            self.add(DocumentKind.TRANSFER, 0)

    def add(self, kind: DocumentKind, amount_minor: int, buyer: int | None = None) -> str:
        """Let one thing happen in the shop; return its key."""
        rng = self.rng.random
        day = FIRST_DAY + dt.timedelta(days=int(rng() * 6))
        who = BUYERS[int(rng() * len(BUYERS)) if buyer is None else buyer]
        return self.shop.add(kind, day, amount_minor, who, self.time).key

    # Plans

    @property
    def unfinished(self) -> Run | None:
        """Return the run that has to be driven on, if there is one."""
        runs = self.store.runs
        return runs[-1] if runs and runs[-1].unfinished else None

    def plan(self) -> Run | None:
        """Plan and store a run; None when there is nothing to do. The process may be killed before it is
        stored.
        """
        new = planner.look_at_books(self)
        if not new and self.planned == self.shop.version and self._went_well():
            return None
        actions = planner.plan_sync(self)
        disputed = self.shop.disputed_keys()
        self._note_holds(actions)
        version = self.shop.version
        if all(action.kind is ActionKind.HOLD for action in actions):
            self.planned = version
            return None
        run = self._save("sync", actions)
        self.planned = version
        self.disputed[run.name] = disputed
        return run

    def _went_well(self) -> bool:
        """Tell whether the last run left nothing to be tried again."""
        runs = self.store.runs
        return not runs or (runs[-1].kind == "sync" and runs[-1].state == "done")

    def _note_holds(self, actions: list[Action]) -> None:
        """Keep in the error log what is held, and what is tried again until it has succeeded."""
        store = self.store
        open_keys = {action.key for action in actions}
        for key in [k for k in store.errors if k not in open_keys and store.errors[k] != "books-differ"]:
            del store.errors[key]
        for action in actions:
            if action.kind is not ActionKind.HOLD:
                continue
            if self.safeguards.errors:
                store.errors[action.key] = action.code
            if action.link is not None and action.link.tombstone and action.key in store.links:
                store.links[action.key].tombstone = True

    def plan_undo(self, run: Run) -> Run | None:
        """Plan and store the undo of a run."""
        planner.look_at_books(self)
        actions = planner.plan_undo(self, run)
        if not actions:
            return None
        self.watch.undo_names_all(run, actions)
        undo = self._save("undo", actions)
        undo.undoes = run.name
        undo.removals = None
        return undo

    def _save(self, kind: str, actions: list[Action]) -> Run:
        if self.weather.due(Point.PLAN):
            raise KilledError(Point.PLAN)
        if self.weather.due("commit"):
            raise StoreError("full")
        store = self.store
        store.run_count += 1
        run = Run(f"run-{store.run_count}", kind, {action.key: Row(action) for action in actions})
        run.probe_first = self.restored or bool(store.runs and store.runs[-1].state != "done")
        run.removals = self.removals
        run.balance = dict(self.books.balance)
        run.people = self.people
        run.closed = str(self.books.close_day)
        wanted = self.shop.wanted()
        run.sources = {action.key: wanted.get(action.key) for action in actions}
        store.runs.append(run)
        if self.trace is not None:
            self.note(f"planned {run.name} {kind}: {', '.join(f'{a.kind} {a.key}' for a in actions)}")
        return run

    def changes_since_plan(self, run: Run) -> tuple[str, ...]:
        """Return what changed since a run was planned, apart from what it did itself."""
        found = []
        wanted, things = self.shop.wanted(), self.books.things
        for key, row in run.rows.items():
            if row.state in _SETTLED or row.action.kind not in planner.WRITING:
                continue
            action = row.action
            if run.kind == "sync" and wanted.get(key) is not run.sources[key]:
                found.append(f"source {key}")
            link = action.link
            if link is not None and row.state is ActionState.PLANNED and not row.attempts:
                thing = things.get(link.remote_id)
                if thing is None or not thing.active or str(thing.token) != link.sync_token:
                    found.append(f"books {key}")
        if run.closed != str(self.books.close_day):
            found.append("closing date")
        return tuple(found)

    def run_of(self, item: Item) -> Run | None:
        """Return the stored (or restored away) run that planned an item."""
        for run in reversed(self.store.runs):
            row = run.rows.get(item.key)
            if row is not None and row.action.target is item.target and row.action.kind is item.kind:
                return run
        return None

    def disputed_when_planned(self, run: Run, key: str) -> bool:
        """Tell whether a payout did not add up when its run was planned."""
        return key in self.disputed.get(run.name, ())

    def undo_ended(self, run: Run) -> None:
        """Mark the run that was taken back, and check the books against what they were before it."""
        for undone in self.store.runs:
            if undone.name == run.undoes:
                undone.undone = True
        self.watch.after_undo(run)

    # Processes

    def start_process(self, *, new_host: bool = False) -> None:
        """Start a process that drives the unfinished run, planning one if there is none."""
        if new_host:
            self.hosts += 1
        try:
            run = self.unfinished or self.plan()
        except (KilledError, StoreError) as error:
            self.note(f"planning ended by {type(error).__name__} {error}")
            return
        if run is not None:
            self.processes.append(Process(self, run, f"host-{self.hosts}"))

    def step(self) -> None:
        """Let one process do one step; the time that it takes passes."""
        processes = self.processes
        index = int(self.rng.random() * len(processes)) if len(processes) > 1 else 0
        self.steps += 1
        if self.late:
            self.advance(1)
        else:
            self.time += 1
            self.books.now = self.time
        if not processes[index].step():
            processes.pop(index)


_SETTLED = frozenset({ActionState.CONFIRMED, ActionState.FAILED})
