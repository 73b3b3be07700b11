"""Customers that went into others: where each is now, and which may be the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from closebook.apps.selling.models import Customer, Merge
from closebook.core.matching.party import Party
from closebook.core.matching.twins import Shared, twins


@dataclass(frozen=True, slots=True)
class Twin:
    """Two customers that may be the same, and what they share."""

    first: Customer
    second: Customer
    shared: tuple[Shared, ...]


def merges_of(company_id: int) -> QuerySet[Merge]:
    """Return the merges of a company that stand, the earliest first."""
    return Merge.objects.filter(company_id=company_id, apart=False, undone_at=None).order_by("pk")


def gone_into(merges: Iterable[Merge]) -> dict[int, int]:
    """Return for each customer that went, the one that stands for it now, however often that one went too."""
    into = {one.gone: one.kept for one in merges}
    return {gone: _last(into, gone) for gone in into}


def _last(into: dict[int, int], gone: int) -> int:
    while gone in into:
        gone = into[gone]
    return gone


def merged_by_name(company_id: int) -> dict[str, Customer]:
    """Return the customers that stand for others, by the others' names and keys in lower case."""
    merges = list(merges_of(company_id))
    into = gone_into(merges)
    kept = Customer.objects.filter(company_id=company_id).in_bulk(set(into.values()))
    known = [(one, kept[into[one.gone]]) for one in merges if into[one.gone] in kept]
    return {text.casefold(): customer for one, customer in known for text in (one.key, one.name)}


def merges_into(customer: Customer) -> list[Merge]:
    """Return what went into a customer and stands, the latest first."""
    return list(merges_of(customer.company_id).filter(kept=customer.pk).order_by("-pk"))


def twins_of(company_id: int) -> list[Twin]:
    """Return the customers that may be the same, the likeliest first, without those said to be apart."""
    rows = {str(one.pk): one for one in Customer.objects.filter(company_id=company_id).order_by("pk")}
    said = Merge.objects.filter(company_id=company_id, apart=True, undone_at=None)
    apart = {frozenset(pair) for pair in said.values_list("kept", "gone")}
    found = twins([_party(one) for one in rows.values()])
    pairs = [Twin(rows[one.first], rows[one.second], one.shared) for one in found]
    return [one for one in pairs if frozenset((one.first.pk, one.second.pk)) not in apart]


def _party(one: Customer) -> Party:
    return Party(
        str(one.pk),
        one.name,
        emails=(one.email,) if one.email else (),
        phones=(one.phone,) if one.phone else (),
    )


def later_merge(merge: Merge) -> Merge | None:
    """Return the merge by which the customer that was kept went too, None while it stands."""
    return merges_of(merge.company_id).filter(Q(gone=merge.kept)).first()
