"""Every kill point with every manner of every fault on every kind of document: small worlds, one of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from closebook.core.planning.documents import DocumentKind, ListKind
from tests.simulation.faults import EVENTS, STRIKES, Point
from tests.simulation.schedule import Report, drain, idle, reckon
from tests.simulation.switches import ALL, Safeguards
from tests.simulation.world import World

KINDS: tuple[DocumentKind | ListKind, ...] = (*DocumentKind, ListKind.CUSTOMER, ListKind.ITEM)
MOMENTS = (1, 4, 7)
STEPS = 40


class Single(NamedTuple):
    """One combination; ``number`` seeds its world."""

    number: int
    point: Point
    fault: str
    manner: str
    kind: DocumentKind | ListKind

    @property
    def name(self) -> str:
        """Return the combination in words."""
        return f"{self.point} {self.fault} {self.manner} {self.kind}"


def singles() -> Iterator[Single]:
    """Yield all combinations: 9 kill points x each manner of the 24 faults x 11 kinds."""
    number = 0
    manners = [
        (fault, manner) for table in (STRIKES, EVENTS) for fault, all_of in table.items() for manner in all_of
    ]
    for point in Point:
        for fault, manner in manners:
            for kind in KINDS:
                number += 1
                yield Single(number, point, fault, manner, kind)


def run_single(single: Single, safeguards: Safeguards = ALL, *, trace: bool = False) -> Report:
    """Return what came of one combination."""
    world = World(single.number, safeguards, trace=trace)
    return reckon(world, single.number, lambda: _storm(world, single))


def _storm(world: World, single: Single) -> None:
    """Let a first run be done in peace; then change its source, add to it, and let fault and kill strike
    the second.
    """
    kind = single.kind
    if isinstance(kind, ListKind):
        world.batch, kind = 1, DocumentKind.SALES_RECEIPT
    if kind is DocumentKind.TRANSFER:
        world.add(DocumentKind.SALES_RECEIPT, 5000)
    first = world.add(kind, 700, 0)
    world.add(kind, 800, 1)
    idle(world)
    drain(world)
    if single.manner == "restore":
        world.happen("F24", "backup")
    if single.manner == "reactivate":
        world.happen("F19", "deactivate")
    world.shop.change(first, 900, world.time)
    world.settle_payouts()
    world.add(kind, 1100)
    if single.fault in STRIKES:
        world.weather.arm(single.fault, single.manner)
    world.weather.arm("F13", single.point)
    moment = MOMENTS[single.number % 3]
    idle(world)
    for step in range(STEPS):
        if step == moment and single.fault in EVENTS:
            world.happen(single.fault, single.manner)
        if world.processes:
            world.step()
        elif not idle(world) and step > moment:
            break
    if single.fault == "F23":
        drain(world)
        world.weather.arm("F13", single.point)
        world.happen("F23", single.manner)
