"""What each error code of QuickBooks Online means, whom it concerns and what to do about it.

Source: QuickBooks Online Accounting API, error codes and common errors; variants seen by public clients.
"""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.errors import (
    LoginError,
    RejectedError,
    RemoteError,
    RetryError,
    StaleError,
    UnknownOutcomeError,
)


class DuplicateError(RejectedError):
    """Something with this name or number exists already, perhaps made by an earlier try of our own.

    ``existing_id`` and ``existing_type`` name it where the service tells (else "").
    """

    existing_id = ""
    existing_type = ""


class PeriodClosedError(RejectedError):
    """The date lies in a period that the company has closed."""


class NotFoundError(RejectedError):
    """The object does not exist, was deleted or is inactive."""


class TruncatedError(RejectedError):
    """The answer was cut because it is too large."""


@dataclass(frozen=True, slots=True)
class Cause:
    """An error code explained: class and word of our error, the cause in plain words, what to do."""

    kind: type[RemoteError]
    code: str
    cause: str
    remedy: str


_RECONNECT = "Connect the company to QuickBooks again."
_MEND = "Correct the record or the posting profile and apply again."
_REMAP = "Choose another one in the posting profile, or make it active in QuickBooks."
_LATER = "Nothing to do: it is sent again later."


def _rejected(code: str, cause: str, remedy: str = _MEND) -> Cause:
    return Cause(RejectedError, code, cause, remedy)


def _login(code: str, cause: str, remedy: str = _RECONNECT) -> Cause:
    return Cause(LoginError, code, cause, remedy)


def _retry(code: str, cause: str) -> Cause:
    return Cause(RetryError, code, cause, _LATER)


