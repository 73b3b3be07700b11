"""States of documents in words, in the order in which they are offered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DOCUMENT_STATES = (
    ("open", pgettext_lazy("state", "open")),
    ("overdue", _("overdue")),
    ("paid", _("paid")),
    ("unapplied", _("not applied")),
    ("posted", _("posted")),
    ("not-posted", _("posts nothing")),
    ("voided", _("voided")),
)
"""Each state of a document as it is shown."""
