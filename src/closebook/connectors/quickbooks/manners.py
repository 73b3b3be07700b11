"""What a company's books say of themselves, as far as it decides how records are written.

Source: QuickBooks Online Accounting API, CompanyInfo (Country) and Preferences (TaxPrefs, CurrencyPrefs,
SalesFormsPrefs): companies in the United States store ISO 8859-1 and mark untaxed lines ``NON``; elsewhere a
line that says no tax code has none. ``PartnerTaxEnabled`` is there when sales tax is computed by the service.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from closebook.connectors.quickbooks.mapping import NO_TAX
from closebook.connectors.quickbooks.wire import entry, referenced

UNITED_STATES = "US"


@dataclass(frozen=True, slots=True)
class Manners:
    """Country, currency and switches of a company's books; the defaults are those of an embedded company."""

    name: str = ""
    country: str = UNITED_STATES
    currency: str = "USD"
    sales_tax: bool = False
    automatic_tax: bool = False
    many_currencies: bool = True
    own_numbers: bool = True
    discounts: bool = True

    @property
    def only_latin1(self) -> bool:
        """Tell whether texts are limited to ISO 8859-1."""
        return self.country == UNITED_STATES

    @property
    def tax_code(self) -> str:
        """Return the tax code of lines on which the company owes no tax, "" to say nothing."""
        return NO_TAX if self.country == UNITED_STATES else ""

    def as_json(self) -> dict[str, Any]:
        """Return the facts, to be kept."""
        return asdict(self)


def manners_of(company: dict[str, Any], preferences: dict[str, Any]) -> Manners:
    """Return the manners that a CompanyInfo and the Preferences tell."""
    tax, sales = entry(preferences, "TaxPrefs"), entry(preferences, "SalesFormsPrefs")
    currency = entry(preferences, "CurrencyPrefs")
    return Manners(
        name=str(company.get("CompanyName") or ""),
        country=str(company.get("Country") or UNITED_STATES).upper(),
        currency=referenced(currency.get("HomeCurrency")) or "USD",
        sales_tax=tax.get("UsingSalesTax") is True,
        automatic_tax=tax.get("PartnerTaxEnabled") is True,
        many_currencies=currency.get("MultiCurrencyEnabled") is True,
        own_numbers=sales.get("CustomTxnNumbers") is True,
        discounts=sales.get("AllowDiscount") is not False,
    )
