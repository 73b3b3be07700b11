"""Saying that something was done, with a button that takes it back."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string


def offer_undo(request: HttpRequest, text: str, address: str, values: Mapping[str, str]) -> None:
    """Put a message on the next page: ``text``, and Undo, which posts ``values`` to ``address``."""
    facts = {"text": text, "address": address, "values": values}
    messages.success(request, render_to_string("kit/undo.html", facts, request))
