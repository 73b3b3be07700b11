"""Facts of a page for search engines, as schema.org names them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def linked_data(facts: Mapping[str, object]) -> SafeString:
    """Return facts as a script of data, which browsers do not run.

    Source: JSON-LD 1.1, section 7.
    """
    text = json.dumps({"@context": "https://schema.org/", **facts}, ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    data = mark_safe(text)  # noqa: S308 - escaped above
    return format_html('<script type="application/ld+json">{}</script>', data)
