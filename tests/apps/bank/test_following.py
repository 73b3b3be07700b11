"""Answers whose payout was taken back by an undone run: they follow it when it is made again."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.bank.models import Answer, Cleared, LineState
from closebook.apps.bank.selectors.suggestions import InBooks, books_records
from closebook.apps.bank.services.answering import answer_match
from closebook.apps.bank.services.closing import statement_close
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.sync.models import Run
from closebook.core.errors import HeldError
from closebook.core.money import format_minor
from tests.apps.bank.conftest import BY, Bank


@pytest.fixture
def matched(shop_bank: Bank) -> InBooks:
    """The first payout of the shop, which answers a line of the bank."""
    every = books_records(shop_bank.one, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    payout = next(one for one in every if one.amount_minor > 0)
    shop_bank.load((payout.day.isoformat(), "ETSY INC", format_minor(payout.amount_minor, "USD")))
    answer_match(shop_bank.line(), [payout], BY)
    return payout


def _taken_back(bank: Bank) -> None:
    bank.world.undo(Run.objects.get())


def test_an_answer_follows_its_payout_that_was_made_again(shop_bank: Bank, matched: InBooks):
    line = shop_bank.line()
    statement_close(shop_bank.one, line.day, 0, line.amount_minor, BY)
    _taken_back(shop_bank)
    assert answers_follow(shop_bank.one) == 0  # the closed statement keeps what was said
    assert shop_bank.line().state == LineState.MATCHED
    shop_bank.world.sync()
    assert answers_follow(shop_bank.one) == 1
    (cleared,) = Cleared.objects.all()
    assert cleared.wire_id != matched.wire_id
    assert answers_follow(shop_bank.one) == 0


def test_without_its_record_a_line_is_open_again(shop_bank: Bank, matched: InBooks):
    _taken_back(shop_bank)
    line = shop_bank.line()
    with pytest.raises(HeldError, match="open"):
        statement_close(shop_bank.one, line.day, 0, line.amount_minor, BY)
    assert answers_follow(shop_bank.one) == 1
    assert shop_bank.line().state == LineState.OPEN
    assert Answer.objects.get().undone_by == "the books"
    assert not Cleared.objects.exists()
