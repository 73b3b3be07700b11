"""Importing opportunities of another program: previewed first; the same file again changes nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Customer, Opportunity, StageEvent
from closebook.apps.selling.selectors.merged import merged_by_name
from closebook.apps.selling.services.deals import became_customers
from closebook.core.errors import InputError
from closebook.core.selling.crm_file import Deal, Reading, guessed, mapping_checked, read_deals
from closebook.core.selling.crm_table import table_of
from closebook.core.selling.crm_values import day_order
from closebook.transport import clock

CURRENCIES = frozenset(
    {
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "INR", "JPY", "KRW", "MXN",
        "NOK", "NZD", "PLN", "SEK", "SGD", "USD",
    }
)  # fmt: skip
CHANGING = (
    "customer", "title", "owner", "stage", "state", "opened_on", "entered", "decided_on", "value_minor",
    "came_minor", "currency", "source",
)  # fmt: skip
BATCH, PART = 500, 500
"""How many rows go in one statement, and of a long file in one transaction."""
GAP_SECONDS = 0.15
"""How long others may write between two parts: on SQLite who waits looks only so often."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many opportunities were added, changed and left as they were, and customers made."""

    added: int
    changed: int
    same: int
    customers: int
    twins: int

    def and_of(self, more: Imported) -> Imported:
        """Return the sums of two parts of one file."""
        return Imported(
            self.added + more.added,
            self.changed + more.changed,
            self.same + more.same,
            self.customers + more.customers,
            self.twins + more.twins,
        )


def preview(text: str, company: Company, mapping: Mapping[str, str] | None = None, name: str = "") -> Reading:
    """Return what a CSV text holds; without a mapping its columns are recognised by their names.

    ``name`` is the file's, for its faults. Raises InputError selling-columns and selling-file.
    """
    table = table_of(text.removeprefix("\ufeff"), name)
    columns = [column for column in table.columns if column]
    chosen = mapping_checked(mapping or guessed(columns), columns, name)
    known = CURRENCIES | {company.home_currency}
    order = _order(text, chosen, name)
    return read_deals(table.rows, chosen, company.home_currency, known, name, order)


def _order(text: str, mapping: Mapping[str, str], name: str) -> str:
    """Return how all days of a file are written, told by those that have one reading only."""
    columns = [mapping[field] for field in ("opened", "decided") if field in mapping]
    rows = table_of(text.removeprefix("\ufeff"), name).rows
    return day_order(row.get(column, "") for _number, row in rows for column in columns)


def import_deals(
    text: str, company: Company, by: str, mapping: Mapping[str, str] | None = None, name: str = ""
) -> Imported:
    """Return what became of a file's opportunities. A fault refuses the file as a whole: InputError with
    row.
    """
    reading = _faultless(preview(text, company, mapping, name))
    with transaction.atomic():
        made = _kept(reading.deals, company, by)
        _noted(company, by, made)
    return replace(made, twins=reading.twins)


def import_parts(
    text: str, company: Company, by: str, name: str, tell: Callable[[int, int], None]
) -> Imported:
    """Return the same of a long file, kept part after part so that nobody else waits long to write.

    ``tell`` hears how many of how many rows are kept. Raises InputError with a fault before the first part.
    """
    reading = _faultless(preview(text, company, None, name))
    total, sums = len(reading.deals), Imported(0, 0, 0, 0, reading.twins)
    for first in range(0, total, PART):
        tell(first, total)
        with transaction.atomic():
            sums = sums.and_of(_kept(reading.deals[first : first + PART], company, by))
        clock.sleep_seconds(GAP_SECONDS)
    _noted(company, by, sums)
    return sums


def _faultless(reading: Reading) -> Reading:
    if reading.faults:
        raise reading.faults[0]
    return reading


def _noted(company: Company, by: str, made: Imported) -> None:
    if made.added or made.changed:
        audit_append(company.pk, by, "crm-imported", "CSV", {"rows": made.added + made.changed})


