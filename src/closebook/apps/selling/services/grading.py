"""Deciding a dealer's grade: as the figures propose it, or otherwise with a reason."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Customer, GradeChange
from closebook.apps.selling.selectors.dealers import DealerRow
from closebook.apps.selling.services.deals import grade_kept
from closebook.core.errors import InputError
from closebook.core.selling.dealers import GRADES


@transaction.atomic
def grade_set(row: DealerRow, grade: str, reason: str, by: str) -> Customer:
    """Return the dealer with its grade, the former kept in its history.

    Raises InputError selling-grade for another letter, or a grade that the figures do not propose without
    a reason.
    """
    if grade not in GRADES:
        raise InputError("selling-grade", f"{grade} is no grade.", remedy="Choose A, B or C.")
    if grade != row.grade.grade and not reason.strip():
        raise InputError(
            "selling-grade",
            f"The figures propose {row.grade.grade}.",
            remedy="Say why this dealer has another grade.",
        )
    one = Customer.objects.select_for_update().get(pk=row.customer.pk)
    before, one.grade = one.grade, grade
    if before != grade:
        one.save(update_fields=["grade"])
    if before != grade or reason.strip():
        grade_kept(one, before, by, proposed=row.grade.grade, reason=reason.strip())
        audit_append(one.company_id, by, "dealer-graded", one.name, {"from": before, "to": grade})
    return one


@transaction.atomic
def grades_take(rows: Iterable[DealerRow], by: str) -> list[int]:
    """Give the proposed grade to each dealer that has none or another; return the changes' numbers.

    Where nothing was sold at all, nothing is proposed and nothing changes.
    """
    given = list(rows)
    sold = any(row.sales_minor > 0 for row in given)
    changed = [row for row in given if sold and not row.agrees]
    for row in changed:
        grade_set(row, row.grade.grade, "", by)
    keys = [row.customer.pk for row in changed]
    latest = GradeChange.objects.filter(customer__in=keys).order_by("pk").values_list("customer_id", "pk")
    return sorted(dict(latest).values())


@transaction.atomic
def grades_back(company: Company, changes: Iterable[int], by: str) -> int:
    """Give dealers back the grades from before some changes, unless changed since; return how many."""
    back = 0
    for change in GradeChange.objects.filter(company=company, pk__in=changes).select_related("customer"):
        one = change.customer
        later = one.grade_changes.filter(pk__gt=change.pk).exists()
        if one.grade == change.after and not later:
            one.grade = change.before
            one.save(update_fields=["grade"])
            grade_kept(one, change.after, by, proposed=change.proposed)
            audit_append(company.pk, by, "dealer-graded", one.name, {"from": change.after, "to": one.grade})
            back += 1
    return back
