"""Making a company whole: the tenant, its embedded books, and Closebook's own way into them."""

from __future__ import annotations

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.companies import company_register, owner_ensure, realm_id_new
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.services.currency import company_currency_change
from closebook.apps.qbo.services.oauth import client_create
from closebook.apps.sync.models import Connection
from closebook.apps.sync.services.access import access_save
from closebook.core.errors import InputError
from closebook.core.money import minor_digits
from closebook.transport import clock


def company_ensure(name: str, currency: str, owner: str) -> tuple[Company, str]:
    """Return the company of a name and the one-time password of its owner, "" when the owner was there.

    What is there already stays as it is. Raises InputError for a word that is no currency code.
    """
    if len(currency) != 3 or not currency.isalpha() or not currency.isupper():
        raise InputError("not-a-currency", f"{currency!r} is not a currency code.", remedy="Write it as USD.")
    minor_digits(currency)
    company = Company.objects.filter(name=name).first()
    if company is None:
        company = _company_new(name, currency)
    return company, owner_ensure(company, owner)


def _company_new(name: str, currency: str) -> Company:
    """Make the books first: a crash then leaves books that nobody points at, never the reverse."""
    now, realm_id = clock.now(), realm_id_new()
    books = company_create(name, realm_id, home_currency=currency, now=now)
    credentials = client_create(books, now=now, name="Closebook itself")
    company = company_register(name, realm_id, currency, now)
    access_save(
        company,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        refresh_token=credentials.refresh_token,
        access_token=credentials.access_token,
    )
    return company


def currency_ensure(company: Company, currency: str) -> str:
    """Return a sentence about what was changed ("" for nothing) so that the books are in a currency.

    Books without a single entry and without another connection take the currency on. Raises InputError for
    others, which keep
    theirs.
    """
    if currency == company.home_currency:
        return ""
    taken = Connection.objects.filter(company=company).exists()
    if taken or not company_currency_change(company.realm_id, currency):
        raise InputError(
            "other-currency",
            f"The books of {company.name!r} are kept in {company.home_currency}, the shop in {currency}.",
            remedy=f'Make a company in that currency: `closebook init --company "{company.name} {currency}"'
            f" --currency {currency}`, then connect with --company.",
        )
    company.home_currency = currency
    company.save(update_fields=["home_currency"])
    return f"The books of {company.name!r} were empty and are kept in {currency} now."
