"""The year's list for form 1099-NEC: what each payee was paid by cash date, what counts, and what is due."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.workforce.models import Contract, Payee, PaymentLine, TaxPaper, TinMatch
from closebook.apps.workforce.services.payees import setting_of
from closebook.apps.workforce.services.tax_papers import BOUND, SETTING, paper_shown
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.tax_forms import RAILS_OUT, Box, Need, Payment, TaxProfile, box_of, need_of
from closebook.core.workforce.tax_papers import W9, Paper, Why, is_corporation, lacking, why_of, withholds


@dataclass(frozen=True, slots=True)
class Standing:
    """What a payee's country and form ask for: the paper that is needed, what is missing, the number's end,
    and whether a part has to be kept back for the tax office.
    """

    payee: Payee
    paper: TaxPaper | None
    need: Need
    missing: str
    tin_end: str
    withhold: bool
    profile: TaxProfile
    classification: str
    letter: str

    @property
    def next_step(self) -> str:
        """Return what is missing, or ``withhold`` when only the number does not hold; "" for nothing."""
        return self.missing or ("withhold" if self.withhold else "")


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A payee in a year: the boxes, where the payee stands, and why there is a form or none."""

    payee: Payee
    box: Box
    standing: Standing
    why: Why

    @property
    def need(self) -> Need:
        """Return the paper that is needed."""
        return self.standing.need

    @property
    def missing(self) -> str:
        """Return what is missing, as ``lacking`` does."""
        return self.standing.missing

    @property
    def tin_end(self) -> str:
        """Return the last four of the number."""
        return self.standing.tin_end


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
    """Return the payees who were paid dollars in a year, by name; the queries do not grow with them.

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
    out = rails_out(company)
    found = standings(company, Payee.objects.filter(company=company, pk__in=payments), today)
    return [_row(one, year, payments[one.payee.pk], out) for one in found]


def others_paid(company: Company, year: int, today: dt.date) -> list[Standing]:
    """Return where those stand who have a contract and were paid nothing in a year, by name."""
    live = Contract.objects.filter(company=company, state__in=BOUND)
    rows = Payee.objects.filter(company=company).filter(
        Q(agency__in=live.values("agency"))
        | Q(candidate__person__in=live.filter(agency=None).values("person"))
    )
    paid = PaymentLine.objects.filter(
        company=company, state=LineState.PAID, paid_on__year=year, run__currency="USD"
    )
    return standings(company, rows.exclude(pk__in=paid.values("bill__payee")), today)


def standings(company: Company, rows: QuerySet[Payee], today: dt.date) -> list[Standing]:
    """Return where payees stand with their forms, by name, in a fixed number of queries."""
    country = country_of(company) or "-"
    papers = TaxPaper.objects.filter(superseded_by=None, forgotten_at=None)
    matches = Prefetch("matches", TinMatch.objects.order_by("-pk"))
    found = rows.select_related("candidate").order_by("name", "pk")
    found = found.prefetch_related(Prefetch("papers", papers.prefetch_related(matches)))
    return [_standing(payee, next(iter(payee.papers.all()), None), country, today) for payee in found]


def standing_of(payee: Payee, today: dt.date) -> Standing:
    """Return where one payee stands."""
    return standings(payee.company, Payee.objects.filter(pk=payee.pk), today)[0]


def _standing(payee: Payee, paper: TaxPaper | None, country: str, today: dt.date) -> Standing:
    known = paper_shown(paper)
    here = str(known.get("country") or payee.country)
    kind, letter = str(known.get("classification") or ""), str(known.get("letter") or "")
    profile = TaxProfile(
        country=here,
        performed_in=str(known.get("performed_in") or here),
        us_person=known["paper"] == W9,
        corporation=is_corporation(kind, letter) or kind == "exempt",
        tin_valid=bool(known["tin_end"]),
    )
    need, handed = need_of(profile, country), _handed(payee, paper, known)
    missing, withhold = lacking(need, handed, today), withholds(need, handed)
    return Standing(payee, paper, need, missing, str(known["tin_end"]), withhold, profile, kind, letter)


def _handed(payee: Payee, paper: TaxPaper | None, known: Mapping[str, object]) -> Paper | None:
    if paper is None:
        return None
    newest = next(iter(paper.matches.all()), None)
    return Paper(
        kind=paper.kind, country=str(known.get("country") or ""), signed_on=paper.signed_on,
        has_number=bool(known["tin_end"]), has_file=bool(paper.file), entity=payee.agency_id is not None,
        match=newest.result if newest else "", told_to_withhold=bool(known.get("told_to_withhold")),
    )  # fmt: skip


def _row(one: Standing, year: int, payments: list[Payment], out: tuple[str, ...]) -> TaxRow:
    box = box_of(str(one.payee.pk), year, payments, one.profile, out)
    return TaxRow(one.payee, box, one, why_of(box, one.need, one.missing, one.classification, one.letter))
