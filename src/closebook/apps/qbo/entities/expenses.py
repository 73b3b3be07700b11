"""Purchase: an expense, check or card charge that is paid at once; the base of bills and vendor credits.

Source: QuickBooks Online Accounting API, Purchase.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities import expense_lines
from closebook.apps.qbo.entities.base import Draft, Kind, Property
from closebook.apps.qbo.entities.header import fill_currency, own_currency
from closebook.apps.qbo.entities.ledger_accounts import BANK, CARD, chosen
from closebook.apps.qbo.entities.numbers import sent_number
from closebook.apps.qbo.entities.stock import Shelf
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.apps.qbo.values import flag, text_of
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.ledger.rules import charge_entry, spend_entry
from closebook.core.ledger.rules_stock import give_back_postings, receipt_postings

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context, Reference
    from closebook.apps.qbo.entities.expense_lines import ExpenseLines
    from closebook.apps.qbo.entities.form import Form

_PAYEES = ("Vendor", "Customer", "Employee")
_PAID_FROM = {"Cash": BANK, "Check": BANK, "CreditCard": CARD}
_EX_TYPE = {"Cash": "54", "Check": "3", "CreditCard": "54"}
_WARN_CHECK = "WarnDuplicateCheckNumber"


class ExpenseForm(Transaction):
    """A form with expense lines; ``gives_back`` of a draft turns its direction."""

    def enter(
        self, form: Form, lines: ExpenseLines, draft: Draft, money: list[Posting], *, gives_back: bool
    ) -> None:
        """Give the draft its entry: the lines, the money side, and what the stock needs besides."""
        if gives_back:
            for _, posting in lines.movements:
                posting.quantity_micro = -(posting.quantity_micro or 0)
        rule = charge_entry if gives_back else spend_entry
        entry = rule(form.day, money, lines.postings, form.exchange)
        draft.entry = entry
        if lines.movements or form.former is not None:
            _move_stock(form, lines, draft, entry, gives_back=gives_back)


def _move_stock(
    form: Form, lines: ExpenseLines, draft: Draft, entry: JournalEntry, *, gives_back: bool
) -> None:
    shelf = Shelf(form.ctx, [movement.item for movement, _ in lines.movements], form.former)
    for movement, posting in lines.movements:
        rule = give_back_postings if gives_back else receipt_postings
        value = abs(posting.amount_minor)
        entry.postings.extend(shelf.move(movement.item, partial(rule, movement, value_minor=value)))
    draft.after.append(shelf.save)


class Purchase(ExpenseForm):
    """Debits the lines, credits the bank or card; ``Credit`` turns a card purchase into a refund to the
    card.
    """

    name = "Purchase"
    label = "Expense"
    own_fields = frozenset(
        {
            "PaymentType", "AccountRef", "EntityRef", "Credit", "PrintStatus", "RemitToAddr",
            "PaymentMethodRef",
            "PaymentRefNum", "PurchaseEx", "IncludeInAnnualTPAR", "CheckPayment", "CreditCardPayment",
        }
    )  # fmt: skip
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("PaymentType"),
        Property("AccountRef", Kind.REFERENCE),
        Property("EntityRef", Kind.REFERENCE),
        Property("Credit", Kind.BOOLEAN),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 2170, 6430 for a ledger account that does not fit the way of
        paying, 6440.
        """
        paid_by = text_of(form.body.get("PaymentType"), "PaymentType")
        if not paid_by:
            raise faults.required("PaymentType")
        if paid_by not in _PAID_FROM:
            raise faults.invalid_enumeration(paid_by, "PaymentType")
        paid_from = chosen(form, "AccountRef", frozenset({_PAID_FROM[paid_by]}))
        fill_payee(form)
        fill_currency(form, _currency(form, paid_from))
        form.fill("PaymentMethod", "PaymentMethodRef")
        credit = flag(form.body, "Credit")
        if credit and paid_by != "CreditCard":
            raise faults.business("Only a credit card can have a credit", "Credit")
        lines = expense_lines.read_lines(form)
        total = expense_lines.reckon(form, lines)
        self._dress(form, paid_by, credit=credit)
        draft = Draft(form.body, doc_number=sent_number(form), total_minor=total)
        self.enter(form, lines, draft, [money_side(form, paid_from, total)], gives_back=credit)
        return draft

    def _dress(self, form: Form, paid_by: str, *, credit: bool) -> None:
        body = form.body
        body["Credit"] = credit
        body.setdefault("CustomField", [])
        if paid_by == "Check":
            body.setdefault("PrintStatus", "NotSet")
        kind = "11" if credit else _EX_TYPE[paid_by]
        body["PurchaseEx"] = {"any": [_name_value("TxnType", kind)]}

    def warns_duplicate_number(self, ctx: Context) -> bool:
        """Refuse a number that is taken when the company warns of them."""
        return ctx.other_preference(_WARN_CHECK) == "true"


def _name_value(name: str, value: str) -> dict[str, object]:
    return {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "declaredType": "com.intuit.schema.finance.v3.NameValue",
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }


def money_side(form: Form, ledger_account: Reference, amount_minor: int) -> Posting:
    """Return the posting on the ledger account that pays or receives."""
    return Posting(ledger_account.pk, amount_minor, form.party_pk, location=form.location)


def fill_payee(form: Form, name: str = "EntityRef") -> None:
    """Resolve the payee: a vendor, customer or employee, whose kind may be left out, as they share their
    ids.
    """
    value = form.body.get(name)
    if not value:
        form.body.pop(name, None)
        return
    if not isinstance(value, dict):
        raise faults.unsupported_property(name)
    kind = text_of(value.get("type"), f"{name}.type")
    form.party = find_party(form, value, kind, name)
    form.body[name] = {**form.party.as_ref(), "type": form.party.entity}


def find_party(form: Form, value: object, kind: str, name: str) -> Reference:
    """Return the vendor, customer or employee that a reference names; ``kind`` may be "". Raises 2170,
    2500.
    """
    if kind:
        word = next((payee for payee in _PAYEES if payee.lower() == kind.lower()), None)
        if word is None:
            raise faults.invalid_enumeration(kind, f"{name}.type")
        return form.refer(word, value, name)
    wire_id = text_of(value.get("value") if isinstance(value, dict) else value, name)
    found = next((payee for payee in _PAYEES if form.ctx.reference(payee, wire_id)), "Vendor")
    return form.refer(found, value, name)


def _currency(form: Form, paid_from: Reference) -> str:
    """Return the currency of a vendor or customer, else that of the ledger account."""
    party = own_currency(form.party.body) if form.party and form.party.entity != "Employee" else ""
    return party or own_currency(paid_from.body)
