"""Words of customers and complaints for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.core.selling.complaints import State

KINDS: Mapping[str, Promise] = {
    "prospect": _("prospect"),
    "customer": _("customer"),
    "dealer": _("dealer"),
    "outlet": _("outlet"),
}
ROLES: Mapping[str, Promise] = {
    "": _("not known"),
    "decides": _("decides"),
    "influences": _("influences"),
    "blocks": _("blocks"),
    "champions": _("speaks for us"),
    "uses": _("uses it"),
}
STATES: Mapping[str, Promise] = {
    State.RECEIVED: _("received"),
    State.ACKNOWLEDGED: _("acknowledged"),
    State.REPORTED: _("reported"),
    State.PLANNED: _("plan agreed"),
    State.IN_PROGRESS: _("in progress"),
    State.ASKED: _("customer asked"),
    State.CLOSED: _("closed"),
    State.REOPENED: _("reopened"),
}
STEPS: Mapping[str, Promise] = {
    State.ACKNOWLEDGED: _("Acknowledge it to the customer"),
    State.REPORTED: _("Report it"),
    State.PLANNED: _("Agree on a plan"),
    State.IN_PROGRESS: _("Begin"),
    State.ASKED: _("The customer was asked"),
    State.CLOSED: _("Close it"),
    State.REOPENED: _("Open it again"),
}
VERDICTS: Mapping[str, Promise] = {
    "satisfied": _("satisfied"),
    "partly": _("partly satisfied"),
    "not": _("not satisfied"),
    "not_asked": _("nobody asked"),
}
