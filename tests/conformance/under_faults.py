"""Writes in process under injected faults (``CLOSEBOOK_FAULTS``), repeats by request id, prints counts."""

from __future__ import annotations

import json
import sys
from collections import Counter

import django

_COUNT = 120


def main(realm: str, token: str, run: str) -> None:
    django.setup()
    from django.db import connections

    from closebook.config.wsgi import application
    from closebook.connectors.quickbooks.batch import BatchItem
    from closebook.connectors.quickbooks.calls import ReadRepeats
    from closebook.connectors.quickbooks.client import QuickBooksClient
    from closebook.connectors.quickbooks.tokens import FixedToken
    from closebook.core.errors import RetryError
    from closebook.transport.inprocess import BASE_URL, in_process_client

    seen: Counter[str] = Counter()

    def surely(work, request_id: str):
        """Do a write until it is answered, always with the same request id."""
        for _ in range(60):
            try:
                return work(request_id)
            except RetryError as error:
                seen[error.code] += 1
        raise RuntimeError("no end of faults")

    with in_process_client(application, connections.close_all) as http:
        repeats = ReadRepeats(attempts=60, first_pause_seconds=0.0, longest_pause_seconds=100.0)
        client = QuickBooksClient(BASE_URL, realm, FixedToken(token), http, repeats=repeats)
        client._caller.sleep = lambda _seconds: None
        for number in range(_COUNT // 2):
            payload = {"DisplayName": f"Fault {run} {number}"}
            made = surely(lambda used, body=payload: client.create("Vendor", body, used), f"{run}-{number}")
            assert client.read("Vendor", made["Id"])["DisplayName"] == payload["DisplayName"]
        for part in range(_COUNT // 2 // 10):
            items = [
                BatchItem("create", "Vendor", {"DisplayName": f"Fault {run} batch {part} {number}"})
                for number in range(10)
            ]
            answers = surely(lambda used, batch=items: client.batch(batch, used), f"{run}-batch-{part}")
            assert all(answer.ok for answer in answers), [answer.error for answer in answers]
    print(json.dumps({"written": _COUNT, "faults": dict(seen)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
