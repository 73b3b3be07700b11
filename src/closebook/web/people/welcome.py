"""The first-run page: whoever sits at the machine makes the owner, once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login, password_validation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.models import Person
from closebook.apps.companies.services.people import owner_claim
from closebook.founding import company_ensure
from closebook.web.frame.access import public
from closebook.web.frame.errors import not_found

_LOOPBACK = {"127.0.0.1", "::1"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class OwnerForm(forms.Form):
    """Name, e-mail and password of the owner, and the company to begin with."""

    username = forms.CharField(label=_("Name to sign in with"), max_length=150, initial="owner")
    email = forms.EmailField(label=_("E-mail"), required=False)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, and not a common word."),
    )
    company = forms.CharField(label=_("Your company"), max_length=200, initial="My company")
    currency = forms.RegexField(
        label=_("Home currency"),
        regex=r"^[A-Z]{3}$",
        initial="USD",
        help_text=_("Three letters, such as EUR."),
    )

    def clean_password(self) -> str:
        """Return the password when it is a good one."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, Person(username=self.data.get("username", "")))
        return password


def may_welcome(request: HttpRequest) -> bool:
    """Tell whether the owner may be made here: nobody ever signed in, and the request comes from this
    machine.
    """
    here = request.META.get("REMOTE_ADDR") in _LOOPBACK and "X-Forwarded-For" not in request.headers
    return here and not Person.objects.filter(last_login__isnull=False).exists()


@public
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Show the first-run form, make the owner and sign them in; not found once somebody has signed in."""
    if not may_welcome(request):
        return not_found(request)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _begin(request, form.cleaned_data)
    return render(request, "web/people/welcome.html", {"form": form}, status=400 if form.errors else 200)


def _begin(request: HttpRequest, facts: dict[str, Any]) -> HttpResponse:
    """Make company and owner; the owner also gets the sample company, to try things on."""
    company, _password = company_ensure(facts["company"], facts["currency"], facts["username"])
    person = owner_claim(company, facts["username"], facts["email"], facts["password"])
    login(request, person, backend=BACKEND)
    return redirect("home", company.pk)
