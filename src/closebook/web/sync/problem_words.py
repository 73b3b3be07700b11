"""What each code of the error log means, and what each word on a hold does, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.connectors.quickbooks.fault_table import CAUSES
from closebook.web.kit.said import said


@dataclass(frozen=True, slots=True)
class Meaning:
    """A short title and what it means."""

    title: Promise | str
    text: Promise | str


_MEANINGS: Mapping[str, Meaning] = {
    "not-an-amount": Meaning(
        _("Not an amount"), _("The cell holds no amount of money. Nothing is guessed; the row is left out.")
    ),
    "not-a-date": Meaning(
        _("Not a day"), _("The cell holds no day, or one that could be read two ways. The row is left out.")
    ),
    "not-a-count": Meaning(_("Not a count"), _("The quantity is no whole number. The row is left out.")),
    "no-id": Meaning(
        _("No id"), _("The row lacks the id that tells it from others, so it could be posted twice.")
    ),
    "damaged-id": Meaning(
        _("Damaged id"),
        _("A spreadsheet has rounded the order number and its digits are lost. Use the file as downloaded."),
    ),
    "too-few-cells": Meaning(_("Cells are missing"), _("The row has fewer cells than the header.")),
    "broken-csv": Meaning(
        _("Broken row"),
        _("A quotation mark is opened and not closed, so the row cannot be parted into cells."),
    ),
    "amounts-disagree": Meaning(
        _("Amounts disagree"), _("Two columns must add up to a third and do not. One was changed or cut off.")
    ),
    "order-does-not-add-up": Meaning(
        _("An order does not add up"),
        _(
            "Its items, discount, shipping and taxes do not give its total."
            " The statement alone still posts its money."
        ),
    ),
    "payout-amount-missing": Meaning(
        _("A payout without an amount"),
        _("The row names its amount neither in the columns nor in its title."),
    ),
    "rows-vanished": Meaning(
        _("Rows are gone from a newer file"),
        _("An earlier file had rows that a newer one of the same days lacks. Nothing was deleted."),
    ),
    "dependency-failed": Meaning(
        _("Something it needs was not written"), _("Mend that one and try again; this one goes with it.")
    ),
    "not-done": Meaning(
        _("No answer"), _("It was sent, the answer was lost, and the books show nothing of it.")
    ),
    "verify-difference": Meaning(
        _("The books differ from what was written"),
        _("The books were read back and hold something else. An undo of the run takes it back."),
    ),
    "payout-short": Meaning(
        _("A payout is more than its rows explain"),
        _("Opening, sales, refunds, taxes and fees give less than what was paid out."),
    ),
    "payout-not-checked": Meaning(
        _("A payout was not checked"),
        _("It came without the other rows of its account. Planning the whole connection checks it."),
    ),
    "order-differs": Meaning(
        _("An order and the statement differ"),
        _("The order's own figures and the statement's money are not the same."),
    ),
    "negative-sale": Meaning(_("A sale below nought"), _("A sale adds up to less than nothing.")),
    "other-currency": Meaning(
        _("Another currency"), _("A row is in another currency than the shop's account.")
    ),
    "total-differs": Meaning(
        _("A sale is not what was collected"),
        _("Lines, tax, tip and tenders do not add up to the money taken. The message names what differs."),
    ),
    "tax-differs": Meaning(
        _("The tax differs by too much"),
        _("The books reckon another tax than the till took, and the rounding line may not hold as much."),
    ),
    "partly-paid": Meaning(
        _("Paid in part"), _("It stands as a receipt, and not all of it is paid any more.")
    ),
    "paid-in-books": Meaning(
        _("Paid in the books already?"),
        _("A person received a payment for the invoice, and the source names one. Say whether they are one."),
    ),
    "unknown-entry": Meaning(
        _("An entry that can be more than one thing"),
        _("Look it up with the platform. It can be posted apart, to be sorted there, or left out."),
    ),
    "settlement-held": Meaning(
        _("A payout's summary waits"),
        _("It is posted whole or not at all, and a document in it is held. Resolve that one."),
    ),
    "replacement-held": Meaning(
        _("A replacement waits"),
        _("The rows of a document in the books belong to something that is held now. It stays until then."),
    ),
    "deleted-in-books": Meaning(
        _("Deleted in the books"), _("Somebody deleted it in the books. It is never made again unasked.")
    ),
    "inactive-in-books": Meaning(
        _("Inactive in the books"),
        _("A customer, item or ledger account was made inactive, or merged. Make it active and try again."),
    ),
    "changed-by-person": Meaning(
        _("Changed in the books"),
        _("Somebody changed the amount, day or ledger account, so it no longer says what its source says."),
    ),
    "both-changed": Meaning(
        _("Changed on both sides"), _("Somebody changed a field in the books and its source changed it too.")
    ),
    "period-closed": Meaning(
        _("Closed period"),
        _("Its day lies in a period that the books have closed. Nothing in it is written."),
    ),
    "number-taken": Meaning(
        _("The number is taken"),
        _("Another document has this number. It may be the same business, booked by hand."),
    ),
    "needs-held": Meaning(_("Something it needs is held"), _("Resolve that one; this one goes with it.")),
    "other-type": Meaning(
        _("Another type in the books"),
        _("The books have a ledger account or item of this name, of another type. Name another one."),
    ),
    "other-ledger-account": Meaning(
        _("Another ledger account in the books"),
        _("The books have an item of this name that earns on another ledger account. Name another item."),
    ),
    "rail": Meaning(
        _("The plan goes beyond its rails"),
        _("It would delete or change more than the profile allows, so nothing of it is written."),
    ),
}

_REFUSALS = {cause.code: cause for cause in CAUSES.values()}


def meaning_of(code: str) -> Meaning:
    """Return what a code means; a code of the books' own is explained by its cause."""
    if code in _MEANINGS:
        return _MEANINGS[code]
    refusal = _REFUSALS.get(code)
    if refusal:
        return Meaning(said(refusal.cause), said(refusal.remedy))
    return Meaning(code.replace("-", " ").capitalize(), "")


