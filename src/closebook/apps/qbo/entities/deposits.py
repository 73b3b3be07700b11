"""Deposit: money goes to the bank, out of Undeposited Funds and from ledger accounts directly.

Source: QuickBooks Online Accounting API, Deposit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities import links
from closebook.apps.qbo.entities.base import Draft, Kind, LinkDraft, Property, is_empty
from closebook.apps.qbo.entities.deposited import UNDEPOSITED, Held, held_of
from closebook.apps.qbo.entities.expenses import find_party
from closebook.apps.qbo.entities.header import exchange_of, fill_currency, own_currency
from closebook.apps.qbo.entities.ledger_accounts import HOLDS_MONEY, chosen
from closebook.apps.qbo.entities.lines import LineIds, detail_of, line_class, numbered, sent_lines
from closebook.apps.qbo.entities.numbers import sent_number
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.apps.qbo.values import text_of
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.ledger.rules import charge_entry, with_difference

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body

_DETAIL = "DepositLineDetail"
_DIRECT = frozenset(
    {
        "Income", "Other Income", "Expense", "Other Expense", "Other Current Asset", "Equity",
        "Cost of Goods Sold", "Other Current Liability", "Long Term Liability", "Bank", "Credit Card",
        "Fixed Asset", "Other Asset", "Accounts Receivable", "Accounts Payable",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Lines:
    wire: list[Body] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    links: list[LinkDraft] = field(default_factory=list)
    held: list[tuple[Posting, Held]] = field(default_factory=list)


class Deposit(Transaction):
    """Debits DepositToAccountRef; credits Undeposited Funds for linked lines, a ledger account for direct
    ones.
    """

    name = "Deposit"
    label = "Deposit"
    own_fields = frozenset({"DepositToAccountRef", "CashBack"})
    own_properties = (Property("DepositToAccountRef", Kind.REFERENCE),)

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 6430, 620 for what cannot be deposited, 6460 for a differing
        amount, 6000 below zero.
        """
        place = chosen(form, "DepositToAccountRef", HOLDS_MONEY)
        fill_currency(form, own_currency(place.body))
        lines = _read_lines(form)
        cash_back = _cash_back(form)
        total = sum(posting.amount_minor for posting in lines.postings)
        if cash_back is not None:
            total -= cash_back.amount_minor
        if total < 0:
            raise faults.business("The total of a deposit must be 0 or greater", "TotalAmt")
        form.body["Line"] = lines.wire
        form.body["TotalAmt"] = form.decimal(total)
        form.body.pop("TxnTaxDetail", None)
        money = [Posting(place.pk, total, location=form.location), *([cash_back] if cash_back else [])]
        return Draft(
            form.body,
            doc_number=sent_number(form),
            total_minor=total,
            entry=_entry(form, money, lines),
            links=lines.links,
        )

    def check_delete(self, ctx: Context, record: Record) -> None:
        """A deposit may always be deleted: what it held goes back to Undeposited Funds."""


def _entry(form: Form, money: list[Posting], lines: _Lines) -> JournalEntry:
    """Return the entry; funds that came in at another rate leave at that one, the difference is a gain or
    loss.
    """
    if form.exchange is None or not lines.held:
        return charge_entry(form.day, money, lines.postings, form.exchange)
    exchange = exchange_of(form)
    fixed = {id(posting): held.home_minor for posting, held in lines.held}
    for sign, side in ((1, money), (-1, lines.postings)):
        for posting in side:
            foreign = sign * posting.amount_minor
            home = fixed.get(id(posting), exchange.home_minor(posting.amount_minor))
            posting.currency, posting.foreign_minor, posting.amount_minor = (
                exchange.currency,
                foreign,
                sign * home,
            )
    gain = form.ctx.ledger_account("exchange-gain-or-loss").pk
    return with_difference(form.day, [*money, *lines.postings], gain)


def _read_lines(form: Form) -> _Lines:
    lines, ids = _Lines(), LineIds(form)
    for number, line in enumerate(sent_lines(form), 1):
        if not is_empty(line.get("DetailType")) and line["DetailType"] != _DETAIL:
            raise faults.unsupported_property("DetailType")
        wire_id = ids.take(line)
        made = numbered(wire_id, number, line)
        if line.get("LinkedTxn"):
            _linked_line(form, lines, line, made, wire_id)
        else:
            _direct_line(form, lines, line, made, wire_id)
        lines.wire.append(made)
    return lines


