"""Texts of banks as they are compared: without case, accents and marks."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Return letters and digits only, in lower case, with single blanks.

    >>> folded("  Café-MÜLLER  No. 7/8 ")
    'cafe muller no 7 8'
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (mark if mark.isalnum() else " " for mark in plain if not unicodedata.combining(mark))
    return " ".join("".join(kept).split())
