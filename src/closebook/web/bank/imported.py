"""The files of a bank account, and removing one that was a mistake."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.bank.models import BankFile
from closebook.apps.bank.services.importing import file_remove
from closebook.apps.companies.abilities import Ability
from closebook.web.bank.scope import REFUSALS, bank_account_of
from closebook.web.bank.words import FORMAT_WORDS
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.words import tell

_MOST = 200


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_files(request: CompanyRequest, bank_account_id: int) -> HttpResponse:
    """Show the files of a bank account, newest first."""
    one = bank_account_of(request, bank_account_id)
    files = BankFile.objects.filter(bank_account=one).order_by("-received_at", "-pk")[:_MOST]
    facts = {"one": one, "files": [(file, FORMAT_WORDS.get(file.format, file.format)) for file in files]}
    return render(request, "web/bank/files.html", facts)


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_file_remove(request: CompanyRequest, file_id: int) -> HttpResponse:
    """Remove a file with its lines."""
    rows = BankFile.objects.select_related("bank_account")
    file = get_object_or_404(rows, pk=file_id, bank_account__company=request.company)
    one = file.bank_account
    try:
        count = file_remove(file, request.user.get_username())
        text = ngettext(
            "The file and its %(count)s line are removed.",
            "The file and its %(count)s lines are removed.",
            count,
        )
        messages.success(request, text % {"count": count})
    except REFUSALS as error:
        tell(request, error)
    return redirect("bank_files", request.company.pk, one.pk)
