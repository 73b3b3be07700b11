"""Every state machine of the desk: exactly these moves, by whom, and where a reason is needed."""

from __future__ import annotations

from itertools import product

import pytest

from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.states import FLOWS, Who

BY = {"c": Who.COMPANY, "a": Who.ASSISTANT, "p": Who.CLOSEBOOK}
TABLE = {
    "posting": """
        draft open c; paused open c; open paused c; open filled c; draft closed c; open closed c
        paused closed c""",
    "application": """
        received screening c; received shortlisted c; screening shortlisted c; shortlisted interview c
        shortlisted trial c; shortlisted offered c; interview trial c; interview offered c; trial offered c
        offered hired a
        received declined c!; screening declined c!; shortlisted declined c!; interview declined c!
        trial declined c!; offered declined c!
        received withdrawn a; screening withdrawn a; shortlisted withdrawn a; interview withdrawn a
        trial withdrawn a; offered withdrawn a""",
    "trial": """
        proposed accepted a; proposed declined a; accepted running a; accepted stopped a; running delivered a
        running stopped a; proposed cancelled c!; accepted cancelled c!; running cancelled c!
        delivered scored c; delivered paid cp; scored paid cp""",
    "contract": """
        draft offered c; offered draft c; offered active a; offered declined a
        active suspended ca!; suspended active ca; active ending ca!; suspended ending ca!
        ending ended cp""",
    "task": """
        requested estimated a; estimated requested c; estimated agreed c; agreed in_progress a
        in_progress waiting ca!; waiting in_progress ca; in_progress delivered a; delivered accepted c
        delivered sent_back c!; sent_back in_progress a; accepted closed cp
        requested cancelled c!; estimated cancelled c!; agreed cancelled c!; in_progress cancelled c!
        waiting cancelled c!; sent_back cancelled c!""",
    "draft": """
        writing proposed a; edited proposed a; returned proposed a; proposed approved c; proposed edited c
        edited approved c; proposed returned c!; approved sent cap; proposed expired p; approved expired p""",
    "timer": "running paused ap!; paused running a; running stopped ap; paused stopped ap",
    "proposal": """
        made accepted a; made explained a; made contested a; made waiting p
        waiting accepted a; waiting explained a; waiting contested a; waiting dropped cp
        explained kept c!; contested kept c!; explained dropped cp!; contested dropped cp!
        accepted kept c; accepted dropped c""",
    "timesheet": """
        open submitted a; returned submitted a; submitted in_review cp; submitted approved cp
        in_review approved cp; submitted returned c!; in_review returned c!
        approved reopened c!; reopened approved c""",
    "bill": """
        draft ready cp; ready posted cp; posted ready cp; ready scheduled cp; posted scheduled cp
        ready partly_paid cp; ready paid cp; posted partly_paid cp; posted paid cp
        scheduled partly_paid cp; scheduled paid cp; partly_paid paid cp
        scheduled ready cp; scheduled posted cp; partly_paid ready cp; partly_paid posted cp
        partly_paid scheduled cp; paid ready cp; paid posted cp; paid scheduled cp; paid partly_paid cp
        draft void c!; ready void c!; posted void c!""",
    "milestone": """
        planned promised c; planned cancelled c; promised delivered a; promised cancelled c!
        delivered partly_released c; delivered released c; partly_released released c
        partly_released partly_released c; delivered disputed ca!; disputed delivered c
        disputed released c""",
    "pay_run": """
        building approved c; building cancelled c; approved building c!; approved cancelled c!
        approved exported cp; approved submitted cp; exported settling cp; submitted settling cp
        exported settled cp; submitted settled cp; settling settled cp""",
    "pay_line": """
        queued sent cp; queued unknown cp; unknown queued p; unknown sent p; unknown failed cp
        sent paid cp; sent returned cp; unknown paid cp; unknown returned cp; unclaimed paid cp
        unclaimed returned cp; sent unclaimed cp; sent failed cp; unknown unclaimed cp; paid returned cp
        failed requeued c; returned requeued c; queued cancelled c!""",
}
BEGINS = {"application": "received", "trial": "proposed", "task": "requested", "draft": "writing",
          "timer": "running", "proposal": "made", "timesheet": "open", "milestone": "planned",
          "pay_run": "building", "pay_line": "queued"}  # fmt: skip


def moves_of(text):
    """Return {(from, to): (who, whether a reason is needed)} of a table."""
    rows = [row.split() for line in text.splitlines() for row in line.split(";") if row.strip()]
    return {(a, b): (frozenset(BY[w] for w in who.rstrip("!")), who.endswith("!")) for a, b, who in rows}


def test_each_kind_of_thing_has_a_table():
    assert set(TABLE) == set(FLOWS)


@pytest.mark.parametrize("name", TABLE)
def test_the_moves_are_these_and_no_others(name):
    flow = FLOWS[name]
    assert {pair: (move.by, move.reason) for pair, move in flow.moves.items()} == moves_of(TABLE[name])
    assert flow.begins == BEGINS.get(name, "draft")


@pytest.mark.parametrize("name", TABLE)
def test_every_pair_of_states_is_refused_or_allowed_as_the_table_says(name):
    flow, known = FLOWS[name], moves_of(TABLE[name])
    for source, target, who in product(flow.states, flow.states, Who):
        allowed = known.get((source, target))
        if allowed is None:
            with pytest.raises(ConflictError):
                flow.check(source, target, who, "Words.")
        elif who not in allowed[0]:
            with pytest.raises(HeldError):
                flow.check(source, target, who, "Words.")
        else:
            flow.check(source, target, who, "Words.")
            if allowed[1]:
                with pytest.raises(InputError):
                    flow.check(source, target, who, " ")
