"""A letter to begin a pitch with, made of one's own profile, to be changed before anybody reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closebook.apps.companies.models import Company, Person
from closebook.apps.workforce.models import OfferedService, Profile, Prospect
from closebook.apps.workforce.selectors import offering as selectors
from closebook.web.templatetags.kit import day, money
from closebook.web.work.words import KIND_WORDS


def first_pitch(company: Company, person: Person, prospect: Prospect, address: Callable[[str], str]) -> str:
    """Return the letter in the language that is active; ``address`` makes a whole address of a path."""
    profile = selectors.profile_of(company, person)
    name = profile.name if profile else person.get_full_name() or person.username
    parts = [_greeting(prospect), *(_about(profile, prospect, address) if profile else ()), name]
    return "\n\n".join(parts)


def _greeting(prospect: Prospect) -> str:
    if prospect.contact:
        return _("Dear %(name)s,") % {"name": prospect.contact}
    return _("Dear people of %(name)s,") % {"name": prospect.name}


def _about(profile: Profile, prospect: Prospect, address: Callable[[str], str]) -> Iterator[str]:
    if profile.headline:
        yield profile.headline
    services = list(selectors.services_of(profile))
    fitting = [one for one in services if one.kind == prospect.kind] or services[:1]
    for one in fitting[:1]:
        yield _service(one)
    if profile.hours_week:
        text = _("I have %(hours)s hours a week") % {"hours": profile.hours_week}
        if profile.free_from:
            text += _(", from %(day)s on") % {"day": day(profile.free_from)}
        yield f"{text}."
    if profile.is_public:
        link = address(reverse("profile-page", args=[profile.token]))
        yield _("More about me: %(link)s") % {"link": link}


def _service(one: OfferedService) -> str:
    low, high = (money(minor, one.currency) for minor in (one.low_minor, one.high_minor))
    rate = low if low == high else f"{low} – {high}"
    facts = {"kind": KIND_WORDS.get(one.kind, one.kind), "rate": rate, "currency": one.currency}
    if one.years:
        text = ngettext(
            "I have done %(kind)s for %(years)s year, for %(rate)s %(currency)s an hour.",
            "I have done %(kind)s for %(years)s years, for %(rate)s %(currency)s an hour.",
            one.years,
        )
        return text % {**facts, "years": one.years}
    return _("I do %(kind)s for %(rate)s %(currency)s an hour.") % facts