CAUSES: dict[str, Cause] = {
    "100": _login("login-refused", "QuickBooks did not accept the login."),
    "110": _login("login-refused", "QuickBooks did not accept the login."),
    "120": _login(
        "no-access",
        "The person who connected QuickBooks has no access to this company any more.",
        "Let an administrator of the company connect it again.",
    ),
    "130": _retry("wrong-cluster", "QuickBooks routed the call to the wrong place."),
    "140": _retry("company-locked", "The company is locked for a moment."),
    "150": _retry("maintenance", "The company is under maintenance."),
    "400": _rejected("malformed", "QuickBooks could not read the request."),
    "500": _rejected("unsupported-operation", "QuickBooks does not support this operation."),
    "600": _rejected(
        "request-id-used",
        "The request id was used before for another request.",
        "Look the record up before it is sent again.",
    ),
    "610": Cause(
        NotFoundError,
        "object-not-found",
        "The record, or one that it uses, was deleted or made inactive in QuickBooks.",
        "Read the record again; make the other one active, or choose another.",
    ),
    "620": _rejected("link-refused", "The transaction cannot be linked to the other one."),
    "630": Cause(
        DuplicateError, "duplicate-object", "The record exists already.", "Use the one that exists."
    ),
    "800": _rejected(
        "in-use", "The record cannot be deleted while others depend on it.", "Remove those first."
    ),
    "900": _rejected("parent-is-child", "A record cannot be its own parent."),
    "1000": Cause(
        UnknownOutcomeError, "operation-failed", "QuickBooks could not finish the operation.", _LATER
    ),
    "1010": Cause(UnknownOutcomeError, "create-failed", "QuickBooks could not make the record.", _LATER),
    "1020": Cause(UnknownOutcomeError, "update-failed", "QuickBooks could not change the record.", _LATER),
    "1040": _rejected("batch-too-large", "A batch holds more items than QuickBooks allows."),
    "2000": _rejected("unknown-object", "QuickBooks does not know this kind of record."),
    "2010": _rejected("unsupported-field", "A field is unknown to QuickBooks or of the wrong kind."),
    "2020": _rejected("field-missing", "A required field is missing."),
    "2030": _rejected("bad-id", "An id is not a number."),
    "2040": _rejected("bad-text", "A text holds characters that QuickBooks does not accept."),
    "2050": _rejected("text-length", "A text is too long or too short.", "Shorten the text."),
    "2130": _rejected("bad-request-id", "The request id is not acceptable."),
    "2140": _rejected("bad-amount", "An amount is not acceptable."),
    "2170": _rejected("bad-word", "A field holds a word that is not among its choices."),
    "2210": _rejected("bad-email", "An e-mail address is not acceptable.", "Correct or remove the address."),
    "2220": _rejected("bad-currency", "The currency does not fit the record."),
    "2250": _rejected("lines-missing", "The document has no lines."),
    "2260": _rejected("side-missing", "A journal line says neither debit nor credit."),
    "2290": _rejected("negative-amount", "An amount that must not be negative is negative."),
    "2300": _rejected("entry-not-balanced", "Debits and credits of the journal entry differ."),
    "2500": Cause(NotFoundError, "bad-reference", "A record that the document uses does not exist.", _REMAP),
    "2600": _rejected("conflicting-fields", "Two fields contradict each other."),
    "3000": _rejected("bad-custom-field", "A custom field is not set up in the company."),
    "3001": _retry("throttled", "QuickBooks asks to slow down."),
    "3100": _login("not-authorized", "The connection does not belong to this company or was blocked."),
    "3200": _login("token-refused", "QuickBooks refused the access token."),
    "3202": _login("token-refused", "QuickBooks refused the access token."),
    "4000": _rejected("query-syntax", "QuickBooks could not read the query."),
    "4001": _rejected("query-invalid", "The query asks for something that QuickBooks does not offer."),
    "4002": _rejected("query-failed", "QuickBooks could not carry out the query."),
    "5000": _rejected("field-withdrawn", "A field is no longer supported."),
    "5010": Cause(
        StaleError,
        "stale",
        "Somebody changed the record in QuickBooks since it was read.",
        "Read it again and plan anew.",
    ),
    "5020": _rejected(
        "permission-denied",
        "QuickBooks does not allow this, or the company's plan lacks the feature.",
        "Check the rights of the person who connected, and the company's plan.",
    ),
    "5030": _rejected(
        "feature-missing",
        "The company's plan or settings lack the feature.",
        "Turn it on in QuickBooks or leave it out of the posting profile.",
    ),
    "6000": _rejected("business-rule", "QuickBooks refuses the record."),
    "6010": _rejected("type-missing", "The ledger account has no type."),
    "6030": _rejected("file-too-large", "The file is too large."),
    "6040": _rejected("file-type", "The file is of a type that QuickBooks does not take."),
    "6041": _rejected("bad-file", "The file is damaged."),
    "6050": _rejected("attachment-target", "Files cannot be attached to this kind of record."),
    "6060": _rejected("opening-balance", "An opening balance needs its date."),
    "6070": _rejected("amount-mismatch", "An amount is not quantity times price."),
    "6080": _rejected("name-missing", "The record has no name."),
    "6090": _rejected("discount-incomplete", "A discount has neither amount nor percentage."),
    "6100": _rejected("bad-tax-code", "A line's tax code must be TAX or NON."),
    "6130": _rejected("bill-with-parent", "Who the customer is billed with cannot change now."),
    "6140": Cause(
        DuplicateError,
        "duplicate-number",
        "A document with this number exists already.",
        "Compare with the one that exists: an earlier try may have made it.",
    ),
    "6150": _rejected("parent-missing", "A sub-customer needs its parent."),
    "6160": _rejected("bad-tax", "The tax of the document is not acceptable."),
    "6170": _rejected("bad-tax", "The tax of the document is not acceptable."),
    "6180": _rejected("too-deep", "The record is nested too deeply.", "Use fewer levels."),
    "6190": _login(
        "subscription-ended",
        "The company's QuickBooks subscription has ended.",
        "Renew the subscription; everything waits until then.",
    ),
    "6200": Cause(
        PeriodClosedError,
        "period-closed",
        "The date lies in a closed period.",
        "Open the period in QuickBooks, or choose a later day.",
    ),
    "6210": Cause(
        PeriodClosedError,
        "period-closed",
        "The date lies in a closed period.",
        "Open the period in QuickBooks, or choose a later day.",
    ),
    "6220": _rejected(
        "has-balance", "The record has a balance and cannot be made inactive.", "Settle it first."
    ),
    "6230": _rejected("bad-tax", "The tax of the document is not acceptable."),
    "6240": Cause(
        DuplicateError,
        "duplicate-name",
        "The name is taken by another customer, vendor, employee, item or ledger account.",
        "Use the one that exists, or rename.",
    ),
    "6250": Cause(NotFoundError, "bad-customer", "The customer does not exist or is inactive.", _REMAP),
    "6270": _rejected("before-stock-start", "The date lies before the item's stock begins."),
    "6280": _rejected("unbilled-expenses", "The customer has unbilled expenses."),
    "6400": _rejected("link-in-use", "An invoice uses this purchase.", "Take it off the invoice first."),
    "6430": _rejected("wrong-account-type", "A ledger account of this type cannot be used here.", _REMAP),
    "6440": _rejected("line-incomplete", "A line has neither item nor ledger account."),
    "6450": _rejected("already-settled", "The card payment is settled already.", "Correct it in QuickBooks."),
    "6460": _rejected("deposit-mismatch", "The deposit does not fit.", "Correct it in QuickBooks."),
    "6470": _rejected("bad-tax", "The tax set-up of the company is not acceptable."),
    "6480": _rejected(
        "bank-matched", "The document is matched to the bank.", "Undo the match in QuickBooks first."
    ),
    "6520": _rejected("quantity-missing", "A stock item needs a quantity."),
    "6530": _rejected("card-number", "A card number must not be sent."),
    "6540": _rejected(
        "deposited",
        "The transaction is part of a deposit.",
        "Take it out of the deposit in QuickBooks first.",
    ),
    "10000": Cause(
        UnknownOutcomeError, "service-failed", "QuickBooks failed while it worked on the request.", _LATER
    ),
    "10100": Cause(
        TruncatedError, "answer-too-large", "The answer would be too large.", "Ask for a shorter period."
    ),
    "10200": _rejected(
        "company-reset", "The company was reset in QuickBooks.", "Compare everything before the next run."
    ),
}

BUSY_SENTENCES = (
    "one name at a time",
    "working on this at the same time",
    "is being modified",
    "try again later",
)
OUT_OF_WINDOW_SENTENCE = "older than"


def cause_of(code: str) -> Cause | None:
    """Return the explanation of a code, by its own row or by the range that it lies in; None for an unknown
    one.

    Source: the ranges are those by which the error table is ordered.
    """
    if code in CAUSES:
        return CAUSES[code]
    number = int(code) if code.isdecimal() and len(code) < 10 else 0
    if 0 < number < 400:
        return _login("login-refused", "QuickBooks did not accept the login.")
    if number >= 10000:
        return CAUSES["10000"]
    return _rejected("rejected", "QuickBooks refuses the record.") if number else None
