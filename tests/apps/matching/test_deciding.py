"""What is decided holds, is remembered, and can be taken back."""

from __future__ import annotations

import pytest

from benchmarks.matching_data import customer_lists
from closebook.apps.companies.models import AuditEvent
from closebook.apps.matching.models import MatchMemory, RowState
from closebook.apps.matching.selectors.desk import counts_of, last_act, preview_of
from closebook.apps.matching.selectors.memory import party_matches
from closebook.apps.matching.services.deciding import (
    act_undo,
    jobs_ignore,
    list_match,
    rows_add,
    rows_ignore,
    rows_match,
    rows_reopen,
)
from closebook.apps.matching.services.lists import list_make
from closebook.core.errors import ConflictError, HeldError, InputError
from tests.apps.matching.conftest import OURS, THEIRS

pytestmark = pytest.mark.django_db


def nobody(_name):
    return ()


def test_a_new_list_decides_nothing(held, row):
    assert counts_of(held) == {"open": 4, "matched": 0, "added": 0, "ignored": 0}
    assert (row("7").proposed_id, row("8").proposed_id, row("9").proposed_id) == ("1", "2", "")
    assert row("10").job
    assert row("10").proposed_id == ""


def test_a_match_is_kept_with_who_and_when(held, row, company):
    rows_match(held, [(row("7").pk, "1")], "ada")
    found = row("7")
    assert (found.state, found.chosen_id, found.decided_by) == (RowState.MATCHED, "1", "ada")
    assert found.decided_at
    assert party_matches(company, "customer", "ProjX360") == {"7": "1"}
    assert AuditEvent.objects.filter(company_id=company.pk, action="match-decided").exists()


def test_nobody_is_matched_twice(held, row):
    rows_match(held, [(row("7").pk, "1")], "ada")
    with pytest.raises(ConflictError, match="Ann Hill has this record"):
        rows_match(held, [(row("8").pk, "1")], "ada")
    with pytest.raises(ConflictError):
        rows_match(held, [(row("8").pk, "3"), (row("9").pk, "3")], "ada")


def test_a_record_that_is_not_in_the_books_is_refused(held, row):
    with pytest.raises(InputError, match="no such record"):
        rows_match(held, [(row("7").pk, "77")], "ada")


def test_somebody_is_added_only_when_nobody_has_the_name(held, row):
    with pytest.raises(HeldError, match="a vendor of the name New Person"):
        rows_add(held, [row("9").pk], "ada", lambda _name: [("vendor", "5")])
    assert row("9").state == RowState.OPEN
    rows_add(held, [row("9").pk], "ada", nobody)
    assert row("9").state == RowState.ADDED


def test_jobs_are_left_out_at_once(held, row):
    jobs_ignore(held, "ada")
    assert row("10").state == RowState.IGNORED
    assert counts_of(held)["open"] == 3


def test_an_undo_puts_all_rows_of_a_decision_back(held, row, company):
    act = rows_ignore(held, [row("7").pk, row("8").pk], "ada")
    assert act_undo(act, "ada") == 2
    assert counts_of(held)["open"] == 4
    assert not MatchMemory.objects.exists()
    with pytest.raises(ConflictError):
        act_undo(act, "ada")


def test_an_undo_gives_the_decision_before_back(held, row, company):
    rows_match(held, [(row("7").pk, "1")], "ada")
    act = rows_ignore(held, [row("7").pk], "eve")
    act_undo(act, "eve")
    assert (row("7").state, row("7").chosen_id, row("7").decided_by) == (RowState.MATCHED, "1", "ada")
    assert party_matches(company, "customer", "ProjX360") == {"7": "1"}


def test_an_older_decision_waits_for_the_newer_ones_undo(held, row):
    first = rows_match(held, [(row("7").pk, "1")], "ada")
    rows_ignore(held, [row("7").pk], "ada")
    with pytest.raises(ConflictError, match="anew"):
        act_undo(first, "ada")
    assert last_act(held).word == RowState.IGNORED


def test_a_row_is_opened_again_whichever_decision_it_was(held, row):
    rows_ignore(held, [row("7").pk, row("8").pk], "ada")
    rows_reopen(held, [row("7").pk], "ada")
    assert (row("7").state, row("8").state) == (RowState.OPEN, RowState.IGNORED)


def test_the_automatic_match_does_what_the_preview_told(held, row):
    preview = preview_of(held, 9900)
    assert preview.open == 4
    assert preview.would == len(preview.calls) > 0
    act = list_match(held, 9900, "ada")
    assert len(act.before) == preview.would
    assert row("7").chosen_id == "1"
    act_undo(act, "ada")
    assert counts_of(held)["matched"] == 0


def test_nothing_sure_is_said(held):
    list_match(held, 9000, "ada")
    with pytest.raises(InputError, match="sure enough"):
        list_match(held, 9900, "ada")


def test_the_next_list_of_the_source_remembers(held, row, company):
    rows_match(held, [(row("7").pk, "3")], "ada")
    rows_ignore(held, [row("10").pk], "ada")
    again = list_make(company, "eve", OURS, THEIRS, kind="customer", source="ProjX360")
    seven, ten = again.rows.get(source_id="7"), again.rows.get(source_id="10")
    assert (seven.state, seven.chosen_id, seven.decided_by) == (RowState.MATCHED, "3", "ada")
    assert ten.state == RowState.IGNORED
    assert counts_of(again)["open"] == 2


def test_what_was_matched_with_somebody_gone_is_open_again(held, row, company):
    rows_match(held, [(row("7").pk, "3")], "ada")
    again = list_make(company, "ada", OURS, THEIRS[:2], kind="customer", source="ProjX360")
    assert again.rows.get(source_id="7").state == RowState.OPEN


def test_little_overlap_matches_only_what_was_matched_before(company):
    lists = customer_lists(4, 500, 400, 15)
    held = list_make(company, "ada", lists.left, lists.right, kind="customer", source="X")
    assert not held.automatic
    assert preview_of(held, 9900).would == 0


def test_an_unknown_kind_is_refused(company):
    with pytest.raises(InputError, match="cannot be matched"):
        list_make(company, "ada", OURS, THEIRS, kind="boat", source="X")
