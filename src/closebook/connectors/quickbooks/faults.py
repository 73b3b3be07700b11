"""The service's error answers, in both of their shapes, turned into our error classes.

Source: QuickBooks Online Accounting API, error handling: ``Fault`` from the accounting service, ``fault``
with small letters from the gateway before it, XML or HTML from what stands before that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from closebook.connectors.quickbooks.fault_table import (
    BUSY_SENTENCES,
    CAUSES,
    Cause,
    DuplicateError,
    NotFoundError,
    PeriodClosedError,
    TruncatedError,
    cause_of,
)
from closebook.connectors.quickbooks.wire import decode, objects
from closebook.core.errors import (
    LoginError,
    Place,
    RejectedError,
    RemoteError,
    RetryError,
    UnknownOutcomeError,
)
from closebook.transport.http import Reply

__all__ = [
    "CAUSES",
    "Cause",
    "DuplicateError",
    "Fault",
    "FaultItem",
    "NotFoundError",
    "PeriodClosedError",
    "TruncatedError",
    "error_of_fault",
    "error_of_reply",
    "fault_in",
    "fault_in_text",
]

THROTTLE_SECONDS = 60
_READ_BYTES = 65536
_XML_ERROR = re.compile(r"<Error\b([^>]*)>(.*?)</Error>", re.DOTALL)
_XML_CODE = re.compile(r"""\bcode\s*=\s*["'](\w+)["']""")
_XML_ELEMENT = re.compile(r"""\belement\s*=\s*["']([^"']*)["']""")
_EXISTING_DOCUMENT = re.compile(r"TxnType=(.{1,60}?) with TxnId=(\d+)")
_EXISTING_NAME = re.compile(r"\bId=(\d+)")


@dataclass(frozen=True, slots=True)
class FaultItem:
    """One error of a fault: the service's code without leading zeros, its texts, and the field concerned."""

    code: str
    message: str
    detail: str
    element: str


@dataclass(frozen=True, slots=True)
class Fault:
    """An error answer; ``type`` is the service's word such as ``ValidationFault``."""

    type: str
    items: tuple[FaultItem, ...]

    @property
    def leading(self) -> FaultItem:
        """Return the item that decides: the first whose code we know, else the first."""
        known = [item for item in self.items if item.code in CAUSES]
        return (known or [*self.items, FaultItem("", "", "", "")])[0]


def fault_in(body: object) -> Fault | None:
    """Return the fault that a decoded answer (or an item of a batch) holds, in either shape, or None."""
    if not isinstance(body, dict):
        return None
    found = body.get("Fault") or body.get("fault")
    if not isinstance(found, dict):
        return None
    errors = objects(found.get("Error") or found.get("error"))
    return Fault(_text(found, "type"), tuple(_item(error) for error in errors))


def fault_in_text(body: bytes) -> Fault | None:
    """Return the fault of an answer's bytes, JSON or XML, or None when it holds none."""
    if body.lstrip()[:1] != b"<":
        return fault_in(decode(body))
    text = body[:_READ_BYTES].decode("utf-8", "replace")
    items = tuple(_xml_item(attributes, inner) for attributes, inner in _XML_ERROR.findall(text))
    return Fault(_tag_attribute(text), items) if items else None


def error_of_fault(fault: Fault, *, status: int, write: bool, place: Place | None = None) -> RemoteError:
    """Return our error for a fault.

    ``write`` tells whether the call could change something: then a failure of the service leaves the
    outcome open.
    """
    item = fault.leading
    cause = _cause_of_item(item, status, write=write)
    error = cause.kind(
        cause.code,
        _sentence(cause, fault),
        remedy=cause.remedy,
        place=_placed(place, item),
        remote_code=item.code,
        status=status,
        retry_after_seconds=THROTTLE_SECONDS if cause.code == "throttled" else None,
    )
    if isinstance(error, DuplicateError):
        error.existing_type, error.existing_id = _existing(item.detail)
    return error


def error_of_reply(reply: Reply, *, write: bool, place: Place | None = None) -> RemoteError:
    """Return our error for a reply that is not a usable answer: any other status, a fault, or an unreadable
    body.
    """
    fault = fault_in_text(reply.body)
    if fault is not None and fault.items:
        error = error_of_fault(fault, status=reply.status, write=write, place=place)
    else:
        cause = _cause_of_status(reply.status, write=write)
        error = cause.kind(cause.code, cause.cause, remedy=cause.remedy, place=place, status=reply.status)
    if reply.status == 429 or error.code == "throttled":
        error.retry_after_seconds = _retry_after(reply)
    return error


def _cause_of_item(item: FaultItem, status: int, *, write: bool) -> Cause:
    cause = cause_of(item.code)
    if status == 429:
        return CAUSES["3001"]
    if cause is None:
        return _cause_of_status(status, write=write)
    if item.code == "6000" and any(sentence in item.detail.lower() for sentence in BUSY_SENTENCES):
        return Cause(
            RetryError, "busy", "Somebody works on the same record at this moment.", CAUSES["3001"].remedy
        )
    if cause.kind is UnknownOutcomeError and not write:
        return Cause(RetryError, cause.code, cause.cause, cause.remedy)
    return cause


def _cause_of_status(status: int, *, write: bool) -> Cause:
    """Return the cause for a reply without a readable fault.

    A status of success, of time-out or of the 5xx class says nothing about whether a write was done.
    """
    if status == 429:
        return CAUSES["3001"]
    if status in {401, 403}:
        return CAUSES["3200" if status == 401 else "3100"]
    if status >= 500 or status in {200, 408}:
        kind = UnknownOutcomeError if write else RetryError
        code, cause = (
            ("unreadable-reply", "unreadable") if status == 200 else ("service-down", f"status {status}")
        )
        return Cause(kind, code, f"QuickBooks gave no usable answer ({cause}).", CAUSES["3001"].remedy)
    if status == 413:
        return CAUSES["6030"]
    return Cause(RejectedError, "http-status", f"QuickBooks answered with status {status}.", "")


def _retry_after(reply: Reply) -> int:
    """Return the seconds that a throttled caller should wait: as asked (at most an hour), else 60."""
    asked = reply.header("retry-after").strip()
    return min(int(asked), 3600) if asked.isdecimal() and len(asked) < 8 else THROTTLE_SECONDS


def _sentence(cause: Cause, fault: Fault) -> str:
    """Return the cause in plain words followed by what the service itself said."""
    said = [item.detail or item.message for item in fault.items if item.detail or item.message]
    return f"{cause.cause} QuickBooks says: {'; '.join(said)}" if said else cause.cause


def _existing(detail: str) -> tuple[str, str]:
    """Return (type, id) of the object that holds the name or number, as far as the detail tells."""
    document = _EXISTING_DOCUMENT.search(detail)
    if document:
        return document.group(1), document.group(2)
    name = _EXISTING_NAME.search(detail)
    return ("", name.group(1)) if name else ("", "")


def _placed(place: Place | None, item: FaultItem) -> Place | None:
    if not item.element or (place is not None and place.field):
        return place
    return Place(record=place.record if place else "", field=item.element)


def _item(error: dict[str, object]) -> FaultItem:
    code = _text(error, "code").lstrip("0")
    return FaultItem(
        code, _text(error, "Message", "message"), _text(error, "Detail", "detail"), _text(error, "element")
    )


def _xml_item(attributes: str, inner: str) -> FaultItem:
    code, element = _XML_CODE.search(attributes), _XML_ELEMENT.search(attributes)
    return FaultItem(
        code.group(1).lstrip("0") if code else "",
        _tag_text(inner, "Message"),
        _tag_text(inner, "Detail"),
        element.group(1) if element else "",
    )


def _tag_text(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return found.group(1).strip() if found else ""


def _tag_attribute(text: str) -> str:
    found = re.search(r"""<Fault\b[^>]*\btype\s*=\s*["']([^"']*)["']""", text)
    return found.group(1) if found else ""


def _text(members: dict[str, object], *names: str) -> str:
    """Return the first member that is a text or a number, as text, or ""."""
    for name in names:
        value = members.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value)
    return ""


def is_login_error(error: RemoteError) -> bool:
    """Tell whether a fresh access token may cure an error: the token was refused, not the person's rights."""
    return isinstance(error, LoginError) and error.code in {"token-refused", "login-refused"}
