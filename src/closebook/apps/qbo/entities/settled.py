"""What a payment may settle: the open charge or credit that a line names, and what of it stands in the
ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities import links
from closebook.apps.qbo.entities.ledger_accounts import PAYABLE, RECEIVABLE, type_of
from closebook.apps.qbo.entities.posted import posted_on
from closebook.core.ledger.currency import OpenItem
from closebook.core.ledger.rules import Application

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body

_OPEN_REF = {"receivable": "ARAccountRef", "payable": "APAccountRef"}
_OPEN_TYPE = {"receivable": RECEIVABLE, "payable": PAYABLE}
_PARTY = {"receivable": "Customer", "payable": "Vendor"}


@dataclass(slots=True)
class Target:
    """An open charge or credit: what is left of it for this payment, in its currency."""

    record: Record
    body: Body
    is_credit: bool
    ledger_account: int
    party: int | None
    links: list[links.Incoming]
    open_minor: int
    taken_home: int = 0

    @property
    def word(self) -> str:
        """Return the word by which links name it."""
        return links.type_word(self.record.entity, self.body)


def find_target(form: Form, role: str, entity: str, wire_id: str) -> Target:
    """Return the open document that a payment's line names.

    Raises 610 when there is none, 620 for one that cannot be settled, 6000 for another's party or currency.
    """
    ctx = form.ctx
    record = store.by_wire_id(ctx.cursor, ctx.company_id, entity, wire_id)
    if record is None:
        raise faults.not_found()
    body = store.body_of(record)
    ledger_account = _open_account(ctx, role, record, body)
    if ledger_account is None or not record.total_minor:
        raise faults.cannot_link(wire_id)
    if body["CurrencyRef"]["value"] != form.currency:
        raise faults.business(
            "The currency of the payment is not the currency of the linked transaction", "CurrencyRef"
        )
    if not _same_family(ctx, role, record.party, form.party_pk):
        raise faults.business(
            f"The linked transaction belongs to another {_PARTY[role].lower()}", f"{_PARTY[role]}Ref"
        )
    incoming = links.incoming(ctx, record.pk)
    own = form.former.pk if form.former is not None else None
    left = links.open_minor(record.total_minor, links.applied_minor(incoming, except_by=own), entity, body)
    is_credit = entity in {"CreditMemo", "VendorCredit"} or (
        entity == "JournalEntry" and record.total_minor < 0
    )
    return Target(record, body, is_credit, ledger_account, record.party, incoming, abs(left))


def _open_account(ctx: Context, role: str, record: Record, body: Body) -> int | None:
    """Return the receivable or payable on which a document stands open, None when it stands on none of this
    role.
    """
    currency = body["CurrencyRef"]["value"]
    if record.entity != "JournalEntry":
        value = body.get(_OPEN_REF[role])
        return ctx.require_any("Account", value).pk if value else ctx.ledger_account(role, currency).pk
    for line in body["Line"]:
        detail = line.get("JournalEntryLineDetail")
        ledger_account = ctx.require_any("Account", detail["AccountRef"]) if detail else None
        if ledger_account is not None and type_of(ledger_account) == _OPEN_TYPE[role]:
            return ledger_account.pk
    return None


def _same_family(ctx: Context, role: str, party: int | None, payer: int | None) -> bool:
    """Tell whether a document's party is the payer, or a job below or above it in the same tree of
    customers.
    """
    if party == payer:
        return True
    if role != "receivable" or party is None or payer is None:
        return False
    return _root(ctx, party) == _root(ctx, payer)


def _root(ctx: Context, pk: int) -> int:
    found = ctx.reference_by_pk(pk)
    while found is not None and found.body.get("ParentRef"):
        parent = ctx.reference("Customer", str(found.body["ParentRef"]["value"]))
        if parent is None:
            break
        found = parent
    return found.pk if found else pk


def application(form: Form, target: Target, amount_minor: int, line: str) -> Application:
    """Return the part that a line settles, with the home amount at which it leaves the ledger;
    ``open_minor`` shrinks.

    Raises 6000 when more is applied than is open.
    """
    if amount_minor > target.open_minor:
        raise faults.business(
            "You cannot apply more than the open balance of the linked transaction "
            f"({target.word} {target.body.get('DocNumber') or target.record.wire_id})",
            "Line.Amount",
        )
    home = amount_minor
    if form.exchange is not None:
        item = OpenItem(target.open_minor, _open_home(form, target))
        home = item.settled_home(amount_minor)
        target.taken_home += home
    target.open_minor -= amount_minor
    return Application(target.ledger_account, target.party, amount_minor, home, line)


def _open_home(form: Form, target: Target) -> int:
    """Return what of a document still stands in the ledger in home currency, this payment's own share left
    out.
    """
    posted = posted_on(form.ctx, target.record.pk, target.ledger_account)
    home = abs(posted[0]) if posted else 0
    own = form.former.pk if form.former is not None else None
    for link in target.links:
        if link.source == own or link.entity not in {"Payment", "BillPayment"}:
            continue
        taken = posted_on(form.ctx, link.source, target.ledger_account, link.source_line)
        home -= abs(taken[0]) if taken else 0
    return home - target.taken_home
