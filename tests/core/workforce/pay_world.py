"""A world in which payment runs go wrong: crashes, lost and late requests, stolen leases, double clicks.

Only the code under test decides what is sent; the world keeps what was stored and what money moved.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace

from closebook.core.errors import ConflictError, HeldError
from closebook.core.money import Money
from closebook.core.workforce import pay_lines
from closebook.core.workforce import payruns as p
from closebook.core.workforce.pay_lines import LineState, PayLine, after_report
from closebook.core.workforce.runs import HOUR, SECOND

DAY = 24 * HOUR
TOTAL = 10_000


@dataclass
class Rail:
    """Carries a reference out once while it remembers it; requests may arrive late."""

    random: random.Random
    remembers_ms: int
    known: dict[str, tuple[int, LineState]] = field(default_factory=dict)
    moved: Counter = field(default_factory=Counter)
    late: list[tuple[int, PayLine]] = field(default_factory=list)
    refuses: frozenset[str] = frozenset()

    def arrive(self, line: PayLine, now: int) -> bool:
        if line.account in self.refuses:
            return False
        before = self.known.get(line.ref)
        if before is None or now - before[0] >= self.remembers_ms:
            self.known[line.ref] = (now, LineState.SENT)
            self.moved[line.bill] += line.amount.amount_minor
        return True

    def let_late_in(self, now: int) -> None:
        due, self.late = [e for e in self.late if e[0] <= now], [e for e in self.late if e[0] > now]
        for at, line in due:
            self.arrive(line, at)


@dataclass
class World:
    seed: int
    remembers_ms: int = 30 * DAY
    limits: p.PayLimits = field(default_factory=p.PayLimits)
    machine: type[p.PayMachine] = p.PayMachine
    again: object = staticmethod(pay_lines.requeued)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.rail = Rail(self.random, self.remembers_ms, refuses=frozenset({"closed"}))
        self.now = 1_000_000 * SECOND
        self.store: dict[str, PayLine] = {}
        self.holder = 0
        self.claimed = 0
        for number in range(self.random.randint(1, 4)):
            account = self.random.choice(["iban", "iban", "iban", "closed"])
            amount = Money(self.random.choice([TOTAL, TOTAL // 2]), "EUR")
            line = pay_lines.new_line("r1", f"b{number}", "ann", account, amount, TOTAL, self.lines())
            self.store[line.ref] = line

    def lines(self) -> list[PayLine]:
        return list(self.store.values())

    def run(self) -> None:
        """Let a schedule of drivers, people and reports go over the same lines."""
        drivers: list[Driver] = []
        for _ in range(self.random.randint(10, 120)):
            drivers = [driver for driver in drivers if not driver.over]
            act = self.random.random()
            if not drivers or act < 0.05:
                drivers.append(Driver(self, len(drivers)))
            elif act < 0.85:
                self.random.choice(drivers).step()
            elif act < 0.90:
                self.report()
            elif act < 0.96:
                self.click_again()
            else:
                self.now += self.random.choice([SECOND, HOUR, 2 * DAY, 40 * DAY])
            self.rail.let_late_in(self.now)
        self.finish()

    def finish(self) -> None:
        """Let all requests arrive and one undisturbed driver end what is open."""
        self.now += 10 * 60 * SECOND
        self.rail.let_late_in(self.now)
        self.holder += 1
        driver = Driver(self, 99, calm=True)
        while not driver.over:
            driver.step()

    def report(self) -> None:
        """Tell what the rail knows: late, repeated, out of order."""
        line = self.random.choice(self.lines())
        known = self.rail.known.get(line.ref)
        if known is None:
            return
        if line.state in {LineState.SENT, LineState.PAID} and self.random.random() < 0.3:
            self.rail.known[line.ref] = (known[0], LineState.RETURNED)
            if known[1] is not LineState.RETURNED:
                self.rail.moved[line.bill] -= line.amount.amount_minor
        state = self.rail.known[line.ref][1]
        try:
            told = LineState.PAID if state is LineState.SENT else state
            self.store[line.ref] = after_report(line, told)
        except HeldError:
            self.claimed += 1

    def click_again(self) -> None:
        """Ask twice for every line to be sent again, and once for its bill to be paid by a new line."""
        for line in self.lines():
            for _ in range(2):
                try:
                    old, new = self.again(self.store[line.ref], "r1", TOTAL, self._of(line.bill), "iban")
                except ConflictError:
                    continue
                if new.ref not in self.store:
                    self.store |= {old.ref: old, new.ref: new}
            try:
                run = f"r{self.random.randint(1, 5)}"
                new = pay_lines.new_line(
                    run, line.bill, "ann", "iban", line.amount, TOTAL, self._of(line.bill)
                )
            except ConflictError:
                continue
            self.store.setdefault(new.ref, new)

    def _of(self, bill: str) -> list[PayLine]:
        return [line for line in self.lines() if line.bill == bill]

    def paid_twice(self) -> list[str]:
        return [bill for bill, moved in self.rail.moved.items() if moved > TOTAL]


class Driver:
    """One process that drives the run; it may be slow, lose its lease, or die between any two steps."""

    def __init__(self, world: World, number: int, *, calm: bool = False) -> None:
        self.world, self.calm, self.over = world, calm, False
        self.lease = 0
        self.machine = world.machine(limits=world.limits)
        self.effect = self.machine.start()

    def step(self) -> None:
        if not self.calm and self.world.random.random() < 0.06:
            if self.world.random.random() < 0.5:
                self.answer(self.effect)
            self.die()
            return
        self.effect = self.machine.on(self.answer(self.effect))
        self.over = self.effect is None

    def die(self) -> None:
        self.over = True

    def answer(self, effect: p.Effect) -> p.Event:
        world = self.world
        if isinstance(effect, p.TakeLease):
            if world.holder and not self.calm and world.random.random() < 0.4:
                return p.Busy()
            world.holder += 1
            self.lease = world.holder
            return p.Done()
        if isinstance(effect, p.LoadLines):
            return p.Loaded(tuple(world.store.values()), world.now)
        if isinstance(effect, p.Record):
            if self.lease != world.holder:
                return p.LeaseLost()
            world.store[effect.line.ref] = effect.line
            return p.Done()
        if isinstance(effect, p.Wait):
            world.now += effect.seconds * SECOND
            world.rail.let_late_in(world.now)
            return p.Done() if self.lease == world.holder else p.LeaseLost()
        if isinstance(effect, p.Send):
            return p.LeaseLost() if world.now >= effect.until else self.send(effect.line)
        if isinstance(effect, p.Probe):
            return self.probe(effect.line)
        return p.Done()

    def send(self, line: PayLine) -> p.Event:
        world, luck = self.world, 1.0 if self.calm else self.world.random.random()
        if luck < 0.10:
            return p.Lost()
        if luck < 0.20:
            delay = world.random.randint(0, world.limits.settle_seconds - 1) * SECOND
            world.rail.late.append((world.now + delay, line))
            return p.Lost()
        if luck < 0.25:
            return p.NotNow(world.random.choice([5, 60, 5000]))
        done = world.rail.arrive(line, world.now)
        if luck < 0.40:
            return p.Lost()
        return p.Accepted(f"p-{line.ref}") if done else p.Rejected("account-closed")

    def probe(self, line: PayLine) -> p.Event:
        luck = 1.0 if self.calm else self.world.random.random()
        if luck < 0.1:
            return p.Lost()
        known = self.world.rail.known.get(line.ref)
        if known is None or self.world.now - known[0] >= self.world.remembers_ms:
            return p.Absent(self.world.now)
        return p.Found(known[1], f"p-{line.ref}")


class NewReference(p.PayMachine):
    """A defect: each try of a line goes under a reference of its own."""

    def _step(self, effect):
        if isinstance(effect, p.Send):
            self._tries = getattr(self, "_tries", 0) + 1
            effect = p.Send(
                replace(effect.line, ref=f"{effect.line.ref}-{id(self)}-{self._tries}"), effect.until
            )
        return (yield from p.PayMachine._step(self, effect))


class NoIntent(p.PayMachine):
    """A defect: nothing is recorded before it is sent."""

    def _record(self, line):
        if line.state is not LineState.UNKNOWN:
            yield from p.PayMachine._record(self, line)


class HastyRefusal(p.PayMachine):
    """A defect: a refusal counts although an earlier request may still be under way."""

    def _recover(self, line):
        yield from self._record(replace(line, state=LineState.FAILED))


def twice_again(line, run, total_minor, lines, account=""):
    """A defect: whoever clicks gets a new line."""
    if line.state not in {LineState.FAILED, LineState.RETURNED, LineState.REQUEUED}:
        raise ConflictError("line-not-ended", "Not yet.")
    number = sum(1 for _ in lines)
    new = replace(line, ref=f"{line.ref}+{number}", account=account, state=LineState.QUEUED)
    return replace(line, state=LineState.REQUEUED), new
