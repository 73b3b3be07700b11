"""What a payout consists of: its sales, refunds, fees and taxes, from the source that reports it."""

from __future__ import annotations

from dataclasses import dataclass

from closebook.apps.companies.models import Company
from closebook.apps.sync.codec import target_from
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.selectors.provenance import link_by_remote
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.registry import connector
from closebook.core.planning.documents import Document, DocumentKind
from closebook.core.planning.settlement import Settlement, settlements_of


@dataclass(frozen=True, slots=True)
class Contents:
    """A payout's settlement: its parts in minor units, signed as in the source; ``identity`` is its proof."""

    connection: str
    currency: str
    settlement: Settlement
    identity: str

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Return the parts that are not nothing, by their word."""
        words = ("sales", "refunds", "taxes", "fees", "adjustments", "unclassified")
        return [(word, amount) for word, amount in zip(words, self.settlement.parts, strict=True) if amount]


def payout_contents(company: Company, entity: str, wire_id: str) -> Contents | None:
    """Return what a payout's transfer in the books consists of, None for what is no payout of a shop."""
    link = link_by_remote(company.pk, DocumentKind.TRANSFER.value, wire_id) if entity == "Transfer" else None
    document = target_from(link.target) if link else None
    if link is None or not isinstance(document, Document) or not document.source_keys:
        return None
    connection = link.connection
    profile = profile_of(connection)
    business = connector(connection.connector).normalise(source_records(connection))
    movements = [row for row in business.movements if profile.since is None or row.day >= profile.since]
    found = settlements_of(movements, opening_minor=profile.opening_minor).of_payout()
    settlement = found.get(document.source_keys[0])
    if settlement is None:
        return None
    return Contents(
        connection.name, connection.currency, settlement, settlement.identity(connection.currency)
    )
