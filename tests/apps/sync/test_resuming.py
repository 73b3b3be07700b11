"""A process that dies at any call of the hands: the next one goes on, and every document is in the books
exactly once.
"""

from __future__ import annotations

from collections import Counter

import pytest

from closebook.apps.companies.services.audit import audit_broken_at
from closebook.apps.qbo import switchboard
from closebook.apps.sync.models import Lease, Link, Run
from closebook.apps.sync.services import work
from closebook.apps.sync.services.hands import RunDesk
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.core.planning.documents import DocumentKind
from closebook.transport import clock
from tests.apps.sync.harness import SHOP, World

CALLS = (
    "take_lease", "load_actions", "plan_changes", "cancelled", "record_intents", "send", "record_results",
    "verify", "finish", "release_lease",
)  # fmt: skip


class PowerCut(BaseException):
    """Ends a process' part of a run, whatever it was doing."""


def cut_desk(name: str, number: int, *, after: bool) -> type[RunDesk]:
    """Return a desk that dies before or after the n-th call of a method, once."""
    calls = Counter()

    class CutDesk(RunDesk):
        pass

    inner = getattr(RunDesk, name)

    def cut(self, *arguments):
        calls[name] += 1
        dies = calls[name] == number
        if dies and not after:
            raise PowerCut
        found = inner(self, *arguments)
        if dies:
            raise PowerCut
        return found

    setattr(CutDesk, name, cut)
    return CutDesk


def each_once(world: World) -> bool:
    """Tell whether the books hold each linked document once, and none besides."""
    for kind in DocumentKind:
        linked = set(Link.objects.filter(kind=kind.value).values_list("remote_id", flat=True))
        found = [str(body["Id"]) for body in world.person().query_all(ENTITY_OF[kind])]
        if sorted(found) != sorted(linked):
            return False
    return True


def finish(world: World, run: Run) -> Run:
    """Go on in a new process: nothing is remembered, and the lease of the dead one has run out."""
    work._RUNNING.clear()
    Lease.objects.update(expires_at=clock.now().replace(year=2020))
    return world.apply(run)


@pytest.mark.parametrize(
    ("name", "after"), [*((name, True) for name in CALLS), ("record_results", False), ("finish", False)]
)
def test_a_run_cut_at_any_call_goes_on(fresh, shop_files, monkeypatch, name, after):
    fresh.pull(*(path for path in shop_files if "2026_1" in path.name or "2026-1" in path.name))
    run = fresh.plan()
    number = 2 if name in {"record_intents", "send", "record_results", "cancelled"} else 1
    with monkeypatch.context() as patch:
        patch.setattr("closebook.apps.sync.services.work.RunDesk", cut_desk(name, number, after=after))
        with pytest.raises(PowerCut):
            fresh.apply(run)
    done = finish(fresh, run)
    assert done.state == "done"
    assert fresh.proofs_hold(done)
    assert each_once(fresh)
    assert fresh.plan() is None


def test_an_undo_cut_in_its_middle_goes_on(synced, monkeypatch):
    run = synced.undo_planned(Run.objects.get(state="done"))
    for name, number, after in (("send", 1, True), ("record_results", 1, False), ("send", 2, False)):
        with monkeypatch.context() as patch:
            patch.setattr("closebook.apps.sync.services.work.RunDesk", cut_desk(name, number, after=after))
            with pytest.raises(PowerCut):
                synced.apply(run)
        work._RUNNING.clear()
        Lease.objects.update(expires_at=clock.now().replace(year=2020))
    done = finish(synced, run)
    assert (done.state, synced.proofs_hold(done)) == ("done", True)
    assert not synced.trial_balance()
    assert each_once(synced)
    assert synced.json("prove")["holds"]


FAULTS = ("reply-lost", "lost", "truncated", "500", "503-html", "429-retry-after", "fault-200")


@pytest.mark.parametrize("kinds", ["|".join(FAULTS), "reply-lost"])
def test_pitfall_46_with_injected_faults_everything_is_posted_once(
    fresh, shop_files, settings, monkeypatch, kinds
):
    """Waiting is shortened; the faults are those of the embedded company's own switchboard."""
    waited = []
    monkeypatch.setattr("closebook.transport.clock.sleep_seconds", waited.append)
    fresh.pull(*shop_files)
    faults = f"seed=11,rate=0.05,kinds={kinds}"
    settings.DEBUG, settings.CLOSEBOOK_FAULTS = True, faults
    runs = 0
    while runs < 10:
        runs += 1
        run = fresh.plan()
        if run is None:
            break
        done = fresh.apply(run)
        assert done.state in {"done", "done-with-errors", "waiting"}, done.reason
    settings.CLOSEBOOK_FAULTS = ""
    assert run is None
    drawn, calls = switchboard.Switchboard.parse(faults), next(switchboard._boards[faults]._counter)
    assert any(drawn.draw() for _ in range(calls)), "no fault was injected"
    assert each_once(fresh)
    assert not fresh.errors()
    assert fresh.json("tieout", SHOP)["ties"]
    assert fresh.json("prove")["holds"]
    assert audit_broken_at(fresh.company().pk) is None
