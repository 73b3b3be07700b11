"""The versions of a posting profile: compared field by field, and taken up again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Connection, ProfileVersion
from closebook.apps.sync.selectors.profiles import profile_numbered
from closebook.apps.sync.services.connecting import profile_change
from closebook.core.money import format_minor
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.outcome import told
from closebook.web.sync.profile_form import path_text
from closebook.web.sync.profile_words import MODES, POLICIES, word_of
from closebook.web.sync.profiles import connection_or_404, say_saved


@company_page(Ability.SEE_SYNC)
@require_safe
def profile_versions(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Show all versions, newest first, and the difference of two of them."""
    connection = connection_or_404(request, connection_id)
    versions = list(connection.profiles.order_by("-number"))
    before = _chosen(versions, request.GET.get("from", ""), min(1, len(versions) - 1))
    after = _chosen(versions, request.GET.get("to", ""), 0)
    facts = {
        "connection": connection,
        "versions": versions,
        "before": before,
        "after": after,
        "changes": list(differences(before.body, after.body, connection.currency)),
    }
    return render(request, "web/sync/profile_versions.html", facts)


def _chosen(versions: list[ProfileVersion], number: str, otherwise: int) -> ProfileVersion:
    found = (version for version in versions if str(version.number) == number)
    return next(found, versions[otherwise])


def differences(
    before: dict[str, Any], after: dict[str, Any], currency: str
) -> Iterator[tuple[str, str, str]]:
    """Yield field, before and after in words, for each field in which two profiles differ."""
    former, latter = (dict(_flat(body, currency)) for body in (before, after))
    for path in dict.fromkeys([*former, *latter]):
        if former.get(path, "") != latter.get(path, ""):
            yield word_of(path), former.get(path, ""), latter.get(path, "")


def _flat(body: dict[str, Any], currency: str) -> Iterator[tuple[str, str]]:
    """Yield each field's path and its value as a text; the version number is none of them."""
    for name, value in body.items():
        if name == "ledger_accounts":
            yield from ((f"{name}.{role}", _use_text(use)) for role, use in value.items())
        elif name == "modes":
            yield name, "; ".join(_mode_text(part) for part in value)
        elif name in {"items", "rails"}:
            yield from ((f"{name}.{key}", _text(part)) for key, part in value.items())
        elif name == "opening_minor":
            yield name, format_minor(value, currency)
        elif name != "version":
            yield name, str(POLICIES.get(value, value)) if name == "customer_policy" else _text(value)


def _use_text(use: dict[str, str]) -> str:
    path = f"{use['parent']}:{use['name']}" if use.get("parent") else use["name"]
    return f"{path_text(path)} ({use['type']})"


def _mode_text(part: dict[str, Any]) -> str:
    words = str(MODES.get(part["mode"], part["mode"]))
    if part["start"] is None and part["end"] is None:
        return _("{mode} on all days").format(mode=words)
    return f"{words} {part['start'] or '…'} – {part['end'] or '…'}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_POST
def profile_restore(request: CompanyRequest, connection_id: int, number: int) -> HttpResponse:
    """Store an old version again as a new one."""
    connection = connection_or_404(request, connection_id)
    version = _version(connection, number)
    with told(request):
        saved = profile_change(connection, version.body, request.user.username)
        if saved is None:
            messages.info(request, _("Nothing differs from the version in force, so no version was made."))
        else:
            say_saved(request, connection, saved)
    return redirect("profile-versions", request.company.pk, connection.pk)


def _version(connection: Connection, number: int) -> ProfileVersion:
    found = profile_numbered(connection, number)
    if found is None:
        raise Http404
    return found
