"""From the business of a till to documents: each sale, return, fee, payout and entry of the balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from closebook.core.commerce.records import Movement, MovementKind
from closebook.core.commerce.sales import TillBusiness
from closebook.core.errors import InputError
from closebook.core.money import format_minor
from closebook.core.planning.desired import OTHER_CURRENCY, Desired, Hold
from closebook.core.planning.fees import make_fees
from closebook.core.planning.making import Making
from closebook.core.planning.naming import digest
from closebook.core.planning.profile import Profile, TaxRule
from closebook.core.planning.standing import NOTHING_STANDS, Standing
from closebook.core.planning.tax_check import all_findings
from closebook.core.planning.till.balance import make_balance, make_losses, settlements_by_entries
from closebook.core.planning.till.invoices import day_of
from closebook.core.planning.till.receipts import make_estimate, make_return, make_sale, sale_key
from closebook.core.planning.transfers import make_opening

_RECEIPTS = frozenset({MovementKind.SALE, MovementKind.REFUND})
_MOST_FINDINGS = 5


def till_documents_of(
    business: TillBusiness,
    profile: Profile,
    decisions: Mapping[str, str],
    standing: Standing = NOTHING_STANDS,
) -> Desired:
    """Return what the books should hold for a till's business; the order of its rows does not matter.

    Raises InputError for a profile that lacks the roles of a till.
    """
    if not profile.is_till:
        raise InputError(
            "wrong-profile",
            "The profile lacks the ledger accounts of a till.",
            remedy="Add the roles cash, gift-cards, tips and the others to its ledger_accounts.",
        )
    making = Making(profile, business.orders, decisions, standing)
    make_opening(making)
    for sale in business.sales():
        if profile.covers(day_of(sale, sale_key(making.group(sale.order_ref, sale.day)), standing)):
            make_sale(making, sale, quoted=sale.order_ref in business.quotations)
    for offer in business.quotations.values():
        if profile.covers(offer.day):
            make_estimate(making, offer)
    for back in sorted(business.returns, key=lambda one: (one.day, one.ref)):
        if profile.covers(back.day):
            make_return(making, back)
    fees, others = _rows(making, business)
    for (ref, _day), rows in fees.items():
        make_fees(making, ref, rows)
    make_balance(making, others, settlements_by_entries(business))
    make_losses(making, business.losses)
    making.notes += [*business.notes, *_tax_notes(business, profile)]
    documents = [*making.trade, *making.direct]
    return Desired(making.chart.used_by(documents), documents, making.holds, making.notes)


def _rows(
    making: Making, business: TillBusiness
) -> tuple[dict[tuple[str, str], list[Movement]], list[Movement]]:
    """Return the fees by order (or by day) and the movements that are neither fees nor told by a receipt."""
    fees: dict[tuple[str, str], list[Movement]] = {}
    others: list[Movement] = []
    outside = 0
    for row in business.movements:
        if not making.profile.covers(row.day):
            outside += 1
        elif row.kind in _RECEIPTS:
            continue
        elif row.currency != making.currency:
            making.holds.append(_foreign(making, row))
        elif row.kind is MovementKind.FEE:
            day = "" if row.order_ref else row.day.isoformat()
            fees.setdefault((row.order_ref, day), []).append(row)
        else:
            others.append(row)
    if outside:
        making.notes.append(f"{outside} rows lie outside the profile's days and are left out.")
    return fees, others


def _foreign(making: Making, row: Movement) -> Hold:
    key = f"{making.group(row.order_ref, row.day)}/currency/{digest(row.source_key)}"
    message = f"The row of {row.day} ({row.title!r}) is in {row.currency}, not in {making.currency}."
    return Hold(key, OTHER_CURRENCY, message, row.day, row.amount_minor, (row.source_key,))


def _tax_notes(business: TillBusiness, profile: Profile) -> list[str]:
    """Return how many sales differ from the books' reckoning and why, and the first of them one by one."""
    sales = [sale for sale in business.sales() if profile.covers(sale.day)]
    found = list(all_findings(sales, [back for back in business.returns if profile.covers(back.day)]))
    if not found:
        return []
    apart = format_minor(sum(one.difference_minor for one in found), profile.currency)
    causes = Counter(one.cause.value for one in found)
    said = ", ".join(f"{count} {cause}" for cause, count in causes.most_common())
    whose = "the till's own tax" if profile.tax_rule is TaxRule.SOURCE else "what the books reckon"
    head = (
        f"Tax: {len(found)} of {len(sales)} sales differ from the books' reckoning, {apart} in all ({said}). "
        f"Posted is {whose}; `closebook tax-check` lists them."
    )
    return [head, *(f"Tax: {one.in_words()}" for one in found[:_MOST_FINDINGS])]
