"""Joining two customers that are one, so that nothing is counted twice; each joining can be taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import serializers
from django.db import IntegrityError, models, transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Customer, Merge
from closebook.apps.selling.selectors.merged import later_merge
from closebook.core.errors import ConflictError, InputError
from closebook.transport import clock

_KINDS = ("prospect", "customer", "outlet", "dealer")
"""From least to most: whoever is a dealer of one entry is a dealer."""
_FILLED = ("region", "owner", "grade", "size", "sector", "email", "phone", "party", "revisit_days")
_EITHER = ("hot", "do_not_call", "do_not_mail")


@transaction.atomic
def customers_merge(company: Company, kept: int, gone: int, by: str) -> Merge:
    """Return the merge of one customer into another: opportunities, conversations and all the rest change
    hands, what the kept one lacks is taken over, and the other goes.

    Raises InputError selling-merge for a customer with itself, or one that is not there any more.
    """
    rows = Customer.objects.select_for_update().filter(company=company).in_bulk([kept, gone])
    if len(rows) < 2:
        raise InputError(
            "selling-merge",
            "Two different customers are needed, and one is not there any more.",
            remedy="Look at the list of customers again.",
        )
    one, other = rows[kept], rows[gone]
    before = serializers.serialize("json", [other])
    made = Merge.objects.create(
        company=company, kept=kept, gone=gone, name=other.name, key=other.key, party=other.party, row=before,
        moved=_moved(other, one), filled=_filled(one, other), by=by, made_at=clock.now(),
    )  # fmt: skip
    other.delete()
    one.save()
    audit_append(company.pk, by, "customers-merged", one.name, {"gone": other.name, "customer": kept})
    return made


def _hands() -> list[tuple[str, type[models.Model], str]]:
    """Return what belongs to a customer: the name of the relation, its rows, and their field."""
    return [
        (one.get_accessor_name() or "", one.related_model, one.field.name)
        for one in Customer._meta.related_objects
        if isinstance(one.related_model, type)
    ]


def _moved(source: Customer, to: Customer) -> dict[str, list[int]]:
    """Return by relation the numbers of the rows that changed hands."""
    moved = {}
    for name, model, field in _hands():
        rows = model._default_manager.filter(**{field: source})
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(**{field: to})
    return {name: keys for name, keys in moved.items() if keys}


def _filled(kept: Customer, other: Customer) -> dict[str, Any]:
    """Put into ``kept`` what it lacks; return each field with its value before and after."""
    wanted = {name: getattr(kept, name) or getattr(other, name) for name in (*_FILLED, *_EITHER)}
    wanted["kind"] = max(kept.kind, other.kind, key=lambda kind: _KINDS.index(kind) if kind in _KINDS else 0)
    wanted["scores"] = {**other.scores, **kept.scores}
    firsts = [one.first_invoice for one in (kept, other) if one.first_invoice]
    wanted["first_invoice"] = min(firsts, default=None)
    changed = {name: value for name, value in wanted.items() if getattr(kept, name) != value}
    filled = {name: [_plain(getattr(kept, name)), _plain(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(kept, name, value)
    return filled


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@transaction.atomic
def merge_undo(company: Company, pk: int, by: str) -> Customer:
    """Return the customer that had gone, back with what was its own; what came since stays where it is.

    Raises InputError selling-merge for one that was taken back already, ConflictError selling-merge-order
    when the customer that was kept has gone into another since.
    """
    merge = Merge.objects.select_for_update().filter(company=company, pk=pk, undone_at=None).first()
    if merge is None or merge.apart:
        raise InputError(
            "selling-merge", "That was taken back already.", remedy="Look at the list of customers again."
        )
    later = later_merge(merge)
    kept = Customer.objects.select_for_update().filter(company=company, pk=merge.kept).first()
    if later is not None or kept is None:
        raise ConflictError(
            "selling-merge-order",
            "The customer that was kept has gone into another since.",
            remedy="Take the later merge back first.",
        )
    back = _returned(merge)
    _handed_back(merge, back, kept)
    _emptied(merge, kept)
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    audit_append(company.pk, by, "customers-unmerged", kept.name, {"back": back.name, "customer": back.pk})
    return back


def _returned(merge: Merge) -> Customer:
    (found,) = serializers.deserialize("json", merge.row)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise ConflictError(
            "selling-merge-order",
            f"{merge.name} was made anew since.",
            remedy="Merge the new one into the customer that was kept, then try again.",
        ) from error
    return Customer.objects.get(pk=merge.gone)


def _handed_back(merge: Merge, back: Customer, kept: Customer) -> None:
    for name, model, field in _hands():
        rows = model._default_manager.filter(pk__in=merge.moved.get(name, []), **{field: kept})
        rows.update(**{field: back})


def _emptied(merge: Merge, kept: Customer) -> None:
    """Take out of the kept one what it took over, except what was changed since."""
    for name, (before, after) in merge.filled.items():
        if _plain(getattr(kept, name)) == after:
            setattr(
                kept, name, dt.date.fromisoformat(before) if name == "first_invoice" and before else before
            )
    kept.save()


@transaction.atomic
def customers_apart(company: Company, first: int, second: int, by: str) -> Merge:
    """Return the decision that two customers are not the same. Raises InputError selling-merge."""
    rows = Customer.objects.filter(company=company).in_bulk([first, second])
    if len(rows) < 2:
        raise InputError(
            "selling-merge",
            "Two different customers are needed, and one is not there any more.",
            remedy="Look at the list of customers again.",
        )
    one, other = rows[first], rows[second]
    made = Merge.objects.create(
        company=company, kept=first, gone=second, apart=True, name=other.name, key=other.key, by=by,
        made_at=clock.now(),
    )  # fmt: skip
    audit_append(company.pk, by, "customers-apart", one.name, {"other": other.name})
    return made


def apart_undo(company: Company, pk: int, by: str) -> None:
    """Let two customers that were said to be apart be proposed again."""
    if Merge.objects.filter(company=company, pk=pk, apart=True, undone_at=None).update(undone_at=clock.now()):
        audit_append(company.pk, by, "customers-apart-undone", str(pk), {})
