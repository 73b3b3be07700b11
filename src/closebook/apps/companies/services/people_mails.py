"""Mails about people: an invitation, a changed role. Links lead to ``CLOSEBOOK_BASE_URL``."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from closebook.apps.companies.models import Membership, Person, Role
from closebook.apps.companies.role_words import ROLE_WORDS
from closebook.apps.companies.services.invitations import Invited
from closebook.apps.companies.services.mail import mail_send


def address_of(url_name: str, *parts: object) -> str:
    """Return the absolute address of a page."""
    return settings.CLOSEBOOK_BASE_URL.rstrip("/") + reverse(url_name, args=parts)


def invitation_link(invited: Invited) -> str:
    """Return the address by which an invitation is accepted."""
    return address_of("invitation", invited.invitation.pk, invited.token)


def invitation_mail(invited: Invited) -> None:
    """Send an invitation. Raises RetryError when the mail is not taken."""
    invitation = invited.invitation
    language = invitation.language or translation.get_language() or "en"
    facts = {
        "invitation": invitation,
        "role": ROLE_WORDS[Role(invitation.role)],
        "by": shown_name(invitation.invited_by),
        "link": invitation_link(invited),
    }
    mail_send("invitation", invitation.email, language, facts)


def role_mail(member: Membership, actor: Person) -> bool:
    """Tell a member by mail that the role is another one; False for a person without an address.

    Raises RetryError when the mail is not taken.
    """
    if not member.person.email:
        return False
    facts = {
        "member": member,
        "role": ROLE_WORDS[Role(member.role)],
        "by": shown_name(actor),
        "link": address_of("home", member.company_id),
    }
    mail_send("role_changed", member.person.email, member.person.language or "en", facts)
    return True


def shown_name(person: Person | None) -> str:
    """Return a person's full name, else the name to sign in with; "" for nobody."""
    return (person.get_full_name() or person.username) if person else ""
