"""API tokens of a person, and of everybody for the owner: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import ApiToken, Person
from closebook.apps.companies.selectors.tokens import state_of, tokens_of
from closebook.apps.companies.services.tokens import MOST_DAYS, token_make, token_revoke
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.once import once, saving
from closebook.web.kit.said import said
from closebook.web.people.ability_words import ABILITY_WORDS

_STATES = {"valid": _("valid"), "revoked": _("revoked"), "ended": _("ended")}
_READING = {Ability.SEE_COMPANY, Ability.SEE_BOOKS, Ability.SEE_SYNC}
COLUMNS = (
    Column(
        "name",
        _("Name"),
        lambda token: token.name,
        link=lambda token: reverse("token", args=[token.company_id, token.pk]),
        sort="name",
    ),
    Column("start", _("Begins with"), lambda token: f"{token.start}…"),
    Column("person", _("Acts for"), lambda token: token.person.username, sort="person__username"),
    Column("state", _("State"), lambda token: _STATES[state_of(token)]),
    Column("used", _("Last used"), lambda token: token.last_used_at, kind="time", sort="last_used_at"),
    Column("expires", _("Ends"), lambda token: token.expires_at, kind="time", sort="expires_at"),
    Column("abilities", _("May"), lambda token: ", ".join(words_of(token.abilities)), hidden=True),
    Column("made", _("Made"), lambda token: token.created_at, kind="time", sort="created_at", hidden=True),
)


class TokenForm(forms.Form):
    """What a new token is for, what it may do and how long."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What it is for, such as “till in the shop”.")
    )
    abilities = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("Days until it ends"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=90,
        help_text=_("At most a year."),
    )

    def __init__(self, role: str, *args: Any, **kwargs: Any) -> None:
        """Offer what the role allows."""
        super().__init__(*args, **kwargs)
        allowed = [ability for ability in Ability if ability in abilities_of(role)]
        field: Any = self.fields["abilities"]
        field.choices = [(ability.value, ABILITY_WORDS[ability]) for ability in allowed]
        field.initial = [ability.value for ability in allowed if ability in _READING]


def words_of(abilities: list[str]) -> list[str]:
    """Return abilities in words."""
    return [str(ABILITY_WORDS[Ability(word)]) for word in abilities]


def _seen_by(request: CompanyRequest) -> Person | None:
    """Return whose tokens somebody sees: None, which means everybody's, for those who manage people."""
    return None if Ability.MANAGE_PEOPLE in request.abilities else request.user


@company_page(Ability.SEE_COMPANY)
@require_safe
def tokens(request: CompanyRequest) -> HttpResponseBase:
    """Show the tokens, newest first."""
    listing = Listing(
        request,
        "tokens",
        tokens_of(request.company, _seen_by(request)),
        COLUMNS,
        search=("name", "start", "person__username"),
        empty=_(
            "There is no token yet. It lets a program, such as a till or a spreadsheet, act for you here:"
            " make one, give it to the program, and revoke it when the program is no longer used."
        ),
        facts={"everybody": _seen_by(request) is None},
    )
    return listing.show("web/people/tokens.html")


@company_page(Ability.SEE_COMPANY)
@require_http_methods(["GET", "POST"])
@once()
def token_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a new token, make it, and show it this once."""
    form = TokenForm(request.role, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _made(request, form)
    return render(request, "web/people/token_new.html", {"form": form}, status=400 if form.errors else 200)


def _made(request: CompanyRequest, form: TokenForm) -> HttpResponse:
    facts = form.cleaned_data
    try:
        with saving(request) as use:
            token, plain = token_make(
                request.company, request.user, facts["name"], facts["abilities"], facts["days"]
            )
            use.address = reverse("token", args=[request.company.pk, token.pk])
    except InputError as error:
        form.add_error(None, said(f"{error.message} {error.remedy}"))
        return render(request, "web/people/token_new.html", {"form": form}, status=400)
    known = {"token": token, "plain": plain, "base_url": settings.CLOSEBOOK_BASE_URL}
    answer = render(request, "web/people/token_made.html", known)
    answer["Cache-Control"] = "no-store"
    return answer


@company_page(Ability.SEE_COMPANY)
@require_safe
def token(request: CompanyRequest, token_id: int) -> HttpResponse:
    """Show one token: what it may do, and the way to revoke it."""
    found = _found(request, token_id)
    known = {"token": found, "state": state_of(found), "words": words_of(found.abilities)}
    return render(request, "web/people/token.html", known)


@company_page(Ability.SEE_COMPANY)
@require_POST
def token_end(request: CompanyRequest, token_id: int) -> HttpResponse:
    """Revoke a token."""
    found = _found(request, token_id)
    token_revoke(found, request.user.username)
    messages.success(
        request,
        translated("“%(name)s” is revoked; whoever has it is refused from now on.") % {"name": found.name},
    )
    return redirect("tokens", request.company.pk)


def _found(request: CompanyRequest, token_id: int) -> ApiToken:
    found = tokens_of(request.company, _seen_by(request)).filter(pk=token_id).first()
    if found is None:
        raise Http404
    return found
