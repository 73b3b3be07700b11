"""A deposit that the sync posts already does not become income a second time by a typed answer or a rule."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.bank.models import Answer, LineState
from closebook.apps.bank.selectors.bank_accounts import ledger_choices
from closebook.apps.bank.selectors.suggestions import books_records
from closebook.apps.bank.services.answering import Wanted, answer_written
from closebook.core.errors import ConflictError
from closebook.core.money import format_minor
from closebook.core.reconcile.rules import Share
from tests.apps.bank.conftest import BY, Bank

WHOLE = 10_000


def income(bank: Bank) -> Share:
    choices = ledger_choices(bank.one.company)
    return Share(next(one.wire_id for one in choices if one.type == "Income"), WHOLE)


def payout(bank: Bank):

    found = books_records(bank.one, dt.date(2020, 1, 1), dt.date(2030, 1, 1))
    return next(one for one in found if one.entity == "Transfer" and one.amount_minor > 0)


@pytest.mark.parametrize(("days", "refused"), [(0, True), (5, True), (-5, True), (6, False)])
def test_pitfall_1_the_amount_of_a_payout_is_no_income_within_five_days(shop_bank: Bank, days, refused):

    one = payout(shop_bank)
    day = (one.day + dt.timedelta(days=days)).isoformat()
    shop_bank.load((day, "Money from the shop", format_minor(one.amount_minor, "USD")))
    if not refused:
        assert answer_written(shop_bank.line(), Wanted((income(shop_bank),)), BY).done
        return
    with pytest.raises(ConflictError) as caught:
        answer_written(shop_bank.line(), Wanted((income(shop_bank),)), BY)
    assert caught.value.code == "bank-counted-twice"
    assert f"{one.entity} {one.wire_id}" in caught.value.message
    assert (shop_bank.line().state, Answer.objects.count()) == (LineState.OPEN, 0)
    assert answer_written(shop_bank.line(), Wanted((income(shop_bank),), sure=True), BY).done


def test_pitfall_1_a_text_that_names_the_platform_is_no_income_before_its_payout_is_posted(shop_bank: Bank):
    shop_bank.load(("2030-03-04", "ACH Etsy Inc 0815", "12.34"))
    with pytest.raises(ConflictError) as caught:
        answer_written(shop_bank.line(), Wanted((income(shop_bank),)), BY)
    assert (caught.value.code, "Quill prints" in caught.value.message) == ("bank-counted-twice", True)


def test_what_is_spent_or_moved_is_not_asked_about(shop_bank: Bank):
    one = payout(shop_bank)
    shop_bank.load(
        (one.day.isoformat(), "Etsy", format_minor(-one.amount_minor, "USD")),
        (one.day.isoformat(), "Deposit of the shop", format_minor(one.amount_minor, "USD")),
    )
    back, came = sorted(shop_bank.lines(), key=lambda line: line.amount_minor)
    assert answer_written(back, Wanted((income(shop_bank),)), BY).done
    expense = Share(shop_bank.expense_account(), WHOLE)
    assert answer_written(came, Wanted((expense,)), BY).done
