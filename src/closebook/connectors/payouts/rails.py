"""The rails: what each asks of a payee and of the company, which currencies it takes, file or interface.

Source: SEPA credit transfer rulebook (euro only); PayPal Payouts, currency codes; Payoneer batch payments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from closebook.connectors.payouts.base import EMAIL
from closebook.core.errors import InputError
from closebook.core.workforce.runs import HOUR

PAYPAL_CURRENCIES = frozenset(
    [
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "ILS",
        "JPY",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "PHP",
        "PLN",
        "SEK",
        "SGD",
        "THB",
        "TWD",
        "USD",
    ]
)


@dataclass(frozen=True, slots=True)
class Rail:
    """A way to pay. ``asks`` are the fields of a payee, the first one needed; ``currencies`` empty means any;
    ``key_ms`` is how long its interface keeps a reference.
    """

    key: str
    asks: tuple[str, ...]
    currencies: frozenset[str] = frozenset()
    has_api: bool = False
    key_ms: int = 0


RAILS: Mapping[str, Rail] = {
    rail.key: rail
    for rail in (
        Rail("sepa", ("iban", "bic"), frozenset({"EUR"})),
        Rail("paypal", ("email",), PAYPAL_CURRENCIES, has_api=True, key_ms=29 * 24 * HOUR),
        Rail("wise", ("email", "recipient", "iban", "bic"), has_api=True, key_ms=24 * HOUR),
        Rail("payoneer", ("email",), frozenset({"USD"})),
        Rail("csv", ("hint",)),
    )
}


def rail_named(key: str) -> Rail:
    """Return a rail; InputError for a word that is none."""
    if key not in RAILS:
        raise InputError("pay-no-rail", "Choose a way to pay.")
    return RAILS[key]


def account_checked(key: str, account: Mapping[str, str]) -> dict[str, str]:
    """Return a payee's fields for a rail in their proper form, without empty ones.

    Raises InputError with what is wrong and what to do.
    """
    found = {name: " ".join(account.get(name, "").split()) for name in rail_named(key).asks}
    found = {name: text for name, text in found.items() if text}
    if "iban" in found:
        found["iban"] = iban_checked(found["iban"], anywhere=key == "wise")
    if "bic" in found:
        found["bic"] = bic_checked(found["bic"])
    if "email" in found and not EMAIL.fullmatch(found["email"]):
        raise InputError("pay-email", "This is no e-mail address.", remedy="Write it as name@example.com.")
    if "recipient" in found and not found["recipient"].isdecimal():
        raise InputError(
            "pay-recipient", "Wise's number of a recipient has digits only.", remedy="Copy it from Wise."
        )
    return found


def iban_checked(text: str, *, anywhere: bool = False) -> str:
    """Return an IBAN without blanks, of the SEPA zone unless it may be ``anywhere``. Raises InputError."""
    try:
        iban = IBAN(text)
    except (SchwiftyException, ValueError) as error:
        raise InputError(
            "pay-iban", "This IBAN is not right.", remedy="Compare it letter by letter with the bank card."
        ) from error
    if not anywhere and not iban.in_sepa_zone:
        raise InputError(
            "pay-iban-far", "This bank is outside the SEPA zone.", remedy="Choose another way to pay."
        )
    return str(iban.compact)


def bic_checked(text: str) -> str:
    """Return a BIC without blanks. Raises InputError."""
    try:
        return str(BIC(text).compact)
    except (SchwiftyException, ValueError) as error:
        raise InputError(
            "pay-bic", "This BIC is not right.", remedy="Leave it out: the IBAN is enough."
        ) from error


def lacking(key: str, account: Mapping[str, str]) -> str:
    """Return the name of what a payee still has to give for a rail; "" when nothing."""
    rail = rail_named(key)
    enough = ("email", "recipient", "iban") if key == "wise" else rail.asks[:1]
    return "" if any(account.get(name) for name in enough) else rail.asks[0]
