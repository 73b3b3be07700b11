"""Roles in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.models import Role

ROLE_WORDS: Mapping[Role, Promise] = {
    Role.OWNER: _("Owner"),
    Role.BOOKKEEPER: _("Bookkeeper"),
    Role.SALES_MANAGER: _("Sales manager"),
    Role.SALESPERSON: _("Salesperson"),
    Role.ASSISTANT: _("Assistant"),
    Role.CONTRIBUTOR: _("Contributor"),
    Role.READER: _("Reader"),
}
"""Each role as it is shown."""

ROLE_HELP: Mapping[Role, Promise] = {
    Role.OWNER: _("everything, people and the company too"),
    Role.BOOKKEEPER: _("books, connections, plans, runs and the audit log"),
    Role.SALES_MANAGER: _("reads the books and the sync"),
    Role.SALESPERSON: _("the company's home"),
    Role.ASSISTANT: _("the company's home"),
    Role.CONTRIBUTOR: _("adds files and sees what became of them"),
    Role.READER: _("reads the books and the sync"),
}
"""What each role may do, in a few words."""


def roles_explained() -> list[tuple[Promise, Promise]]:
    """Return each role in words with what it may do."""
    return [(ROLE_WORDS[role], ROLE_HELP[role]) for role in Role]