def _direct_line(form: Form, lines: _Lines, line: Body, made: Body, wire_id: str) -> None:
    detail = detail_of(line, _DETAIL)
    if is_empty(line.get("Amount")):
        raise faults.required("Amount")
    if not detail.get("AccountRef"):
        raise faults.required("AccountRef")
    ledger_account = chosen(form, "AccountRef", _DIRECT, detail)
    amount = form.minor(line["Amount"], "Amount")
    party = _received_from(form, detail)
    if "PaymentMethodRef" in detail:
        form.fill("PaymentMethod", "PaymentMethodRef", detail)
    made["Amount"] = form.decimal(amount)
    made["DetailType"], made[_DETAIL] = _DETAIL, detail
    lines.postings.append(
        Posting(
            ledger_account.pk, amount, party, klass=line_class(form, detail), location=form.location,
            memo=made.get("Description", ""), line=wire_id,
        )
    )  # fmt: skip


def _received_from(form: Form, detail: Body) -> int | None:
    value: Any = detail.get("Entity")
    if not value:
        detail.pop("Entity", None)
        return None
    if not isinstance(value, dict):
        raise faults.unsupported_property("Entity")
    if isinstance(value.get("EntityRef"), dict):
        value = {**value["EntityRef"], "type": value.get("Type", value["EntityRef"].get("type", ""))}
    found = find_party(form, value, text_of(value.get("type"), "Entity.type"), "Entity")
    detail["Entity"] = {**found.as_ref(), "type": found.entity}
    return found.pk


def _linked_line(form: Form, lines: _Lines, line: Body, made: Body, wire_id: str) -> None:
    entries = line["LinkedTxn"]
    if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
        raise faults.unsupported_property("LinkedTxn")
    entry = entries[0]
    if "TxnLineId" not in entry:
        raise faults.required("TxnLineId")
    held = _find_held(form, str(entry.get("TxnType")), text_of(entry.get("TxnId"), "TxnId"))
    amount = held.amount_minor if is_empty(line.get("Amount")) else form.minor(line["Amount"], "Amount")
    if amount != held.amount_minor:
        raise faults.rule(
            "6460", "The deposit line does not match the linked transaction", element="Line.Amount"
        )
    made["Amount"] = form.decimal(amount)
    made["LinkedTxn"] = [{"TxnId": held.wire_id, "TxnType": held.word, "TxnLineId": str(entry["TxnLineId"])}]
    if line.get(_DETAIL):
        detail = detail_of(line, _DETAIL)
        form.fill("PaymentMethod", "PaymentMethodRef", detail)
        made["DetailType"], made[_DETAIL] = _DETAIL, detail
    posting = Posting(
        form.ctx.ledger_account(UNDEPOSITED).pk, amount, held.party, location=form.location,
        memo=made.get("Description", ""), line=wire_id,
    )  # fmt: skip
    lines.postings.append(posting)
    lines.held.append((posting, held))
    lines.links.append(LinkDraft(held.pk, wire_id, amount))


def _find_held(form: Form, word: str, wire_id: str) -> Held:
    """Return what a linked transaction holds in Undeposited Funds. Raises 2170, 610, 620."""
    ctx = form.ctx
    entity = {"ReceivePayment": "Payment"}.get(word, word)
    if entity not in {"Payment", "SalesReceipt", "RefundReceipt", "JournalEntry", "Transfer"}:
        raise faults.invalid_enumeration(word, "TxnType")
    record = store.by_wire_id(ctx.cursor, ctx.company_id, entity, wire_id)
    if record is None:
        raise faults.not_found()
    own = form.former.pk if form.former is not None else None
    others = [
        link for link in links.incoming(ctx, record.pk) if link.entity == "Deposit" and link.source != own
    ]
    held = held_of(ctx, record, form.currency)
    if held is None or others:
        raise faults.cannot_link(wire_id)
    return held


def _cash_back(form: Form) -> Posting | None:
    sent = form.body.get("CashBack")
    if not sent:
        form.body.pop("CashBack", None)
        return None
    if not isinstance(sent, dict):
        raise faults.unsupported_property("CashBack")
    made = dict(sent)
    ledger_account = chosen(form, "AccountRef", _DIRECT, made)
    amount = form.minor(made.get("Amount", 0), "CashBack.Amount")
    if amount < 0:
        raise faults.business("Cash back must be 0 or greater", "CashBack.Amount")
    made["Amount"] = form.decimal(amount)
    form.body["CashBack"] = made
    return Posting(ledger_account.pk, amount, location=form.location, memo=str(made.get("Memo", "")))
