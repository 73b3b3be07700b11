"""What the bank and matching do, for a process of its own whose database is PostgreSQL: it prints what came
of it as JSON.
"""

from __future__ import annotations

import json

import django

django.setup()

from django.db import connection as database  # noqa: E402 - the settings come first

from closebook.apps.bank.models import BankAccount, BankLine, PlannedAnswer  # noqa: E402
from closebook.apps.bank.selectors.answer_plans import plan_undo_look, planned_counts  # noqa: E402
from closebook.apps.bank.selectors.bank_accounts import (  # noqa: E402
    BANK_TYPES,
    books_balance,
    ledger_choices,
)
from closebook.apps.bank.services.answer_planning import answers_plan  # noqa: E402
from closebook.apps.bank.services.answer_plans import plan_approve, plan_undo  # noqa: E402
from closebook.apps.bank.services.bank_accounts import bank_account_make  # noqa: E402
from closebook.apps.bank.services.closing import statement_close, statement_reopen  # noqa: E402
from closebook.apps.bank.services.importing import file_import, upload_keep, upload_read  # noqa: E402
from closebook.apps.bank.services.rules import rule_save  # noqa: E402
from closebook.apps.companies.models import Company  # noqa: E402
from closebook.apps.matching.models import MatchList, MatchRow  # noqa: E402
from closebook.apps.matching.services.deciding import act_undo, rows_add, rows_match  # noqa: E402
from closebook.apps.sync.services.match_reading import (  # noqa: E402
    ListWish,
    name_finder,
    reading_keep,
    reading_start,
)
from closebook.apps.sync.services.record_writing import record_write  # noqa: E402
from closebook.core.errors import ConflictError, InputError  # noqa: E402
from closebook.core.matching.party import Party  # noqa: E402
from closebook.core.reconcile.rules import BankRule, Share  # noqa: E402

BY = "ada"
LINES = b"Date,Description,Amount\n2026-03-04,INK York,-12.50\n2026-03-05,Ink again,-3.00\n"


def handed_in(one: BankAccount) -> int:
    """Hand the same file in twice; return how many lines are there."""
    for _again in range(2):
        found = upload_read(upload_keep(one.company, "march.csv", LINES))
        try:
            file_import(one.company, found, [one], BY)
        except InputError as error:
            if error.code != "bank-file-known":
                raise
    return BankLine.objects.filter(bank_account=one).count()


def bank_way(company: Company) -> dict[str, object]:
    """Answer the lines by a rule as one plan, close their statement, open it, and take the plan back."""
    ledger = next(each for each in ledger_choices(company, BANK_TYPES) if each.name == "Checking")
    one = bank_account_make(company, "Giro", ledger.wire_id, "", BY)
    lines = handed_in(one)
    expense = next(each for each in ledger_choices(company) if each.type == "Expense")
    rule_save(company, "Ink", BankRule(0, ("ink",), shares=(Share(expense.wire_id, 10_000),)), BY)
    plan = plan_approve(answers_plan(one, BY), BY)
    written = books_balance(one)
    closed = statement_close(one, BankLine.objects.latest("day").day, 0, -1550, BY)
    left = len(plan_undo_look(plan).left)
    statement_reopen(closed, BY)
    plan_undo(plan, BY)
    return {
        "lines": lines,
        "written": written,
        "left_while_closed": left,
        "states": planned_counts(plan),
        "ids": PlannedAnswer.objects.values("request_id").distinct().count(),
        "after": books_balance(one),
    }


def matching_way(company: Company) -> dict[str, object]:
    """Hold a list against the books, match a row, refuse the same record twice, add one, take it all back."""
    mail = {"PrimaryEmailAddr": {"Address": "ann@hill.com"}}
    made = record_write(company, BY, "create", "Customer", {"DisplayName": "Hill, Ann", **mail}, "ann-hill-1")
    ours = (Party("7", "Ann Hill", emails=("ann@hill.com",)), Party("8", "New Person"))
    reading = reading_start(reading_keep(company, BY, ListWish("customer", "ProjX360", ours)))
    rows = {row.source_id: row for row in MatchRow.objects.all()}
    held = MatchList.objects.get()
    act = rows_match(held, [(rows["7"].pk, str(made["Id"]))], BY)
    try:
        rows_match(held, [(rows["8"].pk, str(made["Id"]))], BY)
        twice = ""
    except ConflictError as error:
        twice = error.code
    with name_finder(company, "customer", 1) as who:
        second = rows_add(held, [rows["8"].pk], BY, who)
    undone = act_undo(second, BY) + act_undo(act, BY)
    states = sorted(MatchRow.objects.values_list("state", flat=True))
    return {"reading": reading.state, "twice": twice, "undone": undone, "states": states}


if __name__ == "__main__":
    chosen = Company.objects.get()
    facts = {"vendor": database.vendor, "bank": bank_way(chosen), "matching": matching_way(chosen)}
    print(json.dumps(facts))
