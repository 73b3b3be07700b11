"""Document numbers that the service gives out.

Source: QuickBooks Online Accounting API, DocNumber: sales forms share a sequence, estimates have their own;
nothing is given out when the company numbers its forms itself, unless ``include=allowautodocnum`` asks for
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo.values import text_of

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.form import Form

SALES_FORMS = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt")
ESTIMATES = ("Estimate",)
PURCHASE_ORDERS = ("PurchaseOrder",)
_BEFORE_FIRST = 1000


def sent_number(form: Form) -> str:
    """Return the number of the payload, "" when it has none."""
    number = text_of(form.body.get("DocNumber"), "DocNumber")
    if number:
        form.body["DocNumber"] = number
    return number


def given_number(form: Form, group: tuple[str, ...]) -> str:
    """Return the number of a form of a group: the one sent or that it had, else the next free one."""
    number = sent_number(form) or (form.former.doc_number if form.former is not None else "")
    ctx = form.ctx
    if not number and form.former is None and _gives_numbers(ctx):
        number = _next_free(ctx, group)
    if number:
        form.body["DocNumber"] = number
    return number


def _gives_numbers(ctx: Context) -> bool:
    own = ctx.preference("SalesFormsPrefs", "CustomTxnNumbers", False)
    return not own or "allowautodocnum" in ctx.include


def _next_free(ctx: Context, group: tuple[str, ...]) -> str:
    series = f"number:{group[0].lower()}"
    while True:
        number = str(_BEFORE_FIRST + int(ctx.next_number(series)))
        if not _is_taken(ctx, number, group):
            return number


def _is_taken(ctx: Context, number: str, group: tuple[str, ...]) -> bool:
    ctx.cursor.execute(
        "SELECT entity FROM books_record WHERE company_id = %s AND doc_number = %s AND NOT (doc_number = '')",
        [ctx.company_id, number],
    )
    return any(entity in group for (entity,) in ctx.cursor.fetchall())
