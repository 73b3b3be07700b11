"""What the command palette finds in the books: documents by number, list objects by name."""

from __future__ import annotations

from django.utils.translation import gettext as _

from closebook.apps.books.selectors.finding import documents_by_number, objects_by_name
from closebook.apps.companies.abilities import Ability
from closebook.apps.qbo.entities.names import fold
from closebook.connectors.quickbooks.wire import decode
from closebook.web.books.kinds import KINDS, document_address, title_of
from closebook.web.books.list_kinds import LISTS
from closebook.web.frame.access import CompanyRequest
from closebook.web.frame.palette import MOST, Finder, Hit


def find_documents(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the documents whose number begins with the words."""
    if not words or Ability.SEE_BOOKS not in request.abilities:
        return []
    found = documents_by_number(request.company.realm_id, KINDS, words, MOST)
    return [
        Hit(
            f"{title_of(one.entity)} {one.doc_number}",
            document_address(request.company.pk, one.entity, one.wire_id),
            str(one.txn_date or ""),
        )
        for one in found
    ]


def find_list(word: str) -> Finder:
    """Return the finder of the objects of a list whose name begins with the words."""
    kind = LISTS[word]

    def find(request: CompanyRequest, words: str) -> list[Hit]:
        if not words or Ability.SEE_BOOKS not in request.abilities:
            return []
        found = objects_by_name(request.company.realm_id, kind.entity, fold(words), MOST)
        bodies = [(one, decode(one.body.encode())) for one in found]
        return [
            Hit(
                str(body.get("DisplayName") or body.get("FullyQualifiedName") or body.get("Name", "")),
                kind.address(request.company.pk, one.wire_id),
            )
            for one, body in bodies
        ]

    return find


def finders_of_books() -> tuple[tuple[str, Finder], ...]:
    """Return the finders with their headings."""
    return (
        (_("Documents"), find_documents),
        (_("Customers"), find_list("customer")),
        (_("Vendors"), find_list("vendor")),
        (_("Items"), find_list("item")),
        (_("Ledger accounts"), find_list("ledger-account")),
    )
