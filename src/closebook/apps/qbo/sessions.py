"""Opens a company for reading or writing."""

from __future__ import annotations

import datetime as dt
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
    return _context(call, caller, call.now)


@contextmanager
def writing(call: Call, caller: Caller) -> Iterator[Context]:
    """Give a context inside a transaction that ends with the balances written; writers of a company take
    turns.

    Its moment is taken in the writer's turn: nobody who reads changes in a turn of his own can see a later
    moment and miss what is being written.
    """
    with _turn(caller):
        ctx = _context(call, caller, call.now + call.waited)
        yield ctx
        ctx.flush()


@contextmanager
def reading_in_turn(call: Call, caller: Caller) -> Iterator[Context]:
    """Give a context that reads when no writer of the company is at work, so that no change is in flight."""
    with _turn(caller):
        yield _context(call, caller, call.now)


@contextmanager
def _turn(caller: Caller) -> Iterator[None]:
    """Hold the company's lock: SQLite's transactions are immediate, PostgreSQL's lock the row."""
    with transaction.atomic(using=BOOKS):
        if connections[BOOKS].vendor == "postgresql":
            with connections[BOOKS].cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM books_bookscompany WHERE id = %s FOR UPDATE", [caller.company_id]
                )
        yield


def _context(call: Call, caller: Caller, now: dt.datetime) -> Context:
    company = BooksCompany.objects.using(BOOKS).get(pk=caller.company_id)
    request_id = call.param("requestid")[:60]
    return Context(
        company,
        now=now,
        actor=caller.actor,
        request_id=request_id,
        include=call.include,
        base_url=call.base_url,
    )
