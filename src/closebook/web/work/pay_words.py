"""Ways to pay, their fields, and states of payments in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

RAIL_WORDS: Mapping[str, Promise | str] = {
    "sepa": _("SEPA bank transfer"),
    "paypal": "PayPal",
    "wise": "Wise",
    "payoneer": "Payoneer",
    "csv": _("List for any bank, or by hand"),
}
RAIL_NOTES: Mapping[str, Promise] = {
    "sepa": _("A file for your bank (pain.001.001.09). Euros within the SEPA zone."),
    "paypal": _("By program with your own keys, or a file for the upload. PayPal has to allow payouts."),
    "wise": _("Drafts that you release in Wise, or your own template filled."),
    "payoneer": _("Your own template filled. US dollars."),
    "csv": _("A plain list. You say yourself what was paid, and when."),
}
ASK_WORDS: Mapping[str, Promise | str] = {
    "iban": "IBAN",
    "bic": _("BIC, if your bank asks for it"),
    "email": _("E-mail address there"),
    "recipient": _("Wise's number of the recipient"),
    "hint": _("Account, or where the money goes"),
}
PAY_STATES: Mapping[str, Promise] = {
    "building": _("to be approved"),
    "approved": _("approved"),
    "exported": _("file made"),
    "submitted": _("being sent"),
    "settling": _("on its way"),
    "settled": _("settled"),
    "cancelled": _("cancelled"),
    "queued": pgettext_lazy("payment", "waits"),
    "unknown": _("no answer yet"),
    "sent": _("sent"),
    "unclaimed": _("not claimed yet"),
    "paid": _("paid"),
    "failed": _("failed"),
    "returned": _("came back"),
    "requeued": _("paid anew"),
    "draft": pgettext_lazy("state", "draft"),
    "ready": _("to be paid"),
    "posted": _("to be paid"),
    "scheduled": _("on its way"),
    "partly_paid": _("partly paid"),
    "void": _("voided"),
}
"""Each state of a run, a payment and a bill as its tag shows it."""
BOOK_STATES: Mapping[str, Promise] = {
    "planned": _("planned"),
    "writing": _("not finished"),
    "written": _("in the books"),
    "undoing": _("not finished"),
    "undone": _("undone"),
    "dropped": _("dropped"),
}
ITEM_WORDS: Mapping[str, Promise] = {
    "vendor": _("Vendor"),
    "time": _("Time activity"),
    "bill": _("Bill"),
    "payment": _("Bill payment"),
    "fee": _("Fee"),
    "invoice": _("Invoice"),
}
MISSING_WORDS: Mapping[str, Promise] = {
    "paper": _("the W-9 or W-8 is missing"),
    "number": _("the tax number is missing"),
    "over": _("the W-8 has run out"),
}
