"""SEPA credit transfers as pain.001.001.09, without addresses, the same bytes for the same run.

Source: ISO 20022 pain.001.001.09; European Payments Council, SEPA credit transfer implementation guidelines
(character set, 140 letters of remittance, 35 of the reference). Banks refuse version .03 since November 2026.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types
from sepaxml import SepaTransfer  # type: ignore[import-untyped]  # has no types
from sepaxml.validation import ValidationError, try_valid_xml  # type: ignore[import-untyped]  # has no types
from text_unidecode import unidecode  # type: ignore[import-untyped]  # comes with sepaxml

from closebook.connectors.payouts.base import PayFile, Payout, checked, one_currency
from closebook.connectors.payouts.rails import bic_checked, iban_checked
from closebook.core.errors import InputError
from closebook.core.money import minor_from_decimal

SCHEMA = "pain.001.001.09"
_SPACE = "{urn:iso:std:iso:20022:tech:xsd:" + SCHEMA + "}"
_STRANGE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Debtor:
    """The company's own account."""

    name: str
    iban: str
    bic: str = ""


def sepa_file(
    payouts: Sequence[Payout], debtor: Debtor, *, ident: str, pay_on: dt.date, made_at: dt.datetime
) -> PayFile:
    """Return the file, checked against the schema and its sums.

    Raises InputError for another currency than the euro and for an account that is not right.
    """
    if one_currency(payouts, _MOST) != "EUR":
        raise InputError("sepa-euro", "SEPA pays euros only.", remedy="Choose another way to pay.")
    config = {
        "name": latin(debtor.name, 70),
        "IBAN": iban_checked(debtor.iban),
        "batch": True,
        "currency": "EUR",
    }
    if debtor.bic:
        config["BIC"] = bic_checked(debtor.bic)
    transfer = SepaTransfer(config, schema=SCHEMA, clean=True)
    for payout in payouts:
        transfer.add_payment(_payment(payout, pay_on))
    content = _steady(transfer.export(validate=False), ident, made_at)
    _validated(content)
    count, total = _totals(content)
    return checked(PayFile(f"{ident}.xml", "application/xml", content, count, total, "EUR"), payouts)


def _payment(payout: Payout, pay_on: dt.date) -> dict[str, object]:
    made: dict[str, object] = {
        "name": latin(payout.name, 70),
        "IBAN": iban_checked(payout.account.get("iban", "")),
        "amount": payout.amount.amount_minor,
        "execution_date": pay_on,
        "description": latin(payout.text, 140),
        "endtoend_id": payout.reference,
    }
    if payout.account.get("bic"):
        made["BIC"] = bic_checked(payout.account["bic"])
    return made


def latin(text: str, most: int) -> str:
    """Return a text in the letters that SEPA takes, without a slash at an end and without two together.

    >>> latin("Zoë & 李", 70), latin("/a//b/", 70)
    ('Zoe Li', 'a/b')
    """
    plain = " ".join(_STRANGE.sub(" ", unidecode(text)).split())
    return re.sub(r"/{2,}", "/", plain)[:most].strip("/ ") or "-"


def _steady(content: bytes, ident: str, made_at: dt.datetime) -> bytes:
    """Return the file with our own ids and moment in place of the package's random ones."""
    text, numbers = content.decode(), iter(range(1, 1_000_000))
    text = re.sub(r"<MsgId>[^<]*", f"<MsgId>{ident}", text)
    text = re.sub(r"<CreDtTm>[^<]*", f"<CreDtTm>{made_at:%Y-%m-%dT%H:%M:%S}", text)
    return re.sub(r"<PmtInfId>[^<]*", lambda _found: f"<PmtInfId>{ident}-{next(numbers)}", text).encode()


def _validated(content: bytes) -> None:
    try:
        try_valid_xml(content, SCHEMA)
    except ValidationError as error:
        raise InputError(
            "sepa-schema",
            "The bank would refuse this file.",
            remedy="Look at the names and accounts of its payments.",
        ) from error


def _totals(content: bytes) -> tuple[int, int]:
    """Return the number of payments and their sum in cents; the file's own sums have to say the same."""
    root = fromstring(content)
    amounts = [minor_from_decimal(each.text or "", "EUR") for each in root.iter(f"{_SPACE}InstdAmt")]
    for place in ("GrpHdr", "PmtInf"):
        heads = list(root.iter(f"{_SPACE}{place}"))
        said = sum(minor_from_decimal(head.findtext(f"{_SPACE}CtrlSum", "0"), "EUR") for head in heads)
        count = sum(int(head.findtext(f"{_SPACE}NbOfTxs", "0")) for head in heads)
        if (count, said) != (len(amounts), sum(amounts)):
            return 0, 0
    return len(amounts), sum(amounts)
