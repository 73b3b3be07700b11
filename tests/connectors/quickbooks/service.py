"""A small QuickBooks Online service on a real socket, for tests of the client.

It has tokens that rotate, objects with sync tokens, request ids, batches, and faults to order.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REALM = "4620816365000000001"
GATEWAY_401 = {
    "warnings": None,
    "fault": {
        "error": [
            {
                "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
                "detail": "Token expired",
                "code": "3200",
                "element": None,
            }
        ],
        "type": "AUTHENTICATION",
    },
    "time": 1772647200000,
}
GATEWAY_429 = {
    "fault": {
        "error": [
            {"message": "message=ThrottleExceeded; errorCode=003001; statusCode=429", "code": "003001"}
        ],
        "type": "SERVICE",
    }
}
HTML_504 = b"<html><head><title>504 Gateway Time-out</title></head><body><h1>504</h1></body></html>"
XML_401 = (
    b'<?xml version="1.0" encoding="UTF-8"?><IntuitResponse time="2026-03-04T10:00:00.000-08:00" '
    b'xmlns="http://schema.intuit.com/finance/v3"><Fault type="AUTHENTICATION"><Error code="3200">'
    b"<Message>message=AuthenticationFailed; errorCode=003200; statusCode=401</Message></Error></Fault>"
    b"</IntuitResponse>"
)


def fault(
    code: str, message: str = "Refused", detail: str = "", element: str = "", kind: str = "ValidationFault"
) -> Any:
    """Return a fault body of the accounting service."""
    error = {"Message": message, "Detail": detail, "code": code, "element": element}
    return {"Fault": {"Error": [error], "type": kind}, "time": "2026-03-04T10:00:00.000-08:00"}


@dataclass
class Reply:
    """What the next request gets instead of the true answer.

    ``work`` carries the request out first; ``drop`` closes the socket instead;
    ``cut`` sends so many bytes.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    work: bool = False
    drop: bool = False
    cut: int | None = None
    path: str = ""


_NAMES = {"customer": "Customer", "salesreceipt": "SalesReceipt", "invoice": "Invoice", "item": "Item"}


@dataclass
class Service:
    """The state of the service, and what happened to it."""

    url: str = ""
    access: str = "access-1"
    refresh: str = "refresh-1"
    former_refresh: str = ""
    keep_former: bool = False
    generation: int = 1
    refreshes: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    script: list[Reply] = field(default_factory=list)
    stored: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    answered: dict[str, Any] = field(default_factory=dict)
    deleted: list[tuple[str, str]] = field(default_factory=list)
    works: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rotate(self) -> None:
        self.generation += 1
        self.former_refresh, self.refresh = self.refresh, f"refresh-{self.generation}"
        self.access = f"access-{self.generation}"

    def token(self, form: dict[str, str]) -> tuple[int, Any]:
        self.refreshes.append(form.get("refresh_token", form.get("code", "")))
        if form["grant_type"] == "authorization_code":
            if form["code"] != "code-1":
                return 400, {"error": "invalid_grant"}
            self.rotate()
        elif form["refresh_token"] == self.refresh:
            self.rotate()
        elif not (self.keep_former and form["refresh_token"] == self.former_refresh):
            return 400, {"error": "invalid_grant", "error_description": "Incorrect or invalid refresh token"}
        return 200, {
            "token_type": "bearer",
            "expires_in": 3600,
            "access_token": self.access,
            "refresh_token": self.refresh,
            "x_refresh_token_expires_in": 8726400,
            "unknown_extra": {"a": 1},
        }

    def api(self, path: str, params: dict[str, str], body: bytes) -> tuple[int, Any]:
        request_id = params.get("requestid", "")
        if request_id and request_id in self.answered:
            return 200, self.answered[request_id]
        status, answer = self._worked(path, params, body)
        if request_id and status == 200:
            self.answered[request_id] = answer
        return status, answer

    def _worked(self, path: str, params: dict[str, str], body: bytes) -> tuple[int, Any]:
        if path == "batch":
            items = json.loads(body)["BatchItemRequest"]
            return 200, {"BatchItemResponse": [self._batch_item(item) for item in items], "time": "t"}
        if path == "query":
            return 200, {"QueryResponse": {}, "time": "t"}
        entity, _, remote_id = path.partition("/")
        if remote_id:
            found = self.stored.get(entity, {}).get(remote_id)
            if found is None:
                return 400, fault(
                    "610", "Object Not Found", "Object Not Found : Another user has deleted this."
                )
            return 200, {found["_entity"]: _public(found)}
        return self._write(entity, params, json.loads(body))

    def _batch_item(self, item: dict[str, Any]) -> dict[str, Any]:
        entity = next(name for name in item if name not in {"bId", "operation", "optionsData"})
        status, answer = self._write(entity.lower(), {"operation": item["operation"]}, item[entity], entity)
        found = {"Fault": answer["Fault"]} if status != 200 else {entity: answer[entity]}
        return {**found, "bId": item["bId"]}

    def _write(
        self, segment: str, params: dict[str, str], payload: dict[str, Any], entity: str = ""
    ) -> tuple[int, Any]:
        name = entity or _NAMES.get(segment, segment)
        shelf = self.stored.setdefault(segment, {})
        self.works += 1
        if "Id" not in payload:
            remote_id = str(100 + sum(len(found) for found in self.stored.values()))
            shelf[remote_id] = {**payload, "Id": remote_id, "SyncToken": "0", "_entity": name}
            return 200, {name: _public(shelf[remote_id]), "time": "t"}
        found = shelf.get(str(payload["Id"]))
        if found is None:
            return 400, fault("610", "Object Not Found")
        if int(payload["SyncToken"]) < int(found["SyncToken"]):
            return 400, fault(
                "5010", "Stale Object Error", "Stale Object Error : You and Bo were working on this"
            )
        if params.get("operation") == "delete":
            del shelf[str(payload["Id"])]
            self.deleted.append((name, str(payload["Id"])))
            return 200, {name: {"status": "Deleted", "domain": "QBO", "Id": payload["Id"]}, "time": "t"}
        found.update(payload)
        found["SyncToken"] = str(int(found["SyncToken"]) + 1)
        return 200, {name: _public(found), "time": "t"}


