"""Nobody is paid twice: two processes on one file, and schedules of crashes through the services.

SCHEDULES and SEED in the environment choose how many schedules are run, and which. ``python -m
benchmarks.paying_once`` plays a thousand of those that go over the wire.
"""

from __future__ import annotations

import os
import random
import threading
from dataclasses import replace

import pytest
from django.db import connections

from closebook.apps.workforce.models import Bill, PaymentLine, PaymentRun
from closebook.apps.workforce.selectors.paying import due_of
from closebook.apps.workforce.services import paying
from closebook.apps.workforce.services.pay_jobs import run_submit
from closebook.apps.workforce.services.pay_sending import PayDesk
from closebook.apps.workforce.services.paying import hash_of, line_again, run_approve, run_make
from closebook.core.errors import ClosebookError, ConflictError, HeldError
from closebook.core.workforce import payruns as p
from closebook.core.workforce.pay_lines import LineState, requeued
from closebook.core.workforce.runs import HOUR, SECOND
from tests.apps.workforce.pay_rooms import PAY_ON, MemoryRail, bill_of, with_accounts
from tests.apps.workforce.pay_schedules import Schedule, Told
from tests.apps.workforce.rooms import room
from tests.core.workforce.pay_world import HastyRefusal

SEED = int(os.environ.get("SEED", "7"))
SCHEDULES = int(os.environ.get("SCHEDULES", "25"))
WIRED = 6


class Process:
    """A process that drives a run, and may die between any two steps."""

    def __init__(self, run, rail, chance, machine=p.PayMachine):
        self.chance, self.rail, self.over = chance, rail, False
        self.desk = PayDesk(run, rail, rail.now)
        self.machine = machine()
        self.effect = self.machine.start()

    def step(self):
        if isinstance(self.effect, p.Wait):
            self.rail.wait(self.effect.seconds)
        event = self.desk.perform(self.effect)
        if not self.rail.calm and self.chance.random() < 0.06:
            self.over = True
            return
        self.effect = self.machine.on(event)
        self.over = self.effect is None


def submitted(company, bills):
    run = run_make(company, "paypal", PAY_ON, {bill.pk: None for bill in bills}, "owner")
    return run_submit(run_approve(run, hash_of(run), "owner"), "owner")


def again(chance):
    """Somebody clicks twice on each payment, and tries to pay each bill by a new run."""
    for line in PaymentLine.objects.select_related("company"):
        for _ in range(2):
            try:
                run = line_again(line, "owner")
                run_submit(run_approve(run, hash_of(run), "owner"), "owner")
            except ClosebookError:
                continue
        try:
            submitted(line.company, [line.bill])
        except ClosebookError:
            continue


def schedule(company, bills, seed, machine=p.PayMachine):
    chance = random.Random(seed)
    rail = MemoryRail(chance, refuses="ann@example.com" if chance.random() < 0.1 else "")
    submitted(company, bills)
    running = []
    for _ in range(chance.randint(10, 60)):
        running = [each for each in running if not each.over]
        luck = chance.random()
        if not running or luck < 0.08:
            run = chance.choice(list(PaymentRun.objects.all()))
            running.append(Process(run, rail, chance, machine))
        elif luck < 0.94:
            chance.choice(running).step()
        elif luck < 0.96:
            again(chance)
        else:
            rail.wait(chance.choice([1, 3600, 40 * 24 * 3600]))
    finish(rail, chance)
    return rail


def finish(rail, chance):
    """Let all requests arrive, and one undisturbed process end each run."""
    rail.wait(HOUR // SECOND)
    rail.calm = True
    for run in PaymentRun.objects.filter(state="submitted"):
        last = Process(run, rail, chance)
        while not last.over:
            last.step()


def schedules(count, machine=p.PayMachine, first=SEED * 100_000):
    """Yield the seed, the rail and the bills of each schedule, on tables without earlier payments."""
    desk = room()
    with_accounts(desk.company, desk.assistant)
    for seed in range(first, first + count):
        PaymentLine.objects.update(again=None)
        PaymentLine.objects.all().delete()
        PaymentRun.objects.all().delete()
        bills = [bill_of(desk.company, desk.assistant, 5000 + each) for each in range(1 + seed % 3)]
        yield seed, schedule(desk.company, bills, seed, machine), bills


def twice(rail, bills):
    return any(rail.moved[bill.number] > due_of(bill).total_minor for bill in bills)


@pytest.mark.django_db(databases=["default", "books"])
def test_schedules_of_crashes_pay_nobody_twice():
    paid = 0
    for seed, rail, bills in schedules(SCHEDULES):
        assert not twice(rail, bills), f"SEED {seed}"
        for line in PaymentLine.objects.all():
            assert line.state != LineState.QUEUED or line.run.state != "submitted", f"SEED {seed}"
            if line.state == LineState.SENT:
                assert line.reference in rail.known, f"SEED {seed}"
        paid += sum(rail.moved.values())
    assert paid > SCHEDULES * 2000


@pytest.mark.django_db(databases=["default", "books"])
def test_the_schedules_see_a_defect():
    assert any(twice(rail, bills) for _seed, rail, bills in schedules(4, HastyRefusal, 700_047))


def both(work):
    """Do something in two threads at once; return what each gave or raised."""
    found, gate = [], threading.Barrier(2)

    def one():
        gate.wait()
        try:
            found.append(work())
        except (ConflictError, HeldError) as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_processes_on_one_file_pay_once(bare):
    desk = room()
    with_accounts(desk.company, desk.assistant)
    bill = bill_of(desk.company, desk.assistant, 5000)
    made = both(lambda: submitted(desk.company, [Bill.objects.get(pk=bill.pk)]))
    assert sorted(type(each).__name__ for each in made) == ["ConflictError", "PaymentRun"]
    run = PaymentRun.objects.select_related("company").get(state="submitted")
    rail = MemoryRail(random.Random(1), calm=True)

    def drive():
        process = Process(PaymentRun.objects.select_related("company").get(pk=run.pk), rail, rail.random)
        while not process.over:
            process.step()
        return process.machine.outcome.ending

    assert "done" in both(drive)
    assert rail.moved == {bill.number: 5000}
    assert PaymentLine.objects.get().state == "sent"


def wired(count):
    """What schedules over the wire come to, each on tables without earlier payments."""
    desk, told = room(), Told()
    with_accounts(desk.company, desk.assistant)
    for seed in range(SEED, SEED + count):
        one = Schedule(desk.company, desk.assistant, seed)
        told.add(one.play())
        one.clear()
    return told


def test_schedules_over_the_wire_pay_nobody_twice(bare):
    told = wired(WIRED)
    assert not told.wrong
    assert told.moved
    assert told.kills
    assert told.faults


def test_the_schedules_over_the_wire_see_a_defect(bare, monkeypatch):
    def careless(line, run, total, lines, account):
        return requeued(replace(line, state=LineState.FAILED), run, 10 * total, lines, account)

    monkeypatch.setattr(paying, "requeued", careless)
    assert any("paid twice" in each for each in wired(12).wrong)
