"""A company's standing with the ledger accounts that its shops post to."""

from __future__ import annotations

from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.standing import Standing, Uses, ledger_account_keys
from closebook.apps.companies.models import Company
from closebook.apps.sync.selectors.uses import ledger_accounts_for
from closebook.core.planning.profile import Role

_FEE = "fee:"


def uses_of(company: Company, books: BooksCompany) -> tuple[Uses, str]:
    """Return what the company's shops use for fees, refunds and clearing, and the first clearing account's
    id as the protocol knows it ("" for none).
    """
    roles = ledger_accounts_for(
        company, lambda role: role in {Role.CLEARING, Role.REFUNDS} or role.startswith(_FEE)
    )
    keys = ledger_account_keys(books.pk, roles)

    def having(*wanted: str) -> frozenset[int]:
        return frozenset(key for wire_id, key in keys.items() if roles[wire_id].startswith(wanted))

    clearing = min((wire_id for wire_id, role in roles.items() if role == Role.CLEARING), default="")
    return Uses(having(_FEE), having(Role.REFUNDS), having(Role.CLEARING)), clearing


def standing_of(company: Company, books: BooksCompany) -> Standing:
    """Return the company's standing."""
    return Standing(books.pk, uses_of(company, books)[0])
