"""Which test keeps us from which pitfall that users of such programs report.

The numbers are those of the tests' names. A pitfall that needs what no source of ours has says so.
"""

from __future__ import annotations

import re

import pytest

from tests.project.sources import ROOT

ETSY, TILL = "tests/connectors/etsy", "tests/core/planning/test_till.py"
SQUARE, PLAN = "tests/connectors/square/test_records.py", "tests/core/planning/test_plan.py"
OWN, SYNC = "tests/core/planning/test_pitfalls.py", "tests/apps/sync"
TESTS = {
    1: (TILL, "test_pitfall_1_4_and_6_"),  # a deposit counted twice
    2: (TILL, "test_pitfall_2_"),  # two methods in one year
    3: (OWN, "test_pitfall_3_"),  # one lump a day
    4: (TILL, "test_pitfall_1_4_and_6_"),  # income net of fees
    5: (SQUARE, "test_pitfall_5_"),  # the fee subtracted twice
    6: (TILL, "test_pitfall_1_4_and_6_"),  # the deposit differs by the fee
    7: (OWN, "test_pitfall_7_"),  # the marketplace's tax as one's own
    8: (TILL, "test_pitfall_8_"),  # tax reckoned twice
    9: (TILL, "test_pitfall_9_"),  # one cent off
    10: (TILL, "test_pitfall_10_"),  # several rates on one document
    11: (OWN, "test_pitfall_11_"),  # a rate that nobody knows
    12: (f"{SYNC}/test_late_data.py", "test_a_refund_in_a_later_month_stands_in_its_own_month"),
    13: (TILL, "test_pitfall_13_"),  # a partial refund
    14: (SQUARE, "test_pitfall_14_"),  # a fee given back or kept
    15: ("tests/core/planning/test_settlement.py", "test_what_stays_behind_is_carried_into_the_next"),
    16: (SQUARE, "test_pitfall_16_"),  # a payout split, or two on a day
    17: (TILL, "test_pitfall_17_"),  # a negative or returned payout
    18: (TILL, "test_pitfall_18_"),  # reserves and holds
    19: (TILL, "test_pitfall_19_"),  # cash in the export
    20: (TILL, "test_pitfall_20_"),  # split tenders
    21: (TILL, "test_pitfall_21_"),  # tips
    22: (TILL, "test_pitfall_22_"),  # gift cards
    23: ("tests/connectors/square/test_files.py", "pitfall_23_"),  # discounts before or after tax
    24: (OWN, "test_pitfall_24_"),  # discounts switched off in the books
    25: (f"{ETSY}/test_orders.py", "test_splits"),  # Etsy's shipping discount is information
    26: (f"{ETSY}/test_orders.py", "test_splits"),  # gift wrap has no column
    27: (SQUARE, "test_pitfall_27_"),  # time zones
    28: (TILL, "test_pitfall_28_"),  # several currencies
    29: (SQUARE, "test_pitfall_29_"),  # currencies without cents
    30: ("tests/connectors/square/test_pull.py", "pitfall_30_"),  # the fee is not there yet
    31: (PLAN, "test_two_buyers_of_one_name_are_two_customers"),
    32: (PLAN, "test_a_vendor_or_employee_of_the_same_name_gives_a_suffix"),
    33: (TILL, "test_pitfall_33_"),  # items by name
    34: (OWN, "test_pitfall_34_"),  # quantities in two places
    35: (PLAN, "test_nothing_is_written_in_a_closed_period"),
    36: (PLAN, "test_what_a_person_deleted_is_asked_once_and_never_made_again"),
    37: (PLAN, "test_a_number_that_is_in_use_is_held"),
    38: (SQUARE, "test_pitfall_38_"),  # rows without a link
    39: ("tests/core/planning/test_posting_rows.py", "test_card_payment_and_refund_funding_are_transfers"),
    40: (f"{ETSY}/test_amounts.py", "test_titles"),  # the amount only in the text
    41: ("tests/connectors/square/test_files.py", "pitfall_41_"),  # overlapping exports
    42: ("tests/connectors/square/test_files.py", "pitfall_42_"),  # what spreadsheets do
    43: (SQUARE, "test_pitfall_43_"),  # signs
    45: (SQUARE, "test_pitfall_45_"),  # leads and drafts
    46: (f"{SYNC}/test_resuming.py", "test_pitfall_46_"),  # a retry makes a second document
    47: (PLAN, "test_an_inactive_customer_holds_its_documents_until_it_is_wanted_again"),
    48: (PLAN, "test_a_document_whose_source_is_gone_is_deleted_when_its_group_is_planned"),
    49: (f"{SYNC}/test_leases.py", "test_a_second_holder_waits_and_says_so"),
}
ELSEWHERE = {
    44: "deposits on jobs: no source of ours has them",
}


def test_every_pitfall_of_the_table_is_named_once() -> None:
    assert TESTS.keys() | ELSEWHERE.keys() == set(range(1, 50))
    assert not TESTS.keys() & ELSEWHERE.keys()


@pytest.mark.parametrize("number", sorted(TESTS))
def test_the_test_of_a_pitfall_is_there(number: int) -> None:
    path, name = TESTS[number]
    named = re.findall(r"^def (test_\w+)", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    assert any(name in each for each in named), f"{path} has no {name}"
