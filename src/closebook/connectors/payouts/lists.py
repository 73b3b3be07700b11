"""Payment files as tables: PayPal's upload, Wise's and Payoneer's own templates filled, and a plain list.

Source: PayPal Payouts, CSV upload (no header, one currency, 5,000 rows); Wise batch payments (1,000 rows,
the headers of a downloaded template stay as they are); Payoneer batch payments (columns A to D).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence

from closebook.connectors.payouts.base import (
    PayFile,
    Payout,
    checked_csv,
    email_of,
    one_currency,
    plain_text,
)
from closebook.connectors.payouts.rails import PAYPAL_CURRENCIES
from closebook.connectors.payouts.sheets import sheet_file
from closebook.core.errors import InputError
from closebook.core.money import format_minor, minor_digits

_WHOLE = frozenset({"HUF", "JPY", "TWD"})
"""Currencies of which PayPal takes whole units only."""
_PAYPAL_MOST, _WISE_MOST, _PAYONEER_MOST, _LIST_MOST = 5000, 1000, 1000, 10_000
_SIGNS = re.compile(r"[^a-z]")
PLAIN_HEAD = ("reference", "payee", "account", "amount", "currency", "text")


def paypal_amount(payout: Payout) -> str:
    """Return an amount as PayPal takes it. Raises InputError for a currency or a part that it does not."""
    currency, minor = payout.amount.currency, payout.amount.amount_minor
    if currency not in PAYPAL_CURRENCIES:
        raise InputError(
            "paypal-currency", f"PayPal pays no {currency}.", remedy="Choose another way to pay."
        )
    if currency not in _WHOLE:
        return format_minor(minor, currency)
    whole, rest = divmod(minor, 10 ** minor_digits(currency))
    if rest:
        raise InputError("paypal-whole", f"PayPal pays whole {currency} only.", remedy="Pay a whole amount.")
    return str(whole)


def paypal_file(payouts: Sequence[Payout], *, ident: str, comma: bool = False) -> PayFile:
    """Return the file for PayPal's upload: identifier, amount, currency, our reference, note, wallet.

    With ``comma`` amounts are written as an account with a decimal comma takes them: "100,50", in quotes.
    """
    currency, mark = one_currency(payouts, _PAYPAL_MOST), "," if comma else "."
    rows = [
        [
            email_of(each),
            paypal_amount(each).replace(".", mark),
            currency,
            each.reference,
            plain_text(each.text, 400),
            "PAYPAL",
        ]
        for each in payouts
    ]
    return checked_csv(f"{ident}.csv", rows, 0, 1, payouts, mark)


def plain_file(payouts: Sequence[Payout], *, ident: str) -> PayFile:
    """Return a plain list, for any bank and for hand."""
    currency = one_currency(payouts, _LIST_MOST)
    rows = [list(PLAIN_HEAD)]
    for each in payouts:
        account = plain_text(next((text for text in each.account.values() if text), ""), 100)
        amount = format_minor(each.amount.amount_minor, currency)
        rows.append(
            [
                each.reference,
                plain_text(each.name, 140),
                account,
                amount,
                currency,
                plain_text(each.text, 140),
            ]
        )
    return checked_csv(f"{ident}.csv", rows, 1, 3, payouts)


_WISE: Mapping[str, Callable[[Payout, str], str]] = {
    "name": lambda each, _source: plain_text(each.name, 100),
    "recipientid": lambda each, _source: each.account.get("recipient", ""),
    "recipientemail": lambda each, _source: each.account.get("email", ""),
    "receivertype": lambda each, _source: "institution" if each.business else "person",
    "recipienttype": lambda each, _source: "institution" if each.business else "person",
    "paymentreference": lambda each, _source: plain_text(each.text, 35),
    "amount": lambda each, _source: format_minor(each.amount.amount_minor, each.amount.currency),
    "amountcurrency": lambda _each, _source: "target",
    "sourcecurrency": lambda _each, source: source,
    "targetcurrency": lambda each, _source: each.amount.currency,
    "iban": lambda each, _source: each.account.get("iban", ""),
    "bic": lambda each, _source: each.account.get("bic", ""),
}
_WISE_NEEDS = ("amount", "targetcurrency")
_WISE_ONE_OF = ("recipientid", "recipientemail", "iban")
_WISE_MAY_BE_EMPTY = frozenset(
    {"recipientdetail", "recipientid", "recipientemail", "paymentreference", "bic"}
)


def template_head(template: str) -> list[str]:
    """Return the columns of the first row that names at least three; InputError without one."""
    mark = max(",;\t", key=lambda sign: (template[:2000].count(sign), sign == ","))
    for row in csv.reader(io.StringIO(template, newline=""), delimiter=mark):
        if sum(bool(cell.strip()) for cell in row) >= 3:
            return [cell.strip().lstrip("\ufeff") for cell in row]
    raise InputError(
        "template-empty", "This template has no row of column names.",
        remedy="Download it again and save it as CSV.",
    )  # fmt: skip


def wise_template_checked(template: str) -> list[str]:
    """Return the columns of the user's own template that this program does not know; they stay empty.

    Raises InputError when a column is missing without which nothing can be paid.
    """
    keys = [_key(cell) for cell in template_head(template)]
    missing = [name for name in _WISE_NEEDS if name not in keys]
    if missing or not set(_WISE_ONE_OF) & set(keys):
        raise InputError(
            "template-columns", f"This template lacks {', '.join(missing or _WISE_ONE_OF)}.",
            remedy="Download the template from Wise again, for saved recipients or by e-mail.",
        )  # fmt: skip
    known = [*_WISE, *_WISE_MAY_BE_EMPTY]
    return [cell for cell, key in zip(template_head(template), keys, strict=True) if key not in known]


def wise_file(
    payouts: Sequence[Payout], template: str, *, source: str, ident: str, sheet: str = ""
) -> PayFile:
    """Return the user's template filled by its columns; unknown ones stay empty. It is an Excel file when the
    template was one, whose ``sheet`` has that name.

    Raises InputError naming the payee of whom the template wants more than is known.
    """
    one_currency(payouts, _WISE_MOST)
    wise_template_checked(template)
    head = template_head(template)
    keys = [_key(cell) for cell in head]
    rows = [head]
    for each in payouts:
        filled = [_WISE[key](each, source) if key in _WISE else "" for key in keys]
        if not any(filled[keys.index(key)] for key in _WISE_ONE_OF if key in keys):
            raise InputError(
                "wise-payee", f"{each.name} has neither a number nor an address that this template asks for.",
                remedy="The payee fills it in under payment details.",
            )  # fmt: skip
        rows.append(filled)
    return _filled(ident, sheet, rows, keys.index("amount"), payouts)


def payoneer_file(payouts: Sequence[Payout], template: str, *, ident: str, sheet: str = "") -> PayFile:
    """Return the user's template filled: e-mail, amount, currency, description; its header stays, and so does
    its kind, as in ``wise_file``.
    """
    if one_currency(payouts, _PAYONEER_MOST) != "USD":
        raise InputError(
            "payoneer-dollars",
            "Payoneer's batch file pays US dollars only.",
            remedy="Choose another way to pay.",
        )
    head = template_head(template)
    if len(head) < 4:
        raise InputError(
            "template-columns", "This template has fewer than four columns.", remedy="Download it again."
        )
    rest = [""] * (len(head) - 4)
    rows = [head]
    for each in payouts:
        amount = format_minor(each.amount.amount_minor, "USD")
        rows.append([email_of(each), amount, "USD", plain_text(f"{each.reference} {each.text}", 100), *rest])
    return _filled(ident, sheet, rows, 1, payouts)


def _filled(
    ident: str, sheet: str, rows: Sequence[Sequence[str]], column: int, payouts: Sequence[Payout]
) -> PayFile:
    if sheet:
        return sheet_file(f"{ident}.xlsx", sheet, rows, column, payouts)
    return checked_csv(f"{ident}.csv", rows, 1, column, payouts)


def _key(cell: str) -> str:
    return _SIGNS.sub("", cell.lower())
