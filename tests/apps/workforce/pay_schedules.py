"""Seeded schedules of crashes, lost answers and double clicks on one payment run, through the services.

Each schedule has a far side of its own, reached over HTTP, that counts the money it moves. A worker is killed
between any two statements of the database, or while it waits; two workers drive the same run at once; people
click twice, make another run of the same bills, cancel, ask for files; the clock jumps up to forty days.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from django.db import connection, connections
from django.test import override_settings

from closebook.apps.workforce.models import Link, PaymentLine, PaymentRun
from closebook.apps.workforce.selectors.paying import due_of
from closebook.apps.workforce.services import pay_jobs
from closebook.apps.workforce.services.pay_files import run_file
from closebook.apps.workforce.services.payees import setting_save
from closebook.apps.workforce.services.paying import (
    hash_of,
    line_again,
    line_report,
    run_approve,
    run_cancel,
    run_make,
)
from closebook.connectors.payouts.wise import transaction_id
from closebook.core.errors import ClosebookError
from closebook.core.workforce.pay_lines import LineState
from closebook.transport import clock
from tests.apps.workforce.pay_rooms import PAY_ON, bill_of
from tests.fakes.payouts.server import FakePayPal, FakeWise, serving

FAULTS = ("lost", "unseen", "late", "twice", "done", "cut", "429", "500", "503")
HEAD = "email,amount,currency,description\n"
_WRITES = ("INSERT", "UPDATE", "DELETE", "SELECT")
_FORGETS = dt.timedelta(days=30)
_SETTLES = ("PENDING", "SUCCESS", "UNCLAIMED", "RETURNED", "FAILED", "ONHOLD")


class KilledError(BaseException):
    """The process is gone."""


@dataclass
class Told:
    """What schedules came to: payments moved, kills, faults met, refusals, ends, and what is wrong."""

    moved: int = 0
    kills: int = 0
    faults: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    rails: Counter = field(default_factory=Counter)
    ends: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Told) -> None:
        self.moved, self.kills = self.moved + other.moved, self.kills + other.kills
        for name in ("faults", "refused", "rails", "ends"):
            getattr(self, name).update(getattr(other, name))
        self.wrong += other.wrong


class Ending:
    """Raises KilledError at the n-th statement from now on, in this thread."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(_WRITES):
            self.left -= 1
            if self.left <= 0:
                raise KilledError
        return execute(sql, params, many, context)


@contextmanager
def moving_clock(start):
    """Give a clock that stands still until ``on`` moves it."""

    class Clock:
        at = start

        def on(self, **span):
            self.at += dt.timedelta(**span)

    made, former = Clock(), (clock.now, clock.today)
    clock.now = lambda: made.at
    clock.today = lambda: clock.now().date()
    try:
        yield made
    finally:
        clock.now, clock.today = former


