"""Scores and reasons in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

KIND_WORDS: Mapping[str, Promise] = {
    "customer": gettext_lazy("Customers"),
    "vendor": gettext_lazy("Vendors"),
    "item": gettext_lazy("Items"),
}
"""What a list is of."""

STATE_WORDS: Mapping[str, Promise] = {
    "open": pgettext_lazy("matching", "open"),
    "matched": pgettext_lazy("matching", "matched"),
    "added": pgettext_lazy("matching", "to be added"),
    "ignored": pgettext_lazy("matching", "ignored"),
}
"""What became of a row."""

STATE_TONES = {"open": "open", "matched": "done", "added": "planned", "ignored": "waiting"}

_REASONS: Mapping[tuple[str, str], Promise] = {
    ("tax", "same"): gettext_lazy("same tax number"),
    ("tax", "different"): gettext_lazy("other tax number"),
    ("number", "same"): gettext_lazy("same number"),
    ("number", "close"): gettext_lazy("number nearly the same"),
    ("number", "different"): gettext_lazy("other number"),
    ("email", "same"): gettext_lazy("same e-mail"),
    ("email", "close"): gettext_lazy("e-mail nearly the same"),
    ("email", "part"): gettext_lazy("e-mail of the same company"),
    ("email", "different"): gettext_lazy("other e-mail"),
    ("phone", "same"): gettext_lazy("same phone"),
    ("phone", "close"): gettext_lazy("phone nearly the same"),
    ("phone", "different"): gettext_lazy("other phone"),
    ("name", "rare"): gettext_lazy("same rare name"),
    ("name", "same"): gettext_lazy("same name"),
    ("name", "different"): gettext_lazy("other name"),
    ("address", "same"): gettext_lazy("same address"),
    ("address", "close"): gettext_lazy("address nearly the same"),
    ("address", "like"): gettext_lazy("like address"),
    ("address", "part"): gettext_lazy("same place, other address"),
    ("address", "different"): gettext_lazy("other address"),
}
_RULES: Mapping[str, Promise] = {
    "link": gettext_lazy("matched before"),
    "id": gettext_lazy("the list has its id"),
}


def reasons_said(rule: str, reasons: Iterable[Sequence[str | int]]) -> str:
    """Return why two records are taken for one, in the reader's language."""
    if rule in _RULES:
        return str(_RULES[rule])
    return ", ".join(_said(str(field), str(grade), int(alike)) for field, grade, alike in reasons)


def _said(field: str, grade: str, alike: int) -> str:
    known = _REASONS.get((field, grade))
    return str(known) if known else _("name %(share)s") % {"share": score_said(100 * alike)}


def score_said(score: int) -> str:
    """Return a score of ten-thousandths with two digits; what is not certain never reads as 1.00.

    >>> score_said(9934), score_said(9999), score_said(10000)
    ('0.99', '0.99', '1.00')
    """
    return "1.00" if score >= 10000 else f"0.{score // 100:02d}"
