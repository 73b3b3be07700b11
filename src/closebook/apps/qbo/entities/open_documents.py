"""What holds for every document that payments settle: its party stays, and its payments follow its rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities import links
from closebook.apps.qbo.entities.posted import remember
from closebook.apps.qbo.entities.unlink import SETTLING, settling

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.base import Draft
    from closebook.apps.qbo.entities.form import Form


def applied_to(form: Form) -> int:
    """Return what payments have applied to the stored document, 0 for a new one."""
    if form.former is None:
        return 0
    return links.applied_minor(links.incoming(form.ctx, form.former.pk))


def check_same_party(form: Form, name: str) -> None:
    """Raise 6000 when a document that payments have settled moves to another customer or vendor."""
    if form.former is None or form.former.party == form.party_pk:
        return
    if any(link.entity in SETTLING for link in links.incoming(form.ctx, form.former.pk)):
        raise faults.business(
            "You cannot change the name on a transaction that payments are applied to", name
        )


def after_foreign_change(form: Form, draft: Draft) -> None:
    """Have the payments of a foreign document reckoned anew once its new home amount is stored."""
    if form.former is None or form.exchange is None:
        return

    def repost_payments(ctx: Context, record: Record) -> None:
        remember(ctx, record, draft.entry)
        for pk in dict.fromkeys(
            link.source for link in links.incoming(ctx, record.pk) if link.entity in SETTLING
        ):
            source = store.by_pk(ctx.cursor, ctx.company_id, pk)
            if source is not None:
                settling(source.entity).repost(ctx, source)

    draft.after.append(repost_payments)
