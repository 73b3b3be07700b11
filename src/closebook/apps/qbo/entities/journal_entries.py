"""JournalEntry: debits and credits as given.

Source: QuickBooks Online Accounting API, JournalEntry; error codes 2260, 2290, 2300.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities import links
from closebook.apps.qbo.entities.base import Draft, Kind, Property, is_empty
from closebook.apps.qbo.entities.expenses import find_party
from closebook.apps.qbo.entities.header import fill_currency
from closebook.apps.qbo.entities.ledger_accounts import PAYABLE, RECEIVABLE, type_of
from closebook.apps.qbo.entities.lines import LineIds, detail_of, kind_of, line_class, numbered, sent_lines
from closebook.apps.qbo.entities.numbers import sent_number
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.apps.qbo.values import flag, text_of
from closebook.core.ledger.entry import Posting
from closebook.core.ledger.rules import journal_entry

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context, Reference
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body

_LINE, _TEXT = "JournalEntryLineDetail", "DescriptionOnly"
_SIGNS = {"Debit": 1, "Credit": -1}
_PARTY_OF = {
    RECEIVABLE: (
        "Customer",
        "When you use Accounts Receivable, you must choose a customer in the Name field",
    ),
    PAYABLE: ("Vendor", "When you use Accounts Payable, you must choose a vendor in the Name field"),
}


@dataclass(slots=True)
class _Lines:
    wire: list[Body]
    postings: list[Posting]
    open_minor: int = 0
    open_count: int = 0


class JournalEntryEntity(Transaction):
    """An entry written by hand. A line on receivables or payables stays open until a payment settles it.

    Its balance is signed: what a customer owes or is owed to a vendor is positive.
    """

    name = "JournalEntry"
    label = "Journal Entry"
    own_fields = frozenset({"Adjustment"})
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("Adjustment", Kind.BOOLEAN),
        Property("TotalAmt", Kind.NUMBER),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 2260, 2290, 2300, 2500, 6000."""
        fill_currency(form)
        lines = _read_lines(form)
        if len(lines.postings) < 2:
            raise faults.rule("2250", "A journal entry needs at least two lines", element="Line")
        if sum(posting.amount_minor for posting in lines.postings):
            message = "Amount on debits not equal to credits"
            raise faults.rule("2300", message, message, "Line")
        body = form.body
        body["Line"] = lines.wire
        body["Adjustment"] = flag(body, "Adjustment")
        body["TotalAmt"] = 0
        body["TxnTaxDetail"] = {}
        body.pop("GlobalTaxCalculation", None)
        draft = Draft(body, doc_number=sent_number(form), total_minor=lines.open_minor)
        draft.balance_minor = _still_open(form, lines.open_minor)
        draft.entry = journal_entry(form.day, lines.postings, form.exchange)
        return draft

    def warns_duplicate_number(self, ctx: Context) -> bool:
        """Refuse a number that is taken when the company warns of them."""
        return ctx.other_preference("WarnDuplicateJournalNumber") == "true"


def _still_open(form: Form, open_minor: int) -> int:
    if form.former is None:
        return open_minor
    applied = links.applied_minor(links.incoming(form.ctx, form.former.pk))
    if applied > abs(open_minor):
        raise faults.business("The amount cannot be less than what payments have settled of it", "Line")
    return open_minor - applied if open_minor >= 0 else open_minor + applied


def _read_lines(form: Form) -> _Lines:
    lines, ids = _Lines([], []), LineIds(form, first=0)
    for line in sent_lines(form):
        kind = kind_of(line, (_LINE, _TEXT))
        made = numbered(ids.take(line), 0, line)
        del made["LineNum"]
        if kind == _TEXT:
            made["DetailType"] = _TEXT
            made["DescriptionLineDetail"] = detail_of(line, "DescriptionLineDetail")
        else:
            _side(form, lines, line, made)
        lines.wire.append(made)
    return lines


def _side(form: Form, lines: _Lines, line: Body, made: Body) -> None:
    detail = detail_of(line, _LINE)
    side = str(detail.get("PostingType"))
    if side not in _SIGNS:
        raise faults.rule(
            "2260",
            "Posting type is missing or invalid",
            "PostingType has to be Debit or Credit",
            "PostingType",
        )
    if is_empty(line.get("Amount")):
        raise faults.required("Amount")
    amount = form.minor(line["Amount"], "Amount")
    if amount < 0:
        raise faults.rule("2290", "Negative amount", "The amount of a line must be 0 or greater", "Amount")
    ledger_account = form.fill("Account", "AccountRef", detail)
    if ledger_account is None:
        raise faults.required("AccountRef")
    party = _party(form, detail)
    _check_open_account(form, lines, ledger_account, party, _SIGNS[side] * amount)
    klass = line_class(form, detail)
    location = form.fill("Department", "DepartmentRef", detail) if "DepartmentRef" in detail else None
    made["Amount"] = form.decimal(amount)
    made["DetailType"], made[_LINE] = _LINE, detail
    lines.postings.append(
        Posting(
            ledger_account.pk, _SIGNS[side] * amount, party.pk if party else None, None, klass,
            location.pk if location else form.location, memo=made.get("Description", ""), line=made["Id"],
        )
    )  # fmt: skip


def _party(form: Form, detail: Body) -> Reference | None:
    value: Any = detail.get("Entity")
    if not value:
        detail.pop("Entity", None)
        return None
    if not isinstance(value, dict):
        raise faults.unsupported_property("Entity")
    reference = value.get("EntityRef")
    if not reference:
        raise faults.required("EntityRef")
    kind = text_of(value.get("Type") or value.get("type"), "Entity.Type")
    found = find_party(form, reference, kind, "EntityRef")
    detail["Entity"] = {"Type": found.entity, "EntityRef": found.as_ref()}
    return found


def _check_open_account(
    form: Form, lines: _Lines, ledger_account: Reference, party: Reference | None, signed_minor: int
) -> None:
    """Demand a party on receivables and payables, one such line at most, and take note of what stays open."""
    kind = type_of(ledger_account)
    rule = _PARTY_OF.get(kind)
    if rule is None:
        return
    wanted, sentence = rule
    if party is None or party.entity != wanted:
        raise faults.business(sentence, "Entity")
    lines.open_count += 1
    if lines.open_count > 1:
        raise faults.business(
            "You can use only one Accounts Receivable or Accounts Payable line in a journal entry", "Line"
        )
    form.party = party
    lines.open_minor = signed_minor if kind == RECEIVABLE else -signed_minor
