"""Words of selling for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closebook.core.selling.opportunities import STAGES
from closebook.web.kit.said import said

DEAL_STATES: Mapping[str, Promise] = {
    "open": pgettext_lazy("opportunity", "open"),
    "won": _("won"),
    "lost": _("lost"),
    "dropped": _("dropped"),
}
ENDS: Mapping[str, Promise] = {"won": _("Won"), "lost": _("Lost"), "dropped": _("Dropped")}
CATEGORIES: Mapping[str, Promise] = {
    "commit": _("certain enough to promise"),
    "best": _("likely if all goes well"),
    "pipeline": _("not sure yet"),
}
AGES: Mapping[str, Promise] = {"fresh": _("fresh"), "ripe": _("half its time is over"), "old": _("too long")}
_TONES = {"fresh": "good", "ripe": "warn", "old": "bad"}
_NAMES = {stage.code: stage.name for stage in STAGES}


def stage_word(code: str) -> str:
    """Return a stage in the reader's language; an unknown one, of another program, as it was written."""
    return said(_NAMES[code]) if code in _NAMES else code


def tone_of_age(age: str) -> str:
    """Return good, warn or bad."""
    return _TONES[age]
