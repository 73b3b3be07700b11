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
