"""Every operation: refused without a token, without the ability, and for another company's things."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver

from closebook.api.app import api
from closebook.api.document import document, operations
from closebook.apps.bank.models import AnswerPlan, StatementClose
from closebook.apps.bank.services.answer_planning import answers_plan
from closebook.apps.bank.services.rules import rule_save
from closebook.apps.companies.abilities import Ability
from closebook.apps.hooks.services.endpoints import endpoint_make
from closebook.apps.matching.models import MatchList, MatchRow
from closebook.apps.matching.services.deciding import rows_ignore
from closebook.apps.sync.models import Connection, Preparation, Run, SyncError
from closebook.apps.sync.services.errors import error_record
from closebook.apps.sync.services.match_reading import ListWish, reading_keep, reading_start
from closebook.core.matching.party import Party
from closebook.core.reconcile.rules import BankRule
from tests.api.caller import Caller, caller
from tests.apps.bank.conftest import bank_of

pytestmark = pytest.mark.xdist_group("api")
RULE = {"name": "Ink", "words": ["ink"], "excludes": True}
READ_BY_POST = {"postings", "try_profile", "try_bank_rule", "preview_bank_file"}
OF_FILES = {"read_statement", "pull_files", "import_bank_file", "preview_bank_file"}
BODIES = {
    "undo_run": {"only": []},
    "replay_webhook": {},
    "retry_error": {},
    "decide_error": {"word": "ignore"},
    "change_profile": {"profile": {}},
    "try_profile": {"profile": {}},
    "make_bank_account": {"name": "Giro", "ledger_account": 1},
    "answer_bank_line": {"what": "exclude", "reason": "private"},
    "make_bank_rule": RULE,
    "change_bank_rule": RULE,
    "try_bank_rule": RULE,
    "use_bank_rule": {"active": False},
    "close_bank_statement": {"last_day": "2026-03-31", "opening_minor": 0, "closing_minor": 0},
    "read_match_list": {"source": "Till", "rows": [{"id": "1", "name": "Ann"}]},
    "decide_match": {"word": "ignore", "rows": [{"row": 1}]},
    "match_automatic": {"score": 99},
    "plan_match_additions": {},
    "postings": {"ledger_accounts": [1], "day_to": "2026-12-31"},
}
OPERATIONS = [
    (method, path, operation, each)
    for router in api._get_bound_routers()
    for view in router.path_operations.values()
    for each in view.operations
    for path, name, operation in operations(document())
    if operation["operationId"] == each.operation_id
    for method in each.methods
]
IDS = [operation["operationId"] for _method, _path, operation, _each in OPERATIONS]


def ability_of(operation) -> Ability:
    (token,) = operation.auth_callbacks
    return token.ability


def address(path: str, **numbers: int) -> str:
    return re.sub(r"{(\w+)}", lambda found: str(numbers.get(found[1], "trial-balance")), path)


def test_there_are_operations_to_walk():
    assert len(OPERATIONS) == len(set(IDS)) == sum(1 for _ in operations(document())) >= 35


@pytest.mark.parametrize(("method", "path", "operation", "each"), OPERATIONS, ids=IDS)
def test_each_operation_names_its_ability_and_problems(method, path, operation, each):
    ability = ability_of(each)
    assert isinstance(ability, Ability)
    assert operation["description"].endswith(f"Needs the ability {ability.value}.")
    assert {401, 403, 422, 429, 500} <= set(operation["responses"])
    assert operation["security"] == [{"Token": []}]
    begins = method != "GET" and each.operation_id not in READ_BY_POST
    keys = [p for p in operation["parameters"] if p["name"] == "Idempotency-Key"]
    assert bool(keys) == begins


@pytest.mark.django_db(databases=["default", "books"])
def test_nothing_answers_without_a_token(companies):
    for method, path, operation, _each in OPERATIONS:
        for sender in (Caller(), Caller("cb_" + "x" * 43)):
            answer = sender.call(
                method, address(path, connection=1, run=1, error=1), BODIES.get(operation["operationId"])
            )
            assert answer.status_code == 401, path


@pytest.mark.django_db(databases=["default", "books"])
def test_nothing_answers_without_its_ability(companies):
    without = {ability: caller(companies[0], abilities=set(Ability) - {ability}) for ability in Ability}
    for method, path, operation, each in OPERATIONS:
        sender = without[ability_of(each)]
        body = BODIES.get(operation["operationId"])
        answer = sender.call(method, address(path, connection=1, run=1, error=1), body)
        assert (answer.status_code, answer.json()["code"]) == (403, "ability-missing"), path


def test_another_companys_things_are_not_there(till, stranger, world):
    connection = world.connection
    error = error_record(
        connection, code="x", cause="x", who_acts="user", fixes=[], key="order:1/sale", held=True
    )
    bank = bank_of(world, company=connection.company)
    bank.load(("2026-03-04", "Ink", "-12.50"))
    made = rule_save(bank.one.company, "Ink", BankRule(0, ("ink",), excludes=True), "ada")
    plan = answers_plan(bank.one, "ada")
    closed = StatementClose.objects.create(
        bank_account=bank.one, first_day=plan.created_at, last_day=plan.created_at, opening_minor=0,
        closing_minor=0, books_minor=0, closed_at=plan.created_at,
    )  # fmt: skip
    now = plan.created_at
    preparation = Preparation.objects.create(connection=connection, created_at=now, told_at=now)
    wish = ListWish("customer", "Till", (Party("1", "Ann"),))
    reading = reading_start(reading_keep(connection.company, "ada", wish))
    act = rows_ignore(MatchList.objects.get(), [MatchRow.objects.get().pk], "ada")
    webhook, _secret = endpoint_make(connection.company, "https://till.example.com/", ["run.done"], "", "ada")
    numbers = {
        "connection": connection.pk,
        "run": Run.objects.get().pk,
        "error": error.pk,
        "webhook": webhook.pk,
        "preparation": preparation.pk,
        "bank_account": bank.one.pk,
        "line": bank.line().pk,
        "bank_rule": made.pk,
        "answer_plan": plan.pk,
        "bank_statement": closed.pk,
        "match_list": MatchList.objects.get().pk,
        "match_reading": reading.pk,
        "match_act": act.pk,
    }
    before = (
        Run.objects.count(),
        Connection.objects.count(),
        SyncError.objects.filter(resolved_at=None).count(),
    )
    walked = 0
    for method, path, operation, _each in OPERATIONS:
        if "{" not in path or operation["operationId"] in OF_FILES:
            continue
        books = {"ledger_account": first(till, "ledger-accounts", "ledger_account"), "kind": "SalesReceipt"}
        books["id"] = first(till, _list_of(path), "id")
        answer = stranger.call(
            method, address(path, **numbers, **books), BODIES.get(operation["operationId"])
        )
        assert answer.status_code == 404 or _is_ours(answer, operation), (path, answer.content)
        walked += 1
    assert walked > 35
    assert MatchRow.objects.get().state == "ignored"
    assert (bank.line().state, plan.state) == ("open", AnswerPlan.objects.get().state)
    assert before == (
        Run.objects.count(), Connection.objects.count(), SyncError.objects.filter(resolved_at=None).count()
    )  # fmt: skip


def first(till: Caller, name: str, member: str) -> object:
    return till.get(f"{name}?limit=1")["items"][0][member]


def _list_of(path: str) -> str:
    found = path.removeprefix("/api/v1/").split("/")[0]
    return found if found in {"customers", "vendors", "items"} else "documents"


def _is_ours(answer, operation) -> bool:
    """Tell whether the number is one of the stranger's own: ids begin anew in each company."""
    return (
        operation["operationId"] in {"customer", "vendor", "item"} and "Etsy" not in answer.content.decode()
    )


