"""Runs our client in process against the company in ``CLOSEBOOK_HOME`` and prints what was seen as JSON."""

from __future__ import annotations

import json
import sys
import time

import django


def main(realm: str, token: str) -> None:
    django.setup()
    from django.db import connections, transaction

    from closebook.config.wsgi import application
    from closebook.connectors.quickbooks.client import QuickBooksClient
    from closebook.connectors.quickbooks.tokens import FixedToken
    from closebook.transport.inprocess import BASE_URL, in_process_client

    seen: dict[str, object] = {}
    with in_process_client(application, connections.close_all) as http:
        client = QuickBooksClient(BASE_URL, realm, FixedToken(token), http)
        made = client.create("Vendor", {"DisplayName": "In process"}, "in-process-1")
        seen["first"] = made["DisplayName"]
        # The caller's transaction on its own database is neither used nor ended by the call.
        connection = connections["default"]
        with transaction.atomic(using="default"):
            kept = connection.connection
            made = client.create("Vendor", {"DisplayName": "Survives"}, "in-process-2")
            seen["same_connection"] = connection.connection is kept and connection.in_atomic_block
            transaction.set_rollback(True, using="default")
        seen["survives"] = client.read("Vendor", made["Id"])["DisplayName"]
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(20):
                client.read("Vendor", made["Id"])
            best = min(best, (time.perf_counter() - start) / 20)
        seen["read_ms"] = round(best * 1000, 2)
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
