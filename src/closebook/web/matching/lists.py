"""The lists that are held against the books, and a new one from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Company
from closebook.apps.matching.models import MatchList
from closebook.apps.matching.selectors.desk import lists_of
from closebook.apps.sync.models import LISTS, Connection, MatchReading
from closebook.apps.sync.services.beats import worker_lives
from closebook.apps.sync.services.match_reading import UNDER_WAY, ListWish, reading_keep, reading_start
from closebook.connectors.contact_lists import contacts_read
from closebook.core.errors import ClosebookError, InvariantError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.once import once, saving
from closebook.web.kit.said import said
from closebook.web.matching.scope import reading_of
from closebook.web.matching.words import KIND_WORDS

LARGEST_BYTES = 20_000_000
_STEPS = {
    "reading": _("The list is being read"),
    "books": _("Records in the books looked at"),
    "comparing": _("The two lists are being compared"),
}


class ListForm(forms.Form):
    """A file of another program or the orders of a connection, what it is of, and the program's name."""

    kind = forms.ChoiceField(label=_("What is in the list?"), choices=list(KIND_WORDS.items()))

    def __init__(self, company: Company, *args: Any) -> None:
        """Offer the connections whose orders name buyers and items."""
        super().__init__(*args)
        found = Connection.objects.filter(company=company).exclude(connector=LISTS).order_by("name")
        offered = [("", _("a file")), *((str(one.pk), one.name) for one in found)]
        self.connections = {str(one.pk): one for one in found}
        if self.connections:
            self.fields["connection"] = forms.ChoiceField(
                label=_("Where are they?"),
                choices=offered,
                required=False,
                help_text=_("The orders of a connection name its customers and items; they need no file."),
            )
        self.fields["source"] = forms.CharField(
            label=_("Which program is it from?"),
            max_length=80,
            required=False,
            help_text=_("Such as ProjX360 or Jobber. What you decide is remembered under this name."),
        )
        self.fields["file"] = forms.FileField(
            label=_("The list as CSV"),
            required=False,
            help_text=_(
                "A row with headings such as Name, Email, Phone, Address; titles above it do no harm. "
                "The Customer Contact List of QuickBooks is understood as it is."
            ),
        )

    def clean(self) -> dict[str, Any]:
        """Ask for file and program unless a connection is chosen; refuse a file that is too large."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("connection"):
            return given
        for name in ("source", "file"):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("This field is required."))
        file = given.get("file")
        if file is not None and file.size > LARGEST_BYTES:
            self.add_error("file", _("The file is larger than 20 MB."))
        return given

    def wish(self) -> ListWish:
        """Return the list of a valid form. Raises InputError for a file that is no list."""
        given = self.cleaned_data
        chosen = self.connections.get(given.get("connection", ""))
        if chosen is not None:
            return ListWish(given["kind"], chosen.name[:80], connection=chosen)
        file = given["file"]
        found = contacts_read(file.name, file.read(), given["kind"])
        return ListWish(given["kind"], given["source"], found.parties, file.name)


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
    """Take a list and hold it against the books: at once, or by the worker when it is long."""
    form = ListForm(request.company, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = _begun(request, form)
        if made is not None and made.match_list_id:
            return redirect("match_desk", request.company.pk, made.match_list_id)
        if made is not None and made.state in UNDER_WAY:
            return redirect("match_reading", request.company.pk, made.pk)
        if made is not None:
            form.add_error(None, said(f"{made.error['message']} {made.error['remedy']}"))
    bad = request.method == "POST"
    return render(request, "web/matching/new.html", {"form": form}, status=400 if bad else 200)


def _begun(request: CompanyRequest, form: ListForm) -> MatchReading | None:
    """Return the reading of the list; None when the file is no list, which the form then says."""
    try:
        wish = form.wish()
        with saving(request) as use:
            made = reading_keep(request.company, request.user.get_username(), wish)
            use.address = reverse("match_reading", args=[request.company.pk, made.pk])
        return reading_start(made)
    except InvariantError:
        raise
    except ClosebookError as error:
        form.add_error("file" if not form.cleaned_data.get("connection") else None, str(error))
        return None


@company_page(Ability.SEE_SYNC)
@require_safe
def match_reading(request: CompanyRequest, reading_id: int) -> HttpResponse:
    """Show how far the reading of a list is, or why it was refused; once it is done, the desk."""
    made = reading_of(request, reading_id)
    if made.match_list_id:
        return redirect("match_desk", request.company.pk, made.match_list_id)
    lives = made.state in UNDER_WAY
    facts = {**_progress(made), "lives": lives, "worker_lives": not lives or worker_lives()}
    return render(request, "web/matching/reading.html", facts)


def _progress(made: MatchReading) -> dict[str, Any]:
    return {"made": made, "step": _STEPS.get(made.step, "")}


@company_page(Ability.SEE_SYNC)
@require_safe
def match_reading_progress(request: CompanyRequest, reading_id: int) -> HttpResponse:
    """Show how far it is; once it ended, have the page loaded anew."""
    made = reading_of(request, reading_id)
    answer = HttpResponse(render_to_string("web/matching/reading_progress.html", _progress(made)))
    if made.state not in UNDER_WAY:
        answer["HX-Refresh"] = "true"
    return answer
