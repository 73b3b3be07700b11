"""Words of the bank pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BY_WORDS: Mapping[str, Promise] = {
    "reference": _("the reference"),
    "amount and day": _("amount and day"),
    "transfer": _("a transfer between own accounts"),
    "rule": _("a rule"),
}
"""Why something fits a line."""

KIND_WORDS: Mapping[str, Promise] = {
    "match": _("in the books already: matched"),
    "transfer": _("written as a transfer"),
    "rule": _("written by a rule"),
    "excluded": _("left out by a rule"),
}
"""What is done with a line."""

PLANNED_WORDS: Mapping[str, Promise] = {
    "planned": _("planned"),
    "done": _("answered"),
    "refused": _("refused"),
    "undone": _("taken back"),
    "left": _("left"),
}
"""What became of a planned answer."""

PART_WORDS: Mapping[str, Promise] = {
    "sales": _("Sales"),
    "refunds": _("Refunds"),
    "taxes": _("Taxes that the platform passes on"),
    "fees": _("Fees"),
    "adjustments": _("Adjustments"),
    "unclassified": _("Not classified"),
}
"""The parts of a payout."""

FORMAT_WORDS: Mapping[str, str] = {
    "ofx": "OFX / QFX / QBO",
    "camt.053": "CAMT.053",
    "camt.052": "CAMT.052",
    "camt.054": "CAMT.054",
    "mt940": "MT940",
    "mt942": "MT942",
    "csv": "CSV",
}
"""The names of file formats."""
