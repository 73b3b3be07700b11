"""Making a yearly summary, writing in it, making it final, and beginning its next version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
from django.db import transaction
from django.db.models import Max

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import AnnualReport, ReportItem
from closebook.apps.selling.selectors.gathering import gathered_of
from closebook.core.errors import ConflictError, InputError
from closebook.core.selling.checks import Item
from closebook.core.selling.summary.compose import WRITTEN, report_of
from closebook.core.selling.summary.entered import ENTERED, numbers_of
from closebook.core.selling.summary.report import SECTIONS


def summary_begin(
    company: Company, start: dt.date, end: dt.date, by: str, *, person: str = "", region: str = ""
) -> AnnualReport:
    """Return a new draft for some days. Raises InputError summary-days for days that no year holds."""
    if not start <= end or (end - start).days > 366:
        raise InputError(
            "summary-days", "A summary covers at most a year.", remedy="Choose a first and a last day."
        )
    made = AnnualReport.objects.create(
        company=company, start=start, end=end, person=person, region=region, by=by
    )
    audit_append(company.pk, by, "summary-begun", str(made), {})
    return made


def _draft(company: Company, pk: int) -> AnnualReport:
    found = AnnualReport.objects.select_for_update().get(company=company, pk=pk)
    if found.state == "final":
        raise ConflictError(
            "summary-final", "This summary is final.", remedy="Begin a new version to change something."
        )
    return found


@transaction.atomic
def summary_write(company: Company, pk: int, language: str, section: str, text: str | None) -> None:
    """Keep the text of a section in a language; None takes the draft from the data again.

    Raises ConflictError summary-final.
    """
    one = _draft(company, pk)
    if section not in SECTIONS:
        raise InputError(
            "summary-section", "There is no such section.", remedy="Choose a section of the list."
        )
    own = dict(one.texts.get(language, {}))
    own.pop(section, None)
    if text is not None:
        own[section] = text
    one.texts = {**one.texts, language: own}
    one.save(update_fields=["texts"])


@transaction.atomic
def item_add(
    company: Company, pk: int, kind: str, text: str, facts: Mapping[str, str], where: str = ""
) -> ReportItem:
    """Return what was written into a summary.

    Raises InputError summary-item, summary-number for an entered number that is none, ConflictError
    summary-final.
    """
    one = _draft(company, pk)
    if kind not in WRITTEN or not text.strip():
        raise InputError("summary-item", "Nothing was written.", remedy="Write a sentence.")
    kept = {name: value.strip() for name, value in facts.items() if value.strip()}
    if kind in ENTERED:
        numbers_of(Item(kind, text.strip(), where, kept))
    return ReportItem.objects.create(
        company=company, report=one, kind=kind, text=text.strip(), where=where or WRITTEN[kind][0], facts=kept
    )


@transaction.atomic
def item_drop(company: Company, pk: int, item: int) -> None:
    """Take something that was written out of a summary. Raises ConflictError summary-final."""
    _draft(company, pk).items.filter(pk=item).delete()


@transaction.atomic
def summary_finish(company: Company, pk: int, now: dt.datetime, today: dt.date, by: str) -> AnnualReport:
    """Return the summary made final, with its figures kept as they are.

    Raises ConflictError summary-broken while an identity fails, with the names of those that do.
    """
    one = _draft(company, pk)
    given = gathered_of(one, today)
    if wrong := report_of(given).broken:
        raise ConflictError(
            "summary-broken",
            "The summary cannot become final: its parts are not the whole.",
            changes=tuple(each.what for each in wrong),
            remedy="Mend what the checks name, then try again.",
        )
    one.snapshot, one.state, one.final_at = msgspec.to_builtins(given), "final", now
    one.save(update_fields=["snapshot", "state", "final_at"])
    audit_append(company.pk, by, "summary-final", str(one), {"version": one.version})
    return one


@transaction.atomic
def summary_again(company: Company, pk: int, by: str) -> AnnualReport:
    """Return the next version of a summary as a draft, with all that was written in it."""
    Company.objects.select_for_update().get(pk=company.pk)
    one = AnnualReport.objects.get(company=company, pk=pk)
    first = one.first or one
    last = first.later.aggregate(last=Max("version"))["last"] or 1
    items = list(one.items.order_by("pk"))
    made = AnnualReport.objects.create(
        company=company, first=first, version=last + 1, start=one.start, end=one.end, person=one.person,
        region=one.region, texts=one.texts, by=by,
    )  # fmt: skip
    for item in items:
        item.pk, item.report = None, made
        item.save()
    audit_append(company.pk, by, "summary-begun", str(made), {"version": made.version})
    return made


def changes_since_first(one: AnnualReport, today: dt.date) -> list[tuple[str, int, int]]:
    """Return the figures that differ from version 1: id, then and now in whole minor units or counts."""
    if one.first is None:
        return []
    then, now = report_of(gathered_of(one.first, today)), report_of(gathered_of(one, today))
    names = [name for name in now.figures if "/" not in name]
    return [
        (name, then.minor(name), now.minor(name)) for name in names if then.minor(name) != now.minor(name)
    ]
