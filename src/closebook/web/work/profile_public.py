"""A profile as others see it, at its secret address, as long as its person shows it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.selectors.memberships import membership_in
from closebook.apps.workforce.models import Profile
from closebook.apps.workforce.selectors import offering as selectors
from closebook.core.money import decimal_from_minor
from closebook.web.frame.access import public
from closebook.web.work.linked_data import linked_data
from closebook.web.work.profile_forms import WEEKDAYS
from closebook.web.work.words import KIND_WORDS


@public
@never_cache
@require_safe
def profile_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a profile to whoever knows its address."""
    found = selectors.profile_by(token)
    member = membership_in(found.person, found.company_id) if found else None
    if found is None or member is None or Ability.DO_TASKS not in abilities_of(member.role):
        raise Http404
    finished = selectors.finished_of(found) if found.shows_finished else {}
    names = dict(WEEKDAYS)
    facts: dict[str, Any] = {
        "row": found,
        "services": [(one, KIND_WORDS.get(one.kind, one.kind)) for one in selectors.services_of(found)],
        "references": selectors.references_of(found).filter(may_show=True),
        "finished": [(KIND_WORDS.get(kind, kind), number) for kind, number in finished.items()],
        "weekdays": [names[digit] for digit in found.weekdays],
        "linked_data": _linked_data(found),
    }
    answer = render(request, "web/work/profile_page.html", facts)
    if not found.is_found:
        answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _linked_data(found: Profile) -> SafeString:
    """Return the profile as schema.org's Person.

    Source: schema.org/Person, schema.org/Offer
    """
    offers = [
        {
            "@type": "Offer",
            "itemOffered": {"@type": "Service", "name": str(KIND_WORDS.get(one.kind, one.kind))},
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "minPrice": str(decimal_from_minor(one.low_minor, one.currency)),
                "maxPrice": str(decimal_from_minor(one.high_minor, one.currency)),
                "priceCurrency": one.currency,
                "unitText": "HOUR",
            },
        }
        for one in selectors.services_of(found)
    ]
    return linked_data(
        {
            "@type": "Person",
            "name": found.name,
            "jobTitle": found.headline,
            "description": found.about,
            "makesOffer": offers,
            "knowsLanguage": [word.strip() for word in found.languages.split(",") if word.strip()],
        }
    )
