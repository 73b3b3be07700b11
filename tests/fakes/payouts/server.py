"""Local servers that speak PayPal Payouts and Wise over HTTP, with their faults.

Money is counted where the service would move it: once per batch id (PayPal) or transaction number (Wise).
A fault is ``lost`` (done, no answer), ``unseen`` (not done, no answer), ``late`` (done when ``arrive`` is
called, no answer), ``twice`` (it comes twice), ``done`` (done, answered with 503), ``cut`` (half an answer),
or a status.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Service:
    url: str = ""
    token: str = "t1"
    faults: list[str] = field(default_factory=list)
    moved: Counter = field(default_factory=Counter)
    calls: list[tuple[str, str]] = field(default_factory=list)
    met: Counter = field(default_factory=Counter)
    later: list[tuple] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def arrive(self):
        """Carry out what was under way all the time."""
        with self.lock:
            due, self.later = self.later, []
            for request in due:
                self.answer(*request)

    def fault(self) -> str:
        found = self.faults.pop(0) if self.faults else ""
        self.met.update([found] if found else [])
        return found

    def let_in(self, path, authorization):
        return authorization == f"Bearer {self.token}"


@dataclass
class FakePayPal(Service):
    batches: dict = field(default_factory=dict)
    by_id: dict = field(default_factory=dict)
    refuses: set = field(default_factory=set)

    def answer(self, method, path, body):
        if path == "/v1/oauth2/token":
            return 200, {"access_token": self.token, "expires_in": 32400}
        if method == "POST" and path == "/v1/payments/payouts":
            return self.create(body)
        if method == "POST" and path.endswith("/cancel"):
            return self.cancel(path.split("/")[-2])
        batch = self.by_id.get(path.rpartition("/")[2])
        return (200, batch) if batch else (404, {"name": "RESOURCE_NOT_FOUND"})

    def create(self, body):
        ident = body["sender_batch_header"]["sender_batch_id"]
        item = body["items"][0]
        if ident in self.batches:
            link = f"{self.url}/v1/payments/payouts/{self.batches[ident]}"
            issue = {"field": "SENDER_BATCH_ID", "issue": "Batch with given sender_batch_id already exists"}
            return 400, {"name": "USER_BUSINESS_ERROR", "details": [issue], "links": [{"href": link}]}
        if item["receiver"] in self.refuses:
            return 422, {"name": "INSUFFICIENT_FUNDS"}
        number = f"PP{len(self.by_id) + 1}"
        self.batches[ident] = number
        self.moved[ident] += 1
        head = {"payout_batch_id": number, "batch_status": "PENDING"}
        entry = {
            "payout_item_id": f"I{number}", "transaction_status": "PENDING", "payout_item": item,
            "payout_item_fee": {},
        }  # fmt: skip
        self.by_id[number] = {"batch_header": head, "items": [entry]}
        return 201, {"batch_header": head}

    def cancel(self, number):
        entry = self.by_id[number.removeprefix("I")]["items"][0]
        if entry["transaction_status"] != "UNCLAIMED":
            return 422, {"name": "ITEM_ALREADY_CANCELLED"}
        entry["transaction_status"] = "RETURNED"
        return 200, entry

    def settle(self, state, fee="0.25"):
        for batch in self.by_id.values():
            batch["batch_header"]["batch_status"] = "SUCCESS"
            batch["items"][0]["transaction_status"] = state
            batch["items"][0]["payout_item_fee"] = {"currency": "USD", "value": fee}


@dataclass
class FakeWise(Service):
    groups: dict = field(default_factory=dict)
    transfers: dict = field(default_factory=dict)
    refuses: set = field(default_factory=set)
    newer: int = 0

    def answer(self, method, path, body):
        parts = path.strip("/").split("/")
        if parts[:1] == ["v1"]:
            found = self.transfers.get(int(parts[2]))
            return (200, found) if found else (404, {})
        if parts[2] != "77":
            return 404, {"errors": [{"code": "NOT_FOUND"}]}
        if parts[3] == "quotes":
            good = isinstance(body["targetAmount"], int | float)
            return (200, {"id": str(uuid.uuid4())}) if good else (400, {"errors": [{"code": "AMOUNT"}]})
        if len(parts) == 4:
            number = f"g{len(self.groups) + 1}"
            group = {"id": number, "status": "NEW", "version": 5, "transferIds": [], **body}
            self.groups[number] = group
            return 200, group
        group = self.groups[parts[4]]
        if method == "GET":
            return 200, dict(group)
        if method == "PATCH":
            return self.close(group, body)
        return self.draft(group, body)

    def close(self, group, body):
        if self.newer:
            self.newer -= 1
            group["version"] += 3
        if body["version"] != group["version"]:
            return 409, {"errors": [{"code": "VERSION"}]}
        group["status"] = "COMPLETED"
        return 200, group

    def draft(self, group, body):
        mine = body["customerTransactionId"]
        known = next(
            (each for each in self.transfers.values() if each["customerTransactionId"] == mine), None
        )
        if known:
            return 200, known
        if body["targetAccount"] in self.refuses:
            return 422, {"errors": [{"code": "RECIPIENT_INACTIVE"}]}
        if group["status"] != "NEW":
            return 422, {"errors": [{"code": "GROUP_CLOSED"}]}
        number = 5000 + len(self.transfers)
        self.transfers[number] = {"id": number, "status": "incoming_payment_waiting", **body}
        group["transferIds"].append(number)
        self.moved[mine] += 1
        return 200, self.transfers[number]


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def log_message(self, *_args):
        return

    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        service = self.service
        with service.lock:
            service.calls.append((self.command, self.path))
            token = self.path.endswith("/token")
            if not token and not service.let_in(self.path, self.headers.get("Authorization")):
                return self._reply(401, {})
            fault = "" if token else service.fault()
            if fault.isdecimal():
                return self._reply(int(fault), {}, {"Retry-After": "7"})
            if fault == "unseen":
                self.close_connection = True
                return None
            body = json.loads(raw) if raw[:1] == b"{" else {}
            if fault == "late":
                service.later.append((self.command, self.path, body))
                self.close_connection = True
                return None
            status, found = service.answer(self.command, self.path, body)
            if fault == "twice":
                status, found = service.answer(self.command, self.path, body)
        if fault == "done":
            return self._reply(503, {})
        if fault == "lost":
            self.close_connection = True
            return None
        return self._reply(status, found, cut=fault == "cut")

    def _reply(self, status, found, headers=None, *, cut=False):
        content = json.dumps(found).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    do_GET = do_POST = do_PATCH = _serve  # noqa: N815  # names of the standard library


@contextmanager
def serving(service):
    """Yield the service at a local address."""
    handler = type("Handler", (_Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
