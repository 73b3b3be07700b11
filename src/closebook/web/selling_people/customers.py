"""Customers, prospects and dealers: listed, shown with everything that happened, changed, handed over."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Case, Count, F, Max, Q, Sum, When
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Contact, Customer
from closebook.apps.selling.selectors.in_books import parties_of
from closebook.apps.selling.selectors.merged import merges_into
from closebook.apps.selling.services.deals import customer_save
from closebook.core.selling.dealers import CRITERIA, GRADES
from closebook.web.books.fields import text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.selling.scope import conversations_seen, customers_seen, opportunities_seen
from closebook.web.selling.talk_words import KINDS as TALKS
from closebook.web.selling.words import DEAL_STATES, stage_word
from closebook.web.selling_people.complaints import complaints_seen
from closebook.web.selling_people.words import KINDS, ROLES, STATES

_COLUMNS = (
    Column("name", _("Name"), lambda row: row.name, sort="name",
           link=lambda row: reverse("seller-customer", args=[row.company_id, row.pk])),
    Column("kind", _("Kind"), lambda row: KINDS.get(row.kind, row.kind), sort="kind"),
    Column("grade", _("Grade"), lambda row: row.grade, sort="grade"),
    Column("region", _("Region"), lambda row: row.region, sort="region"),
    Column("owner", _("Salesperson"), lambda row: row.owner, sort="owner"),
    Column("last", _("Last contact"), lambda row: row.last, kind="day", sort="last"),
    Column("open", _("Open opportunities"), lambda row: row.deals, kind="number", sort="deals"),
    Column("hot", _("Hot"), lambda row: _("hot") if row.hot else "", sort="hot", hidden=True),
    Column("sector", _("Sector"), lambda row: row.sector, sort="sector", hidden=True),
    Column("email", _("E-mail"), lambda row: "" if row.do_not_mail else row.email, hidden=True),
    Column("phone", _("Phone"), lambda row: "" if row.do_not_call else row.phone, hidden=True),
)  # fmt: skip
_SCORES = [("", "–"), *((str(n), str(n)) for n in range(1, 6))]
_MOST = 20


class CustomerForm(forms.Form):
    """Who a customer is, whose, and how it may be reached."""

    name = text_field(_("Name"), 200, required=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=tuple(KINDS.items()))
    region = text_field(_("Region"), 80)
    grade = forms.ChoiceField(
        label=_("Grade"), choices=[("", "–"), *((one, one) for one in GRADES)], required=False
    )
    sector = text_field(_("Sector"), 80)
    size = text_field(_("Size"), 20)
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    phone = text_field(_("Phone"), 40)
    revisit_days = forms.IntegerField(
        label=_("Days between visits"), min_value=1, max_value=730, required=False
    )
    hot = forms.BooleanField(label=_("Hot: strong interest"), required=False)
    do_not_call = forms.BooleanField(label=_("Wants no calls"), required=False)
    do_not_mail = forms.BooleanField(label=_("Wants no mail"), required=False)

    def __init__(self, *args: Any, manages: bool, **options: Any) -> None:
        """Add for managers whose the customer is, and the scores of a dealer."""
        super().__init__(*args, **options)
        if manages:
            self.fields["owner"] = text_field(_("Salesperson"), 150)
        known = (self.initial or {}).get("scores") or {}
        for name, words in CRITERIA.items():
            self.fields[f"score_{name}"] = forms.ChoiceField(
                label=said(words), choices=_SCORES, required=False, initial=str(known.get(name, ""))
            )

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the customer keeps it."""
        found = {name: value for name, value in self.cleaned_data.items() if not name.startswith("score_")}
        scores = {name: self.cleaned_data[f"score_{name}"] for name in CRITERIA}
        return {**found, "scores": {name: int(score) for name, score in scores.items() if score}}


