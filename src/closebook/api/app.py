"""The API: its operations in the order in which the document lists them."""

from __future__ import annotations

from ninja import NinjaAPI

from closebook import __version__
from closebook.api.problems import handle_problems
from closebook.api.routes import (
    agent,
    bank,
    bank_plans,
    bank_rules,
    books,
    company,
    connections,
    errors,
    matching,
    preparations,
    runs,
    statements,
    webhooks,
)

DESCRIPTION = (
    "What Closebook knows and does for one company. Send a token as `Authorization: Bearer cb_…`. Amounts are"
    " whole minor units (cents) with their currency. Lists come a page at a time; follow `next`. Each write"
    " carries an `Idempotency-Key`; sent again with the same key within 24 hours, it gets the first answer."
)
api = NinjaAPI(
    title="Closebook", version=__version__, description=DESCRIPTION, openapi_url=None, docs_url=None
)
PARTS = (
    company, connections, preparations, runs, errors, statements, books, bank, bank_plans, bank_rules,
    matching, webhooks, agent,
)  # fmt: skip
for part in PARTS:
    api.add_router("", part.router)
handle_problems(api)
