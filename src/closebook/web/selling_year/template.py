"""The owner's own Word template: handed in, tried at once, given back and taken away."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.services.templates import template_drop, template_keep, template_of
from closebook.core.errors import InputError
from closebook.core.selling.summary.compose import report_of
from closebook.core.selling.summary.gathered import Gathered
from closebook.core.selling.summary.report import Scope
from closebook.core.selling.word_template import MOST_BYTES, template_checked
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling_year.files import FORMATS
from closebook.web.selling_year.files.word import word
from closebook.web.selling_year.phrases import speech

_TRIED = dt.date(2025, 1, 1)


class TemplateForm(forms.Form):
    """A Word file."""

    file = forms.FileField(
        label=_("Word file (.docx)"), widget=forms.ClearableFileInput(attrs={"accept": ".docx"})
    )


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def summary_template(request: CompanyRequest) -> HttpResponse:
    """Give the kept template; keep a new one once a Word file could be made of it, or drop it."""
    if request.method == "GET":
        return _given(request)
    person = request.user.username
    if "drop" in request.POST:
        template_drop(request.company, person)
        messages.success(request, _("The template is removed."))
        return redirect("summaries", request.company.pk)
    file = request.FILES.get("file")
    if file is None or not file.name:
        messages.error(request, _("Choose a Word file first."))
        return redirect("summaries", request.company.pk)
    try:
        data = tried(file.read(MOST_BYTES + 1))
        kept = template_keep(request.company, file.name, data, person)
    except InputError as error:
        messages.error(request, said(error))
    else:
        text = translated("Word files now have the styles of “%(name)s”.") % {"name": kept.name}
        messages.success(request, text)
    return redirect("summaries", request.company.pk)


def _given(request: CompanyRequest) -> HttpResponse:
    data = template_of(request.company)
    if data is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="template.docx"'}
    return HttpResponse(data, content_type=FORMATS["docx"][0], headers=headers)


def tried(data: bytes) -> bytes:
    """Return a template of which a Word file was made. Raises InputError summary-template."""
    scope = Scope("-", "USD", _TRIED, _TRIED, _TRIED)
    word(speech(report_of(Gathered(scope, 0)), "en").document(), template_checked(data))
    return data