class Schedule:
    """One seed: bills, a run, a far side, and everything that happens to them."""

    def __init__(self, company, person, seed, *, calm=False):
        self.company, self.person, self.seed = company, person, seed
        self.chance, self.told, self.calm = random.Random(seed), Told(), calm
        self.rail = self.chance.choice(["paypal", "paypal", "wise", "wise", "payoneer", "sepa"])
        self.far = {"paypal": FakePayPal, "wise": FakeWise}.get(self.rail, lambda: None)()
        self.files, self.born = {}, {}
        self.told.rails[self.rail] += 1

    def play(self):
        """Return what came of it."""
        with ExitStack() as stack:
            self.clock = stack.enter_context(moving_clock(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)))
            if self.far is not None:
                stack.enter_context(serving(self.far))
                names = {"paypal": "CLOSEBOOK_PAYPAL_API", "wise": "CLOSEBOOK_WISE_API"}
                stack.enter_context(override_settings(**{names[self.rail]: self.far.url}))
            currency = "EUR" if self.rail == "sepa" else "USD"
            self.bills = [
                bill_of(self.company, self.person, 5000 + each, currency=currency)
                for each in range(1 + self.chance.randrange(3))
            ]
            if self.rail == "payoneer":
                setting_save(self.company, "payoneer", {"template": HEAD}, None, "owner")
            self.numbers = [bill.pk for bill in self.bills]
            while not self.runs():
                self.attempt(self.make, self.bills)
            for _ in range(self.chance.randint(6, 18)):
                self.chance.choices(
                    [self.work, self.together, self.people, self.settle, self.later, self.drop],
                    [10, 2, 4, 3, 4, 1],
                )[0]()
            self.finish()
            self.judge()
        return self.told

    def runs(self):
        rows = PaymentRun.objects.filter(lines__bill__in=self.numbers).distinct()
        return list(rows.select_related("company").order_by("pk"))

    def lines(self):
        rows = PaymentLine.objects.filter(bill__in=self.numbers).order_by("pk")
        return list(rows.select_related("run__company", "bill__payee", "company"))

    def make(self, bills):
        run = run_make(self.company, self.rail, PAY_ON, {bill.pk: None for bill in bills}, "owner")
        self.approve(run)

    def approve(self, run):
        run_approve(run, hash_of(run), "owner")
        run = PaymentRun.objects.select_related("company").get(pk=run.pk)
        self.submit(run)

    def submit(self, run):
        if self.far is not None:
            pay_jobs.run_submit(run, "owner")
            return
        name, content = run_file(run, "owner")
        if self.files.setdefault(run.pk, (name, content)) != (name, content):
            self.told.wrong.append(f"seed {self.seed}: the file of run {run.pk} changed")

    def attempt(self, act, *args):
        """Do something, and perhaps be killed at one of its statements; a refusal is counted."""
        ending = Ending(self.chance.randint(1, 40)) if self.chance.random() < 0.4 and not self.calm else None
        try:
            with ExitStack() as stack:
                if ending:
                    stack.enter_context(connection.execute_wrapper(ending))
                return act(*args)
        except KilledError:
            self.told.kills += 1
        except ClosebookError as error:
            self.told.refused[error.code] += 1
        return None

    def work(self):
        """Let a worker drive a run on, with what may go wrong on the wire."""
        if self.far is None:
            self.attempt(self.submit, self.chance.choice(self.runs()))
            return
        self.trouble()
        run = self.chance.choice(self.runs())
        self.attempt(pay_jobs.advance, f"{run.pk}.{self.chance.choice(['1', '1', 'b'])}")

    def trouble(self):
        if self.calm:
            return
        faults = [self.chance.choice(FAULTS) if self.chance.random() < 0.4 else "" for _ in range(6)]
        with self.far.lock:
            self.far.faults = faults

    def together(self):
        """Let two do the same at once: two workers on a run, or two clicks."""
        run, gate = self.chance.choice(self.runs()), threading.Barrier(2)
        if self.far is not None:
            self.trouble()

        def one(name):
            gate.wait()
            try:
                if self.far is not None:
                    pay_jobs.advance(f"{run.pk}.{name}")
                else:
                    self.submit(PaymentRun.objects.select_related("company").get(pk=run.pk))
            except ClosebookError as error:
                self.told.refused[error.code] += 1
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=(name,)) for name in ("c", "d")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def people(self):
        """Let somebody click where they should not, twice."""
        line, run = self.chance.choice(self.lines()), self.chance.choice(self.runs())
        acts = [
            (self.again, line),
            (self.make, [line.bill]),
            (run_cancel, run, "Wrong.", "owner"),
            (self.approve, run),
            (self.submit, run),
            (run_file, run, "owner"),
        ]
        act = self.chance.choice(acts)
        for _ in range(2):
            self.attempt(*act)
        if self.far is None and line.state == LineState.SENT and self.chance.random() < 0.5:
            state = self.chance.choice([LineState.PAID, LineState.FAILED, LineState.RETURNED])
            self.attempt(line_report, line, state, "owner")

    def again(self, line):
        self.approve(line_again(line, "owner"))

    def settle(self):
        """Let the far side come on with what it took, and be read."""
        if isinstance(self.far, FakePayPal):
            for batch in self.far.by_id.values():
                item = batch["items"][0]
                if item["transaction_status"] in {"PENDING", "ONHOLD", "UNCLAIMED"}:
                    item["transaction_status"] = self.chance.choice(_SETTLES)
        if isinstance(self.far, FakeWise):
            for transfer in self.far.transfers.values():
                if transfer["status"] == "incoming_payment_waiting":
                    words = ["incoming_payment_waiting", "outgoing_payment_sent", "cancelled", "bounced_back"]
                    transfer["status"] = self.chance.choice(words)
        if self.far is not None:
            self.attempt(pay_jobs.payments_tick)

    def later(self):
        """Let time pass: what was under way arrives within three minutes, references are forgotten."""
        self.clock.on(seconds=self.chance.choice([1, 30, 200, 700, 3600, 26 * 3600, 40 * 24 * 3600]))
        self.far_later()

    def far_later(self):
        if self.far is None:
            return
        for ref in list(self.far.moved):
            self.born.setdefault(ref, self.clock.at)
        self.far.arrive()
        for ref in self.far.moved:
            self.born.setdefault(ref, self.clock.at)
        if isinstance(self.far, FakePayPal):
            for ref, at in self.born.items():
                if self.clock.at - at >= _FORGETS:
                    self.far.batches.pop(ref, None)

    def drop(self):
        """Let the process end while it waits."""
        for key in list(pay_jobs._RUNNING):
            pay_jobs._RUNNING.pop(key).open.close()

    def finish(self):
        """Let everything arrive, and one undisturbed worker end each run."""
        self.calm = True
        self.drop()
        if self.far is None:
            return
        self.clock.on(seconds=200)
        self.far_later()
        self.far.faults = []
        for _ in range(3):
            self.clock.on(hours=1)
            for run in self.runs():
                for _ in range(40):
                    standing = pay_jobs.advance(f"{run.pk}.z")
                    if standing.finished:
                        break
                    self.clock.on(seconds=standing.wait_seconds)
        self.drop()

    def moved_of(self, line):
        """Return how often a payment left, by file or as the far side counts, and how often it stayed so."""
        ended = line.state in {LineState.FAILED, LineState.RETURNED, LineState.REQUEUED}
        filed = int(bool(line.run.file))
        sent, kept = filed, int(filed and not ended)
        if isinstance(self.far, FakePayPal):
            items = [batch["items"][0] for batch in self.far.by_id.values()]
            mine = [i for i in items if i["payout_item"]["sender_item_id"] == line.reference]
            sent += self.far.moved[line.reference]
            kept += sum(i["transaction_status"] not in {"RETURNED", "FAILED"} for i in mine)
        if isinstance(self.far, FakeWise):
            wanted = transaction_id(line.reference)
            mine = [t for t in self.far.transfers.values() if t["customerTransactionId"] == wanted]
            sent += self.far.moved[wanted]
            kept += sum(t["status"] not in {"cancelled", "bounced_back"} for t in mine)
        return sent, kept

    def judge(self):
        """Note what does not hold."""
        out = Counter()
        self.told.faults = Counter(self.far.met) if self.far is not None else Counter()
        for line in self.lines():
            self.told.ends[line.state] += 1
            sent, kept = self.moved_of(line)
            out[line.bill_id] += kept * line.amount_minor
            self.told.moved += sent
            place = f"seed {self.seed} ({self.rail}) {line.reference} {line.state}"
            if sent > 1:
                self.told.wrong.append(f"{place}: sent {sent} times")
            if self.far is not None and line.state in {"sent", "paid", "unclaimed"} and not sent:
                self.told.wrong.append(f"{place}: never reached the service")
            if sent and line.state in {"queued", "cancelled"}:
                self.told.wrong.append(f"{place}: the service has it")
            if line.run.state == "submitted" and line.state == "queued" and self.far is not None:
                self.told.wrong.append(f"{place}: left behind")
        for bill in self.bills:
            if out[bill.pk] > due_of(bill).total_minor:
                self.told.wrong.append(f"seed {self.seed} ({self.rail}): {bill.number} is paid twice")

    def clear(self):
        """Take the payments away, so that the next schedule begins with none."""
        numbers = [run.pk for run in self.runs()]
        PaymentLine.objects.filter(bill__in=self.numbers).update(again=None)
        PaymentLine.objects.filter(bill__in=self.numbers).delete()
        Link.objects.filter(kind="pay-run", number__in=numbers).delete()
        PaymentRun.objects.filter(pk__in=numbers).delete()
