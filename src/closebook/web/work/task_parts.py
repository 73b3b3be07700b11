"""Points to tick off in a task, its files, and the end of its repeating."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Task
from closebook.apps.workforce.services import task_parts as services
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.contract_life import errors_told
from closebook.web.work.desk_forms import ItemForm
from closebook.web.work.scope import task_of


def _back(request: CompanyRequest, task: Task) -> HttpResponse:
    return redirect("task", request.company.pk, task.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def item_new(request: CompanyRequest, task_id: int) -> HttpResponse:
    """Add a point to tick off."""
    found, form = task_of(request, task_id), ItemForm(request.POST)
    if form.is_valid():
        try:
            services.item_add(found, form.cleaned_data["text"], request.user.username)
        except InputError as error:
            messages.error(request, said(error))
    else:
        errors_told(request, form)
    return _back(request, found)


@company_page(Ability.DO_TASKS)
@require_POST
def item_ticked(request: CompanyRequest, task_id: int, item_id: int) -> HttpResponse:
    """Tick a point off, or open it again."""
    found = task_of(request, task_id)
    item = found.items.filter(pk=item_id).first()
    if item is None:
        raise Http404
    services.item_tick(item, request.user.username, done=item.done_at is None)
    return _back(request, found)


@company_page(Ability.DO_TASKS)
@require_POST
def task_file_new(request: CompanyRequest, task_id: int) -> HttpResponse:
    """Add a file to a task."""
    found, file = task_of(request, task_id), request.FILES.get("file")
    if file is None or not file.name:
        messages.error(request, _("Choose a file first."))
        return _back(request, found)
    try:
        services.file_add(found, file, request.user.username)
    except InputError as error:
        messages.error(request, said(error))
    return _back(request, found)


@company_page(Ability.DO_TASKS)
@require_safe
def task_file(request: CompanyRequest, task_id: int, task_file_id: int) -> HttpResponseBase:
    """Give a file of a task, to be kept and not shown by the browser."""
    row = task_of(request, task_id).files.filter(pk=task_file_id).first()
    if row is None or not row.file.storage.exists(row.file.name or ""):
        raise Http404
    answer = FileResponse(
        row.file.open(), as_attachment=True, filename=row.name, content_type="application/octet-stream"
    )
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@company_page(Ability.MANAGE_WORK)
@require_POST
def task_repeat_end(request: CompanyRequest, task_id: int) -> HttpResponse:
    """Let a task be the last of its row."""
    found = task_of(request, task_id)
    services.repeat_stop(found, request.user.username)
    messages.success(request, _("This task does not repeat any more."))
    return _back(request, found)
