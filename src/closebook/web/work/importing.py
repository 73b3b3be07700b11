"""Taking in an export of ActivityWatch as time by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Task
from closebook.apps.workforce.selectors.desk import tasks_seen
from closebook.apps.workforce.services.importing import export_take
from closebook.core.errors import HeldError, InputError
from closebook.core.workforce.days import moment_in
from closebook.web.books.fields import text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.scope import task_of
from closebook.web.work.strip import CLASS_WORDS, shown_length

MOST_BYTES = 300_000_000


def _moment_field(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )


class ImportForm(forms.Form):
    """From when to when, for what, and the export."""

    starts_at = _moment_field(_("Began"))
    ends_at = _moment_field(_("Ended"))
    reason = text_field(_("Reason"), 500, required=True)
    file = forms.FileField(
        label=_("Export of ActivityWatch"),
        help_text=_("Saved there under Raw data, as JSON; one bucket or all."),
    )
    late = forms.BooleanField(
        required=False,
        label=_("My watcher says “away” only after the pause"),
        help_text=_("So did awatcher before version 0.2.6."),
    )

    def __init__(self, *args: Any, tasks: Iterable[Task], **options: Any) -> None:
        """Add the tasks that time can be entered for."""
        super().__init__(*args, **options)
        rows = [(row.pk, row.title) for row in tasks]
        self.fields["task"] = forms.ChoiceField(label=_("Task"), choices=rows)
        self.order_fields(["task"])

    def clean_file(self) -> UploadedFile[Any]:
        """Return the file; refuse one that is too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large: export one bucket at a time."))
        return file


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "POST"])
def time_imported(request: CompanyRequest) -> HttpResponse:
    """Show the form, and enter what the export shows as worked."""
    own = tasks_seen(request.company, request.user, manages=False)
    rows = own.exclude(state__in=["closed", "cancelled"]).order_by("-pk")[:200]
    form = ImportForm(request.POST or None, request.FILES or None, tasks=rows)
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, form.cleaned_data)
            return redirect("week", request.company.pk)
        except (InputError, HeldError) as error:
            form.add_error(None, said(error))
    request.place = "week"
    facts = {"form": form, "tasks": list(rows)}
    return render(request, "web/work/import.html", facts, status=400 if form.errors else 200)


def _take(request: CompanyRequest, typed: dict[str, Any]) -> None:
    task = task_of(request, int(typed["task"]))
    starts, ends = (moment_in(typed[name], task.contract.zone) for name in ("starts_at", "ends_at"))
    file = typed["file"].file
    found = export_take(task, file, starts, ends, typed["reason"], request.user, late=typed["late"])
    others = ", ".join(f"{CLASS_WORDS[cls]} {shown_length(ms)}" for cls, ms in found.others.items())
    text = translated("%(worked)s was entered.") % {"worked": shown_length(found.worked)}
    if others:
        text += " " + translated("Left out: %(others)s.") % {"others": others}
    messages.success(request, text)
