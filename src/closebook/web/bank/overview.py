"""The bank accounts of a company, making one, and handing in files."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.bank.models import BankUpload
from closebook.apps.bank.selectors.bank_accounts import BANK_TYPES, ledger_choices, standings
from closebook.apps.bank.services.bank_accounts import bank_account_make
from closebook.apps.bank.services.importing import upload_keep, upload_read
from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Company
from closebook.apps.sync.services.uploading import safe_name
from closebook.connectors.bank.files import MAX_BYTES
from closebook.core.errors import InputError
from closebook.web.bank.scope import COLUMNS_CAN_BE_NAMED, REFUSALS
from closebook.web.books.books import books_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import once, saving
from closebook.web.sync.words import tell


class BankAccountForm(forms.Form):
    """A new bank account: its name, the ledger account that stands for it, its number."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    ledger_account = forms.ChoiceField(
        label=gettext_lazy("Ledger account"),
        help_text=gettext_lazy(
            "The ledger account of type Bank or Credit Card that stands for it in the books."
        ),
    )
    number = forms.CharField(
        label=gettext_lazy("Number or IBAN"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("As the bank's files write it; without one it is taken from the first file."),
    )

    def __init__(self, company: Company, *args: object, **options: object) -> None:
        """Offer the company's ledger accounts."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as the form takes them
        offered = [(one.wire_id, one.name) for one in ledger_choices(company, BANK_TYPES)]
        choices = [("", _("choose")), *offered]
        self.fields["ledger_account"].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank(request: CompanyRequest) -> HttpResponse:
    """Show the bank accounts with what is open, and take files."""
    books_of(request)
    return render(request, "web/bank/bank.html", {"standings": standings(request.company)})


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
@once()
def bank_new(request: CompanyRequest) -> HttpResponse:
    """Make a bank account."""
    books_of(request)
    form = BankAccountForm(request.company, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with saving(request) as use:
                made = bank_account_make(
                    request.company, given["name"].strip(), given["ledger_account"], given["number"].strip(),
                    request.user.get_username(),
                )  # fmt: skip
                use.address = reverse("bank_statement", args=[request.company.pk, made.pk])
        except InputError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, _("%s is here. Now hand in a file of it.") % made.name)
            return redirect("bank_statement", request.company.pk, made.pk)
    status = 400 if form.errors else 200
    return render(request, "web/bank/new.html", {"form": form}, status=status)


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_upload(request: CompanyRequest) -> HttpResponse:
    """Keep a file and show what it holds; nothing is imported yet."""
    books_of(request)
    handed = request.FILES.get("file")
    try:
        if handed is None:
            raise InputError("no-files", _("No file was chosen."), remedy=_("Choose a file of the bank."))
        if (handed.size or 0) > MAX_BYTES:
            raise InputError(
                "bank-file-too-large",
                _("The file is larger than 32 MB."),
                remedy=_("Download a shorter period."),
            )
        name, data = safe_name(handed.name or ""), handed.read()
        _refuse_unreadable(request, name, data)
        kept = upload_keep(request.company, name, data)
    except REFUSALS as error:
        tell(request, error)
        return redirect("bank", request.company.pk)
    return redirect("bank_file", request.company.pk, kept.pk)


def _refuse_unreadable(request: CompanyRequest, name: str, data: bytes) -> None:
    """Raise InputError for a file that is none of a bank's; one whose columns can be named is let through."""
    try:
        upload_read(BankUpload(company=request.company, name=name, data=data))
    except InputError as error:
        if error.code not in COLUMNS_CAN_BE_NAMED:
            raise
