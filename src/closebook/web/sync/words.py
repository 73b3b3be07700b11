"""Connections, actions and files in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from closebook.connectors.deals import DEALS
from closebook.connectors.registry import CONNECTORS
from closebook.core.errors import ClosebookError, ConflictError, HeldError, InputError, RemoteError
from closebook.web.kit.said import said

REFUSALS = (InputError, HeldError, ConflictError, RemoteError)
"""What a service may answer instead of doing what was asked; each says what helps."""

STANDING_WORDS: Mapping[str, Promise] = {
    "empty": _("nothing staged yet"),
    "plan": _("a plan waits for you"),
    "running": _("running"),
    "held": _("something is held"),
    "new": _("new rows wait to be planned"),
    "in-order": _("up to date"),
}
"""How a connection stands."""

STANDING_TONES = {
    "empty": "planned", "plan": "open", "running": "running", "held": "held", "new": "waiting",
    "in-order": "done",
}  # fmt: skip
"""The state whose tone a standing is shown in."""

ACTION_WORDS: Mapping[str, Promise] = {
    "create": pgettext_lazy("action", "create"),
    "update": pgettext_lazy("action", "change"),
    "delete": pgettext_lazy("action", "delete"),
    "deactivate": pgettext_lazy("action", "make inactive"),
    "match": pgettext_lazy("action", "match"),
    "ignore": pgettext_lazy("action", "ignore"),
    "hold": pgettext_lazy("action", "hold"),
}
"""What an action does."""

WHAT_WORDS: Mapping[str, Promise] = {
    "ledger-account": _("ledger account"),
    "customer": _("customer"),
    "vendor": _("vendor"),
    "item": _("item"),
    "sales-receipt": _("sales receipt"),
    "refund-receipt": _("refund receipt"),
    "expense": _("expense"),
    "deposit": _("deposit"),
    "transfer": _("transfer"),
    "journal-entry": _("journal entry"),
    "invoice": _("invoice"),
    "estimate": _("estimate"),
    "payment": _("payment"),
}
"""What an action is about."""


SERVICE = "service"
"""The kind of what was fetched and not handed in as a file."""


def connector_title(name: str) -> str:
    """Return a connector's own name for itself."""
    if name == DEALS:
        return str(_("Sent from selling"))
    known = CONNECTORS.get(name)
    return said(known.info.title) if known else name


def stream_title(connector: str, stream: str) -> str:
    """Return the title of a connector's kind of file or feed."""
    known = CONNECTORS.get(connector)
    titles = {each.name: each.title for each in (*known.info.streams, *known.info.feeds)} if known else {}
    return str(_("Fetched from the service")) if stream == SERVICE else said(titles.get(stream, stream))


def tell(request: HttpRequest, error: ClosebookError) -> None:
    """Show a refusal with what helps."""
    changes = " ".join(error.changes) if isinstance(error, ConflictError) else ""
    messages.error(request, said(" ".join(part for part in (error.message, changes, error.remedy) if part)))


def duration_words(seconds: int) -> str:
    """Return a duration in seconds, from one minute on in minutes."""
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
