"""The description holds: requests made from it at random are answered as it says."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from closebook.api.document import document, operations
from closebook.api.problems import KEY_HEADER
from closebook.apps.bank.models import BankAccount, BankLine
from closebook.apps.bank.services.answer_planning import answers_plan
from closebook.apps.bank.services.rules import rule_save
from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Connection, Preparation, Run
from closebook.apps.sync.services.errors import error_record
from closebook.core.reconcile.rules import BankRule
from closebook.transport import clock
from tests.api.caller import Caller, caller
from tests.apps.bank.conftest import bank_of
from tests.apps.sync.harness import copied, data_folder

pytestmark = pytest.mark.xdist_group("api")
SEED = int(os.environ.get("SEED", "20260122"))
EXAMPLES = 3
NUMBERS = itertools.count(1)
OPERATIONS = [
    (method.upper(), path, operation["operationId"]) for path, method, operation in operations(document())
]
# Words that fit the description need not be known here: such are refused with 422 or 404.
NOT_ASKED = [positive_data_acceptance]
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def sender(
    shop_template: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Caller]:
    """Return a program of the shop's owner in a folder of its own, with all the requests it wants."""
    folder = copied(shop_template, tmp_path_factory.mktemp("described"))
    with data_folder(folder, django_db_blocker) as world, override_settings(CLOSEBOOK_API_RATE=10**6):
        bank_of(world).load(("2026-03-04", "Ink", "-12.50"), ("2026-03-05", "Tea", "-3.00"))
        yield caller(Company.objects.get(name="My company"))


@pytest.fixture(scope="module")
def real(sender: Caller) -> dict[str, Any]:
    """Return what stands for each part of an address that is there."""
    connection, now = Connection.objects.get(), clock.now()
    held = {"code": "x", "cause": "x", "who_acts": "user", "fixes": [], "key": "order:1/sale", "held": True}
    bank = BankAccount.objects.get()
    rule = rule_save(bank.company, "Ink", BankRule(0, ("ink",), excludes=True), "ada")
    return {
        "bank_account": bank.pk,
        "line": BankLine.objects.latest("pk").pk,
        "bank_rule": rule.pk,
        "answer_plan": answers_plan(bank, "ada").pk,
        "connection": connection.pk,
        "run": Run.objects.get().pk,
        "error": error_record(connection, **held).pk,
        "preparation": Preparation.objects.create(connection=connection, created_at=now, told_at=now).pk,
        "name": "general-ledger",
        "kind": "SalesReceipt",
        "id": sender.get("documents?kind=SalesReceipt")["items"][0]["id"],
        "ledger_account": sender.get("ledger-accounts")["items"][0]["ledger_account"],
    }


@pytest.fixture(scope="module")
def described(sender: Caller) -> Any:
    """Return the description as the tool reads it from the running application."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.parametrize(("method", "path", "name"), OPERATIONS, ids=[each[2] for each in OPERATIONS])
def test_requests_at_random_are_answered_as_described(sender, real, described, method, path, name):
    print(f"SEED={SEED}")
    ask(described[path][method], sender, GenerationMode.POSITIVE, real)
    ask(described[path][method], sender, GenerationMode.NEGATIVE, {})


def ask(operation: Any, sender: Caller, mode: GenerationMode, real: dict[str, Any]) -> None:
    """Send requests of one mode, addressed to what is real where that is known."""
    headers = {"Authorization": f"Bearer {sender.plain}"}

    @seed(SEED)
    @QUIET
    @given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        for each in case.path_parameters.keys() & real.keys():
            case.path_parameters[each] = real[each]
        if real and KEY_HEADER in case.headers:
            case.headers[KEY_HEADER] = f"write-{next(NUMBERS)}"
        case.validate_response(case.call(headers=headers), headers=headers, excluded_checks=NOT_ASKED)

    answered()