def _kept(deals: Sequence[Deal], company: Company, by: str) -> Imported:
    """Keep deals: new ones are added, known ones changed where they differ."""
    Company.objects.select_for_update().get(pk=company.pk)
    customers, made = _customers(company, deals)
    known = {one.key: one for one in _known(company, deals)}
    fresh, changed = [], []
    for deal in deals:
        values = _values(deal, customers.get(_folded(deal.customer)))
        one = known.get(deal.key)
        if one is None:
            fresh.append(Opportunity(company=company, key=deal.key, **values))
        elif any(getattr(one, field) != value for field, value in values.items()):
            changed.append((one, one.stage if one.state == "open" else one.state))
            for field, value in values.items():
                setattr(one, field, value)
    Opportunity.objects.bulk_create(fresh, batch_size=BATCH)
    Opportunity.objects.bulk_update([one for one, _before in changed], CHANGING, batch_size=BATCH)
    became_customers(
        company, {one.customer_id for one in (*fresh, *(one for one, _b in changed)) if one.state == "won"}
    )
    _events(company, fresh, changed, by)
    return Imported(len(fresh), len(changed), len(deals) - len(fresh) - len(changed), made, 0)


def _known(company: Company, deals: Sequence[Deal]) -> Iterator[Opportunity]:
    rows = Opportunity.objects.filter(company=company).select_related("customer")
    keys = [deal.key for deal in deals]
    for first in range(0, len(keys), BATCH):
        yield from rows.filter(key__in=keys[first : first + BATCH])


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _customers(company: Company, deals: Sequence[Deal]) -> tuple[dict[str, Customer], int]:
    known = merged_by_name(company.pk)
    known |= {_folded(one.name): one for one in Customer.objects.filter(company=company)}
    names = {_folded(deal.customer): deal.customer for deal in deals if deal.customer}
    fresh = [
        Customer(company=company, key=key[:120], name=name) for key, name in names.items() if key not in known
    ]
    Customer.objects.bulk_create(fresh, batch_size=BATCH)
    return known | {_folded(one.name): one for one in fresh}, len(fresh)


def _values(deal: Deal, customer: Customer | None) -> dict[str, object]:
    won = deal.state == "won"
    return {
        "customer": customer,
        "title": (deal.title or deal.key)[:200],
        "owner": deal.owner,
        "stage": "engaging" if deal.state != "open" else deal.stage.casefold()[:40],
        "state": deal.state,
        "opened_on": deal.opened,
        "entered": deal.opened,
        "decided_on": deal.decided if deal.state != "open" else None,
        "value_minor": deal.value_minor,
        "came_minor": deal.value_minor if won else 0,
        "currency": deal.currency,
        "source": deal.source,
    }


def _events(
    company: Company, fresh: list[Opportunity], changed: list[tuple[Opportunity, str]], by: str
) -> None:
    events = [_event(company, one, "", one.stage, by) for one in fresh if one.opened_on]
    for one, before in [*((one, one.stage) for one in fresh if one.decided_on), *changed]:
        after = one.stage if one.state == "open" else one.state
        if before != after and (one.decided_on or one.opened_on):
            events.append(_event(company, one, before, after, by))
    StageEvent.objects.bulk_create(events, batch_size=BATCH)


def _event(company: Company, one: Opportunity, before: str, after: str, by: str) -> StageEvent:
    ended = after == one.state and one.decided_on
    day = (one.decided_on if ended else one.opened_on) or one.decided_on or dt.date.min
    return StageEvent(company=company, opportunity=one, before=before, after=after, day=day, by=by)


def export_csv(company: Company, table: str) -> str:
    """Return all of a company's customers or opportunities as CSV; cells that would be formulas are made
    text.

    Raises InputError selling-columns for another table.
    """
    models = {"customers": Customer, "opportunities": Opportunity, "moves": StageEvent}
    if table not in models:
        raise InputError("selling-columns", f"There is no table {table}.", remedy="Choose one of the list.")
    model = models[table]
    names = [field.attname for field in model._meta.concrete_fields if field.attname != "company_id"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in model._default_manager.filter(company=company).order_by("pk").values_list(*names).iterator():
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell
