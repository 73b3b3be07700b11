"""The lines of a bank account with the answer beside each, and the bulk acceptance of the certain ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.bank.models import (
    Answer,
    AnswerPlan,
    BankAccount,
    BankLine,
    LineState,
    PlannedState,
)
from closebook.apps.bank.selectors.answer_plans import live_answers, newest_plan
from closebook.apps.bank.selectors.bank_accounts import books_balance
from closebook.apps.bank.selectors.suggestions import Suggestion, suggestions
from closebook.apps.bank.services.answer_planning import answers_plan
from closebook.apps.bank.services.answer_plans import plan_approve
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.companies.abilities import Ability
from closebook.web.bank.scope import REFUSALS, bank_account_of
from closebook.web.bank.words import BY_WORDS
from closebook.web.books.kinds import document_address, title_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.numbers import number_of
from closebook.web.kit.said import said
from closebook.web.kit.undo import offer_undo
from closebook.web.sync.words import tell

PAGE_LINES = 50
MOST_AT_ONCE = 200


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_statement(request: CompanyRequest, bank_account_id: int) -> HttpResponse:
    """Show the lines like a bank statement, each with its answer or what would answer it."""
    one = bank_account_of(request, bank_account_id)
    answers_follow(one)
    rows = _found(request, one)
    page = Paginator(rows, PAGE_LINES).get_page(request.GET.get("page"))
    lines = list(page)
    shown = line_rows(request, one, lines)
    state = request.GET.get("state", "")
    every = BankLine.objects.filter(bank_account=one)
    facts = {
        "one": one,
        "page": page,
        "rows": shown,
        "certain": sum(row["certain"] for row in shown),
        "state": state,
        "words": request.GET.get("q", ""),
        "books_minor": books_balance(one),
        "open": every.filter(state=LineState.OPEN).count(),
        "any": every.exists(),
        "last_plan": newest_plan(one),
        "states": (
            ("", _("All")), ("open", _("Open")), ("matched", _("Answered")), ("excluded", _("Left out")),
        ),
    }  # fmt: skip
    return render(request, "web/bank/statement.html", facts)


def _found(request: CompanyRequest, one: BankAccount) -> QuerySet[BankLine]:
    rows = BankLine.objects.filter(bank_account=one).select_related("bank_account__company")
    state = request.GET.get("state", "")
    if state in LineState.values:
        rows = rows.filter(state=state)
    for word in request.GET.get("q", "").split():
        rows = rows.filter(
            Q(counterparty__icontains=word) | Q(text__icontains=word) | Q(references__icontains=word)
        )
    return rows.order_by("-day", "-pk")


def line_rows(request: CompanyRequest, one: BankAccount, lines: Sequence[BankLine]) -> list[dict[str, Any]]:
    """Return what the page shows of each line; the queries do not grow with the lines."""
    found = suggestions(one, lines)
    answers = Answer.objects.filter(line__in=lines, undone_at=None).select_related("rule__rule")
    by_line = {answer.line_id: answer for answer in answers.prefetch_related("cleared")}
    return [_row(request.company.pk, line, by_line.get(line.pk), found.get(line.pk, [])) for line in lines]


def _row(company_id: int, line: BankLine, answer: Answer | None, found: list[Suggestion]) -> dict[str, Any]:
    best = found[0] if found else None
    certain = best is not None and best.certain and not line.look_alike and answer is None
    return {
        "line": line,
        "answer": answer,
        "records": [
            {
                "title": title_of(one.entity),
                "wire_id": one.wire_id,
                "entity": one.entity,
                "address": document_address(company_id, one.entity, one.wire_id),
            }
            for one in (answer.cleared.all() if answer else ())
        ],
        "best": shown_suggestion(company_id, best) if best and answer is None else None,
        "several": len(found) > 1 and not certain,
        "certain": certain,
    }


def shown_suggestion(company_id: int, one: Suggestion) -> dict[str, Any]:
    """Return a suggestion in words, with the value that a form sends to accept it."""
    by = BY_WORDS.get(one.by, one.by)
    if one.record is not None:
        record = one.record
        return {
            "key": one.key,
            "title": title_of(record.entity),
            "note": " · ".join(str(part) for part in (record.number, record.party, record.memo[:60]) if part),
            "day": record.day,
            "address": document_address(company_id, record.entity, record.wire_id),
            "by": by,
            "one": one,
        }
    if one.other is not None:
        note = one.other.bank_account.name
        return {"key": one.key, "title": _("Transfer"), "note": note, "day": one.other.day,
                "by": by, "one": one}  # fmt: skip
    name = one.version.rule.name if one.version else ""
    return {"key": one.key, "title": _("Rule"), "note": name, "by": by,
            "one": one}  # fmt: skip


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_accept(request: CompanyRequest, bank_account_id: int) -> HttpResponse:
    """Accept the first suggestion of the chosen lines, where it still is certain."""
    one = bank_account_of(request, bank_account_id)
    keys = [number_of(key) for key in request.POST.getlist("line")][:MOST_AT_ONCE]
    by = request.user.get_username()
    try:
        plan = plan_approve(answers_plan(one, by, [key for key in keys if key]), by)
    except REFUSALS as error:
        tell(request, error)
    else:
        _tell(request, plan)
    return redirect("bank_statement", request.company.pk, one.pk)


def _tell(request: CompanyRequest, plan: AnswerPlan) -> None:
    done = live_answers(plan).count()
    text = ngettext("%(count)s line was answered.", "%(count)s lines were answered.", done)
    if done:
        address = reverse("bank_plan_undo", args=[request.company.pk, plan.pk])
        offer_undo(request, text % {"count": done}, address, {})
    for item in plan.items.filter(state=PlannedState.REFUSED)[:3]:
        messages.error(request, said(item.message))
    if plan.reason:
        messages.error(request, said(plan.reason))
