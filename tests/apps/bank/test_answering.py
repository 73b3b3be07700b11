"""Lines answered: matched, written, transferred, left out, and all of it taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.bank.models import Answer, BankFile, BankLine, Cleared, LineState
from closebook.apps.bank.selectors.bank_accounts import books_balance, ledger_choices
from closebook.apps.bank.selectors.contents import payout_contents
from closebook.apps.bank.selectors.rules import rule_preview
from closebook.apps.bank.selectors.statements import statement_view
from closebook.apps.bank.selectors.suggestions import books_records, suggestions
from closebook.apps.bank.services.answering import (
    Wanted,
    answer_excluded,
    answer_match,
    answer_transfer,
    answer_undo,
    answer_written,
    record_in_books,
    suggestion_accept,
    unfinished_send,
)
from closebook.apps.bank.services.closing import statement_close, statement_reopen
from closebook.apps.bank.services.importing import file_import, upload_keep, upload_read
from closebook.apps.bank.services.rules import rule_save
from closebook.apps.books.models import BooksCompany
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.money import format_minor
from closebook.core.reconcile.rules import BankRule, Share
from tests.apps.bank.conftest import BY, Bank, bank_of

WHOLE = 10_000
INK = ("2026-03-04", "INK & PAPER York", "-12.50")


def suggested(bank: Bank, line: BankLine):
    return suggestions(bank.one, [line])[line.pk]


def test_a_line_is_written_as_an_expense_and_taken_back(bank: Bank):
    before = bank.world.trial_balance()
    bank.load(INK)
    line = bank.line()
    made = answer_written(line, Wanted((Share(bank.expense_account(), WHOLE),), memo="Ink"), BY)
    assert (made.entity, made.done, bank.line().state) == ("Purchase", True, LineState.MATCHED)
    assert books_balance(bank.one) == -1250
    answer_undo(made, BY)
    assert bank.world.trial_balance() == before
    assert bank.line().state == LineState.OPEN
    assert not Cleared.objects.exists()


def test_money_that_came_in_is_a_deposit_split_by_shares_to_the_cent(bank: Bank):
    bank.load(("2026-03-04", "Grant", "100.01"))
    accounts = [one.wire_id for one in ledger_choices(bank.one.company) if one.type in {"Income", "Expense"}][
        :2
    ]
    made = answer_written(bank.line(), Wanted((Share(accounts[0], 3333), Share(accounts[1], 6667))), BY)
    assert made.entity == "Deposit"
    assert books_balance(bank.one) == 10001


def test_a_line_has_one_answer_at_a_time(bank: Bank):
    bank.load(INK)
    line = bank.line()
    answer_excluded(line, "private", BY)
    with pytest.raises(ConflictError) as caught:
        answer_written(bank.line(), Wanted((Share(bank.expense_account(), WHOLE),)), BY)
    assert caught.value.code == "line-answered"
    assert books_balance(bank.one) == 0


def test_leaving_a_line_out_needs_a_reason(bank: Bank):
    bank.load(INK)
    with pytest.raises(InputError, match="reason"):
        answer_excluded(bank.line(), " ", BY)
    made = answer_excluded(bank.line(), "private", BY)
    assert bank.line().state == LineState.EXCLUDED
    answer_undo(made, BY)
    assert bank.line().state == LineState.OPEN


def test_what_somebody_changed_in_the_books_is_not_deleted(bank: Bank):
    bank.load(INK)
    made = answer_written(bank.line(), Wanted((Share(bank.expense_account(), WHOLE),)), BY)
    bank.world.edit("Purchase", made.written_id, PrivateNote="Mine")
    with pytest.raises(ConflictError) as caught:
        answer_undo(made, BY)
    assert caught.value.code == "record-changed"
    assert bank.line().state == LineState.MATCHED


def test_an_interrupted_write_is_finished_and_posts_once(bank: Bank):
    bank.load(INK)
    made = answer_written(bank.line(), Wanted((Share(bank.expense_account(), WHOLE),)), BY)
    Cleared.objects.all().delete()
    Answer.objects.filter(pk=made.pk).update(done=False, written_id="")
    BankLine.objects.update(state=LineState.OPEN)
    again = unfinished_send(Answer.objects.get(pk=made.pk), BY)
    assert again.written_id == made.written_id
    assert books_balance(bank.one) == -1250


def test_a_record_of_that_amount_is_certain_and_two_are_only_suggested(bank: Bank):
    other = bank_of(bank.world, "Savings").one.ledger_account
    sides = {"FromAccountRef": {"value": other}, "ToAccountRef": {"value": bank.one.ledger_account}}
    bank.world.make("Transfer", TxnDate="2026-03-03", Amount=50, **sides)
    bank.load(("2026-03-04", "Own money", "50.00"))
    (one,) = suggested(bank, bank.line())
    assert (one.kind, one.certain) == ("match", True)
    bank.world.make("Transfer", TxnDate="2026-03-05", Amount=50, **sides)
    assert [each.certain for each in suggested(bank, bank.line())] == [False, False]
    made = suggestion_accept(bank.line(), one, BY)
    assert made.cleared.count() == 1
    assert one.record is not None
    assert record_in_books(bank.line(), "Transfer", one.record.wire_id) is None


def test_a_record_answers_one_line_only(bank: Bank):
    detail = {"AccountRef": {"value": bank.expense_account()}}
    line = {"Amount": 5, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
    to = {"value": bank.one.ledger_account}
    bank.world.make("Deposit", TxnDate="2026-03-03", DepositToAccountRef=to, Line=[line])
    bank.load(("2026-03-04", "A", "5.00"), ("2026-03-05", "B", "5.00"))
    first, second = bank.lines()
    (record,) = books_records(bank.one, dt.date(2026, 3, 1), dt.date(2026, 3, 9))
    answer_match(first, [record], BY)
    with pytest.raises(ConflictError) as caught:
        answer_match(second, [record], BY)
    assert caught.value.code == "record-cleared"
    assert not second.answers.exists()
    with pytest.raises(InputError, match="add up"):
        answer_match(second, [], BY)


def test_a_transfer_between_own_bank_accounts_answers_both_lines(bank: Bank):
    savings = bank_of(bank.world, "Savings")
    bank.load(("2026-03-04", "To savings", "-80.00"))
    bank.load(("2026-03-05", "From checking", "80.00"), of=savings.one)
    (one,) = suggested(bank, bank.line())
    assert (one.kind, one.certain) == ("transfer", True)
    made = suggestion_accept(bank.line(), one, BY)
    assert (books_balance(bank.one), books_balance(savings.one)) == (-8000, 8000)
    assert (bank.line().state, savings.line().state) == (LineState.MATCHED, LineState.MATCHED)
    answer_undo(made, BY)
    assert (books_balance(bank.one), books_balance(savings.one)) == (0, 0)
    assert (bank.line().state, savings.line().state) == (LineState.OPEN, LineState.OPEN)
    with pytest.raises(InputError):
        answer_transfer(bank.line(), bank.line(), BY)


def test_a_rule_shows_what_it_would_have_done_and_then_does_it(bank: Bank):
    bank.load(INK, ("2026-03-05", "Rent", "-900.00"))
    rule = BankRule(0, ("ink * york",), shares=(Share(bank.expense_account(), WHOLE),), memo="Supplies")
    found, count = rule_preview(bank.one.company, rule)
    assert ([line.amount_minor for line in found], count) == ([-1250], 1)
    rule_save(bank.one.company, "Ink", rule, BY)
    ink, rent = bank.lines()
    (one,) = suggested(bank, ink)
    assert (one.kind, one.certain) == ("rule", True)
    assert not suggested(bank, rent)
    made = suggestion_accept(ink, one, BY)
    assert (made.kind, made.entity) == ("rule", "Purchase")
    assert made.rule is not None
    assert made.rule.number == 1


def test_a_closed_period_refuses_and_leaves_the_line_open(bank: Bank):
    BooksCompany.objects.update(closed_until=dt.date(2026, 3, 31))
    bank.load(INK)
    with pytest.raises(Exception, match=r"(?i)clos"):
        answer_written(bank.line(), Wanted((Share(bank.expense_account(), WHOLE),)), BY)
    assert not Answer.objects.exists()
    assert bank.line().state == LineState.OPEN


def test_the_same_file_or_an_overlapping_one_brings_each_line_once(bank: Bank):
    tea = ("2026-03-05", "Tea", "-3.00")
    bank.load(INK, tea)
    with pytest.raises(InputError) as caught:
        bank.load(INK, tea, name="again.csv")
    assert caught.value.code == "bank-file-known"
    (row,) = bank.load(tea, tea, ("2026-03-06", "Rent", "-900.00"), name="april.csv")
    assert (row.rows, row.new_rows) == (3, 2)
    assert [line.amount_minor for line in bank.lines()] == [-1250, -300, -300, -90000]


def test_nothing_of_a_file_is_stored_when_a_part_fails(bank: Bank):
    text = b"Date,Amount,Currency\n2026-03-01,1.00,USD\n2026-03-01,2.00,EUR\n"
    found = upload_read(upload_keep(bank.one.company, "two.csv", text))
    with pytest.raises(InputError) as caught:
        file_import(bank.one.company, found, [bank.one, bank.one], BY)
    assert caught.value.code == "bank-currency"
    assert not BankFile.objects.exists()
    assert not BankLine.objects.exists()


def test_a_statement_closes_only_when_it_adds_up_and_then_holds_its_lines(bank: Bank):
    bank.load(INK)
    day = dt.date(2026, 3, 31)
    with pytest.raises(HeldError) as caught:
        statement_close(bank.one, day, 10000, 8750, BY)
    assert caught.value.code == "statement-differs"
    made = answer_written(bank.line(), Wanted((Share(bank.expense_account(), WHOLE),)), BY)
    with pytest.raises(HeldError):
        statement_close(bank.one, day, 10000, 8751, BY)
    closed = statement_close(bank.one, day, 10000, 8750, BY)
    with pytest.raises(HeldError, match="closed"):
        answer_undo(Answer.objects.get(pk=made.pk), BY)
    with pytest.raises(HeldError, match="closed"):
        bank.load(("2026-03-20", "Late", "-1.00"))
    assert statement_view(bank.one, dt.date(2026, 4, 30), 8750, 8750).standing.done
    statement_reopen(closed, BY)
    answer_undo(Answer.objects.get(pk=made.pk), BY)
    assert books_balance(bank.one) == 0


def payout_rows(bank: Bank) -> list[tuple[str, str, str]]:
    records = books_records(bank.one, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    return [
        (
            (one.day + dt.timedelta(days=2)).isoformat(),
            f"ETSY PAYOUT {at}",
            format_minor(one.amount_minor, "USD"),
        )
        for at, one in enumerate(records)
    ]


def test_every_payout_of_a_shop_finds_its_line_and_tells_what_is_in_it(shop_bank: Bank):
    rows = payout_rows(shop_bank)
    assert len(rows) > 3
    shop_bank.load(*rows)
    lines = shop_bank.lines()
    found = suggestions(shop_bank.one, lines)
    before = shop_bank.world.trial_balance()
    for line in lines:
        (one,) = found[line.pk]
        assert (one.kind, one.certain) == ("match", True)
        assert suggestion_accept(line, one, BY).written_id == ""
        assert one.record is not None
        contents = payout_contents(shop_bank.one.company, one.record.entity, one.record.wire_id)
        if line.amount_minor < 0:  # a payout that the bank returned
            assert contents is None
            continue
        assert contents is not None
        held = contents.settlement
        assert held.opening_minor + sum(amount for _word, amount in contents.parts) == (
            held.payout_minor + held.carried_minor
        )
        assert abs(held.payout_minor) == abs(line.amount_minor)
    assert shop_bank.world.trial_balance() == before
    assert {line.state for line in shop_bank.lines()} == {LineState.MATCHED}
