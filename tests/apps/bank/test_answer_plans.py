"""Many answers as one plan: shown first, written once however it is interrupted, taken back as one."""

from __future__ import annotations

import pytest

from closebook.apps.bank.models import (
    Answer,
    AnswerPlan,
    AnswerPlanState,
    BankLine,
    LineState,
    PlannedAnswer,
    PlannedState,
)
from closebook.apps.bank.selectors.answer_plans import plan_undo_look, planned_counts
from closebook.apps.bank.selectors.bank_accounts import books_balance
from closebook.apps.bank.services import answer_plans
from closebook.apps.bank.services.answer_planning import answers_plan
from closebook.apps.bank.services.answer_plans import plan_approve, plan_go_on, plan_stop, plan_undo
from closebook.apps.bank.services.answering import answer_excluded, answer_undo
from closebook.apps.bank.services.rules import rule_save
from closebook.core.errors import HeldError, InputError
from closebook.core.reconcile.rules import BankRule, Share
from tests.apps.bank.conftest import BY, Bank, bank_of
from tests.apps.bank.test_answering import payout_rows

WHOLE = 10_000
ROWS = [
    ("2026-03-04", "INK & PAPER York", "-12.50"),
    ("2026-03-05", "Ink again", "-3.00"),
    ("2026-03-06", "Fee of the bank", "-1.00"),
    ("2026-03-07", "Own account", "-40.00"),
    ("2026-03-08", "Nobody knows", "-7.00"),
]


def filled(bank: Bank) -> Bank:
    """Give a bank account two rules, a transfer to another one and a line that nothing fits."""
    other = bank_of(bank.world, "Savings")
    bank.load(*ROWS)
    other.load(("2026-03-07", "Own account", "40.00"), name="savings.csv")
    company = bank.one.company
    rule_save(company, "Ink", BankRule(0, ("ink",), shares=(Share(bank.expense_account(), WHOLE),)), BY)
    rule_save(company, "Fees", BankRule(0, ("fee",), excludes=True, memo="in the shop's fees"), BY)
    return bank


def states(plan: AnswerPlan) -> dict[str, int]:
    return planned_counts(plan)


def test_what_is_sure_is_shown_with_its_money_and_nothing_is_written(bank: Bank):
    plan = answers_plan(filled(bank).one, BY)
    kinds = [(row["kind"], row["lines"], row["amount_minor"]) for row in plan.sums]
    assert kinds == [("excluded", 1, -100), ("rule", 2, -1550), ("transfer", 1, -4000)]
    assert (plan.state, plan.total) == (AnswerPlanState.PLANNED, 4)
    assert books_balance(bank.one) == 0
    assert not Answer.objects.exists()
    again = answers_plan(bank.one, BY)
    assert list(AnswerPlan.objects.values_list("pk", flat=True)) == [again.pk], "an unread plan gives way"


def test_a_plan_is_written_once_and_taken_back_whole(bank: Bank):
    before = bank.world.trial_balance()
    plan = plan_approve(answers_plan(filled(bank).one, BY), BY)
    assert (plan.state, plan.finished, states(plan)) == (AnswerPlanState.DONE, 4, {"done": 4})
    assert books_balance(bank.one) == -5550
    assert set(
        Answer.objects.exclude(entity="").exclude(planned=None).values_list("request_id", flat=True)
    ) <= set(PlannedAnswer.objects.values_list("request_id", flat=True))
    plan_approve(plan, BY)
    assert books_balance(bank.one) == -5550
    look = plan_undo_look(plan)
    assert (look.count, look.left) == (4, [])
    plan_undo(plan, BY)
    assert (plan.state, states(plan)) == (AnswerPlanState.UNDONE, {"undone": 4})
    assert bank.world.trial_balance() == before
    assert not BankLine.objects.exclude(state=LineState.OPEN).exists(), "the other bank account's line too"


def test_payouts_of_a_shop_are_answered_together(shop_bank: Bank):
    rows = payout_rows(shop_bank)
    shop_bank.load(*rows)
    plan = plan_approve(answers_plan(shop_bank.one, BY), BY)
    assert states(plan) == {"done": plan.total}
    assert [row["kind"] for row in plan.sums] == ["match"]
    plan_undo(plan, BY)
    assert {line.state for line in shop_bank.lines()} == {LineState.OPEN}


