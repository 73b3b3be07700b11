"""Transfer: money moves between two ledger accounts of the balance sheet.

Source: QuickBooks Online Accounting API, Transfer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Kind, Property
from closebook.apps.qbo.entities.header import fill_currency, own_currency, single_amount
from closebook.apps.qbo.entities.ledger_accounts import chosen
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.core.ledger.entry import Posting
from closebook.core.ledger.rules import charge_entry

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Reference
    from closebook.apps.qbo.entities.form import Form

_MOVABLE = frozenset(
    {
        "Bank", "Other Current Asset", "Fixed Asset", "Other Asset", "Credit Card", "Other Current Liability",
        "Long Term Liability", "Equity",
    }
)  # fmt: skip


class Transfer(Transaction):
    """Debits ToAccountRef and credits FromAccountRef."""

    name = "Transfer"
    label = "Transfer"
    own_fields = frozenset({"FromAccountRef", "ToAccountRef", "Amount"})
    own_properties = (
        Property("Amount", Kind.NUMBER),
        Property("FromAccountRef", Kind.REFERENCE),
        Property("ToAccountRef", Kind.REFERENCE),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 6430, and 6000 for no amount or one and the same ledger account."""
        source = chosen(form, "FromAccountRef", _MOVABLE)
        target = chosen(form, "ToAccountRef", _MOVABLE)
        if source.pk == target.pk:
            raise faults.business(
                "You cannot transfer to the same account. Choose two different accounts", "ToAccountRef"
            )
        fill_currency(form, _currency(form, source, target))
        amount = single_amount(form, "Enter a transfer amount that is greater than 0")
        entry = charge_entry(
            form.day,
            [Posting(target.pk, amount, location=form.location)],
            [Posting(source.pk, amount, location=form.location)],
            form.exchange,
        )
        return Draft(form.body, total_minor=amount, entry=entry)


def _currency(form: Form, source: Reference, target: Reference) -> str:
    """Return the foreign currency of the two ledger accounts, "" when both are in home currency."""
    found = {own_currency(source.body), own_currency(target.body)} - {"", form.ctx.home_currency}
    if len(found) > 1:
        raise faults.business(
            "A transfer between two foreign currencies needs a journal entry", "ToAccountRef"
        )
    return found.pop() if found else ""
