"""Minutes, rates, estimates, states, timesheets, bills and tax forms."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.money import Money
from closebook.core.workforce import states
from closebook.core.workforce.days import day_run
from closebook.core.workforce.estimates import Costs, Spread, asking_rate, estimate, is_near_cap, learned
from closebook.core.workforce.minutes import Round, Rounding, rounded_rows
from closebook.core.workforce.rate_table import DEFAULT_RATES, Kind, range_of
from closebook.core.workforce.rates import RateTerm, amount_of, changed_rate, rate_on
from closebook.core.workforce.readiness import TaskText, advice_for, is_ready
from closebook.core.workforce.reckoning import Class, Level, Source, Terms, TimerRun, reckon
from closebook.core.workforce.runs import HOUR, MINUTE
from closebook.core.workforce.settling import (
    Milestone,
    Paid,
    agency_split,
    bill_of,
    bill_state,
    correction,
    paid_time,
    proposals_of,
    released,
    sheet_lines,
)
from closebook.core.workforce.states import FLOWS, Who, after_deadline, may_rule
from closebook.core.workforce.tax_forms import Need, Payment, TaxProfile, box_of, form_due, need_of, w8_until
from tests.core.workforce.weeks import MONDAY, RULES, week_of

some = settings(max_examples=200, deadline=None, print_blob=True)
USD = 2000
TERMS = [RateTerm("c", "", Money(USD, "USD"), dt.date(2026, 1, 1))]


@given(
    st.lists(st.integers(0, 10 * HOUR), max_size=30), st.sampled_from(Round), st.sampled_from([1, 5, 6, 15])
)
@some
def test_rounded_rows_add_up_to_the_rounded_whole(lengths, side, step):
    rounding = Rounding(side, step)
    rows = rounded_rows(lengths, rounding)
    assert sum(rows) == (rounding.minutes(sum(lengths)) if lengths else 0)
    for row, length in zip(rows, lengths, strict=True):
        assert row % step == 0
        assert abs(row * MINUTE - length) < step * MINUTE or row * MINUTE == length


@given(st.integers(0, 3), st.sampled_from(Round))
@some
def test_a_timesheet_is_what_was_paid_and_a_bill_is_its_lines(seed, side):
    week = week_of(seed, days=2)
    segments = reckon(week.timers, week.spans, RULES, (), Terms(level=Level.SITES))
    proposals = proposals_of(segments, "Asia/Manila")
    assert sum(p.length for p in proposals) == sum(
        s.length for s in segments if s.cls in {Class.IDLE, Class.POOR, Class.UNKNOWN}
    )
    rulings = {p.key: "kept" for p in proposals[::2]}
    paid = paid_time(segments, week.timers, "Asia/Manila", rulings)
    deducted = sum(p.length for p in proposals[::2] if not p.asks)
    assert sum(each.ms for each in paid) == sum(s.length for s in segments) - deducted
    lines = sheet_lines(paid, TERMS, "c", Rounding(side))
    assert sum(line.minutes for line in lines) == Rounding(side).minutes(sum(each.ms for each in paid))
    bill = bill_of("B1", "ann", "USD", lines)
    assert bill.total.amount_minor == sum(e.amount.amount_minor for e in bill.lines)
    assert bill.total.amount_minor == sum(e.amount.amount_minor for e in lines)


ZONES = [
    "UTC", "Europe/Amsterdam", "America/New_York", "Asia/Manila", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "Australia/Lord_Howe", "Asia/Kolkata",
]  # fmt: skip


@given(st.integers(0, 50), st.sampled_from(ZONES), st.sampled_from(ZONES), st.sampled_from(Round))
@some
def test_the_books_days_hold_the_minutes_of_the_timesheet_whatever_the_zones(seed, zone, books, side):
    week = week_of(seed, days=6, sites=False)
    segments = reckon(week.timers, week.spans)
    whole = paid_time(segments, week.timers, zone)
    cut = paid_time(segments, week.timers, zone, books_zone=books)
    sums: dict = {}
    for each in cut:
        sums[each.day, each.task, each.kind] = sums.get((each.day, each.task, each.kind), 0) + each.ms
    assert sums == {(each.day, each.task, each.kind): each.ms for each in whole}
    days: dict = {}
    for each in cut:
        days[each.books_day or each.day] = days.get(each.books_day or each.day, 0) + each.ms
    assert days == {
        day: sum(max(0, min(p.end, stop) - max(p.start, start)) for p in segments)
        for day in days
        for start, stop in [day_run(day, books)]
    }
    rounding = Rounding(side)
    lines, plain = (sheet_lines(rows, TERMS, "c", rounding) for rows in (cut, whole))
    assert sum(line.minutes for line in lines) == sum(line.minutes for line in plain)
    assert len({line.key for line in lines}) == len(lines)
    assert all(line.books_day is None for line in plain)
    if zone == books:
        assert lines == plain


def test_a_correction_stays_on_the_day_of_the_books():
    paid = [Paid(dt.date(2026, 3, 2), "1", "email", HOUR, dt.date(2026, 3, 1))]
    (line,) = sheet_lines(paid, TERMS, "c", Rounding())
    assert correction(line, 30, "Half of it.").books_day == dt.date(2026, 3, 1)


def test_silence_pays_and_entered_time_waits_for_a_yes():
    late = TimerRun("b", MONDAY + HOUR, MONDAY + 2 * HOUR, source=Source.ENTERED)
    timers = [TimerRun("a", MONDAY, MONDAY + HOUR), late]
    segments = reckon(timers, [])
    assert [each.ms for each in paid_time(segments, timers, "UTC")] == [HOUR]
    assert [e.ms for e in paid_time(segments, timers, "UTC", approved=frozenset({"b"}))] == [2 * HOUR]
    assert [p.asks for p in proposals_of(segments, "UTC")] == [True]


def test_a_later_rate_or_rule_changes_nothing_that_was_approved():
    new = changed_rate(TERMS, RateTerm("c", "", Money(3000, "USD"), dt.date(2026, 7, 1)))
    assert rate_on(new, "c", "x", dt.date(2026, 6, 30)).hourly.amount_minor == USD
    assert rate_on(new, "c", "x", dt.date(2026, 7, 1)).hourly.amount_minor == 3000
    assert [term.version for term in new] == [1, 2]
    with pytest.raises(InputError, match="No rate"):
        rate_on(new, "c", "x", dt.date(2025, 12, 31))
    by_kind = [*new, RateTerm("c", "x", Money(9, "USD"), dt.date(2026, 1, 1))]
    assert rate_on(by_kind, "c", "x", dt.date(2026, 7, 1)).hourly.amount_minor == 9


def line(minutes=90):
    hourly = Money(USD, "USD")
    paid = paid_time(
        reckon([TimerRun("a", MONDAY, MONDAY + minutes * MINUTE)], []),
        [TimerRun("a", MONDAY, MONDAY + minutes * MINUTE)],
        "UTC",
    )
    found = sheet_lines(paid, TERMS, "c", Rounding())[0]
    assert (found.minutes, found.amount) == (minutes, amount_of(minutes, hourly))
    return found


def test_a_correction_is_a_line_of_its_own_with_a_reason():
    first = line(90)
    less = correction(first, 80, "the call was counted twice")
    assert (less.minutes, less.corrects) == (-10, first.key)
    assert first.amount + less.amount == amount_of(80, first.hourly)
    for minutes, why in [(90, "why"), (80, " "), (-1, "why")]:
        with pytest.raises(InputError):
            correction(first, minutes, why)


def test_a_bill_holds_milestones_and_refuses_another_currency():
    part = released(Milestone("m", Money(50_000, "USD"), Money(0, "USD")), Money(20_000, "USD"))
    assert bill_of("B1", "ann", "USD", [line()], [part]).total.amount_minor == 23_000
    with pytest.raises(InputError):
        released(part, Money(30_001, "USD"))
    with pytest.raises(ConflictError):
        bill_of("B1", "ann", "EUR", [line()])
    assert [bill_state(10, paid, "posted") for paid in (0, 4, 10)] == ["posted", "partly_paid", "paid"]
    assert agency_split(Money(100, "USD"), 2000).agency.amount_minor == 17


def test_an_estimate_is_a_range_that_says_what_moved_it():
    costs = Costs(margin_bp=2000, fee_bp=100, fee_minor=30, exchange=Fraction(9, 10), currency="EUR")
    found = estimate(Spread(60, 90, 120), Money(1500, "USD"), Money(2000, "USD"), costs)
    assert found.currency == "EUR"
    assert found.cost.low < found.cost.likely < found.cost.high
    assert sum(factor.likely_minor for factor in found.factors) == found.cost.likely
    assert [factor.name for factor in found.factors] == ["work", "agency", "exchange", "fee"]
    assert learned([10, 20]) is None
    assert asking_rate(Money(2000, "USD")).amount_minor == 2500
    assert (is_near_cap(80, 100), is_near_cap(79, 100), is_near_cap(5, 0)) == (True, False, False)
    with pytest.raises(InputError):
        Spread(2, 1, 3)


def test_usual_rates_say_which_of_them_are_estimates():
    assert {row.kind for row in DEFAULT_RATES if not row.estimated} == {
        Kind.ADMINISTRATIVE, Kind.SUPPORT, Kind.MARKETING,
    }  # fmt: skip
    assert range_of("social").high_minor == 5000
    assert range_of("unheard") is None


def test_a_vague_task_is_answered_kindly():
    good = TaskText(
        "Inbox", "Sort the mail of May into the five folders", "Every mail of May lies in a folder", 60
    )
    assert advice_for(good) == ()
    chinese = TaskText("邮箱", "把五月份的邮件整理到五个文件夹里", "五月份的每封邮件都在文件夹里", 60)
    assert is_ready(chinese)
    codes = [
        each.code
        for task in (
            replace(good, title=" "),
            replace(good, description="Do it"),
            replace(good, description="Sort various things in the mail asap"),
            replace(good, done_means="ok"),
            replace(good, done_means="My mail looks much better now"),
            replace(good, done_means=good.description),
            replace(good, cap_minutes=None),
        )
        for each in advice_for(task)
    ]
    assert codes == ["no-title", "too-short", "vague", "no-done", "done-vague", "done-repeats", "no-cap"]
    assert is_ready(replace(good, cap_minutes=None))


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())
def test_every_state_is_reached_and_can_end(flow):
    def reached(start, ways):
        seen, todo = {start}, [start]
        while todo:
            here = todo.pop()
            new = {t for s, t in ways if s == here} - seen
            seen |= new
            todo += new
        return seen

    assert reached(flow.begins, flow.moves) == flow.states
    assert flow.ends or flow.name in {"timesheet", "pay_line"}
    for state in flow.states - flow.ends:
        assert reached(state, flow.moves) & (flow.ends | {"approved", "paid"}), state


@pytest.mark.parametrize("answer", ["explained", "contested"])
def test_the_company_may_rule_either_way_on_an_answer(answer):
    for ruling in ("kept", "dropped"):
        states.PROPOSAL.check(answer, ruling, Who.COMPANY, "I read it.")
        with pytest.raises(InputError):
            states.PROPOSAL.check(answer, ruling, Who.COMPANY)
        with pytest.raises(HeldError):
            states.PROPOSAL.check(answer, ruling, Who.ASSISTANT, "I wrote it.")


def test_a_move_is_checked_for_way_person_and_reason():
    flow = states.TIMESHEET
    flow.check("submitted", "approved", Who.COMPANY)
    with pytest.raises(ConflictError):
        flow.check("approved", "submitted", Who.ASSISTANT)
    with pytest.raises(HeldError):
        flow.check("submitted", "approved", Who.ASSISTANT)
    with pytest.raises(InputError):
        flow.check("approved", "reopened", Who.COMPANY, " ")
    assert states.TASK.moves_from("delivered", Who.COMPANY) == ("accepted", "sent_back")
    assert states.must_be_paid("delivered")


@given(st.sampled_from(sorted(states.PROPOSAL.states)), st.integers(0, 30))
@some
def test_silence_pays_in_both_directions_and_no_ruling_comes_early(state, now):
    after = after_deadline(state, 10, 20, now)
    assert after != "kept" or state == "kept"
    assert (after == "waiting") == ((state == "made" and now >= 10) or state == "waiting")
    if state in {"explained", "contested"} and now >= 20:
        assert after == "dropped"
    if may_rule(state, 10, now):
        assert state in {"accepted", "explained", "contested"} or now >= 10
    assert states.review_after_deadline("in_review", 20, now) == ("approved" if now >= 20 else "in_review")


def test_the_form_counts_cash_by_year_rail_and_threshold():
    payments = [
        Payment("ann", dt.date(2025, 12, 31), "sepa", 900_000),
        Payment("ann", dt.date(2026, 1, 2), "bank", 150_000),
        Payment("ann", dt.date(2026, 5, 2), "paypal", 500_000),
        Payment("ann", dt.date(2026, 12, 31), "check", 49_999),
    ]
    american = TaxProfile("US", "US", us_person=True)
    box = box_of("ann", 2026, payments, american)
    assert (box.counted_minor, box.left_out, box.due) == (199_999, {"paypal": 500_000}, False)
    more = [*payments, Payment("ann", dt.date(2026, 6, 1), "bank", 1)]
    assert box_of("ann", 2026, more, american).due
    assert not box_of("ann", 2026, more, replace(american, corporation=True)).due
    held = [Payment("ann", dt.date(2026, 6, 1), "bank", 100, withheld_minor=24)]
    assert box_of("ann", 2026, held, american).due
    assert need_of(TaxProfile("PH", "PH")) is Need.W8
    assert need_of(TaxProfile("PH", "US")) is Need.W8_AND_1042S
    assert need_of(american, "NL") is Need.NONE
    assert form_due(2025) == dt.date(2026, 2, 2)
    assert form_due(2027) == dt.date(2028, 1, 31)
    assert w8_until(dt.date(2026, 3, 1)) == dt.date(2029, 12, 31)
