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
    "wrong": _("the form does not fit the country"),
    "number": _("the tax number is missing"),
    "over": _("the W-8 has run out"),
    "file": _("the signed form is missing"),
}
NEXT_WORDS: Mapping[str, Promise | str] = {
    "paper": _("Fill in and sign the form that fits you, and hand it in here."),
    "wrong": _("The form that is kept does not fit the country. Hand in the other one."),
    "number": _("The tax number is missing. Hand in a W-9 that holds it."),
    "over": _("The W-8 has run out. Hand in a new one."),
    "file": _("The details are kept, the signed form is not. Hand it in."),
    "withhold": _(
        "24 % of what you are paid has to be kept back for the IRS. If name or number is wrong, hand in a new"
        " W-9."
    ),
    "": "",
}
"""What a payee does next, by what is missing; ``withhold`` where nothing is."""
WHY_WORDS: Mapping[str, Promise] = {
    "due": _("due"),
    "below": _("none: below the threshold"),
    "corporation": _("none: a corporation"),
    "exempt": _("none: exempt"),
    "rail": _("none: the way to pay reports it"),
    "foreign": _("none: works outside the US"),
    "foreign_here": _("1042-S instead: works in the US"),
    "unsure": _("not sure without a valid form"),
}
PAPER_WORDS: Mapping[str, str] = {"w9": "W-9", "w8": "W-8BEN", "w8e": "W-8BEN-E"}
MATCH_WORDS: Mapping[str, Promise] = {
    "matched": _("name and number belong together"),
    "different": _("name and number do not belong together"),
    "withhold": _("the IRS asks to keep a part back"),
}
READ_WORDS: Mapping[str, Promise] = {"number": _("the tax number"), "file": _("the signed form")}
