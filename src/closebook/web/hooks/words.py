"""Events, and why nothing is sent, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.hooks.models import Event

EVENT_WORDS: Mapping[str, Promise] = {
    Event.RUN_PLANNED: _("a plan waits to be read"),
    Event.RUN_DONE: _("a run is done"),
    Event.RUN_HELD: _("a run stopped and waits"),
    Event.RUN_FAILED: _("a run failed"),
    Event.RUN_UNDONE: _("a run was taken back"),
    Event.ERROR_OPENED: _("an error or a hold is new"),
    Event.ERROR_RESOLVED: _("an error or a hold is resolved"),
    Event.HOLD_DECIDED: _("somebody decided on a hold"),
    Event.SCHEDULE_FAILED: _("a schedule failed"),
    Event.TEST: _("a test"),
}

WHY: Mapping[str, Promise] = {
    "person": _("It is paused: nothing is sent. What happens meanwhile is kept for thirty days."),
    "gone": _("It is paused: the address answered that it is gone for good (410)."),
    "failing": _("It is paused: for three days nothing could be sent there."),
}
