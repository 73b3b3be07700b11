"""From evidence to a bill: the assistant answers first, silence pays, and nothing approved ever changes."""

from __future__ import annotations

import datetime as dt
import random
import time
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum

from closebook.apps.companies.models import Role
from closebook.apps.workforce.models import (
    Bill,
    BillLine,
    EvidenceDay,
    EvidenceSpan,
    Expense,
    ManualTime,
    Proposal,
    Reckoning,
    Segment,
    Timer,
    TimerSpan,
    Timesheet,
    TimesheetLine,
)
from closebook.apps.workforce.selectors.reckoned import latest_of
from closebook.apps.workforce.selectors.sheets import lines_now
from closebook.apps.workforce.services import bills, proposing, sheets
from closebook.apps.workforce.services.days import day_reckon, sheet_for
from closebook.apps.workforce.services.keeping import KEPT, chain_broken_at, workforce_tick
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.evidence import Span, SpanKind
from closebook.core.workforce.runs import MINUTE, ms_of
from closebook.transport import clock
from tests.apps.workforce.rooms import contract_of, person_in, room, task_of, timer_of
from tests.apps.workforce.signed import at, listed, machine, signed, yesterday
from tests.apps.workforce.test_machines import moved, told

pytestmark = pytest.mark.django_db(databases=["default", "books"])
DAY = at(0).date()


@pytest.fixture
def desk():
    return room()


def worked_day(desk, level="presence-sites"):
    """An hour from nine: 20 minutes of input, 10 away, 20 with 10 on a listed site, 10 without evidence."""
    signed(desk.contract, level)
    listed(desk)
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    moved(sender, "start", 0, task)
    pieces = [
        (SpanKind.AFK, 0, 20, "active"), (SpanKind.AFK, 20, 30, "away"), (SpanKind.AFK, 30, 50, "active"),
        (SpanKind.WINDOW, 30, 50, "firefox"), (SpanKind.WEB, 35, 45, "facebook.com"),
    ]  # fmt: skip
    rows = []
    for kind, start, end, value in pieces:
        span = Span("laptop", kind, yesterday(start), yesterday(end), value)
        rows.append(
            {"key": span.key, "kind": kind.value, "start": span.start, "end": span.end, "value": value}
        )
    told(sender, rows)
    moved(sender, "stop", 60)
    workforce_tick(clock.now())
    return task


def minutes(sheet) -> int:
    return sum(line.minutes for line in lines_now(sheet))


def by_class() -> dict[str, Proposal]:
    return {row.klass: row for row in Proposal.objects.all()}


def test_a_day_partitions_its_timers_and_is_reckoned_once_however_often(desk):
    worked_day(desk)
    found = Segment.objects.filter(reckoning=Reckoning.objects.get())
    sums: dict[str, int] = {}
    for part in found:
        sums[part.klass] = sums.get(part.klass, 0) + (ms_of(part.ends_at) - ms_of(part.starts_at)) // MINUTE
    assert sums == {"worked": 30, "idle": 10, "poor": 10, "unknown": 10}
    rules = {part.klass: part.rule for part in found}
    assert rules["poor"].startswith("site-")
    before = list(found.values_list("pk", flat=True))
    for _ in range(3):
        workforce_tick(clock.now())
    assert list(Segment.objects.values_list("pk", flat=True)) == before
    assert {p.minutes for p in Proposal.objects.all()} == {10}


def test_the_assistant_answers_before_anybody_rules_and_silence_pays(desk):
    worked_day(desk)
    sheet, found = sheet_for(desk.contract, DAY), by_class()
    assert minutes(sheet) == 60
    for row in found.values():
        with pytest.raises(HeldError):
            proposing.proposal_rule(row, "kept", "why", desk.owner)
        with pytest.raises(HeldError):
            proposing.proposal_reply(row, "accepted", "", desk.owner)
    with pytest.raises(InputError):
        proposing.proposal_reply(found["idle"], "contested", " ", desk.assistant)
    assert latest_of(desk.contract, DAY, released=True) is None
    proposing.proposal_reply(found["idle"], "explained", "A call.", desk.assistant)
    proposing.proposal_reply(found["poor"], "accepted", "", desk.assistant)
    assert latest_of(desk.contract, DAY, released=True) is None
    proposing.proposal_reply(found["unknown"], "explained", "", desk.assistant)
    assert latest_of(desk.contract, DAY, released=True) is not None
    with pytest.raises(ConflictError):
        proposing.proposal_reply(found["poor"], "contested", "No.", desk.assistant)
    with pytest.raises(HeldError):
        proposing.proposal_rule(found["poor"], "dropped", "", desk.assistant)
    with pytest.raises(InputError):
        proposing.proposal_rule(found["idle"], "kept", "", desk.owner)
    proposing.proposal_rule(found["poor"], "kept", "", desk.owner)
    assert minutes(sheet) == 50
    workforce_tick(clock.now() + dt.timedelta(days=6))
    assert Proposal.objects.get(pk=found["idle"].pk).state == "dropped"
    assert minutes(sheet) == 50


