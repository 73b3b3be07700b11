"""Plans of answers: how they stand, what they do, and what of one cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from closebook.apps.bank.models import Answer, AnswerPlan, BankAccount, PlannedAnswer
from closebook.apps.books.models import Record
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.companies.models import Company

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Left:
    """An answer that stays when its plan is taken back, and why."""

    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True)
class PlanUndo:
    """What taking a plan back would do: so many answers, without those that are left."""

    count: int
    left: list[Left]


def answer_plans_in(company: Company) -> QuerySet[AnswerPlan]:
    """Return a company's plans of answers."""
    rows = AnswerPlan.objects.filter(bank_account__company=company)
    return rows.select_related("bank_account__company")


def newest_plan(bank_account: BankAccount) -> AnswerPlan | None:
    """Return the newest plan of a bank account that was approved, None without any."""
    rows = AnswerPlan.objects.filter(bank_account=bank_account).exclude(approved_at=None)
    return rows.order_by("-pk").first()


def planned_counts(plan: AnswerPlan) -> dict[str, int]:
    """Return how many planned answers are in each state."""
    rows = PlannedAnswer.objects.filter(plan=plan).order_by().values_list("state")
    return dict(rows.annotate(number=Count("pk")))


def live_answers(plan: AnswerPlan) -> QuerySet[Answer]:
    """Return a plan's answers that nobody took back, the last one first."""
    rows = Answer.objects.filter(planned__plan=plan, undone_at=None)
    return rows.select_related("line__bank_account__company", "planned").order_by("-planned__position")


def plan_undo_look(plan: AnswerPlan) -> PlanUndo:
    """Return what taking a plan back would do, and what would be left and why; nothing is changed."""
    answers = list(live_answers(plan).select_related("line__statement"))
    left: list[Left] = []
    for at in range(0, len(answers), _AT_ONCE):
        part = answers[at : at + _AT_ONCE]
        tokens = _tokens(plan, part)
        for one in part:
            reason = _reason(one, tokens)
            if reason:
                left.append(Left(one, reason))
    return PlanUndo(len(answers) - len(left), left)


def _reason(one: Answer, tokens: dict[tuple[str, str], str]) -> str:
    """Return why an answer cannot be taken back, "" when it can."""
    if one.line.statement_id is not None:
        return "The line stands in a statement that was closed."
    if one.written_id and tokens.get((one.entity, one.written_id), one.written_token) != one.written_token:
        return f"{one.entity} {one.written_id} was changed in the books since it was written."
    return ""


def _tokens(plan: AnswerPlan, answers: Sequence[Answer]) -> dict[tuple[str, str], str]:
    """Return the sync tokens of the records that answers wrote, as they are now."""
    books = books_of(plan.bank_account.company.realm_id)
    if books is None:
        return {}
    rows = Record.objects.filter(
        company_id=books.pk, deleted_at=None, entity__in={one.entity for one in answers if one.written_id},
        wire_id__in={one.written_id for one in answers if one.written_id},
    )  # fmt: skip
    facts = rows.values_list("entity", "wire_id", "sync_token")
    return {(entity, wire_id): str(token) for entity, wire_id, token in facts}
