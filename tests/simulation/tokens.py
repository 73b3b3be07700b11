"""Seeded worlds of logins: processes that renew one connection's tokens while replies get lost, processes die
or sleep, and the owner ends the consent.

``python -m tests.simulation.tokens --seeds 1000`` runs seeds; ``--mutations`` takes each safeguard away and
tells after how many seeds that was noticed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from closebook.connectors.quickbooks import renewal
from closebook.connectors.quickbooks.oauth import TokenAnswer
from closebook.connectors.quickbooks.renewal import Tokens
from closebook.core.errors import LoginError, RemoteError, RetryError

BEGIN = dt.datetime(2026, 3, 4, 10, 0, tzinfo=dt.UTC)
REPLY_SECONDS = 20
ROTATION = dt.timedelta(hours=24)
STEPS = 140


class BrokenPromiseError(AssertionError):
    """A promise that did not hold."""


@dataclass
class Safeguards:
    """What keeps a login; a mutation switches one off."""

    claimed: bool = True
    compared: bool = True
    previous_kept: bool = True
    saved: bool = True
    told: bool = True


@dataclass
class Server:
    """The login service: one refresh token lives; with ``lenient`` its predecessor too, until it is used."""

    lenient: bool
    valid: list[str] = field(default_factory=lambda: ["r0"])
    changed_at: dt.datetime = BEGIN
    count: int = 0
    ended: bool = False

    def refresh(self, token: str, now: dt.datetime) -> TokenAnswer | None:
        if self.ended or token not in self.valid:
            return None
        self.count += 1
        if token == self.valid[-1]:
            if now - self.changed_at > ROTATION:
                self.valid = [*(self.valid[-1:] if self.lenient else []), f"r{self.count}"]
                self.changed_at = now
            else:
                self.valid = [token]
        return TokenAnswer(f"a{self.count}", self.valid[-1], 3600, 8_640_000)


@dataclass
class Row:
    """The store: the tokens, and the lease."""

    tokens: Tokens
    holder: str = ""
    until: dt.datetime = BEGIN
    told: int = 0
    saved: set[str] = field(default_factory=lambda: {"r0"})


@dataclass
class Worker:
    """A process that renews: the effect that it is at, and the reply that is on its way."""

    name: str
    steps: renewal.Renewing
    effect: Any
    sent_at: dt.datetime | None = None
    reply: TokenAnswer | RemoteError | None = None
    got: str = "r0"


class World:
    """One seeded history."""

    def __init__(self, seed: int, safeguards: Safeguards | None = None) -> None:
        self.seed = seed
        self.guards = safeguards or Safeguards()
        self.chance = random.Random(seed)
        self.now = BEGIN
        self.server = Server(lenient=self.chance.random() < 0.5)
        self.row = Row(Tokens("a0", "r0", BEGIN + dt.timedelta(hours=1), BEGIN + dt.timedelta(days=100)))
        self.workers: dict[int, Worker] = {}
        self.born = 0
        self.slept = False
        self.excuses = 0  # what may sever a login without anybody's fault
        self.facts: dict[str, int] = {}

    def note(self, fact: str) -> None:
        self.facts[fact] = self.facts.get(fact, 0) + 1

    def run(self) -> dict[str, int]:
        faulty = STEPS
        for _ in range(faulty):
            self.chance.choices(
                (self.step_one, self.pass_time, self.kill, self.end_consent, self.forget, self.reconnect),
                (80, 14, 4, 0.5, 1, 3),
            )[0]()
            self.check()
        self.calm_down()
        return self.facts

    # What happens

    def step_one(self) -> None:
        slot = self.chance.randrange(3)
        worker = self.workers.get(slot)
        if worker is None:
            self.begin(slot)
        elif worker.sent_at is not None:
            self.deliver(slot, worker, faults=True)
        else:
            self.perform(slot, worker, faults=True)

    def begin(self, slot: int) -> None:
        if self.row.tokens.broken:
            return
        self.born += 1
        steps = renewal.renewal(self.row.tokens.access_token, lambda: self.now)
        self.workers[slot] = Worker(f"w{self.born}", steps, next(steps))

    def pass_time(self) -> None:
        kind = self.chance.random()
        if kind < 0.7:
            seconds = self.chance.uniform(0, 15)
        elif kind < 0.9:
            seconds = self.chance.uniform(60, 7200)
        else:
            seconds = self.chance.uniform(20 * 3600, 50 * 3600)
        self.slept = self.slept or (seconds > 15 and bool(self.workers))
        self.now += dt.timedelta(seconds=seconds)

    def kill(self) -> None:
        if self.workers:
            slot = self.chance.choice(sorted(self.workers))
            self.lose(self.workers[slot])
            del self.workers[slot]
            self.note("killed")

    def end_consent(self) -> None:
        self.server.ended = True
        self.excuses += 1
        self.note("consent ended")

    def forget(self) -> None:
        """Let the service fall back to the token before, as when one of its machines is behind the others."""
        if len(self.server.valid) > 1 and not any(map(self.holds_rotation, self.workers.values())):
            self.server.valid.pop()
            self.note("rotation forgotten")

    def reconnect(self) -> None:
        if self.row.told and self.row.tokens.broken:
            self.server.count += 1
            token = f"r{self.server.count}"
            self.server.valid, self.server.ended, self.server.changed_at = [token], False, self.now
            held = self.row.tokens
            new = Tokens(f"a{self.server.count}", token, self.now, self.now, generation=held.generation + 1)
            self.row.tokens, self.row.told, self.excuses = new, 0, 0
            self.row.saved.add(token)
            self.note("connected again")

    def lose(self, worker: Worker) -> None:
        """Note that a reply with another refresh token never arrives, or was not kept yet."""
        if self.holds_rotation(worker):
            self.note("rotation lost")
            if not self.server.lenient:
                self.excuses += 1

    def holds_rotation(self, worker: Worker) -> bool:
        """Tell whether a process alone knows the newest refresh token."""
        coming = worker.reply.refresh_token if isinstance(worker.reply, TokenAnswer) else worker.got
        return coming not in self.row.saved

    # One effect

    def perform(self, slot: int, worker: Worker, *, faults: bool) -> None:
        effect, event = worker.effect, None
        match effect:
            case renewal.Claim():
                event = self.claim(worker)
            case renewal.Keep():
                event = self.keep(worker)
            case renewal.Release():
                if self.row.holder == worker.name:
                    self.row.holder = ""
            case renewal.Load():
                event = self.row.tokens
            case renewal.Save(tokens, generation):
                event = self.save(worker, tokens, generation)
            case renewal.Wait(seconds):
                self.now += dt.timedelta(seconds=seconds if self.chance.random() < 0.3 else 0)
            case renewal.Ask(token):
                self.send(worker, token, faults=faults)
                return
        self.go_on(slot, worker, lambda: worker.steps.send(event))

    def go_on(self, slot: int, worker: Worker, move: Callable[[], Any]) -> None:
        try:
            worker.effect = move()
        except StopIteration as ended:
            del self.workers[slot]
            self.note("renewed" if not ended.value.broken else "ended")
        except (RetryError, LoginError):
            del self.workers[slot]
            self.note("put off")

    def claim(self, worker: Worker) -> bool:
        if self.guards.claimed and self.row.holder and self.row.until > self.now:
            return False
        self.row.holder = worker.name
        self.row.until = self.now + dt.timedelta(seconds=renewal.LEASE_SECONDS)
        return True

    def keep(self, worker: Worker) -> bool:
        if self.guards.claimed and (self.row.holder != worker.name or self.row.until <= self.now):
            return False
        self.row.until = self.now + dt.timedelta(seconds=renewal.LEASE_SECONDS)
        return True

    def save(self, worker: Worker, tokens: Tokens, generation: int) -> bool:
        if self.guards.compared and self.row.tokens.generation != generation:
            return False
        if tokens.broken:
            self.row.told += self.guards.told
            self.row.tokens = replace(self.row.tokens, broken=True)
            if not self.excuses and not any(self.holds_rotation(each) for each in self.workers.values()):
                raise BrokenPromiseError("the login was given up although nothing had severed it")
            return True
        if self.guards.saved:
            kept = tokens if self.guards.previous_kept else replace(tokens, previous="")
            self.row.tokens = kept
            self.row.saved.add(tokens.refresh_token)
            self.row.told = 0
        return True

    def send(self, worker: Worker, token: str, *, faults: bool) -> None:
        others = [each for each in self.workers.values() if each.sent_at and each is not worker]
        fresh = [each for each in others if self.now - each.sent_at < dt.timedelta(seconds=REPLY_SECONDS)]
        if fresh and not self.slept:
            raise BrokenPromiseError(f"{worker.name} and {fresh[0].name} refresh at once")
        worker.sent_at = self.now
        if faults and self.chance.random() < 0.1:
            worker.reply = RetryError("down", "never arrived")
        else:
            worker.reply = self.server.refresh(token, self.now)

    def deliver(self, slot: int, worker: Worker, *, faults: bool) -> None:
        late = self.now - (worker.sent_at or self.now) >= dt.timedelta(seconds=REPLY_SECONDS)
        reply, worker.sent_at = worker.reply, None
        if not isinstance(reply, RemoteError) and (late or (faults and self.chance.random() < 0.15)):
            self.lose(replace_reply(worker, reply))
            reply = RetryError("lost", "the reply was lost")
            self.note("reply lost")
        worker.reply = None
        worker.got = reply.refresh_token if isinstance(reply, TokenAnswer) else worker.got
        if isinstance(reply, RemoteError):
            self.go_on(slot, worker, lambda: worker.steps.throw(reply))
        else:
            self.go_on(slot, worker, lambda: worker.steps.send(reply))

    # What must hold

    def check(self) -> None:
        if self.row.tokens.broken and not self.row.told:
            raise BrokenPromiseError("the login was given up and nobody was told")

    def calm_down(self) -> None:
        """Let everybody come to an end without faults; then the login works, or people know that it ended."""
        for _ in range(2):
            for _ in range(600):
                for slot in sorted(self.workers):
                    worker = self.workers[slot]
                    if worker.sent_at is not None:
                        self.deliver(slot, worker, faults=False)
                    else:
                        self.perform(slot, worker, faults=False)
                self.now += dt.timedelta(seconds=1)
                if not self.workers:
                    break
            self.now += dt.timedelta(hours=30)
            self.begin(0)
        self.check()
        held = self.row.tokens
        usable = not self.server.ended and {held.refresh_token, *held.previous.split()} & set(
            self.server.valid
        )
        if held.broken and usable:
            raise BrokenPromiseError("the login works, but people were told that it ended")
        if not held.broken and not usable:
            raise BrokenPromiseError("no token works, and nobody was told")


def replace_reply(worker: Worker, reply: Any) -> Worker:
    return replace(worker, reply=reply)


MUTATIONS = {
    "no claim": Safeguards(claimed=False),
    "no comparison": Safeguards(compared=False),
    "former not kept": Safeguards(previous_kept=False),
    "not saved": Safeguards(saved=False),
    "nobody told": Safeguards(told=False),
}


def run_seed(seed: int, safeguards: Safeguards | None = None) -> dict[str, int]:
    """Return what happened under a seed. Raises BrokenPromiseError."""
    return World(seed, safeguards).run()


def noticed_after(safeguards: Safeguards, limit: int) -> int | None:
    """Return after how many seeds the absence of a safeguard was noticed."""
    for seed in range(limit):
        try:
            run_seed(seed, safeguards)
        except BrokenPromiseError:
            return seed + 1
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--mutations", action="store_true")
    given = parser.parse_args()
    if given.mutations:
        found = {name: noticed_after(guards, 1000) for name, guards in MUTATIONS.items()}
        print("\n".join(f"{name:<16} {seeds or 'not noticed'}" for name, seeds in found.items()))
        return int(None in found.values())
    total: dict[str, int] = {}
    for seed in range(given.first, given.first + given.seeds):
        try:
            for fact, count in run_seed(seed).items():
                total[fact] = total.get(fact, 0) + count
        except BrokenPromiseError as violation:
            print(f"VIOLATION seed {seed}: {violation}")
            return 1
    print(f"{given.seeds} worlds: {total}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
