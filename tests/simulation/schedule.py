"""One schedule: a shop's business, some twenty-five steps with faults among them, then calm, then the
reckoning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.simulation.faults import draw
from tests.simulation.invariants import ViolationError
from tests.simulation.store import LEASE_SECONDS
from tests.simulation.switches import ALL, Safeguards
from tests.simulation.world import World

STORMY_STEPS = 25
CALM_RUNS = 12
STEPS_PER_RUN = 400


@dataclass(slots=True)
class Report:
    """What came of one seed: ``violation`` is "" when everything held."""

    seed: int
    violation: str = ""
    steps: int = 0
    checks: int = 0
    injected: dict[str, int] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)


def run_seed(seed: int, safeguards: Safeguards = ALL, *, trace: bool = False) -> Report:
    """Return what came of the random schedule of a seed; the same seed always gives the same report."""
    world = World(seed, safeguards, trace=trace)
    strikes, happenings = draw(world.rng)
    for strike in strikes:
        world.weather.arm(*strike)
    if trace:
        world.note(f"strikes {strikes}")
    return reckon(world, seed, lambda: storm(world, happenings))


def reckon(world: World, seed: int, stormy: Callable[[], None]) -> Report:
    """Return the report of a world after its storm, its calm and its rest."""
    report = Report(seed)
    try:
        stormy()
        quiet = calm(world)
        world.watch.at_rest()
        if not quiet:
            once_more(world)
    except ViolationError as violation:
        report.violation = str(violation)
        world.note(f"VIOLATION {violation}")
    report.steps, report.checks = world.steps, world.watch.checks
    report.injected = dict(world.weather.injected)
    report.trace = world.trace or []
    world.end()
    return report


def storm(world: World, happenings: list[tuple[int, str, str]]) -> None:
    """Let business, processes and faults go on for a while. An undo waits until a run has ended."""
    rng = world.rng.random
    world.sell(2 + int(rng() * 3))
    upcoming = list(reversed(happenings))
    postponed: list[tuple[str, str]] = []
    more = 8 + int(rng() * 12) if rng() < 0.5 else -1
    for step in range(STORMY_STEPS):
        while upcoming and upcoming[-1][0] <= step:
            _, fault, name = upcoming.pop()
            if not world.happen(fault, name) and fault == "F23":
                postponed.append((fault, name))
        if step == more:
            world.sell(1 + int(rng() * 2))
        if world.processes:
            world.step()
        elif postponed and world.unfinished is None:
            world.happen(*postponed.pop())
        elif not idle(world) and not upcoming and step > more:
            return


def idle(world: World) -> bool:
    """Let the scheduler start a process, on the same host or later on another one; tell whether there was
    one.
    """
    run = world.unfinished
    if run is None:
        world.advance(30)
        world.start_process()
    elif world.rng.random() < 0.3:
        world.advance(LEASE_SECONDS)
        world.start_process(new_host=True)
    else:
        world.advance(5)
        world.start_process()
    return bool(world.processes)


def calm(world: World) -> bool:
    """End the faults and let runs go on until nothing is left to do; ViolationError I14 when that does not
    come.

    Return whether the last look was that of a run with nothing new already: one read, no write.
    """
    world.weather.clear()
    world.books.change_limit = 1000
    world.books.recompute_next = 0
    world.put_right()
    for _ in range(CALM_RUNS):
        drain(world)
        world.advance(LEASE_SECONDS + 4000)
        writes, reads = world.books.writes, world.books.reads
        world.start_process()
        if not world.processes:
            return world.books.writes == writes and world.books.reads - reads == 1
    world.watch.require(not world.processes, "I14", "does not come to rest")
    return False


def drain(world: World) -> None:
    """Let the processes run to their ends."""
    for _ in range(STEPS_PER_RUN):
        if not world.processes:
            return
        world.step()
    world.watch.require(False, "I14", "a run does not end")


def once_more(world: World) -> None:
    """Run again with nothing new: no write, at most one read."""
    writes, reads = world.books.writes, world.books.reads
    world.start_process()
    drain(world)
    world.watch.require(world.books.writes == writes, "I15", "wrote although nothing was new")
    world.watch.require(world.books.reads - reads <= 1, "I15", "read more than once although nothing was new")
