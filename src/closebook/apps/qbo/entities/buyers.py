"""What sales forms take from their customer: name, currency, addresses, e-mail, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.header import fill_currency, own_currency
from closebook.apps.qbo.values import email_of

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Reference
    from closebook.apps.qbo.entities.form import Form

_COPIED = (("BillAddr", "BillAddr"), ("ShipAddr", "ShipAddr"), ("BillEmail", "PrimaryEmailAddr"))


def fill_customer(form: Form, *, needed: bool) -> None:
    """Resolve the customer and the currency, and copy addresses and e-mail that were not sent. Raises 2020,
    2500.
    """
    if not form.body.get("CustomerRef") and needed:
        raise faults.required("CustomerRef")
    form.party = form.fill("Customer", "CustomerRef")
    fill_currency(form, own_currency(form.party.body) if form.party else "")
    if form.party is not None:
        _copy(form, form.party)
    if "BillEmail" in form.body:
        form.body["BillEmail"] = email_of(form.body["BillEmail"], "BillEmail")
    if form.body.get("EmailStatus") == "NeedToSend" and not form.body.get("BillEmail"):
        raise faults.rule("6420", "BillEmail is required to send the form", element="BillEmail")


def _copy(form: Form, customer: Reference) -> None:
    """Copy what a new form lacks; a form that moves to another customer takes that one's addresses unless
    new ones are sent. What an update takes away stays away.
    """
    moved = form.former is not None and not form.same_reference("CustomerRef")
    if form.former is not None and not moved:
        return
    for name, source in _COPIED:
        sent = form.body.get(name)
        if sent and not (moved and sent == form.former_body.get(name)):
            continue
        value: Any = customer.body.get(source)
        if value:
            form.body[name] = dict(value)
        else:
            form.body.pop(name, None)


def fill_term(form: Form, fallback: Any) -> Reference | None:
    """Return the terms of payment: the form's, else the party's, else those of ``fallback`` (only for the
    due date).
    """
    if form.body.get("SalesTermRef"):
        return form.fill("Term", "SalesTermRef")
    if form.former is None and form.party is not None:
        own = form.party.body.get("SalesTermRef") or form.party.body.get("TermRef")
        found = form.ctx.reference("Term", str(own.get("value"))) if isinstance(own, dict) else None
        if found is not None:
            form.body["SalesTermRef"] = found.as_ref()
            return found
    value = fallback.get("value") if isinstance(fallback, dict) else ""
    return form.ctx.reference("Term", str(value)) if value else None
