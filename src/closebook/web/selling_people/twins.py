"""Customers that may be the same: shown side by side, merged, said to be apart, and each taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Customer, Merge
from closebook.apps.selling.selectors.merged import merges_of, twins_of
from closebook.apps.selling.services.merging import (
    apart_undo,
    customers_apart,
    customers_merge,
    merge_undo,
)
from closebook.core.errors import ClosebookError, InputError
from closebook.core.matching.twins import Shared
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.undo import offer_undo
from closebook.web.selling.scope import customers_seen
from closebook.web.selling_people.customers import customer_seen
from closebook.web.selling_people.words import KINDS
from closebook.web.sync.words import tell

SHARED = {
    Shared.EMAIL: _("the same e-mail"),
    Shared.PHONE: _("the same phone"),
    Shared.NAME: _("the same name"),
    Shared.NEAR_NAME: _("nearly the same name"),
}
_PAGE = 20
_RECENT = 10


class PairForm(forms.Form):
    """Two customers by their numbers, and what is decided of them."""

    kept = forms.IntegerField(min_value=1, max_value=2**62)
    gone = forms.IntegerField(min_value=1, max_value=2**62)
    apart = forms.BooleanField(required=False)


class OtherForm(forms.Form):
    """The customer that another is merged with, by name."""

    name = forms.CharField(
        label=_("The other entry, which goes"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "others", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, request: CompanyRequest, kept: Customer, **options: Any) -> None:
        """Look for the name among the customers that the person may see, without the one that is kept."""
        super().__init__(*args, **options)
        self._rows = customers_seen(request).exclude(pk=kept.pk)

    def clean_name(self) -> Customer:
        """Return the customer."""
        found = self._rows.filter(name__iexact=" ".join(self.cleaned_data["name"].split())).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this name. Choose one of the list."))
        return found


@company_page(Ability.MANAGE_SELLING)
@require_safe
def twins(request: CompanyRequest) -> HttpResponse:
    """Show the pairs that may be the same, and what was merged last."""
    page = Paginator(twins_of(request.company.pk), _PAGE).get_page(request.GET.get("page"))
    sizes = _sizes([one.pk for pair in page for one in (pair.first, pair.second)])
    request.place = "seller-customers"
    facts = {
        "page": page,
        "pairs": [
            (
                [(one, KINDS.get(one.kind, one.kind), sizes[one.pk]) for one in (pair.first, pair.second)],
                [SHARED[each] for each in pair.shared],
            )
            for pair in page
        ],
        "recent": _recent(request),
    }
    return render(request, "web/selling_people/twins.html", facts)


def _recent(request: CompanyRequest) -> list[tuple[Merge, Customer | None]]:
    rows = list(merges_of(request.company.pk).order_by("-pk")[:_RECENT])
    kept = Customer.objects.filter(company=request.company).in_bulk([one.kept for one in rows])
    return [(one, kept.get(one.kept)) for one in rows]


def _sizes(keys: list[int]) -> dict[int, tuple[int, int]]:
    """Return how many opportunities and conversations each customer has."""
    rows = Customer.objects.filter(pk__in=keys).annotate(
        deals=Count("opportunities", distinct=True), talks=Count("conversations", distinct=True)
    )
    return {pk: (deals, talks) for pk, deals, talks in rows.values_list("pk", "deals", "talks")}


@company_page(Ability.MANAGE_SELLING)
@require_POST
def twin_decide(request: CompanyRequest) -> HttpResponse:
    """Merge two customers, or keep that they are not the same."""
    form = PairForm(request.POST)
    if not form.is_valid():
        raise Http404
    kept, gone, by = form.cleaned_data["kept"], form.cleaned_data["gone"], request.user.username
    back = redirect("seller-twins", request.company.pk)
    try:
        if form.cleaned_data["apart"]:
            made = customers_apart(request.company, kept, gone, by)
            words = translated("Kept: they are not the same.")
        else:
            made = customers_merge(request.company, kept, gone, by)
            words = translated("%(name)s is merged.") % {"name": made.name}
    except InputError as error:
        tell(request, error)
        return back
    offer_undo(request, words, reverse("merge-undo", args=[request.company.pk, made.pk]), {})
    return back


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def customer_merge(request: CompanyRequest, customer_id: int) -> HttpResponse:
    """Choose the customer that goes into another by its name, see both, and merge them."""
    row = customer_seen(request, customer_id)
    form = OtherForm(request.POST if request.method == "POST" else None, request=request, kept=row)
    pair = None
    if request.method == "POST" and form.is_valid():
        both = (row, form.cleaned_data["name"])
        sizes = _sizes([one.pk for one in both])
        pair = [(one, KINDS.get(one.kind, one.kind), sizes[one.pk]) for one in both]
    request.place = "seller-customers"
    names = customers_seen(request).exclude(pk=row.pk).order_by("name").values_list("name", flat=True)
    facts = {"row": row, "form": form, "pair": pair, "names": names[:500]}
    return render(request, "web/selling_people/merge.html", facts, status=400 if form.errors else 200)


@company_page(Ability.MANAGE_SELLING)
@require_POST
def merging_undo(request: CompanyRequest, merge_id: int) -> HttpResponse:
    """Take a merge back, or the decision that two are not the same."""
    one = Merge.objects.filter(company=request.company, pk=merge_id).first()
    if one is None:
        raise Http404
    try:
        if one.apart:
            apart_undo(request.company, one.pk, request.user.username)
        else:
            back = merge_undo(request.company, one.pk, request.user.username)
            return redirect("seller-customer", request.company.pk, back.pk)
    except ClosebookError as error:
        tell(request, error)
    return redirect("seller-twins", request.company.pk)
