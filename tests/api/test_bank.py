"""Bank accounts and lines by the API: files in, lines answered and taken back, rules, statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from closebook.apps.bank.models import Answer, BankLine
from closebook.apps.bank.selectors.bank_accounts import books_balance
from closebook.apps.books.models import LedgerAccount
from closebook.apps.companies.abilities import Ability
from tests.api.caller import ROOT, Caller, caller
from tests.apps.bank.conftest import Bank, bank_of, csv_of
from tests.apps.sync.harness import World

INK = ("2026-03-04", "INK & PAPER York", "-12.50")
TEA = ("2026-03-05", "Tea", "-3.00")


@pytest.fixture
def bank(world: World) -> Bank:
    return bank_of(world)


def hand_in(
    sender: Caller, path: str, data: bytes, *, name: str = "march.csv", key: str = "file", code: int = 200
) -> Any:
    headers = {"Authorization": f"Bearer {sender.plain}", "Idempotency-Key": key}
    answer = sender.client.post(f"{ROOT}{path}", {"file": SimpleUploadedFile(name, data)}, headers=headers)
    assert answer.status_code == code, answer.content
    return answer.json()


def expense(bank: Bank) -> int:
    found = LedgerAccount.objects.filter(record__wire_id=bank.expense_account())
    return found.get(company__realm_id=bank.one.company.realm_id).pk


def test_lines_are_read_with_their_state_and_found_by_words_and_amount(till, bank: Bank, stranger):
    bank.load(INK, TEA)
    (found,) = till.get("bank-accounts")["items"]
    assert (found["name"], found["open_lines"], found["last_day"]) == (bank.one.name, 2, "2026-03-05")
    path = f"bank-accounts/{bank.one.pk}/lines"
    tea, ink = till.get(path)["items"]
    assert (ink["amount_minor"], ink["currency"], ink["state"], ink["records"]) == (-1250, "USD", "open", [])
    till.post(f"bank-lines/{ink['line']}/answer", {"what": "exclude", "reason": "private"})
    assert [line["line"] for line in till.get(f"{path}?state=open")["items"]] == [tea["line"]]
    assert till.get(f"{path}?day_from=2026-03-06")["items"] == []
    assert [line["answer"] for line in till.get(f"{path}?words=york+ink")["items"]] == ["excluded"]
    assert [line["line"] for line in till.get(f"{path}?amount_minor=-300")["items"]] == [tea["line"]]
    assert till.call("GET", f"{path}?state=nonsense").status_code == 422
    assert stranger.get("bank-accounts")["items"] == []
    assert stranger.call("GET", path).status_code == 404


def test_a_bank_account_is_made_for_a_ledger_account_of_a_bank(till, world):
    made = world.make("Account", Name="Giro", AccountType="Bank")
    number = LedgerAccount.objects.get(record__wire_id=made["Id"]).pk
    found = till.post("bank-accounts", {"name": "Giro", "ledger_account": number})
    assert (found["name"], found["open_lines"]) == ("Giro", 0)
    again = till.call("POST", "bank-accounts", {"name": "Giro", "ledger_account": number})
    assert (again.status_code, again.json()["code"]) == (422, "bank-account-taken")


def test_a_file_is_read_first_then_stored_once(till, bank: Bank):
    path = f"bank-accounts/{bank.one.pk}/files"
    seen = hand_in(till, f"{path}/preview", csv_of(INK, TEA))
    assert [(part["rows"], part["new"]) for part in seen["parts"]] == [(2, 2)]
    assert not BankLine.objects.exists()
    stored = hand_in(till, path, csv_of(INK, TEA))
    assert stored == seen
    assert hand_in(till, path, csv_of(INK, TEA)) == stored, "the same key is answered alike"
    known = hand_in(till, path, csv_of(INK, TEA), key="other", code=422)
    assert known["code"] == "bank-file-known"
    assert BankLine.objects.count() == 2
    refused = hand_in(till, path, b"%PDF-1.7", name="x.pdf", key="pdf", code=422)
    assert refused["remedy"]


def test_another_companys_bank_account_takes_no_file(bank: Bank, stranger):
    for path in ("files", "files/preview"):
        hand_in(stranger, f"bank-accounts/{bank.one.pk}/{path}", csv_of(INK), code=404)
    assert not BankLine.objects.exists()


def test_a_line_is_written_by_shares_once_and_taken_back(till, bank: Bank):
    bank.load(INK)
    line = f"bank-lines/{bank.line().pk}"
    one, before = expense(bank), books_balance(bank.one)
    wrong = {"what": "write", "shares": [{"ledger_account": one, "amount_minor": 1249}]}
    assert till.call("POST", f"{line}/answer", wrong).json()["code"] == "bank-amounts"
    right = {
        "what": "write",
        "memo": "Ink",
        "shares": [{"ledger_account": one, "amount_minor": part} for part in (500, 750)],
    }
    made = till.post(f"{line}/answer", right, key="ink")
    assert (made["state"], made["answer"]) == ("matched", "typed")
    assert made["records"] == [f"Purchase {Answer.objects.get().written_id}"]
    assert till.post(f"{line}/answer", right, key="ink") == made
    again = till.call("POST", f"{line}/answer", right)
    assert (again.status_code, again.json()["code"]) == (409, "line-answered")
    assert books_balance(bank.one) == before - 1250
    assert till.post(f"{line}/undo")["state"] == "open"
    assert books_balance(bank.one) == before
    unknown = {"what": "write", "shares": [{"ledger_account": 10**9, "amount_minor": 1250}]}
    assert till.call("POST", f"{line}/answer", unknown).json()["code"] == "bank-ledger-unknown"


def test_records_answer_a_line_and_a_suggestion_is_accepted_by_its_key(till, bank: Bank):
    other = bank_of(bank.world, "Savings").one.ledger_account
    sides = {"FromAccountRef": {"value": other}, "ToAccountRef": {"value": bank.one.ledger_account}}
    made = bank.world.make("Transfer", TxnDate="2026-03-03", Amount=50, **sides)
    bank.load(("2026-03-04", "Own money", "50.00"))
    line = f"bank-lines/{bank.line().pk}"
    (one,) = till.get(line)["suggestions"]
    assert (one["kind"], one["certain"], one["record"]) == ("match", True, f"Transfer {made['Id']}")
    gone = till.call("POST", f"{line}/answer", {"what": "suggestion", "suggestion": "match:Transfer:0"})
    assert gone.status_code == 422
    done = till.post(f"{line}/answer", {"what": "suggestion", "suggestion": one["key"]})
    assert done["records"] == [one["record"]]
    till.post(f"{line}/undo")
    assert till.post(f"{line}/answer", {"what": "match", "records": [one["record"]]})["answer"] == "match"


def test_all_that_is_sure_is_planned_written_and_taken_back(till, bank: Bank):
    bank.load(INK, TEA)
    one, before = expense(bank), books_balance(bank.one)
    rule = {"name": "Ink", "words": ["ink"], "shares": [{"ledger_account": one, "per_myriad": 10_000}]}
    till.post("bank-rules", rule)
    plan = till.post(f"bank-accounts/{bank.one.pk}/answer-plans")
    assert (plan["state"], plan["total"]) == ("planned", 1)
    assert plan["sums"] == [{"kind": "rule", "ledger_account": one, "lines": 1, "amount_minor": -1250}]
    path = f"answer-plans/{plan['answer_plan']}"
    assert till.post(f"{path}/approve")["state"] == "done"
    (row,) = till.get(f"{path}/answers")["items"]
    assert (row["state"], row["record"][:8]) == ("done", "Purchase")
    assert books_balance(bank.one) == before - 1250
    assert till.get(f"{path}/undo-preview") == {"answer_plan": plan["answer_plan"], "count": 1, "left": []}
    assert till.post(f"{path}/undo")["state"] == "undone"
    assert till.post(f"{path}/stop")["state"] == "undone"
    assert books_balance(bank.one) == before


def test_rules_are_tried_made_changed_and_rest(till, bank: Bank, stranger):
    bank.load(INK, TEA)
    rule = {"name": "Ink", "words": ["ink"], "excludes": True, "memo": "private"}
    tried = till.post("bank-rules/try", rule)
    assert (tried["count"], [line["text"] for line in tried["lines"]]) == (1, ["INK & PAPER York"])
    made = till.post("bank-rules", rule)
    assert (made["version"], made["active"], made["words"]) == (1, True, ["ink"])
    path = f"bank-rules/{made['rule']}"
    changed = till.call("PUT", path, {**rule, "words": ["toner"]}).json()
    assert (changed["version"], changed["words"]) == (2, ["toner"])
    assert till.post(f"{path}/use", {"active": False})["active"] is False
    assert [one["rule"] for one in till.get("bank-rules")["items"]] == [made["rule"]]
    everything = till.call("POST", "bank-rules", {**rule, "name": "All", "words": ["*"]})
    assert (everything.status_code, everything.json()["code"]) == (422, "bank-rule")
    assert stranger.get("bank-rules")["items"] == []


def test_a_statement_is_reconciled_closed_and_opened_again(till, bank: Bank):
    bank.load(INK)
    path = f"bank-accounts/{bank.one.pk}"
    wish = "last_day=2026-03-31&opening_minor=10000&closing_minor=8750"
    standing = till.get(f"{path}/reconciliation?{wish}")
    assert (standing["open_lines"], standing["difference_minor"], standing["done"]) == (1, -1250, False)
    body = {"last_day": "2026-03-31", "opening_minor": 10000, "closing_minor": 8750}
    early = till.call("POST", f"{path}/statements", body)
    assert (early.status_code, early.json()["code"]) == (409, "statement-differs")
    till.post(f"bank-lines/{bank.line().pk}/answer", {"what": "exclude", "reason": "private"})
    closed = till.post(f"{path}/statements", body)
    assert [one["statement"] for one in till.get(f"{path}/statements")["items"]] == [closed["statement"]]
    assert till.call("POST", f"bank-lines/{bank.line().pk}/undo").json()["code"] == "statement-closed"
    opened = till.post(f"bank-statements/{closed['statement']}/reopen")
    assert opened == {"bank_account": bank.one.pk, "last_day": "2026-03-31"}
    assert till.get(f"{path}/statements")["items"] == []


def test_a_reader_changes_nothing(world, bank: Bank):
    bank.load(INK)
    reader = caller(world.company(), abilities=[Ability.SEE_BOOKS])
    body = {"what": "exclude", "reason": "private"}
    assert reader.call("POST", f"bank-lines/{bank.line().pk}/answer", body).status_code == 403
    assert reader.get(f"bank-lines/{bank.line().pk}")["state"] == "open"
