"""How an opportunity stands in the books: not sent, in a plan, posted, or different by now."""

from __future__ import annotations

import json
from dataclasses import dataclass

from closebook.apps.selling.models import Customer, Opportunity
from closebook.apps.selling.selectors.merged import gone_into, merges_of
from closebook.apps.sync.models import UNFINISHED, ActionRow, Connection, Link, SourceRow
from closebook.connectors.deals import DEALS, QUOTED, WITHDRAWN
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.core.errors import InputError
from closebook.core.planning.documents import DocumentKind, ListKind, estimate_key
from closebook.core.planning.naming import list_key, order_group
from closebook.core.selling.opportunities import LEADS

ENTITY = ENTITY_OF[DocumentKind.INVOICE]
ESTIMATE = ENTITY_OF[DocumentKind.ESTIMATE]


@dataclass(frozen=True, slots=True)
class InBooks:
    """``remote_id`` is the invoice's id and ``estimate_id`` the estimate's ("" when none stands), ``run`` the
    plan or run that holds the opportunity and is not finished (None: none), ``told`` what the books were told
    last.
    """

    remote_id: str = ""
    estimate_id: str = ""
    run: int | None = None
    last_run: int | None = None
    told: dict[str, str] | None = None

    @property
    def quoted(self) -> dict[str, str]:
        """Return what the books were told of a quotation that stands there."""
        told = self.told or {} if self.estimate_id else {}
        return {name: value for name, value in told.items() if name.startswith(QUOTED)}


def deals_connection_of(company_id: int) -> Connection | None:
    """Return the connection under which a company's opportunities are written, None before the first."""
    rows = Connection.objects.select_related("company")
    return rows.filter(company_id=company_id, connector=DEALS).first()


def party_key(customer: Customer) -> str:
    """Return the key under which a customer is written."""
    return _party_key(customer.pk)


def _party_key(pk: int) -> str:
    return list_key("customer", f"@{pk}")


def parties_of(company_id: int) -> dict[str, Customer]:
    """Return the customers of selling by the id under which the books know them: as it was typed or imported,
    or as it came of writing their opportunities. One that was merged stands for those that went into it.
    """
    customers = {one.pk: one for one in Customer.objects.filter(company_id=company_id)}
    merges = list(merges_of(company_id))
    into = gone_into(merges)
    found = {one.party: one for one in customers.values() if one.party}
    for merge in merges:
        if merge.party and into[merge.gone] in customers:
            found.setdefault(merge.party, customers[into[merge.gone]])
    rows = Link.objects.filter(
        connection__company_id=company_id, connection__connector=DEALS, kind=ListKind.CUSTOMER.value
    )
    by_key = {_party_key(pk): one for pk, one in customers.items()}
    by_key |= {_party_key(gone): customers[kept] for gone, kept in into.items() if kept in customers}
    for key, remote_id in rows.filter(tombstone=False).values_list("key", "remote_id"):
        if key in by_key:
            found.setdefault(remote_id, by_key[key])
    return found


def document_key(opportunity: Opportunity) -> str:
    """Return the key under which an opportunity's invoice is written."""
    return f"{order_group(str(opportunity.pk))}/sale"


def quotation_key(opportunity: Opportunity) -> str:
    """Return the key under which an opportunity's estimate is written."""
    return estimate_key(order_group(str(opportunity.pk)))


def in_books(opportunity: Opportunity) -> InBooks:
    """Return how an opportunity stands in the books of its company."""
    connection = deals_connection_of(opportunity.company_id)
    if connection is None:
        return InBooks()
    invoice, estimate = document_key(opportunity), quotation_key(opportunity)
    rows = Link.objects.filter(connection=connection, key__in=(invoice, estimate), tombstone=False)
    links = {one.key: one for one in rows}
    row = SourceRow.objects.filter(connection=connection, source_key=str(opportunity.pk)).first()
    told = json.loads(row.fields) if row else None
    under_way = ActionRow.objects.filter(run__connection=connection, run__state__in=UNFINISHED)
    last = links.get(invoice) or links.get(estimate)
    return InBooks(
        links[invoice].remote_id if invoice in links else "",
        links[estimate].remote_id if estimate in links else "",
        under_way.filter(key__in=(invoice, estimate)).values_list("run_id", flat=True).first(),
        last.run_id if last else None,
        None if told is None or told.get(WITHDRAWN) else told,
    )


def opportunity_of(link: Link) -> Opportunity | None:
    """Return the opportunity that a linked document was made of, None for any other."""
    if link.connection.connector != DEALS:
        return None
    ref = link.key.removeprefix("order:").removesuffix("/sale").removesuffix("/estimate")
    rows = Opportunity.objects.filter(company_id=link.connection.company_id)
    return rows.filter(pk=int(ref)).first() if ref.isdecimal() else None


def refuse_unfit(opportunity: Opportunity) -> None:
    """Raise InputError selling-not-for-books for what is no business of the books: leads stay out."""
    why = ""
    if opportunity.state not in ("won", "open"):
        why = "It is neither won nor open."
    elif opportunity.state == "open" and opportunity.stage in LEADS:
        why = "Nothing was quoted yet: leads stay out of the books."
    elif opportunity.customer is None:
        why = "It has no customer, and an invoice or estimate needs one."
    elif _worth_minor(opportunity) <= 0:
        why = "It has no amount, and an invoice or estimate needs one."
    if why:
        raise InputError("selling-not-for-books", why, remedy="Change the opportunity first.")


def _worth_minor(opportunity: Opportunity) -> int:
    return opportunity.came_minor if opportunity.state == "won" else opportunity.value_minor
