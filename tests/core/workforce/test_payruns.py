"""Nobody is paid twice by any path, and the simulation would see it."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.money import Money
from closebook.core.workforce.pay_lines import (
    LineState,
    after_report,
    approvals_needed,
    approved_by,
    new_line,
    requeued,
    run_hash,
    unpaid_minor,
)
from closebook.core.workforce.payruns import PayLimits
from tests.core.workforce.pay_world import (
    DAY,
    TOTAL,
    HastyRefusal,
    NewReference,
    NoIntent,
    World,
    twice_again,
)

SEED = int(os.environ.get("SEED", "7"))
SCHEDULES = 1000


def outcomes(schedules=SCHEDULES, **facts):
    worlds = []
    for number in range(schedules):
        world = World(SEED * 100_000 + number, **facts)
        world.run()
        worlds.append(world)
    return worlds


def test_a_thousand_schedules_pay_nobody_twice():
    worlds = outcomes()
    assert not [(world.seed, world.paid_twice()) for world in worlds if world.paid_twice()]
    assert not [world.seed for world in worlds if world.claimed]
    for world in worlds:
        for line in world.lines():
            left = unpaid_minor(line.bill, TOTAL, world.lines())
            assert left >= 0, world.seed
            assert line.state is not LineState.QUEUED, world.seed
            if line.state is LineState.SENT:
                assert line.ref in world.rail.known, world.seed
    paid = sum(world.rail.moved.total() for world in worlds)
    assert paid > SCHEDULES * TOTAL // 2


def test_a_rail_that_keeps_no_reference_is_never_asked_twice():
    worlds = outcomes(300, remembers_ms=0, limits=PayLimits(key_ms=0))
    assert not [(world.seed, world.paid_twice()) for world in worlds if world.paid_twice()]


@pytest.mark.parametrize("machine", [NewReference, NoIntent, HastyRefusal])
def test_the_simulation_sees_a_defect_of_the_machine(machine):
    facts = {"remembers_ms": 0} if machine is NoIntent else {}
    limits = PayLimits(key_ms=0) if machine is NoIntent else PayLimits()
    assert any(world.paid_twice() for world in outcomes(300, machine=machine, limits=limits, **facts))


def test_the_simulation_sees_a_second_click_and_a_forgotten_reference():
    assert any(world.paid_twice() for world in outcomes(300, again=twice_again))
    forgetful = outcomes(600, limits=PayLimits(key_ms=400 * DAY), remembers_ms=5 * DAY)
    assert any(world.paid_twice() for world in forgetful)


def line(amount=TOTAL, lines=()):
    return new_line("r1", "b1", "ann", "iban", Money(amount, "EUR"), TOTAL, lines)


def test_no_more_than_a_bill_is_ever_queued():
    half = line(TOTAL // 2)
    assert unpaid_minor("b1", TOTAL, [half]) == TOTAL // 2
    with pytest.raises(ConflictError):
        new_line("r2", "b1", "ann", "iban", Money(TOTAL, "EUR"), TOTAL, [half])
    with pytest.raises(ConflictError):
        line(TOTAL // 2, [half])


def test_what_failed_is_sent_again_once_as_a_new_line():
    failed = replace(line(), state=LineState.FAILED)
    old, new = requeued(failed, "r1", TOTAL, [failed], "other")
    assert (old.state, old.replaced_by, new.again_of) == (LineState.REQUEUED, new.ref, old.ref)
    assert new.ref != old.ref
    with pytest.raises(ConflictError):
        requeued(old, "r1", TOTAL, [old, new])
    with pytest.raises(ConflictError):
        requeued(replace(line(), state=LineState.UNKNOWN), "r1", TOTAL, [])
    other = new_line("r2", "b1", "ann", "iban", Money(TOTAL, "EUR"), TOTAL, [failed])
    with pytest.raises(ConflictError):
        requeued(failed, "r1", TOTAL, [failed, other])


def test_reports_may_be_late_repeated_and_out_of_order():
    sent = replace(line(), state=LineState.SENT)
    paid = after_report(sent, LineState.PAID, "p1")
    assert (paid.state, paid.provider_ref) == (LineState.PAID, "p1")
    assert after_report(paid, LineState.SENT) is paid
    assert after_report(paid, LineState.PAID) is paid
    assert after_report(paid, LineState.RETURNED).state is LineState.RETURNED
    assert after_report(line(), LineState.PAID) == line()
    with pytest.raises(HeldError):
        after_report(replace(sent, state=LineState.FAILED), LineState.PAID)


def test_a_run_is_approved_as_it_was_seen_and_by_two_above_the_limit():
    seen = run_hash("r1", "sepa", "EUR", [line()])
    assert seen == run_hash("r1", "sepa", "EUR", [replace(line(), state=LineState.SENT)])
    changed = run_hash("r1", "sepa", "EUR", [replace(line(), account="thief")])
    assert approved_by((), "owner", seen, seen) == ("owner",)
    with pytest.raises(ConflictError):
        approved_by((), "owner", seen, changed)
    with pytest.raises(InputError):
        approved_by(("owner",), "owner", seen, seen)
    assert (approvals_needed(100, 100), approvals_needed(101, 100), approvals_needed(5, None)) == (1, 2, 1)