def test_without_any_word_everything_is_paid_and_the_sheet_is_approved_by_silence(desk):
    worked_day(desk)
    sheet = sheets.sheet_sign(sheet_for(desk.contract, DAY), desk.assistant)
    workforce_tick(clock.now() + dt.timedelta(days=6))
    sheet.refresh_from_db()
    assert {row.state for row in Proposal.objects.filter(asks=False)} == {"waiting"}
    assert (sheet.state, sheet.decided_by) == ("approved", "")
    assert sheet.lines.aggregate(sum=Sum("minutes"))["sum"] == 60
    assert Bill.objects.get().state == "draft"


def test_a_question_answered_as_a_break_is_not_paid(desk):
    worked_day(desk)
    proposing.proposal_reply(by_class()["unknown"], "accepted", "", desk.assistant)
    assert minutes(sheet_for(desk.contract, DAY)) == 50
    assert Segment.objects.filter(reckoning=latest_of(desk.contract, DAY), reason="break").exists()


def test_a_bill_is_its_lines_which_are_the_approved_minutes(desk):
    task = worked_day(desk)
    ManualTime.objects.create(
        company=desk.company, contract=desk.contract, task=task, starts_at=at(90), ends_at=at(107),
        reason="Post office.", made_at=clock.now(),
    )  # fmt: skip
    found = by_class()
    proposing.proposal_reply(found["poor"], "accepted", "", desk.assistant)
    sheet = sheet_for(desk.contract, DAY)
    sheets.sheet_sign(sheet, desk.assistant)
    assert sheet.lines.aggregate(sum=Sum("minutes"))["sum"] == 77
    proposing.proposal_rule(found["poor"], "kept", "", desk.owner)
    with pytest.raises(HeldError):
        sheets.sheet_approve(sheet, desk.assistant)
    sheets.sheet_approve(sheet, desk.owner)
    assert [line.minutes for line in sheet.lines.order_by("pk")] == [77, -10]
    bill = Bill.objects.get()
    assert (bill.state, bill.payee.name, bill.timesheet) == ("ready", desk.assistant.username, sheet)
    assert bill.lines.aggregate(sum=Sum("amount_minor"))["sum"] == 2233
    assert bill.lines.count() == TimesheetLine.objects.count() == 2
    with pytest.raises(ConflictError):
        sheets.sheet_approve(sheet, desk.owner)
    assert bills.bill_make(desk.contract, desk.owner) is None


def test_nothing_approved_changes_by_late_evidence_another_rate_or_rule(desk):
    worked_day(desk)
    sheet = sheets.sheet_sign(sheet_for(desk.contract, DAY), desk.assistant)
    sheets.sheet_approve(sheet, desk.owner)
    before = list(TimesheetLine.objects.values_list("minutes", "amount_minor"))
    proposals = Proposal.objects.count()
    signed(desk.contract, hourly=9999)
    listed(desk, "docs.example")
    device = EvidenceSpan.objects.first()
    device.pk, device.key = None, "late"
    device.starts_at, device.ends_at, device.kind, device.value = at(50), at(60), "afk", "away"
    device.save()
    old = latest_of(desk.contract, DAY)
    new = proposing.day_propose(desk.contract, DAY)
    assert new.supersedes == old
    assert Proposal.objects.count() == proposals
    assert list(TimesheetLine.objects.values_list("minutes", "amount_minor")) == before
    late = by_class()["idle"]
    proposing.proposal_reply(late, "accepted", "", desk.assistant)
    with pytest.raises(ConflictError):
        proposing.proposal_rule(late, "kept", "x", desk.owner)
    line = sheet.lines.get()
    with pytest.raises(InputError):
        sheets.line_correct(line, 50, "", desk.owner)
    sheets.line_correct(line, 66, "Six minutes were missing.", desk.owner)
    assert [row.minutes for row in sheet.lines.order_by("pk")] == [60, 6]
    assert sum(line.amount_minor for line in BillLine.objects.all()) == 2200
    assert Bill.objects.count() == 2


