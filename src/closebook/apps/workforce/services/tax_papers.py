"""Tax forms: handed in and kept encrypted, read only with a note of who read, deleted after their time."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from closebook.apps.companies.encryption import decrypt_bytes, encrypt_bytes
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import (
    AccessLog,
    Contract,
    Payee,
    PaymentLine,
    RailSetting,
    TaxPaper,
    TinMatch,
)
from closebook.apps.workforce.services.milestones import LIVE
from closebook.apps.workforce.services.payees import facts_of, setting_of, written
from closebook.core.errors import InputError
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.tax_papers import (
    W9,
    YEARS_KEPT,
    Match,
    kept_until,
    media_of,
    paper_fits,
    tin_checked,
)
from closebook.transport import clock

SETTING = "tax"
"""The setting that holds the company's country, rails that report for themselves, and how long forms stay."""
BOUND = (*LIVE, "suspended")
"""States of contracts under which a payee may still be paid."""
_APART = frozenset({"paper", "signed_on", "tin", "file"})


def paper_of(payee: Payee) -> TaxPaper | None:
    """Return a payee's present form, None before the first and after the last was deleted."""
    return TaxPaper.objects.filter(payee=payee, superseded_by=None, forgotten_at=None).first()


def papers_of(payee: Payee) -> list[TaxPaper]:
    """Return all forms of a payee, the newest first, with what the tax office said of each."""
    return list(TaxPaper.objects.filter(payee=payee).prefetch_related("matches").order_by("-pk"))


def has_login(payee: Payee) -> bool:
    """Tell whether a payee signs in and hands forms in by themselves; an agency does not."""
    return payee.candidate is not None and payee.candidate.person_id is not None


@transaction.atomic
def paper_keep(payee: Payee, typed: Mapping[str, Any], content: bytes, actor: str) -> TaxPaper:
    """Return a signed form, kept beside the older ones, which it follows. An empty number keeps the former.

    Raises InputError for a file of another kind, a wrong number or a form that does not fit the country;
    nothing is kept then. No message holds the number.
    """
    media, found = media_of(content), Payee.objects.select_for_update().get(pk=payee.pk)
    kind, country = str(typed["paper"]), str(typed.get("country") or found.country)
    paper_fits(kind, country, entity=found.agency_id is not None)
    before = TaxPaper.objects.filter(payee=found, superseded_by=None).first()
    facts = {name: value for name, value in typed.items() if name not in _APART}
    made = TaxPaper(
        company_id=found.company_id, payee=found, kind=kind, signed_on=typed["signed_on"], media=media,
        facts=written({**facts, "tin": _number(kind, typed, before)}), supersedes=before, actor=actor,
        made_at=clock.now(),
    )  # fmt: skip
    made.file.save(secrets.token_hex(16), ContentFile(encrypt_bytes(content)))
    found.country, found.name = country, str(typed.get("legal_name") or found.name)
    found.save(update_fields=["country", "name"])
    facts = {"payee": found.pk, "form": made.pk, "kind": kind}
    audit_append(found.company_id, actor, "tax-saved", found.name, facts)
    return made


def _number(kind: str, typed: Mapping[str, Any], before: TaxPaper | None) -> str:
    given = str(typed.get("tin") or "").strip()
    if not given and before is not None and before.kind == kind:
        given = str(facts_of(before.facts).get("tin") or "")
    return tin_checked(given, str(typed.get("tin_kind") or "")) if kind == W9 else given


def paper_shown(paper: TaxPaper | None) -> dict[str, Any]:
    """Return what a form says; of the number only its last four."""
    if paper is None:
        return {"tin_end": "", "signed_on": None, "paper": ""}
    facts = facts_of(paper.facts)
    number = str(facts.pop("tin", "") or "")
    return {**facts, "paper": paper.kind, "tin_end": number[-4:], "signed_on": paper.signed_on}


@transaction.atomic
def number_read(paper: TaxPaper, actor: str) -> str:
    """Return the whole number of a form; who read it is noted for the payee and the audit log."""
    _noted(paper, "number", actor)
    return str(facts_of(paper.facts).get("tin") or "")


def file_read(paper: TaxPaper, actor: str) -> bytes:
    """Return the content of a form's file; who read it is noted. Raises InputError for one that is gone."""
    if not paper.file.name or not paper.file.storage.exists(paper.file.name):
        raise InputError("tax-file-gone", "The file is not there.", remedy="Ask for the form again.")
    with transaction.atomic():
        _noted(paper, "file", actor)
        with paper.file.open("rb") as file:
            return decrypt_bytes(file.read())


