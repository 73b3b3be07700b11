"""How an invented shop's files are written: headings, days and amounts of a locale."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.core.errors import InputError
from closebook.core.money import format_minor, minor_digits

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_EIGHT = ["Date", "Type", "Title", "Info", "Currency", "Amount", "Fees & Taxes", "Net"]
_GERMAN = [
    "Datum",
    "Art",
    "Titel",
    "Info",
    "Währung",
    "Betrag",
    "Gebühren & Steuern",
    "Netto",
    "Steuerliche Angaben",
]


@dataclass(frozen=True, slots=True)
class Form:
    """One locale's way of writing statements. ``width`` is how many cells the rows have: fewer than the
    header may have.
    """

    locale: str
    header: tuple[str, ...]
    width: int
    date: str
    payout: str
    british: bool


_FORMS = (
    Form(
        "en-US",
        (*_EIGHT, "Tax Details", "Status", "Availability Date"),
        9,
        "{month} {day}, {year}",
        "{money} sent to your bank account",
        british=False,
    ),
    Form(
        "en-GB", tuple(_EIGHT), 8, "{day} {month}, {year}", "{money} sent to your bank account", british=True
    ),
    Form(
        "de",
        tuple(_GERMAN),
        9,
        "{day}. {month} {year}",
        "{money} an dein Bankkonto überwiesen",
        british=False,
    ),
)
_BY_LOCALE = {form.locale: form for form in _FORMS}


def form_of(locale: str) -> Form:
    """Return the form of a locale; InputError when there is none."""
    found = _BY_LOCALE.get(locale)
    if found is None:
        raise InputError(
            "no-such-sample",
            f"No sample is made for {locale}.",
            remedy=f"Choose one of {', '.join(_BY_LOCALE)}.",
        )
    return found


def long_day(day: dt.date, form: Form) -> str:
    """Return a day in the long form of a locale."""
    return form.date.format(day=day.day, month=_MONTHS[day.month - 1], year=day.year)


def money(minor: int, currency: str, sign: str) -> str:
    """Return an amount as statements write it: sign in front, thousands commas, ``--`` for nothing."""
    if not minor:
        return "--"
    digits = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**digits)
    text = f"{whole:,}.{part:0{digits}d}" if digits else f"{whole:,}"
    return f"{'-' if minor < 0 else ''}{sign}{text}"


def plain(minor: int, currency: str) -> str:
    """Return an amount as order files write it: no sign of a currency, no thousands mark."""
    return format_minor(minor, currency)


def quoted(cells: list[str]) -> str:
    """Return a CSV line: cells with a blank, comma or quotation mark are quoted, others are not."""
    return (
        ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if _needs(cell) else cell for cell in cells) + "\n"
    )


def _needs(cell: str) -> bool:
    return " " in cell or "," in cell or '"' in cell
