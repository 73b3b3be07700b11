"""Which runs wrote an object in the books."""

from __future__ import annotations

from closebook.apps.sync.models import ActionRow, Link
from closebook.apps.sync.selectors.provenance import link_by_remote
from closebook.connectors.quickbooks.documents import ENTITY_OF


def link_of(company_id: int, entity: str, remote_id: str) -> Link | None:
    """Return the link of an object in a company's books by the protocol's word for it, None without one."""
    kind = next((kind.value for kind, word in ENTITY_OF.items() if word == entity), None)
    return link_by_remote(company_id, kind, remote_id) if kind is not None else None


def runs_of(link: Link) -> dict[str, int]:
    """Return the run that wrote each version of a linked object, by the version's token."""
    rows = ActionRow.objects.filter(run__connection_id=link.connection_id, key=link.key, state="confirmed")
    written = rows.exclude(sync_token="").order_by("run_id").values_list("sync_token", "run_id")
    return dict(written)