def _noted(paper: TaxPaper, what: str, actor: str) -> None:
    AccessLog.objects.create(
        company_id=paper.company_id, payee=paper.payee, what=f"{what} {paper.pk}", actor=actor,
        made_at=clock.now(),
    )  # fmt: skip
    facts = {"payee": paper.payee_id, "form": paper.pk}
    audit_append(paper.company_id, actor, f"tax-{what}-read", paper.payee.name, facts)


@transaction.atomic
def match_keep(paper: TaxPaper, result: Match, checked_on: dt.date, actor: str) -> TinMatch:
    """Return what the tax office said of a W-9's name and number. Raises InputError for another form."""
    if paper.kind != W9:
        raise InputError("tin-no-match", "Only the number of a W-9 is compared.", remedy="Ask for a W-9.")
    made = TinMatch.objects.create(
        company_id=paper.company_id, paper=paper, result=result, checked_on=checked_on, actor=actor,
        made_at=clock.now(),
    )  # fmt: skip
    facts = {"payee": paper.payee_id, "form": paper.pk, "result": result.value}
    audit_append(paper.company_id, actor, "tin-matched", paper.payee.name, facts)
    return made


@transaction.atomic
def tax_setting_save(company: Company, country: str, rails: list[str], years: int, actor: str) -> None:
    """Keep the company's country, the rails left out besides PayPal and cards, and how long forms stay."""
    facts = {"country": country, "rails_out": " ".join(rails), "years": str(years)}
    values = {"facts": written(facts), "actor": actor, "made_at": clock.now()}
    RailSetting.objects.update_or_create(company=company, rail=SETTING, defaults=values)
    audit_append(company.pk, actor, "tax-setting-changed", company.name, facts)


def years_kept(company: Company) -> int:
    """Return for how many years after the year's forms a tax form is kept."""
    return int(setting_of(company, SETTING)[0].get("years") or YEARS_KEPT)


def deletion_of(papers: list[TaxPaper]) -> dict[int, dt.date]:
    """Return the last day of each form of one payee that may go; a form of a live contract may not."""
    if not papers:
        return {}
    payee, years = papers[0].payee, years_kept(papers[0].company)
    paid = PaymentLine.objects.filter(bill__payee=payee, state=LineState.PAID).aggregate(day=Max("paid_on"))
    newest = {paper.supersedes_id: paper.made_at.date() for paper in papers}
    alive = _is_alive(payee)
    found = {}
    for paper in papers:
        followed = newest.get(paper.pk)
        if paper.forgotten_at is None and (followed or not alive):
            used = followed or max(filter(None, [paper.made_at.date(), paid["day"]]))
            found[paper.pk] = kept_until(used, years)
    return found


def _is_alive(payee: Payee) -> bool:
    rows = Contract.objects.filter(company_id=payee.company_id, state__in=BOUND)
    if payee.agency_id is not None:
        return rows.filter(agency_id=payee.agency_id).exists()
    person = payee.candidate.person_id if payee.candidate else None
    return person is not None and rows.filter(person_id=person, agency=None).exists()


def papers_forget(today: dt.date) -> int:
    """Delete the file and the facts of each form whose time is over; return how many. The row stays."""
    rows = TaxPaper.objects.filter(forgotten_at=None, made_at__year__lt=today.year - 1)
    forgotten = 0
    for number in rows.values_list("payee", flat=True).distinct().order_by("payee"):
        papers = papers_of(Payee.objects.select_related("candidate").get(pk=number))
        until = deletion_of(papers)
        for paper in papers:
            if paper.pk in until and until[paper.pk] < today:
                _forget(paper)
                forgotten += 1
    return forgotten


@transaction.atomic
def _forget(paper: TaxPaper) -> None:
    name, storage = paper.file.name, paper.file.storage
    TaxPaper.objects.filter(pk=paper.pk).update(facts="", file="", media="", forgotten_at=clock.now())
    facts = {"payee": paper.payee_id, "form": paper.pk}
    audit_append(paper.company_id, "Closebook", "tax-form-deleted", paper.payee.name, facts)
    if name:
        transaction.on_commit(lambda: storage.delete(name))
