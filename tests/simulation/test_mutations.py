"""The harness sees: each safeguard taken away is noticed within a thousand seeds, and a planted fault too."""

from __future__ import annotations

import pytest

from tests.simulation.books import Books, Item
from tests.simulation.invariants import ViolationError
from tests.simulation.mutations import LIMIT, first_caught, names
from tests.simulation.schedule import run_seed
from tests.simulation.world import World


@pytest.mark.parametrize("name", names())
def test_a_missing_safeguard_is_noticed(name: str) -> None:
    report = first_caught(name)
    assert report is not None, f"nothing was noticed in {LIMIT} seeds"
    print(f"{name}: noticed after {report.seed + 1} seeds: {report.violation}")


def test_a_planted_double_posting_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Books that carry everything out twice make the first schedule fail."""
    once = Books._carry_out

    def twice(books: Books, item: Item, request_id: str) -> object:
        once(books, item, request_id)
        books.names.clear()
        books.numbers.clear()
        return once(books, item, request_id)

    monkeypatch.setattr(Books, "_carry_out", twice)
    assert run_seed(1).violation.startswith("I1")


def test_a_lost_cent_is_noticed() -> None:
    world = World(1)
    world.start_process()
    world.books.balance["la:clearing"] = 1
    with pytest.raises(ViolationError, match="I2"):
        world.watch.at_rest()


def test_a_broken_audit_chain_is_noticed() -> None:
    world = World(1)
    world.store.add_audit("run-1", "sale:1", "create", "101")
    world.store.audit[0] = ("run-1", "sale:1", "create", "102")
    with pytest.raises(ViolationError, match="I10"):
        world.watch.at_rest()


def test_a_seed_gives_the_same_trace_byte_for_byte() -> None:
    for seed in (3, 41, 977):
        first, second = run_seed(seed, trace=True), run_seed(seed, trace=True)
        assert "\n".join(first.trace).encode() == "\n".join(second.trace).encode()
        assert len(first.trace) > 10


def test_tracing_changes_nothing() -> None:
    for seed in range(20):
        assert run_seed(seed).steps == run_seed(seed, trace=True).steps
