"""Words of conversations and follow-ups for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from closebook.core.selling.followups import FollowUp, Rule

KINDS: Mapping[str, Promise] = {
    "visit": _("Visit"),
    "call": _("Call"),
    "meeting": _("Meeting"),
    "video": _("Video call"),
    "mail": _("Mail"),
}
OUTCOMES: Mapping[str, Promise] = {
    "next_step": _("Next step"),
    "refused": _("Refused"),
    "not_met": _("Not met"),
    "order": _("Order"),
}
TALK_STATES: Mapping[str, Promise] = {
    "planned": _("planned"),
    "done": _("done"),
    "cancelled": _("cancelled"),
    "not_met": _("not met"),
}
RULES: Mapping[Rule, Promise] = {
    Rule.HOT: _("Hot prospect"),
    Rule.REFUSED: _("Again after a refusal"),
    Rule.PROMISE: _("What we promised"),
    Rule.COMPLAINT: _("Complaint"),
    Rule.QUESTION: _("Open question"),
    Rule.QUOTE: _("Ask about the quotation"),
    Rule.PAYMENT: _("Payment"),
    Rule.REVISIT: _("Regular visit"),
}


def why_due(item: FollowUp) -> str:
    """Return in the reader's language what a follow-up is about, "" when its rule says it all."""
    if item.about == "no-next-step":
        return translated("no dated next step")
    if item.about == "rest":
        return translated("after three refusals and a rest")
    if item.rule is Rule.REFUSED:
        return translated("contact number %(number)s") % {"number": item.about}
    return item.about
