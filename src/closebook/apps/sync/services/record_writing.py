"""A person's own writes into the books, by the way that runs take, with a line in the audit log for each."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from closebook.apps.companies.models import Company
from closebook.apps.companies.selectors.audit import is_noted
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.services.access import books_client
from closebook.connectors.quickbooks.attachments import Upload

Operation: TypeAlias = Literal["create", "update", "delete", "void"]
_DONE = {
    "create": "record-made",
    "update": "record-changed",
    "delete": "record-deleted",
    "void": "record-voided",
}


def record_write(
    company: Company, actor: str, operation: Operation, entity: str, payload: dict[str, Any], request_id: str
) -> dict[str, Any]:
    """Write a record into a company's books and return what the books answer.

    The same request id posts once: a second call gives the first one's answer and no second line. Raises
    StaleError when the record changed since its token, RejectedError and its kinds, and the other errors of
    a write.
    """
    with books_client(company, actor) as client:
        write = {
            "create": client.create,
            "update": client.update,
            "delete": client.delete,
            "void": client.void,
        }
        answer = write[operation](entity, payload, request_id)
    _note(company, actor, operation, entity, answer, request_id, str(payload.get("SyncToken", "")))
    return answer


def file_attach(company: Company, actor: str, upload: Upload, request_id: str) -> dict[str, Any]:
    """Store a file with the record that it belongs to and return its attachable."""
    with books_client(company, actor) as client:
        answer = client.upload(upload, request_id)
    subject = f"{upload.entity} {upload.remote_id}"
    if not is_noted(company.pk, subject, request_id):
        facts = {"file": upload.file_name, "request": request_id}
        audit_append(company.pk, actor, "file-attached", subject, facts)
    return answer


def _note(
    company: Company,
    actor: str,
    operation: Operation,
    entity: str,
    answer: dict[str, Any],
    request_id: str,
    token: str,
) -> None:
    subject = f"{entity} {answer.get('Id', '')}"
    if is_noted(company.pk, subject, request_id):
        return
    facts = {"request": request_id, "token": str(answer.get("SyncToken", "")), "before": token}
    audit_append(company.pk, actor, _DONE[operation], subject, facts)