def test_a_returned_sheet_is_signed_again_and_declined_time_does_not_count(desk):
    task = worked_day(desk, "timer")
    typed = ManualTime.objects.create(
        company=desk.company, contract=desk.contract, task=task, starts_at=at(90), ends_at=at(100),
        reason="A call.", made_at=clock.now(),
    )  # fmt: skip
    sheet = sheet_for(desk.contract, DAY)
    with pytest.raises(HeldError):
        sheets.sheet_sign(sheet, desk.owner)
    sheets.sheet_sign(sheet, desk.assistant)
    with pytest.raises(InputError):
        sheets.sheet_return(sheet, "", desk.owner)
    with pytest.raises(HeldError):
        sheets.manual_decline(typed, "No.", desk.assistant)
    sheets.manual_decline(typed, "That was not asked for.", desk.owner)
    sheets.sheet_return(sheet, "Without the call.", desk.owner)
    sheets.sheet_sign(sheet, desk.assistant)
    sheets.sheet_approve(sheet, desk.owner)
    assert sheet.lines.aggregate(sum=Sum("minutes"))["sum"] == 60
    with pytest.raises(ConflictError):
        sheets.manual_decline(typed, "Again.", desk.owner)


def test_expenses_are_billed_once_when_a_person_accepted_them(desk):
    with pytest.raises(HeldError):
        bills.expense_add(desk.contract, DAY, "Stamps", 500, desk.owner)
    first = bills.expense_add(desk.contract, DAY, "Stamps", 500, desk.assistant)
    other = bills.expense_add(desk.contract, DAY, "A car", 50000, desk.assistant)
    with pytest.raises(HeldError):
        bills.expense_decide(first, accepted=True, why="", person=desk.assistant)
    with pytest.raises(InputError):
        bills.expense_decide(other, accepted=False, why="", person=desk.owner)
    bills.expense_decide(other, accepted=False, why="Not agreed.", person=desk.owner)
    bills.expense_decide(first, accepted=True, why="", person=desk.owner)
    assert bills.bill_make(desk.contract, desk.owner).lines.get().amount_minor == 500
    assert bills.bill_make(desk.contract, desk.owner) is None
    assert Expense.objects.filter(billed=None).get() == other


def test_evidence_is_chained_by_day_and_a_change_is_seen_and_it_expires(desk):
    worked_day(desk)
    link = EvidenceDay.objects.get()
    assert chain_broken_at(link.device) is None
    row = EvidenceSpan.objects.order_by("pk").first()
    EvidenceSpan.objects.filter(pk=row.pk).update(ends_at=at(5))
    assert chain_broken_at(link.device) == DAY
    sums = list(Segment.objects.values_list("klass", "starts_at"))
    workforce_tick(clock.now() + KEPT + dt.timedelta(days=2))
    assert not EvidenceSpan.objects.exists()
    assert list(Segment.objects.values_list("klass", "starts_at")) == sums