def _public(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "_entity"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._handle(b"")

    def do_POST(self) -> None:
        self._handle(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _handle(self, body: bytes) -> None:
        service: Service = self.server.service
        url = urlsplit(self.path)
        params = {name: values[0] for name, values in parse_qs(url.query).items()}
        with service.lock:
            service.requests.append((self.command, url.path, params, body))
            service.headers.append({name.lower(): value for name, value in self.headers.items()})
            ordered = None
            if service.script and service.script[0].path in url.path:
                ordered = service.script.pop(0)
            status, answer, headers = 200, None, {}
            if ordered is None or ordered.work:
                status, answer = self._true_answer(service, url.path, params, body)
            if (
                ordered is not None
                and not ordered.drop
                and (ordered.body is not None or ordered.status != 200)
            ):
                status, answer, headers = ordered.status, ordered.body, ordered.headers
        if ordered is not None and ordered.drop:
            self.close_connection = True
            return
        self._send(status, answer, headers, None if ordered is None else ordered.cut)

    def _true_answer(
        self, service: Service, path: str, params: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        if path == "/discovery":
            names = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint")
            addresses = (f"{service.url}/authorize", f"{service.url}/token", f"{service.url}/revoke", "")
            return 200, {"issuer": "x", **dict(zip(names, addresses, strict=True))}
        if path == "/token":
            return service.token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        if path == "/revoke":
            return (
                (200, b"") if json.loads(body)["token"] in {service.refresh, service.access} else (400, b"")
            )
        if path == "/file":
            return 200, b"\x00\x01bytes"
        if self.headers.get("Authorization") != f"Bearer {service.access}":
            return 401, GATEWAY_401
        prefix = f"/v3/company/{REALM}/"
        return service.api(path[len(prefix) :], params, body) if path.startswith(prefix) else (404, b"")

    def _send(self, status: int, answer: Any, headers: dict[str, str], cut: int | None) -> None:
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if cut is None else content[:cut])
        if cut is not None:
            self.close_connection = True


@contextmanager
def served() -> Iterator[Service]:
    """Serve a new service until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    service = Service(url=f"http://127.0.0.1:{server.server_port}")
    server.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
