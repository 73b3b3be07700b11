"""Kinds of service, states and steps of the assistants' desk in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closebook.core.workforce.rate_table import Kind

KIND_WORDS: Mapping[str, Promise] = {
    Kind.ADMINISTRATIVE: _("administration"),
    Kind.PERSONAL: _("personal"),
    Kind.SUPPORT: _("customer service"),
    Kind.EMAIL: _("e-mail"),
    Kind.RESEARCH: _("research"),
    Kind.SOCIAL: _("social media"),
    Kind.CONTENT: pgettext_lazy("service", "content"),
    Kind.FINANCE: _("finance"),
    Kind.MARKETING: _("digital marketing"),
}
KINDS = tuple((str(kind), words) for kind, words in KIND_WORDS.items())

WORK_STATES: Mapping[str, Promise] = {
    "draft": pgettext_lazy("state", "draft"),
    "open": pgettext_lazy("posting", "open"),
    "paused": _("paused"),
    "filled": pgettext_lazy("state", "filled"),
    "closed": pgettext_lazy("state", "closed"),
    "received": pgettext_lazy("state", "received"),
    "screening": _("being checked"),
    "shortlisted": _("shortlisted"),
    "interview": _("interview"),
    "trial": _("paid trial"),
    "offered": _("offered"),
    "hired": _("hired"),
    "running": _("in progress"),
    "scored": _("scored"),
    "paid": _("paid"),
    "stopped": _("stopped"),
    "declined": _("declined"),
    "withdrawn": _("withdrawn"),
    "active": _("active"),
    "suspended": _("suspended"),
    "ending": _("ending"),
    "ended": _("ended"),
    "planned": _("planned"),
    "promised": _("promised"),
    "partly_released": _("partly released"),
    "released": _("released"),
    "disputed": _("disputed"),
    "requested": _("asked"),
    "estimated": _("estimated"),
    "agreed": _("agreed"),
    "in_progress": _("in progress"),
    "waiting": _("waiting"),
    "delivered": _("delivered"),
    "sent_back": _("sent back"),
    "accepted": _("accepted"),
    "cancelled": _("cancelled"),
    "proposed": _("to be approved"),
    "edited": _("edited"),
    "approved": _("approved"),
    "returned": _("sent back"),
    "sent": pgettext_lazy("state", "sent"),
    "expired": _("expired"),
    "": _("said"),
}
"""Each state as its tag shows it."""

EVIDENCE_WORDS: Mapping[str, Promise] = {
    "none": _("nothing"),
    "timer": _("the timer only"),
    "presence": _("whether somebody is there"),
    "presence-sites": _("whether somebody is there, and kinds of sites"),
}
"""What is recorded while a timer runs, by the level in the contract."""

MOVE_WORDS: Mapping[str, Promise] = {
    "open": pgettext_lazy("move", "Open"),
    "paused": _("Pause"),
    "filled": _("Mark as filled"),
    "closed": pgettext_lazy("move", "Close"),
    "screening": _("Begin checking"),
    "shortlisted": _("Shortlist"),
    "interview": _("To the interview"),
    "offered": _("Make an offer"),
    "declined": _("Decline"),
    "requested": _("Ask for another estimate"),
    "agreed": _("Agree"),
    "in_progress": pgettext_lazy("move", "Begin"),
    "waiting": _("Wait"),
    "delivered": _("Deliver"),
    "sent_back": _("Send back"),
    "accepted": _("Accept"),
    "cancelled": _("Cancel the task"),
}
TRIAL_MOVES: Mapping[str, Promise] = {
    "accepted": _("Take the trial"),
    "running": pgettext_lazy("move", "Begin"),
    "stopped": _("Stop without a result"),
    "declined": _("Decline"),
}
CONTRACT_MOVES: Mapping[str, Promise] = {
    "suspended": _("Suspend"),
    "active": _("Go on"),
    "ending": _("Give notice"),
    "ended": _("End the contract"),
    "declined": _("Decline"),
}
MILESTONE_MOVES: Mapping[str, Promise] = {
    "promised": _("Promise"),
    "delivered": _("Deliver"),
    "disputed": _("Dispute"),
    "cancelled": _("Cancel"),
}
REPEAT_WORDS: Mapping[str, Promise] = {
    "daily": _("every day"),
    "weekly": _("every week"),
    "monthly": _("every month"),
}
IDLE_WORDS: Mapping[str, Promise] = {
    "threshold": _("from the moment at which the timer paused"),
    "last-input": _("from the last key or mouse move"),
}
"""From where time away counts."""
"""The button of each move."""

CHANNELS: Mapping[str, Promise] = {
    "mail": pgettext_lazy("draft", "mail"),
    "post": pgettext_lazy("draft", "post"),
    "booking": pgettext_lazy("draft", "booking"),
    "purchase": pgettext_lazy("draft", "purchase"),
    "expense": pgettext_lazy("draft", "expense"),
}
"""What a draft for approval is."""
