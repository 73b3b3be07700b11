"""Telling people that a login at the books has ended, or ends soon: in the audit log and by e-mail."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import Membership, Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import BooksAccess

_LOG = logging.getLogger(__name__)
_Words = Callable[[], tuple[str, str]]


def ended_tell(access: BooksAccess) -> None:
    """Tell once that the login has ended, what waits, and what to do."""
    company = access.company
    audit_append(company.pk, "closebook", "books-login-ended", company.name, {"books": books_word(access)})

    def words() -> tuple[str, str]:
        return (
            _("{company}: QuickBooks has to be connected again").format(company=company.name),
            _(
                "QuickBooks has ended the login of {company}. What was to be written waits, and nothing is"
                " lost. Connect the company again on this page; what waits goes on by itself."
            ).format(company=company.name),
        )

    _mail(access, words)


def ends_soon_tell(access: BooksAccess, days: int, *, hard: bool) -> None:
    """Tell that the login ends in some days: at the end of the consent (``hard``), or as it is unused."""
    company = access.company
    facts = {"days": days, "whatever is done": hard}
    audit_append(company.pk, "closebook", "books-login-ends-soon", company.name, facts)

    def words() -> tuple[str, str]:
        subject = ngettext(
            "{company}: the login at QuickBooks ends in {days} day",
            "{company}: the login at QuickBooks ends in {days} days",
            days,
        ).format(company=company.name, days=days)
        why = (
            _("A consent lasts five years. Give it anew by connecting the company again on this page.")
            if hard
            else _(
                "It could not be renewed lately. Look at the page of the connection; connecting the company"
                " again starts a new period."
            )
        )
        return subject, why

    _mail(access, words)


def books_word(access: BooksAccess) -> str:
    """Return the name of the books as the service tells it, or else their number."""
    return access.books_name or access.realm_id or access.company.name


def days_left(moment: dt.datetime, now: dt.datetime) -> int:
    """Return the whole days until a moment, 0 when it has passed."""
    return max((moment - now).days, 0)


def _mail(access: BooksAccess, words: _Words) -> None:
    address = settings.CLOSEBOOK_BASE_URL + reverse("books_login", args=[access.company_id])
    for person in _keepers(access.company_id):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            subject, text = words()
            try:
                send_mail(" ".join(subject.split()), f"{text}\n\n{address}", None, [person.email])
            except OSError as error:
                # It stands on the page as well; a post office that is down must not stop the work.
                _LOG.warning("No mail to %s about the login: %s", person.email, error)


def _keepers(company_id: int) -> list[Person]:
    """Return the people with an e-mail address who may connect the books again."""
    members = Membership.objects.filter(company_id=company_id, person__is_active=True)
    return [
        member.person
        for member in members.exclude(person__email="").select_related("person")
        if Ability.MANAGE_COMPANY in abilities_of(member.role)
    ]
