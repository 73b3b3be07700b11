"""Words of coaching for people: answers, states, moments, and what became of an action point."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closebook.core.selling.diagnosis import Score

ANSWERS: Mapping[str, Promise] = {
    "yes": pgettext_lazy("answer", "Yes"),
    "partly": pgettext_lazy("answer", "Partly"),
    "no": pgettext_lazy("answer", "No"),
    "unknown": pgettext_lazy("answer", "Unknown"),
    "not_applicable": pgettext_lazy("answer", "Does not apply"),
    "salesperson": _("Salesperson"),
    "customer": _("Customer"),
    "together": _("Together"),
    "nobody": _("Nobody"),
    "formal": _("Formal"),
    "informal": _("Informal"),
    "none": pgettext_lazy("agenda", "None"),
    "customer_alone": _("The customer alone"),
    "with_us": _("With us"),
    "not_yet": _("Not yet"),
    "": _("not answered"),
}
CONTACTS: Mapping[str, Promise] = {
    "phone": _("A phone call"),
    "coffee_corner": _("At the coffee corner"),
    "ice_breaker": _("An ice-breaker mail"),
    "lobby": _("In the lobby"),
    "other": _("Something else"),
}
MOMENTS: Mapping[str, Promise] = {
    "before": _("before the conversation"),
    "during": _("during the conversation"),
    "after": _("after the conversation"),
    "cycle": _("over the whole sale"),
}
DIAGNOSIS_STATES: Mapping[str, Promise] = {
    "draft": _("private"),
    "shared": _("shared"),
    "answered": _("replied to"),
}
TRIED: Mapping[str, tuple[str, bool | None, Promise]] = {
    "helped": ("tried", True, _("Tried, it helped")),
    "no-help": ("tried", False, _("Tried, it did not help")),
    "tried": ("tried", None, _("Tried, hard to say")),
    "not-tried": ("not_tried", None, _("Not tried")),
    "no-occasion": ("no_occasion", None, _("No occasion")),
}
"""What may be said of an action point: its state, whether it helped, and the words of the button."""

KINDS: Mapping[str, Promise] = {
    "visit": _("Visit"),
    "call": _("Call"),
    "meeting": _("Meeting"),
    "video": _("Video call"),
    "mail": _("Mail"),
}


def tried_words(state: str, *, helped: bool | None) -> Promise | str:
    """Return what became of an action point; "" while it is open."""
    return next((words for key, good, words in TRIED.values() if (key, good) == (state, helped)), "")


def score_text(score: Score) -> str:
    """Return a section's score as "3 of 4"; halves are shown, a share alone never is."""
    whole, half = divmod(score.halves, 2)
    return translated("%(part)s of %(whole)s") % {
        "part": f"{whole or ''}½" if half else str(whole),
        "whole": score.questions,
    }
