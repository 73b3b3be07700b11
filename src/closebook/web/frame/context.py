"""What every page's template knows: company, navigation, the person's companies and language."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from closebook import __version__
from closebook.apps.companies.models import Company, Person, Role
from closebook.apps.companies.selectors.memberships import memberships_of
from closebook.apps.workforce.models import Timer
from closebook.apps.workforce.selectors.desk import timer_alive, timer_asked
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_of_choice, enter
from closebook.web.frame.navigation import places_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the names that the base template uses."""
    person = getattr(request, "user", None)
    company = getattr(request, "company", None)
    if company is None and person is not None and person.is_authenticated and request.path != "/":
        company = _company_of_choice(request)
    known: dict[str, Any] = {
        "version": __version__,
        "languages": settings.LANGUAGES,
        "language": translation.get_language(),
        "theme": request.COOKIES.get("theme", ""),
        "company": company,
    }
    if company is not None:
        known["abilities"] = {ability.name.lower() for ability in cast("CompanyRequest", request).abilities}
        known["places"] = _places(cast("CompanyRequest", request))
        if cast("CompanyRequest", request).role == Role.ASSISTANT:
            alive = SimpleLazyObject(lambda: timer_alive(company, cast("Person", person)))
            known["timer"] = alive
            known["timer_asks"] = SimpleLazyObject(
                lambda: timer_asked(cast("Timer | None", alive or None), clock.now())
            )
    if person is not None and person.is_authenticated:
        known["memberships"] = SimpleLazyObject(lambda: memberships_of(person))
    return known


def _company_of_choice(request: HttpRequest) -> Company | None:
    """Return the company whose frame stands around a page that belongs to none, such as a person's own."""
    membership = company_of_choice(request)  # type: ignore[arg-type]  # a PersonRequest
    if membership is None:
        return None
    enter(request, membership)
    return membership.company


def _places(request: CompanyRequest) -> list[dict[str, Any]]:
    """Return the navigation with addresses; the current one is what the view names as the page's place, else
    the one whose address begins the page's. Home begins every address, so it is current on its own page only.
    """
    company_id = request.company.pk
    found = [(place, place.address(company_id)) for place in places_for(request.abilities)]
    named = getattr(request, "place", "")
    fits = [a for place, a in found if place.url_name == named]
    fits = fits or [a for place, a in found if request.path.startswith(a) and place.url_name != "home"]
    here = max(fits, key=len, default=request.path)
    return [
        {
            "title": place.title,
            "address": address,
            "section": place.section,
            "key": place.key,
            "current": address == here,
        }
        for place, address in found
    ]
