"""How records are written for a company: what its books said of themselves when they were connected."""

from __future__ import annotations

from typing import Any

from closebook.apps.sync.models import BooksAccess
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import to_wire
from closebook.connectors.quickbooks.manners import Manners, manners_of
from closebook.connectors.quickbooks.mapping import Resolve
from closebook.core.planning.documents import Document, ListObject


def manners_kept(company_id: int) -> Manners:
    """Return the manners of a company's books; an embedded company's when nothing was read."""
    kept = BooksAccess.objects.filter(company_id=company_id).values_list("manners", flat=True).first()
    known = {name: value for name, value in (kept or {}).items() if name in Manners.__dataclass_fields__}
    return Manners(**known)


def manners_read(company_id: int, client: QuickBooksClient) -> Manners:
    """Read what the books say of themselves now, and keep it."""
    manners = manners_of(client.company_info(), client.preferences())
    BooksAccess.objects.filter(company_id=company_id).update(
        manners=manners.as_json(), books_name=manners.name[:200]
    )
    return manners


class Writer:
    """Writes documents and list objects as the books of one company want them."""

    def __init__(self, company_id: int) -> None:
        """Read the manners once."""
        self.manners = manners_kept(company_id)

    def wire(self, target: Document | ListObject, resolve: Resolve) -> tuple[str, dict[str, Any]]:
        """Return (entity, payload of a create)."""
        at = self.manners
        return to_wire(target, resolve, only_latin1=at.only_latin1, tax_code=at.tax_code)
