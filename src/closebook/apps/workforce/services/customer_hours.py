"""Hours that a customer pays for: at which rate, from which day on."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.services.access import books_client
from closebook.apps.workforce.models import Contract, CustomerRate, Task
from closebook.connectors.quickbooks.wire import entry
from closebook.core.errors import InputError
from closebook.transport import clock


def customers_offered(company: Company) -> list[tuple[str, str]]:
    """Return the (id, name) of the books' customers in the company's currency. Raises as the books do."""
    with books_client(company) as client:
        rows = list(client.query_all("Customer"))
    return [
        (str(row["Id"]), str(row.get("FullyQualifiedName") or row.get("DisplayName")))
        for row in rows
        if str(entry(row, "CurrencyRef").get("value") or company.home_currency) == company.home_currency
    ]


@transaction.atomic
def customer_rate_set(
    contract: Contract,
    task: Task | None,
    customer: tuple[str, str],
    hourly_minor: int,
    starts_on: dt.date,
    actor: str,
) -> CustomerRate:
    """Return what a customer (id and name in the books) pays for hours from a day on; ("", "") for nobody.

    Hours that are in the books already stay as they are. Raises InputError for another contract's task, a
    rate without a customer, or a customer without a rate.
    """
    if task is not None and task.contract_id != contract.pk:
        raise InputError("not-this-contract", "This task is of another contract.")
    if bool(customer[0]) != (hourly_minor > 0):
        raise InputError(
            "customer-without-rate", "A customer has a rate above nothing, and nobody has none.",
            remedy="Choose a customer and a rate, or nobody and no rate.",
        )  # fmt: skip
    made = CustomerRate.objects.create(
        company_id=contract.company_id, contract=contract, task=task, customer=customer[0],
        customer_name=customer[1], hourly_minor=hourly_minor, starts_on=starts_on, actor=actor,
        made_at=clock.now(),
    )  # fmt: skip
    facts = {"contract": contract.pk, "customer": customer[1], "hourly_minor": hourly_minor}
    audit_append(contract.company_id, actor, "customer-rate-set", contract.title, facts)
    return made
