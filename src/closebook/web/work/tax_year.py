"""The year's list for form 1099-NEC: who gets one and why, what is missing, and the list as CSV."""

from __future__ import annotations

import csv
import io

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.selectors.tax_list import (
    TaxRow,
    country_of,
    others_paid,
    rails_out,
    tax_rows,
    years_of,
)
from closebook.apps.workforce.services.tax_papers import years_kept
from closebook.core.money import format_minor
from closebook.core.workforce.tax_forms import RAILS_OUT, form_due, threshold_minor
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.export import neutral
from closebook.web.kit.said import said
from closebook.web.work.pay_words import MISSING_WORDS, RAIL_WORDS, WHY_WORDS

_OUT_WORDS = {**RAIL_WORDS, "card": gettext_lazy("Cards")}


@company_page(Ability.APPROVE_PAY)
@require_safe
def tax_forms(request: CompanyRequest) -> HttpResponse:
    """Show who is due a form 1099-NEC for a year and why, or give the list as CSV."""
    years, asked = years_of(request.company), request.GET.get("year", "")
    today = clock.today()
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years or [today.year])[0]
    rows = tax_rows(request.company, year, today)
    if request.GET.get("export") == "csv":
        return _csv(year, rows)
    left_out = rails_out(request.company)
    facts = {
        "years": years, "year": year, "due_on": form_due(year), "threshold": threshold_minor(year),
        "here": country_of(request.company) == "US",
        "rows": [
            (row, MISSING_WORDS.get(row.missing, ""), sum(row.box.left_out.values()), WHY_WORDS[row.why])
            for row in rows
        ],
        "others": [
            (one, MISSING_WORDS.get(one.missing, "")) for one in others_paid(request.company, year, today)
        ],
        "years_kept": years_kept(request.company),
        "out": [(_OUT_WORDS.get(each, each), said(RAILS_OUT.get(each, ""))) for each in left_out],
    }  # fmt: skip
    return render(request, "web/work/tax_forms.html", facts)


def _csv(year: int, rows: list[TaxRow]) -> HttpResponse:
    """Return those who are due a form as CSV; of a tax number only its last four digits."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["year", "name", "tin_last_four", "box_1", "box_4", "missing"])
    for row in rows:
        if row.box.due:
            box = [format_minor(amount, "USD") for amount in (row.box.counted_minor, row.box.withheld_minor)]
            writer.writerow([year, neutral(row.payee.name), row.tin_end, *box, row.missing])
    return HttpResponse(
        buffer.getvalue(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="1099-nec-{year}.csv"'},
    )
