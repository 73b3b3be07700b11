"""The sums of a form while it is typed, and an amount spread over what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.books.selectors.records import keys_by_name
from closebook.apps.books.selectors.settling import Settled, settled_by_number
from closebook.web.books.document_origin import open_for
from closebook.web.books.document_wire import sale_amount
from closebook.web.books.fields import NameField
from closebook.web.books.kinds import title_of

if TYPE_CHECKING:
    from closebook.web.books.document_form import DocumentForm
    from closebook.web.books.document_forms import LineForm


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum in minor units; ``wrong`` for one that keeps the document from being saved."""

    label: Promise
    minor: int
    wrong: bool = False


def sums_of(form: DocumentForm) -> list[Sum]:
    """Return the sums of what is typed so far; what cannot be read yet counts as nothing."""
    lines = form.line_forms
    if form.spec.settles:
        return _settled(form, lines)
    if form.spec.lines == "journal":
        debits, credits_ = (sum(_read(line, name) or 0 for line in lines) for name in ("debit", "credit"))
        left = debits - credits_
        return [Sum(_("Debits"), debits), Sum(_("Credits"), credits_), Sum(_("Difference"), left, left != 0)]
    if form.spec.lines == "sale":
        amounts = [_sold(form, line) for line in lines]
    else:
        amounts = [_read(line, "amount") for line in lines]
    typed = sum(amount or 0 for amount in amounts)
    if form.held is not None and form.held.waiting:
        taken = form.held.taken_minor
        return [
            Sum(_("From Undeposited Funds"), taken),
            Sum(_("Sum of these lines"), typed),
            Sum(_("Deposited"), taken + typed, taken + typed < 0),
        ]
    return [Sum(_("Sum of these lines"), typed)] if form.spec.lines else []


def _settled(form: DocumentForm, lines: Sequence[LineForm]) -> list[Sum]:
    describe(form)
    charges = credits_ = 0
    for line in lines:
        amount = _read(line, "amount") or 0
        if line.about is not None and line.about.is_credit:
            credits_ += amount
        else:
            charges += amount
    typed = _read(form.head, "amount")
    left = 0 if typed is None else typed + credits_ - charges
    found = [Sum(_("Settled"), charges)]
    found += [Sum(_("From credits"), credits_)] if credits_ else []
    found += [Sum(_("Amount"), charges - credits_)] if typed is None else []
    label = _("Left over as a credit") if left >= 0 else _("More is settled than there is")
    return [*found, Sum(label, abs(left), left < 0)]


def _sold(form: DocumentForm, line: LineForm) -> int | None:
    given = {name: _read(line, name) for name in ("quantity", "price", "amount")}
    return sale_amount(given, form.former_line(str(line["id"].value() or "")), form.currency)


def _read(form: Form, name: str) -> Any:
    """Return the value of a field so far, None for what cannot be read."""
    bound = form[name]
    try:
        return bound.field.to_python(bound.value())
    except ValidationError:
        return None


def describe(form: DocumentForm) -> None:
    """Put on each line of a payment what is known of the document that it settles; one query or two."""
    if not form.spec.settles:
        return
    lines = [(line, str(line["document"].value() or "")) for line in form.line_forms]
    party = party_typed(form)
    numbers = {number for _line, number in lines if number}
    known = settled_by_number(form.books.pk, form.spec.settles, numbers, party)
    for line, number in lines:
        line.about = known.get(number)
        line.title = title_of(line.about.entity) if line.about else ""


def party_typed(form: DocumentForm) -> str:
    """Return the wire id of the customer or vendor whose name stands above the lines, "" for none."""
    name = next((name for name in ("customer", "vendor") if name in form.head.fields), "")
    key = NameField.key(str(form.head[name].value() or "")) if name else ""
    if not key:
        return ""
    entity = name.capitalize()
    return keys_by_name(form.books.pk, {entity}, {key}).get((entity, key), "")


def spread(form: DocumentForm) -> list[dict[str, Any]]:
    """Return lines for all that is open with the customer or vendor: the amount that is typed settles the
    oldest first; without an amount everything is settled. Credits are listed and not used.
    """
    found = open_for(form.books, form.kind, party_typed(form))
    amounts = oldest_first(_read(form.head, "amount"), found)
    return [
        {"document": one.number, "amount": amount or None} for one, amount in zip(found, amounts, strict=True)
    ]


def oldest_first(total: int | None, found: Sequence[Settled]) -> list[int]:
    """Return what of a total goes to each document in their order, 0 for credits; None pays everything."""
    amounts = []
    for one in found:
        most = 0 if one.is_credit else max(one.open_minor, 0)
        amounts.append(most if total is None else max(min(most, total), 0))
        total = None if total is None else total - amounts[-1]
    return amounts