def test_what_a_person_changed_since_is_named_and_left(bank: Bank):
    plan = plan_approve(answers_plan(filled(bank).one, BY), BY)
    mine = Answer.objects.filter(kind="rule").order_by("pk")[0]
    bank.world.edit("Purchase", mine.written_id, PrivateNote="Mine")
    look = plan_undo_look(plan)
    assert (look.count, [one.answer.pk for one in look.left]) == (3, [mine.pk])
    assert "changed in the books" in look.left[0].reason
    plan_undo(plan, BY)
    assert states(plan) == {"undone": 3, "left": 1}
    assert "changed in the books" in PlannedAnswer.objects.get(state=PlannedState.LEFT).message
    assert books_balance(bank.one) == -1250


def test_what_was_answered_meanwhile_is_refused_alone(bank: Bank):
    plan = answers_plan(filled(bank).one, BY)
    ink = bank.lines()[0]
    answer_excluded(ink, "private", BY)
    plan_approve(plan, BY)
    assert (plan.state, states(plan)) == (AnswerPlanState.DONE, {"done": 3, "refused": 1})
    assert "in the meantime" in PlannedAnswer.objects.get(state=PlannedState.REFUSED).message
    plan_undo(plan, BY)
    assert BankLine.objects.get(pk=ink.pk).state == LineState.EXCLUDED


def test_what_was_taken_back_alone_is_not_taken_back_twice(bank: Bank):
    plan = plan_approve(answers_plan(filled(bank).one, BY), BY)
    answer_undo(Answer.objects.filter(kind="rule").select_related("line__bank_account__company")[0], BY)
    assert plan_undo_look(plan).count == 3
    plan_undo(plan, BY)
    assert plan.state == AnswerPlanState.UNDONE
    assert books_balance(bank.one) == 0


@pytest.mark.parametrize("at", range(4))
def test_an_interrupted_plan_goes_on_and_posts_once(bank: Bank, at: int):
    """What a process that died behind the answer ``at`` leaves: answers that the plan does not know of, the
    first of them without the books' reply.
    """
    plan = plan_approve(answers_plan(filled(bank).one, BY), BY)
    AnswerPlan.objects.filter(pk=plan.pk).update(state=AnswerPlanState.WRITING, finished=at, holder="dead")
    lost = PlannedAnswer.objects.filter(plan=plan, position__gte=at)
    first = Answer.objects.exclude(entity="").filter(planned__in=lost).order_by("pk").first()
    if first is not None:
        first.cleared.all().delete()
        Answer.objects.filter(pk=first.pk).update(done=False, written_id="")
        BankLine.objects.filter(pk=first.line_id).update(state=LineState.OPEN)
    lost.update(state=PlannedState.PLANNED)
    plan.refresh_from_db()
    with pytest.raises(HeldError, match="being written"):
        answers_plan(bank.one, BY)
    plan_go_on(plan)
    assert (plan.state, states(plan)) == (AnswerPlanState.DONE, {"done": 4})
    assert books_balance(bank.one) == -5550
    assert Answer.objects.exclude(planned=None).count() == 4


def test_a_large_plan_is_the_workers_and_can_be_stopped(bank: Bank, settings):
    settings.CLOSEBOOK_SMALL_ROWS = 1
    plan = plan_approve(answers_plan(filled(bank).one, BY), BY)
    assert (plan.state, books_balance(bank.one)) == (AnswerPlanState.WRITING, 0)
    assert plan_stop(plan, BY)
    assert answer_plans.advance(f"{plan.pk}.{plan.attempt}").word == AnswerPlanState.STOPPED
    assert books_balance(bank.one) == 0
    plan.refresh_from_db()
    plan_go_on(plan)
    assert answer_plans.advance(f"{plan.pk}.{plan.attempt}").word == AnswerPlanState.DONE
    assert books_balance(bank.one) == -5550
    plan.refresh_from_db()
    plan_undo(plan, BY)
    assert answer_plans.advance(f"{plan.pk}.{plan.attempt}").word == AnswerPlanState.UNDONE
    assert books_balance(bank.one) == 0


def test_without_a_certain_answer_there_is_no_plan(bank: Bank):
    bank.load(ROWS[-1])
    with pytest.raises(InputError, match="certain"):
        answers_plan(bank.one, BY)
