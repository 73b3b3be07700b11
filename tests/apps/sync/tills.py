"""A till with one invoice, fetched from a simulated account into a company whose books stand behind HTTP."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.wsgi import get_wsgi_application
from django.db import connections

from closebook.apps.sync.models import BooksAccess, Connection, Run, ServiceAccess
from closebook.apps.sync.services import pulling
from closebook.apps.sync.services.planning import plan_make
from closebook.transport import clock
from tests.apps.sync.harness import World
from tests.fakes.square.server import Square, serving
from tests.fakes.square.world import World as Account
from tests.fakes.square.world import stamp

FIRST = dt.date(2026, 3, 1)
TILL = "Corner shop"
KEY = "order:ORDA1/sale"
TOTAL = 10775


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def served_books() -> Iterator[str]:
    """Serve the embedded books over HTTP and let every client of theirs come that way; give the address."""
    application = get_wsgi_application()

    def closing(environ: dict[str, Any], start: Any) -> Any:
        try:
            return [b"".join(application(environ, start))]
        finally:
            connections.close_all()

    server = make_server("127.0.0.1", 0, closing, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    now = clock.now()
    BooksAccess.objects.update(
        base_url=f"http://127.0.0.1:{server.server_port}", swept_at=now, compared_at=now
    )
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Till:
    """A world whose till has one invoice over 107.75 that Square sent on 4 March."""

    def __init__(self, world: World, square: Square, folder: Path) -> None:
        self.world, self.square = world, square
        self.account.now = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
        self._order()
        secret = folder / "token.txt"
        secret.write_text(square.token + "\n")
        words = ("--token-file", secret, "--address", square.url, "--since", FIRST.isoformat())
        world.command("connect", "square", TILL, *words)

    @property
    def account(self) -> Account:
        return self.square.world

    @property
    def connection(self) -> Connection:
        return Connection.objects.select_related("company").get(name=TILL)

    def _order(self) -> None:
        money, at = self.account.money, stamp(dt.datetime(2026, 3, 4, 17, tzinfo=dt.UTC))
        line = {
            "uid": "l", "name": "Shed", "quantity": "1", "item_type": "ITEM",
            "gross_sales_money": money(10000), "total_discount_money": money(0),
            "total_tax_money": money(775),
            "applied_taxes": [{"tax_uid": "t", "applied_money": money(775)}],
        }  # fmt: skip
        tax = {"uid": "t", "name": "State tax", "percentage": "7.75", "applied_money": money(775)}
        self.order: dict[str, Any] = {
            "id": "ORDA1", "location_id": "LHARBOUR", "state": "OPEN", "created_at": at, "updated_at": at,
            "line_items": [line], "taxes": [{**tax, "type": "ADDITIVE"}], "total_money": money(TOTAL),
            "source": {"name": "Invoices"},
        }  # fmt: skip
        self.account.orders["ORDA1"] = self.order
        self.account.invoices["INVA1"] = {
            "id": "INVA1", "order_id": "ORDA1", "location_id": "LHARBOUR", "status": "UNPAID",
            "created_at": at,
        }  # fmt: skip

    def paid(self, amount: int, day: int) -> None:
        """Let the buyer pay a part on a day of March."""
        at = dt.datetime(2026, 3, day, 18, tzinfo=dt.UTC)
        number = len(self.account.payments)
        self.account.payments[f"PAY{number}"] = {
            "id": f"PAY{number}", "order_id": "ORDA1", "location_id": "LHARBOUR", "status": "COMPLETED",
            "source_type": "CARD", "total_money": self.account.money(amount), "created_at": stamp(at),
            "updated_at": stamp(at),
        }  # fmt: skip
        whole = sum(one["total_money"]["amount"] for one in self.account.payments.values()) >= TOTAL
        self.order["updated_at"] = stamp(at)
        self.order["state"] = "COMPLETED" if whole else "OPEN"
        self.account.invoices["INVA1"]["status"] = "PAID" if whole else "PARTIALLY_PAID"

    def plan(self) -> Run | None:
        ServiceAccess.objects.update(state={})  # the account's days lie before the last pull
        pulling.service_pull(self.connection)
        return plan_make(self.connection)

    def sync(self) -> Run:
        run = self.plan()
        assert run is not None, [(one.code, one.cause) for one in self.world.holds()]
        done = self.world.apply(run)
        assert done.state == "done", done.reason
        return done

    def invoice(self) -> dict[str, Any]:
        return self.world.person().read("Invoice", self.world.link(key=KEY).remote_id)

    def received(self, amount: str, day: str, **more: Any) -> dict[str, Any]:
        """Receive a payment for the invoice in the books, as a person does."""
        invoice = self.invoice()
        line = {"Amount": amount, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
        fields = {"CustomerRef": invoice["CustomerRef"], "TotalAmt": amount, "TxnDate": day, **more}
        return self.world.make("Payment", Line=[line], **fields)


@contextmanager
def invoice_till(world: World, folder: Path) -> Iterator[Till]:
    """Give a till with one unpaid invoice, with its books behind HTTP."""
    with serving(Square(Account(11, FIRST, days=0))) as square, served_books():
        yield Till(world, square, folder)
