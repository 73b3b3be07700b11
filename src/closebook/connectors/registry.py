"""The list of all connectors that read files, and the question which of them knows a file."""

from __future__ import annotations

from closebook.connectors.base import Connector, Identified
from closebook.connectors.deals import DEALS, DealsConnector
from closebook.connectors.etsy import ETSY
from closebook.connectors.square import SQUARE
from closebook.core.errors import InputError

CONNECTORS: dict[str, Connector] = {"etsy": ETSY, "square": SQUARE}
"""What a person connects."""
_OWN: dict[str, Connector] = {DEALS: DealsConnector()}


def connector(name: str) -> Connector:
    """Return the connector of a name; InputError when there is none."""
    found = CONNECTORS.get(name) or _OWN.get(name)
    if found is None:
        known = ", ".join(sorted(CONNECTORS))
        raise InputError(
            "no-such-connector", f"There is no connector {name!r}.", remedy=f"Known are: {known}."
        )
    return found


def identify(head: bytes, name: str) -> tuple[Connector, Identified] | None:
    """Return the connector that is most certain about a file, with what it takes it for; None when nobody
    knows it.
    """
    answers = [(each, each.identify(head, name)) for each in CONNECTORS.values()]
    found = [(each, answer) for each, answer in answers if answer is not None]
    return max(found, key=lambda pair: pair[1].certainty, default=None)
