"""The machines that keep an assistant's time: added with a command shown once, listed, revoked."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.selectors.tokens import state_of
from closebook.apps.workforce.models import Device
from closebook.apps.workforce.selectors.agent import devices_of
from closebook.apps.workforce.services.machines import machine_add, machine_revoke
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import once, saving
from closebook.web.kit.said import said

_STATES = {"valid": _("heard"), "revoked": _("revoked"), "ended": _("ended")}


class MachineForm(forms.Form):
    """What a machine is called."""

    name = forms.CharField(
        label=_("What you call the machine"), max_length=80, help_text=_("Such as “laptop” or “office PC”.")
    )


def _state(device: Device) -> str:
    return state_of(device.token) if device.token else "revoked"


def _words(device: Device) -> str | Promise:
    state = _state(device)
    return _("not heard yet") if state == "valid" and device.seen_at is None else _STATES[state]


@company_page(Ability.DO_TASKS)
@require_safe
def machines(request: CompanyRequest) -> HttpResponse:
    """Show the person's own machines."""
    rows = [(row, _state(row), _words(row)) for row in devices_of(request.company, request.user)]
    return render(request, "web/work/machines.html", {"rows": rows})


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "POST"])
@once()
def machine_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a machine, add it, and show its command this once."""
    form = MachineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with saving(request) as use:
                device, plain = machine_add(request.company, request.user, form.cleaned_data["name"])
                use.address = reverse("machines", args=[request.company.pk])
            return _shown(request, device, plain)
        except InputError as error:
            form.add_error("name", said(error))
    return render(request, "web/work/machine_new.html", {"form": form}, status=400 if form.errors else 200)


def _shown(request: CompanyRequest, device: Device, plain: str) -> HttpResponse:
    address = settings.CLOSEBOOK_BASE_URL
    command = f"closebook agent run --server {address}"
    facts = {
        "device": device,
        "posix": f"CLOSEBOOK_AGENT_TOKEN={plain} {command}",
        "windows": f"$env:CLOSEBOOK_AGENT_TOKEN='{plain}'; {command}",
    }
    answer = render(request, "web/work/machine_made.html", facts)
    answer["Cache-Control"] = "no-store"
    return answer


@company_page(Ability.DO_TASKS)
@require_POST
def machine_end(request: CompanyRequest, device_id: int) -> HttpResponse:
    """Revoke one of the person's own machines."""
    found = next((row for row in devices_of(request.company, request.user) if row.pk == device_id), None)
    if found is None:
        raise Http404
    machine_revoke(found, request.user.username)
    messages.success(request, translated("“%(name)s” is heard no more.") % {"name": found.name})
    return redirect("machines", request.company.pk)
