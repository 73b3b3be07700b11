"""The kinds of documents: their words, the list that each stands in, and where one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.web.frame.access import CompanyRequest


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: the protocol's word, its own words, the group of lists and whether it can be typed in."""

    entity: str
    title: Promise
    group: str
    typed: bool = False

    @property
    def slug(self) -> str:
        """Return the word in addresses."""
        return self.entity.lower()

    @property
    def list_page(self) -> str:
        """Return the name of the address of the list in which the kind stands."""
        return {"sales": "sales", "expenses": "expenses"}.get(self.group, "other-documents")


_ALL = (
    Kind("SalesReceipt", _("Sales receipt"), "sales", typed=True),
    Kind("Invoice", _("Invoice"), "sales", typed=True),
    Kind("Payment", _("Payment"), "sales", typed=True),
    Kind("CreditMemo", _("Credit memo"), "sales", typed=True),
    Kind("RefundReceipt", _("Refund receipt"), "sales", typed=True),
    Kind("Estimate", _("Estimate"), "sales", typed=True),
    Kind("Bill", _("Bill"), "expenses", typed=True),
    Kind("BillPayment", _("Bill payment"), "expenses", typed=True),
    Kind("Purchase", _("Expense"), "expenses", typed=True),
    Kind("VendorCredit", _("Vendor credit"), "expenses", typed=True),
    Kind("PurchaseOrder", _("Purchase order"), "expenses", typed=True),
    Kind("Deposit", _("Deposit"), "others", typed=True),
    Kind("Transfer", _("Transfer"), "others", typed=True),
    Kind("JournalEntry", _("Journal entry"), "others", typed=True),
    Kind("CreditCardPaymentTxn", _("Credit card payment"), "others"),
    Kind("InventoryAdjustment", _("Stock adjustment"), "others"),
    Kind("TimeActivity", _("Time activity"), "others"),
)
KINDS: Mapping[str, Kind] = {kind.entity: kind for kind in _ALL}
_BY_SLUG = {kind.slug: kind for kind in _ALL}


def kind_of(slug: str, request: CompanyRequest | None = None) -> Kind:
    """Return the kind of a word in an address; its list is the request's place. Raises Http404 for another
    word.
    """
    if slug not in _BY_SLUG:
        raise Http404
    if request is not None:
        request.place = _BY_SLUG[slug].list_page
    return _BY_SLUG[slug]


def kinds_in(group: str) -> tuple[Kind, ...]:
    """Return the kinds of a group: sales, expenses or others."""
    return tuple(kind for kind in _ALL if kind.group == group)


def title_of(entity: str) -> str:
    """Return the words of a kind, the protocol's own for one that has none."""
    return str(KINDS[entity].title) if entity in KINDS else entity


def document_address(company_id: int, entity: str, wire_id: str) -> str:
    """Return the address of a document's page, "" for a kind that has none."""
    return reverse("document", args=[company_id, KINDS[entity].slug, wire_id]) if entity in KINDS else ""
