"""Who may open a page: everybody, whoever is signed in, or members of the company with an ability.

Each view of the site carries ``access``, so that a test can walk all routes and hold each to its word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import Company, Membership, Person
from closebook.apps.companies.selectors.memberships import membership_in, memberships_of
from closebook.web.frame.errors import refused

Access: TypeAlias = Ability | Literal["public", "signed-in"]
View: TypeAlias = Callable[..., HttpResponseBase]

_LAST_COMPANY = "company"


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Person
    htmx: HtmxDetails


class CompanyRequest(PersonRequest):
    """A request within a company: the company, the person's role there and what it allows.

    A view whose address does not begin with its place in the navigation names that ``place``.
    """

    company: Company
    role: str
    abilities: frozenset[Ability]
    place: str


def public(view: View) -> View:
    """Return the view, marked as open to everybody."""
    view.access = "public"  # type: ignore[attr-defined]  # functions take attributes
    return view


def signed_in(view: View) -> View:
    """Return the view for people who are signed in; others are asked to."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else ask_to_sign_in(request)

    guarded.access = "signed-in"  # type: ignore[attr-defined]  # functions take attributes
    return guarded


def company_page(ability: Ability) -> Callable[[View], View]:
    """Return a decorator for a view with ``company_id`` in its address.

    The view gets a CompanyRequest without ``company_id``. A company that is not the person's is not found; a
    role without the ability is refused with a page that says who may.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, company_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            membership = membership_in(request.user, company_id)
            if membership is None:
                raise Http404
            enter(request, membership)
            if ability not in abilities_of(membership.role):
                return refused(request, ability)
            return view(request, *args, **kwargs)

        guarded.access = ability  # type: ignore[attr-defined]  # functions take attributes
        return guarded

    return decorate


def enter(request: HttpRequest, membership: Membership) -> None:
    """Put a company, the person's role and abilities on the request, and remember the company."""
    request.company = membership.company  # type: ignore[attr-defined]  # makes a CompanyRequest of it
    request.role = membership.role  # type: ignore[attr-defined]  # as above
    request.abilities = abilities_of(membership.role)  # type: ignore[attr-defined]  # as above
    if request.session.get(_LAST_COMPANY) != membership.company_id:
        request.session[_LAST_COMPANY] = membership.company_id


def company_of_choice(request: PersonRequest) -> Membership | None:
    """Return the membership in which the person worked last, or the first one; None without any."""
    memberships = memberships_of(request.user)
    last = request.session.get(_LAST_COMPANY)
    return next((each for each in memberships if each.company_id == last), next(iter(memberships), None))


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Return the way to the sign-in page and back; a fragment that htmx asked for moves the whole page
    there.
    """
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=204)
        back = request.headers.get("HX-Current-URL", "/")
        answer["HX-Redirect"] = f"{reverse('account_login')}?{urlencode({'next': _path_of(back)})}"
        return answer
    back = (
        request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "/")
    )
    return redirect_to_login(_path_of(back))


def _path_of(address: str) -> str:
    """Return path and query of an address, so that nobody is sent to a foreign host."""
    parts = urlsplit(address)
    path = "/" + parts.path.lstrip("/\\")
    return f"{path}?{parts.query}" if parts.query else path