def test_another_companys_files_are_not_taken(till, stranger, world, shop_months):
    from tests.api.test_answers import upload

    answer = upload(stranger, f"connections/{world.connection.pk}/files", shop_months[-1:])
    assert answer.status_code == 404


def test_lists_hold_nothing_of_another_company(till, stranger, world):
    for name in ("connections", "runs", "errors", "holds", "documents"):
        assert stranger.get(name)["items"] == []
    ours = {row["name"] for row in stranger.get("customers")["items"]}
    assert not ours
    figures = till.get("statements/trial-balance?day_to=2027-12-31&day_from=2027-01-01")
    opens = next(c["opens"] for r in figures["rows"] for c in r["cells"][1:] if c.get("opens") and c["value"])
    assert till.post("postings", opens, key="")["items"]
    assert stranger.post("postings", opens, key="")["items"] == []
    account = opens["ledger_accounts"][0]
    assert stranger.call("GET", f"ledger-accounts/{account}").status_code == 404
    receipt = till.get("documents?kind=SalesReceipt&limit=1")["items"][0]
    for ref in (receipt["number"], receipt["document"]):
        assert stranger.call("GET", f"why?ref={ref}").status_code == 404, ref


def test_addresses_below_the_api_all_belong_to_it():
    found = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/v1/")
    for each in found.url_patterns:
        assert each.callback.__module__.startswith("closebook.api") or each.name.startswith("api-")
