"""States in words for people, and the tone in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATE_WORDS: Mapping[str, Promise] = {
    "planned": _("planned"),
    "running": _("running"),
    "waiting": _("waiting"),
    "held": _("held"),
    "stale": _("out of date"),
    "done": _("done"),
    "done-with-errors": _("done with errors"),
    "stopped": _("stopped"),
    "failed": _("failed"),
    "replaced": _("replaced"),
    "confirmed": _("confirmed"),
    "intended": _("about to be sent"),
    "sent": _("sent"),
    "unknown": _("no answer yet"),
    "skipped": _("skipped"),
    "holds": _("holds"),
    "differs": _("differs"),
    "open": pgettext_lazy("state", "open"),
    "resolved": _("resolved"),
    "overdue": _("overdue"),
    "paid": _("paid"),
    "unapplied": _("not applied"),
    "posted": _("posted"),
    "not-posted": _("posts nothing"),
    "voided": _("voided"),
    "active": _("active"),
    "inactive": _("inactive"),
    "paused": _("paused"),
    "failing": _("failing"),
    "unsent": _("not sent"),
}
"""Each state of runs, actions, proofs and errors as it is shown."""

_TONES = {
    "good": frozenset({"done", "holds", "confirmed", "resolved", "paid"}),
    "bad": frozenset({"failed", "differs", "overdue", "failing"}),
    "warn": frozenset(
        {"held", "stale", "waiting", "done-with-errors", "unknown", "stopped", "open", "paused", "unsent"}
    ),
}


def tone_of(state: str) -> str:
    """Return good, bad, warn or calm."""
    return next((tone for tone, states in _TONES.items() if state in states), "calm")
