"""What the planner is shown when a safeguard is taken away: people's changes and removals are hidden from
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from closebook.core.planning.actions import Link
from closebook.core.planning.documents import DocumentKind

if TYPE_CHECKING:
    from closebook.core.planning.remote import RemoteFacts
    from tests.simulation.switches import Safeguards

_DOCUMENTS = frozenset(DocumentKind)


def without_safeguards(
    guards: Safeguards, links: Mapping[str, Link], facts: RemoteFacts
) -> tuple[Mapping[str, Link], RemoteFacts]:
    """Return links and facts as the planner gets them.

    Without ``tombstone`` links of removed documents are forgotten, so that they look new. Without
    ``ownership`` changed documents look unchanged, with the token that they have now.
    """
    if guards.tombstone and guards.ownership:
        return links, facts
    shown = {}
    objects = dict(facts.objects)
    for key, link in links.items():
        state = facts.of(link)
        gone = link.tombstone or (state is not None and state.deleted)
        if gone and not guards.tombstone and link.kind in _DOCUMENTS:
            continue
        if state is not None and not state.deleted and state.active and not guards.ownership:
            del objects[link.kind, link.remote_id]
            shown[key] = replace(link, sync_token=state.sync_token)
        else:
            shown[key] = link
    return shown, replace(facts, objects=objects)
