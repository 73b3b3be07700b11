"""The lists that are held against the books, and a new one from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.matching.models import MatchList
from closebook.apps.matching.selectors.desk import lists_of
from closebook.apps.matching.services.lists import list_make
from closebook.apps.sync.services.access import books_client
from closebook.connectors.contact_lists import contacts_read
from closebook.connectors.quickbooks.parties import parties
from closebook.core.errors import ClosebookError, InvariantError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.once import once, saving
from closebook.web.matching.words import KIND_WORDS

LARGEST_BYTES = 20_000_000


class ListForm(forms.Form):
    """A file of another program, what it is of, and the program's name."""

    kind = forms.ChoiceField(label=_("What is in the list?"), choices=list(KIND_WORDS.items()))
    source = forms.CharField(
        label=_("Which program is it from?"),
        max_length=80,
        help_text=_("Such as ProjX360 or Jobber. What you decide is remembered under this name."),
    )
    file = forms.FileField(
        label=_("The list as CSV"),
        help_text=_(
            "A row with headings such as Name, Email, Phone, Address; titles above it do no harm. "
            "The Customer Contact List of QuickBooks is understood as it is."
        ),
    )

    def clean_file(self) -> Any:
        """Return the file when it is not too large."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


@company_page(Ability.SEE_SYNC)
@require_safe
def match_lists(request: CompanyRequest) -> HttpResponseBase:
    """Show the lists with what is open in each."""
    company_id = request.company.pk

    def address(one: MatchList) -> str:
        return reverse("match_desk", args=[company_id, one.pk])

    columns = (
        Column("source", _("From"), lambda one: one.source, link=address, sort="source"),
        Column("kind", _("Kind"), lambda one: KIND_WORDS[one.kind], sort="kind"),
        Column("waiting", _("Open"), lambda one: one.waiting, kind="number", sort="waiting"),
        Column("size", _("Rows"), lambda one: one.size, kind="number", sort="size"),
        Column("file", _("File"), lambda one: one.file_name, sort="file_name"),
        Column("by", _("Read by"), lambda one: one.made_by, sort="made_by", hidden=True),
        Column("at", _("When"), lambda one: one.made_at, kind="time", sort="made_at"),
    )
    empty = _(
        "No list is matched yet. Hand in the customers of another program: each is shown beside the one in "
        "your books that it seems to be, and you say match, add or ignore. Nothing is written into the books."
    )
    listing = Listing(
        request, "matching", lists_of(company_id), columns, search=("source", "file_name"), empty=empty
    )
    return listing.show("web/matching/lists.html")


@company_page(Ability.RUN_SYNC)
@require_http_methods(["GET", "POST"])
@once()
def match_new(request: CompanyRequest) -> HttpResponse:
    """Take a list and hold it against the books."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made:
            return redirect("match_desk", request.company.pk, made.pk)
    bad = request.method == "POST"
    return render(request, "web/matching/new.html", {"form": form}, status=400 if bad else 200)


def _made(request: CompanyRequest, form: ListForm) -> MatchList | None:
    """Return the new list; None when the file is no list, which the form then says."""
    given = form.cleaned_data
    try:
        ours = contacts_read(given["file"].name, given["file"].read(), given["kind"]).parties
        with books_client(request.company) as client:
            theirs = list(parties(client, given["kind"]))
        with saving(request) as use:
            made = list_make(
                request.company, request.user.get_username(), ours, theirs,
                kind=given["kind"], source=given["source"], file_name=given["file"].name[:200],
            )  # fmt: skip
            use.address = reverse("match_desk", args=[request.company.pk, made.pk])
    except InvariantError:
        raise
    except ClosebookError as error:
        form.add_error("file", str(error))
        return None
    return made
