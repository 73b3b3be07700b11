"""Filters that say texts of the code below the site in the reader's language; known to every template."""

from __future__ import annotations

from django.template import Library

from closebook.web.kit.said import label, said

register = Library()
register.filter("said", said)
register.filter("label", label)