def test_random_weeks_add_up_at_every_step(desk):
    seed = time.time_ns()
    print(f"seed {seed}")
    chance = random.Random(seed)
    signed(desk.contract, "timer", hourly=chance.randrange(1, 9999))
    desk.contract.zone = chance.choice(["Europe/Amsterdam", "Asia/Manila", "America/New_York"])
    desk.contract.save()
    total = 0
    monday = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=14)
    for number in range(12):
        timer = timer_of(task_of(desk.contract, "in_progress"), "stopped")
        start = monday + dt.timedelta(hours=6 * number, seconds=chance.randrange(3600))
        length = dt.timedelta(milliseconds=chance.randrange(5 * 3_600_000))
        TimerSpan.objects.create(
            company=desk.company, timer=timer, starts_at=start, ends_at=start + length, made_at=start
        )
        total += length // dt.timedelta(milliseconds=1)
    for number in range(6):
        day_reckon(desk.contract, (monday + dt.timedelta(days=number - 1)).date())
    sums = [(ms_of(part.ends_at) - ms_of(part.starts_at)) for part in Segment.objects.all()]
    assert sum(sums) == total
    for sheet in Timesheet.objects.all():
        sheets.sheet_sign(sheet, desk.assistant)
        sheets.sheet_approve(sheet, desk.owner)
        lines = sheet.lines.all()
        ms = sum(
            ms_of(p.ends_at) - ms_of(p.starts_at)
            for p in Segment.objects.filter(
                reckoning__first__gte=sheet.first, reckoning__first__lte=sheet.last
            )
        )
        assert sum(line.minutes for line in lines) == (ms + MINUTE // 2) // MINUTE
        bill = Bill.objects.get(timesheet=sheet)
        assert sum(x.amount_minor for x in bill.lines.all()) == sum(line.amount_minor for line in lines)
    assert not Timer.objects.filter(state="running").exists()


def test_each_sees_what_is_theirs(desk):
    second = person_in(desk.company, "second", Role.ASSISTANT)
    theirs = sheet_for(contract_of(desk.company, second), DAY)
    from closebook.apps.workforce.selectors.sheets import sheets_seen

    mine = sheet_for(desk.contract, DAY)
    assert list(sheets_seen(desk.company, desk.assistant, everybody=False)) == [mine]
    assert set(sheets_seen(desk.company, desk.owner, everybody=True)) == {mine, theirs}


def test_hours_after_the_signature_are_counted_on_their_own_once(desk):
    task = worked_day(desk, "timer")
    sheet = sheet_for(desk.contract, DAY)
    sheets.sheet_sign(sheet, desk.assistant)
    sheets.sheet_approve(sheet, desk.owner)
    ManualTime.objects.create(
        company=desk.company, contract=desk.contract, task=task_of(desk.contract), starts_at=at(90),
        ends_at=at(120), reason="A call.", made_at=clock.now(),
    )  # fmt: skip
    day_reckon(desk.contract, DAY)
    for why, person, error in (("", desk.owner, InputError), ("Yes.", desk.assistant, HeldError)):
        with pytest.raises(error):
            sheets.late_take(sheet, why, person)
    sheets.late_take(sheet, "She told me of it.", desk.owner)
    late = sheet.lines.get(reason="She told me of it.")
    assert (late.minutes, late.task_id == task.pk, late.amount_minor) == (30, False, 1000)
    assert Bill.objects.count() == 2
    with pytest.raises(ConflictError):
        sheets.late_take(sheet, "Again.", desk.owner)


def test_a_week_is_cut_by_the_companys_clocks_as_they_were_when_it_was_signed(desk):
    """An hour from nine in UTC goes over midnight where the clocks are fourteen and a half hours ahead."""
    desk.company.zone = "Australia/Lord_Howe"
    desk.company.save()
    zone = ZoneInfo("Australia/Lord_Howe")
    midnight = at(0).astimezone(zone).replace(hour=0, minute=0) + dt.timedelta(days=1)
    minute = (midnight - at(0)) // dt.timedelta(minutes=1) - 30
    signed(desk.contract, "timer")
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    moved(sender, "start", minute, task)
    moved(sender, "stop", minute + 75)
    sheet = sheets.sheet_sign(sheet_for(desk.contract, DAY), desk.assistant)
    books = midnight.date()
    cut = [(line.books_day or line.day, line.minutes) for line in sheet.lines.order_by("pk")]
    assert cut == [(books - dt.timedelta(days=1), 30), (books, 45)]
    desk.company.zone = "UTC"
    desk.company.save()
    sheets.sheet_approve(sheet, desk.owner)
    assert sheet.lines.count() == 2
    assert sheet.lines.aggregate(sum=Sum("minutes"))["sum"] == 75
    assert Bill.objects.get().lines.count() == 2
    line = sheet.lines.order_by("pk").last()
    sheets.line_correct(line, 40, "Five too many.", desk.owner)
    assert sheet.lines.order_by("pk").last().books_day == line.books_day