@dataclass(frozen=True, slots=True)
class Word:
    """A word by which a person resolves a hold: what its button says and what it does."""

    title: Promise
    effect: Promise


WORDS: Mapping[str, Word] = {
    "ignore": Word(_("Leave it alone"), _("It is not posted, now and later, until you take the word back.")),
    "recreate": Word(
        _("Make it again"), _("What somebody deleted or made inactive in the books is made again.")
    ),
    "keep": Word(
        _("Keep the change"), _("The person's change stands; the rest of the document follows its source.")
    ),
    "overwrite": Word(_("Write over it"), _("The source wins; the person's change is written over.")),
    "post-anyway": Word(
        _("Post it anyway"),
        _("The payout is written although its rows do not explain it; the clearing account shows the gap."),
    ),
    "statement-only": Word(
        _("Post the statement's money"),
        _("One line with the statement's money, without the order's details."),
    ),
    "same-payment": Word(
        _("It is the same payment"),
        _("It is not posted again; its money is moved to where the shop holds it."),
    ),
    "another-payment": Word(
        _("It is another payment"), _("It is posted too; what is not owed stays with the customer as credit.")
    ),
}
"""The words of ``core.planning.desired.DECISIONS``."""

VANISHED_WORDS: Mapping[str, Word] = {
    "ignore": Word(_("The earlier file is right"), _("The rows stay posted and are not asked about again.")),
    "overwrite": Word(
        _("The newer file is right"),
        _(
            "The rows are dropped; the plan shows what that takes out of the books. Pulling the earlier file"
            " again brings them back."
        ),
    ),
}
"""What the words mean for rows that a newer file lacks."""

BAD_ROW_WORDS: Mapping[str, Word] = {
    "ignore": Word(
        _("Leave the row out"),
        _("It stays out of the books for good, and the proof no longer counts it as missing."),
    ),
}
"""What the words mean for a row of a file that cannot be read."""

WHO_ACTS: Mapping[str, Promise] = {
    "user": _("you"),
    "owner": _("an owner of the company"),
    "closebook": _("Closebook, by itself"),
    "developer": _("whoever maintains Closebook"),
}
"""Who can mend an error."""

_KINDS: Mapping[str, Promise] = {
    "order": _("order"),
    "day": _("day"),
    "customer": _("customer"),
    "vendor": _("vendor"),
    "item": _("item"),
    "ledger-account": _("ledger account"),
    "settlement": _("settlement"),
    "rail": _("whole plan"),
    "statement": _("statement"),
}


def thing_of(key: str) -> str:
    """Return what a key is about in words, such as ``order 3900112233 · sale``; "" for no key."""
    group, _slash, rest = key.partition("/")
    kind, _colon, name = group.partition(":")
    known = str(_KINDS.get(kind, kind))
    words = f"{known} {name}".strip()
    part = rest.split("/")[0].replace("-", " ")
    return f"{words} · {part}" if part else words