class ContactForm(forms.Form):
    """A person at a customer's."""

    name = text_field(_("Name"), 120, required=True)
    role = forms.ChoiceField(label=_("Part in the decision"), choices=tuple(ROLES.items()), required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    phone = text_field(_("Phone"), 40)


def customer_seen(request: CompanyRequest, customer_id: int) -> Customer:
    """Return a customer that the person may see; Http404 for any other."""
    found = customers_seen(request).filter(pk=customer_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.SEE_SELLING)
@require_safe
def customers(request: CompanyRequest) -> HttpResponseBase:
    """List the customers, prospects and dealers that the person may see."""
    rows = customers_seen(request).annotate(
        last=Max("conversations__day", filter=Q(conversations__state="done")),
        deals=Count("opportunities", filter=Q(opportunities__state="open"), distinct=True),
    )
    listing = Listing(
        request, "selling-customers", rows, _COLUMNS,
        search=("name", "region", "owner", "sector", "email", "contacts__name"),
        choices=(
            Choice("kind", _("Kind"), "kind", tuple(KINDS.items())),
            Choice("grade", _("Grade"), "grade", tuple((one, one) for one in GRADES)),
        ),
        order=("name", "pk"),
        empty=_(
            "Nobody yet. Who you talk to or offer something becomes a prospect by itself; others you type in."
        ),
    )  # fmt: skip
    return listing.show("web/selling_people/customers.html")


@company_page(Ability.SEE_SELLING)
@require_safe
def customer(request: CompanyRequest, customer_id: int) -> HttpResponse:
    """Show a customer with contacts, opportunities, conversations, complaints and follow-ups."""
    row = customer_seen(request, customer_id)
    deals = opportunities_seen(request).filter(customer=row)
    found = deals.annotate(
        worth=Case(When(state="won", then="came_minor"), default="value_minor"),
        place=Case(When(state="open", then=0), default=1),
    ).order_by("place", F("decided_on").desc(nulls_first=True), "-opened_on", "-pk")
    count = deals.count()
    won = deals.filter(state="won", currency=request.company.home_currency)
    may = Ability.SEE_BOOKS in request.abilities
    party = row.party or next(
        (k for k, one in parties_of(request.company.pk).items() if one.pk == row.pk), ""
    )
    request.place = "seller-customers"
    facts = {
        "row": row,
        "kind": KINDS.get(row.kind, row.kind),
        "books": reverse("customer", args=[request.company.pk, party]) if may and party else "",
        "contacts": [(one, ROLES.get(one.role, "")) for one in row.contacts.order_by("name", "pk")],
        "deals": [
            (one, DEAL_STATES[one.state] if one.state != "open" else stage_word(one.stage))
            for one in found[:_MOST]
        ],
        "deal_count": count,
        "more_deals": count > _MOST,
        "talks": [
            (one, TALKS.get(one.kind, one.kind))
            for one in conversations_seen(request).filter(customer=row).order_by("-day", "-pk")[:_MOST]
        ],
        "complaints": [
            (one, STATES[one.state])
            for one in complaints_seen(request).filter(customer=row).order_by("-received", "-pk")[:_MOST]
        ],
        "due": row.follow_ups.filter(closed_on=None).count(),
        "won": won.aggregate(sum=Sum("came_minor"), count=Count("pk")),
        "scores": [(said(words), row.scores[name]) for name, words in CRITERIA.items() if name in row.scores],
        "merged": merges_into(row),
        "form": ContactForm(),
        "currency": request.company.home_currency,
    }
    return render(request, "web/selling_people/customer.html", facts)


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def customer_new(request: CompanyRequest) -> HttpResponse:
    """Type a customer in."""
    return _edited(request, None)


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def customer_edit(request: CompanyRequest, customer_id: int) -> HttpResponse:
    """Change a customer."""
    return _edited(request, customer_seen(request, customer_id))


def _edited(request: CompanyRequest, row: Customer | None) -> HttpResponse:
    manages, by = Ability.MANAGE_SELLING in request.abilities, request.user.username
    names = [*CustomerForm.base_fields, "owner", "scores"]
    first = {name: getattr(row, name) for name in names} if row else {"kind": "prospect", "owner": by}
    form = CustomerForm(request.POST or None, initial=first, manages=manages)
    twin = None
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        name = " ".join(facts.pop("name").split())
        same = Customer.objects.filter(company=request.company, name__iexact=name)
        twin = None if row else same.first()
        if twin is None:
            facts.setdefault("owner", row.owner if row else by)
            key = row.key if row else uuid.uuid4().hex
            made = customer_save(request.company, key, name, by, **facts)
            return redirect("seller-customer", request.company.pk, made.pk)
        form.add_error("name", _("There is one of this name already."))
    request.place = "seller-customers"
    seen = twin if twin is not None and customers_seen(request).filter(pk=twin.pk).exists() else None
    facts = {"form": form, "row": row, "twin": seen}
    return render(request, "web/selling_people/customer_form.html", facts, status=400 if form.errors else 200)


@company_page(Ability.SELL)
@require_POST
def contact_new(request: CompanyRequest, customer_id: int) -> HttpResponse:
    """Keep a person at a customer's; the same name again is changed instead."""
    row = customer_seen(request, customer_id)
    form = ContactForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        known = row.contacts.filter(name__iexact=given["name"]).first()
        one = known or Contact(company=request.company, customer=row)
        for name, value in given.items():
            setattr(one, name, value)
        one.save()
    elif form.errors:
        facts = {"form": form, "row": row, "contact": True}
        return render(request, "web/selling_people/customer_form.html", facts, status=400)
    return redirect("seller-customer", request.company.pk, row.pk)
