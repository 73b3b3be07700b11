"""The year's list for form 1099-NEC: what each payee was paid by cash date, what counts, and what is due."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from closebook.apps.companies.models import Company
from closebook.apps.workforce.models import Payee, PaymentLine
from closebook.apps.workforce.services.payees import CORPORATIONS, facts_of, setting_of, tax_shown
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.tax_forms import (
    RAILS_OUT,
    Box,
    Need,
    Payment,
    TaxProfile,
    box_of,
    need_of,
    w8_until,
)

SETTING = "tax"
"""The setting that holds the company's country and further rails that report for themselves."""


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A payee in a year: the boxes, the paper that is needed, what is missing, and the number's end."""

    payee: Payee
    box: Box
    need: Need
    missing: str
    tin_end: str


def country_of(company: Company) -> str:
    """Return the company's country for taxes: what was set, else the United States for a dollar company."""
    facts, _limit = setting_of(company, SETTING)
    return facts.get("country") or ("US" if company.home_currency == "USD" else "")


def rails_out(company: Company) -> tuple[str, ...]:
    """Return the rails whose payments do not count: PayPal and cards, and those that the company named."""
    facts, _limit = setting_of(company, SETTING)
    return tuple(dict.fromkeys([*RAILS_OUT, *facts.get("rails_out", "").split()]))


def years_of(company: Company) -> list[int]:
    """Return the years in which somebody was paid, the newest first."""
    paid = PaymentLine.objects.filter(company=company, state=LineState.PAID, paid_on__isnull=False)
    return sorted({day.year for day in paid.dates("paid_on", "year")}, reverse=True)


def tax_rows(company: Company, year: int, today: dt.date) -> list[TaxRow]:
    """Return the payees who were paid dollars in a year, by name, in two queries.

    Whoever gave a W-8 and works outside the United States is there with nothing due.
    """
    payments: dict[int, list[Payment]] = defaultdict(list)
    rows = PaymentLine.objects.filter(
        company=company, state=LineState.PAID, paid_on__year=year, run__currency="USD"
    ).select_related("run", "bill")
    for row in rows:
        payee = row.bill.payee_id
        if row.paid_on is not None:
            payments[payee].append(Payment(str(payee), row.paid_on, row.run.rail, row.amount_minor))
    country, out = country_of(company), rails_out(company)
    found = Payee.objects.filter(company=company, pk__in=payments).order_by("name", "pk")
    return [_row(payee, year, payments[payee.pk], country, out, today) for payee in found]


def _row(
    payee: Payee, year: int, payments: list[Payment], country: str, out: tuple[str, ...], today: dt.date
) -> TaxRow:
    known = tax_shown(payee)
    profile = TaxProfile(
        country=str(known.get("country") or payee.country),
        performed_in=str(known.get("performed_in") or payee.country),
        us_person=known.get("paper") == "w9",
        corporation=known.get("classification") in CORPORATIONS,
        tin_valid=bool(known["tin_end"]),
    )
    need = need_of(profile, country or "-")
    box = box_of(str(payee.pk), year, payments, profile, out)
    missing = _missing(need, facts_of(payee.tax), known["signed_on"], today) if need is not Need.NONE else ""
    return TaxRow(payee, box, need, missing, str(known["tin_end"]))


def _missing(need: Need, facts: Mapping[str, object], signed: dt.date | None, today: dt.date) -> str:
    """Return what is missing: the ``paper``, a ``number``, or that a W-8 is ``over``; "" for nothing."""
    paper = str(facts.get("paper") or "")
    if not paper or (need is Need.W9) != (paper == "w9"):
        return "paper"
    if need is Need.W9:
        return "" if facts.get("tin") else "number"
    return "over" if signed is not None and w8_until(signed) < today else ""
