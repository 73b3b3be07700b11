"""Finding people, documents, records and pages from anywhere: the command palette and its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Role
from closebook.apps.companies.role_words import ROLE_WORDS
from closebook.apps.companies.selectors.people import members_found
from closebook.apps.companies.selectors.views import views_of
from closebook.web.books.catalogue import kinds_called
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.frame.navigation import places_for

MOST = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its title, the address that opens it, and a note beside it."""

    title: str
    address: str
    note: str = ""


Finder: TypeAlias = Callable[[CompanyRequest, str], list[Hit]]


def _pages(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the pages whose title holds the words; all of them for none."""
    found: Iterator[Any] = places_for(request.abilities)
    hits = (Hit(str(place.title), place.address(request.company.pk)) for place in found)
    return [hit for hit in hits if words.lower() in hit.title.lower()]


def _people(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the members whose name or e-mail holds the words, to those who manage people."""
    if not words or Ability.MANAGE_PEOPLE not in request.abilities:
        return []
    return [
        Hit(
            each.person.get_full_name() or each.person.username,
            reverse("member", args=[request.company.pk, each.pk]),
            str(ROLE_WORDS[Role(each.role)]),
        )
        for each in members_found(request.company, words)[:MOST]
    ]


def _statements(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the statements and the kept views whose name holds the words."""
    if Ability.SEE_BOOKS not in request.abilities or not words:
        return []
    pages = {
        kind.name: reverse("statement", args=[request.company.pk, kind.name]) for kind in kinds_called("")
    }
    views = [view for view in views_of(request.company) if words.lower() in view.name.lower()]
    hits = [Hit(view.name, f"{pages[view.statement]}?{view.query}", _("view")) for view in views]
    return hits + [Hit(str(kind.title), pages[kind.name]) for kind in kinds_called(words)]


def finders() -> tuple[tuple[str, Finder], ...]:
    """Return the kinds of things that are looked for, with their headings, in the order in which they are
    shown.
    """
    from closebook.web.books.finders import finders_of_books
    from closebook.web.sync.finders import finders_of_sync
    from closebook.web.work.finders import finders_of_work

    ours = ((_("Pages"), _pages), (_("People"), _people), (_("Statements"), _statements))
    return (*ours, *finders_of_sync(), *finders_of_books(), *finders_of_work())


@company_page(Ability.SEE_COMPANY)
@require_safe
def palette(request: CompanyRequest) -> HttpResponse:
    """Show what fits the words: the bare lists for the palette, a page of their own without a script."""
    words = request.GET.get("q", "").strip()
    found = ({"title": title, "hits": finder(request, words)[:MOST]} for title, finder in finders())
    groups = [group for group in found if group["hits"]]
    template = "web/frame/found.html" if request.htmx else "web/frame/find.html"
    return render(request, template, {"groups": groups, "words": words})
