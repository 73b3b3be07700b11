"""What always holds of the assistants' desk, and which test proves it.

The words are ours; each stands with the file and the names of the tests that would fail if it were broken. An
invariant that the product cannot keep yet says why.
"""

from __future__ import annotations

import re

import pytest

from tests.project.sources import ROOT

CORE, APPS = "tests/core/workforce", "tests/apps/workforce"
RECKON, SETTLE = f"{CORE}/test_reckoning.py", f"{CORE}/test_settling.py"
EVIDENCE, PAUSING = f"{CORE}/test_evidence.py", f"{CORE}/test_pausing.py"
WEEKS, MACHINES = f"{APPS}/test_settling.py", f"{APPS}/test_machines.py"
BOOKS, PAYING, BANK = f"{APPS}/test_booking.py", f"{APPS}/test_paying.py", f"{APPS}/test_pay_bank.py"
CUSTOMERS = f"{APPS}/test_customer_hours.py"
ANY_WEEK = (WEEKS, "test_random_weeks_add_up_at_every_step")

PROVED: dict[str, tuple[tuple[str, str], ...]] = {
    # The way of a minute to the bank
    "The segments of a timer are exactly its time, to the millisecond, with no gap and no overlap.": (
        (RECKON, "test_the_segments_part_every_timer_exactly"),
        (WEEKS, "test_a_day_partitions_its_timers_and_is_reckoned_once_however_often"),
        ANY_WEEK,
    ),
    "A timesheet's minutes are what was worked and what was typed and not declined, rounded once.": (
        (SETTLE, "test_rounded_rows_add_up_to_the_rounded_whole"),
        (SETTLE, "test_a_timesheet_is_what_was_paid_and_a_bill_is_its_lines"),
        (WEEKS, "test_a_returned_sheet_is_signed_again_and_declined_time_does_not_count"),
        ANY_WEEK,
    ),
    "A bill is the sum of its lines, and they are what was approved: each line of a week on one bill.": (
        (SETTLE, "test_a_timesheet_is_what_was_paid_and_a_bill_is_its_lines"),
        (WEEKS, "test_a_bill_is_its_lines_which_are_the_approved_minutes"),
        (WEEKS, "test_expenses_are_billed_once_when_a_person_accepted_them"),
        ("tests/web/work/test_contract_life.py", "test_a_milestone_is_promised_with_proof_delivered_and_"),
        ANY_WEEK,
    ),
    "A trial that was delivered is always paid, and once: by a bill or by hand, never both.": (
        (SETTLE, "test_every_state_is_reached_and_can_end"),
        ("tests/web/work/test_trials.py", "test_a_trial_is_the_same_for_all_read_blind_and_paid"),
        ("tests/web/work/test_trial_bills.py", "test_a_trial_goes_on_one_bill_and_is_paid_with_it"),
        ("tests/web/work/test_trial_bills.py", "test_what_was_paid_by_hand_is_never_billed"),
        (BOOKS, "test_a_paid_trial_is_in_the_books_like_other_bills"),
    ),
    "The payments of a bill are never more than the bill, through crashes, retries and second clicks.": (
        (f"{CORE}/test_payruns.py", "test_no_more_than_a_bill_is_ever_queued"),
        (f"{CORE}/test_payruns.py", "test_a_thousand_schedules_pay_nobody_twice"),
        (PAYING, "test_partial_payments_never_add_up_to_more_than_the_bill"),
        (f"{APPS}/test_paying_once.py", "test_schedules_of_crashes_pay_nobody_twice"),
    ),
    "A payment is proved by one line of the bank, or its state says how it stands.": (
        (BANK, "test_a_bank_line_with_the_reference_proves_a_payment_and_one_sum_the_whole_run"),
        (BANK, "test_a_payment_is_proved_by_one_bank_line_of_its_own_or_says_how_it_stands"),
        (BOOKS, "test_the_bank_line_proves_the_payment_and_is_matched_by_its_record"),
    ),
    "The minutes in the books are the approved ones, also after corrections and undoing.": (
        (BOOKS, "test_one_number_at_every_step_from_minutes_to_the_bank"),
        (BOOKS, "test_corrections_bring_the_minutes_of_the_books_to_what_is_approved"),
        (BOOKS, "test_the_minutes_of_the_books_are_the_approved_ones_after_any_corrections"),
    ),
    "No hour is billed to a customer twice: not by lost replies, corrections, undoing or planning again.": (
        (CUSTOMERS, "test_nothing_is_billable_twice_through_lost_replies_corrections_and_undoing"),
        (CUSTOMERS, "test_billable_hours_are_on_one_invoice_and_undone_cleanly"),
        (CUSTOMERS, "test_later_hours_are_another_invoice_and_fewer_are_named"),
        (CUSTOMERS, "test_a_paid_invoice_stays_with_its_time"),
    ),
    # What nobody may do
    "An assistant has at most one timer that is not stopped, and no second counts twice.": (
        (f"{APPS}/test_constraints.py", "test_an_assistant_has_one_timer_that_is_not_stopped"),
        (RECKON, "test_overlapping_times_are_refused"),
        (MACHINES, "test_a_timer_that_comes_late_is_kept_and_one_that_overlaps_is_refused"),
        ("tests/web/work/test_desk.py", "test_time_by_hand_needs_a_reason_and_no_minute_counts_twice"),
    ),
    "Evidence is kept only inside a timer, and no more of it than the contract allows.": (
        (MACHINES, "test_no_more_is_kept_than_the_contract_allows_and_nothing_outside_a_timer"),
        (MACHINES, "test_a_pause_that_is_booked_back_takes_its_evidence_along"),
    ),
    "Nobody rules on lost time before the assistant answered, or let the days to answer pass.": (
        (SETTLE, "test_silence_pays_in_both_directions_and_no_ruling_comes_early"),
        (WEEKS, "test_the_assistant_answers_before_anybody_rules_and_silence_pays"),
    ),
    "What is approved stays as it is when a rate, a rule or evidence comes later.": (
        (SETTLE, "test_a_later_rate_or_rule_changes_nothing_that_was_approved"),
        (WEEKS, "test_nothing_approved_changes_by_late_evidence_another_rate_or_rule"),
    ),
    "A correction is a line of its own with a reason; nothing is written over.": (
        (SETTLE, "test_a_correction_is_a_line_of_its_own_with_a_reason"),
        (WEEKS, "test_nothing_approved_changes_by_late_evidence_another_rate_or_rule"),
        (WEEKS, "test_evidence_is_chained_by_day_and_a_change_is_seen_and_it_expires"),
    ),
    # The reckoning is fair
    "Evidence that comes in another order, late or twice gives the same result.": (
        (RECKON, "test_order_and_repetition_of_evidence_change_nothing"),
        (EVIDENCE, "test_heartbeats_may_come_late_and_twice"),
        (MACHINES, "test_doubled_late_and_reordered_blocks_come_to_the_same"),
    ),
    "More input never lowers the time worked.": (
        (RECKON, "test_more_input_never_lowers_what_is_worked"),
        (RECKON, "test_a_second_device_with_input_keeps_the_time_worked"),
    ),
    "Allowing more sites never makes more time poor.": (
        (RECKON, "test_a_wider_allow_list_never_raises_poor"),
    ),
    "A longer time until somebody counts as away never makes more time idle.": (
        (RECKON, "test_a_higher_threshold_never_raises_idle"),
    ),
    "Of evidence that crosses the edge of a timer, only what lies inside counts.": (
        (RECKON, "test_evidence_outside_the_timers_counts_for_nothing"),
    ),
    "A stretch over midnight is cut in the assistant's zone; days are 23 or 25 hours when clocks change.": (
        (EVIDENCE, "test_a_day_is_as_long_as_its_zone_makes_it"),
        (EVIDENCE, "test_a_segment_over_midnight_is_split_by_the_zone"),
        (EVIDENCE, "test_cutting_at_midnight_loses_nothing_in_any_zone_on_any_day"),
        ANY_WEEK,
    ),
    "A machine's clock that is steadily off is set right, one that jumps is named.": (
        (EVIDENCE, "test_a_steady_clock_is_shifted_and_a_jumping_one_flagged"),
        (MACHINES, "test_a_clock_that_is_ahead_is_set_right_once_it_is_known_to_be_steady"),
    ),
    "Evidence of a time to come is held and not dropped, and counts for nothing before its time.": (
        (RECKON, "test_evidence_of_the_future_is_held"),
        (MACHINES, "test_evidence_of_a_time_to_come_is_held_and_counts_no_minute_beyond_the_timer"),
    ),
    "A machine that slept gives one idle stretch, and its timer paused where it fell asleep.": (
        (RECKON, "test_sleep_of_a_night_inside_a_timer_is_one_idle_segment"),
        (PAUSING, "test_a_machine_that_slept_is_paused_as_of_the_last_look"),
        (PAUSING, "test_a_night_without_input_is_one_pause_from_the_last_input"),
    ),
    "A stretch over midnight is cut in the company's zone for the books.": (
        (SETTLE, "test_the_books_days_hold_the_minutes_of_the_timesheet_whatever_the_zones"),
        (WEEKS, "test_a_week_is_cut_by_the_companys_clocks_as_they_were_when_it_was_signed"),
        (BOOKS, "test_hours_over_the_companys_midnight_stand_on_both_days_of_the_books"),
    ),
}
NOT_YET: dict[str, str] = {}


def test_each_invariant_is_proved_or_says_why_not() -> None:
    assert not PROVED.keys() & NOT_YET.keys()
    assert all(PROVED.values())
    assert all(NOT_YET.values())


@pytest.mark.parametrize("said", sorted(PROVED))
def test_the_tests_of_an_invariant_are_there(said: str) -> None:
    for path, name in PROVED[said]:
        named = re.findall(r"^def (test_\w+)", (ROOT / path).read_text("utf-8"), re.MULTILINE)
        assert any(each.startswith(name) for each in named), f"{path} has no {name}: {said}"
