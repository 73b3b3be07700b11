"""Opens a company for reading or writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany
from closebook.apps.qbo.calls import Call
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.gate import Caller


def reading(call: Call, caller: Caller) -> Context:
    """Return a context that reads only."""
    return _context(call, caller)


@contextmanager
def writing(call: Call, caller: Caller) -> Iterator[Context]:
    """Give a context inside a transaction that ends with the balances written; writers of a company take
    turns.
    """
    with transaction.atomic(using=BOOKS):
        if connections[BOOKS].vendor == "postgresql":
            with connections[BOOKS].cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM books_bookscompany WHERE id = %s FOR UPDATE", [caller.company_id]
                )
        ctx = _context(call, caller)
        yield ctx
        ctx.flush()


def _context(call: Call, caller: Caller) -> Context:
    company = BooksCompany.objects.using(BOOKS).get(pk=caller.company_id)
    request_id = call.param("requestid")[:60]
    return Context(
        company,
        now=call.now,
        actor=caller.actor,
        request_id=request_id,
        include=call.include,
        base_url=call.base_url,
    )
