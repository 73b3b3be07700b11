"""The client of the QuickBooks Online protocol: Intuit's service and embedded companies alike.

Reads are tried again by themselves. A write is sent once: when its outcome is open the client raises
UnknownOutcomeError and the caller decides, looking first or sending again with the same request id, which
the service answers with the first try's answer. Source: QuickBooks Online Accounting API, requestid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from closebook.connectors.quickbooks.attachments import Upload, upload_body, uploaded
from closebook.connectors.quickbooks.batch import BatchAnswer, BatchItem, batch_answers, batch_body
from closebook.connectors.quickbooks.calls import BATCH_KIND, MINOR_VERSION, Call, Caller, ReadRepeats
from closebook.connectors.quickbooks.cdc import CdcAnswer, cdc_answer
from closebook.connectors.quickbooks.query import (
    LONGEST_ADDRESS,
    all_rows,
    rows_of,
    rows_since,
    with_inactive,
)
from closebook.connectors.quickbooks.reports import checked, in_parts
from closebook.connectors.quickbooks.tokens import TokenSource
from closebook.connectors.quickbooks.wire import encode, entry, time_text
from closebook.core.errors import Place, RejectedError, RetryError, UnknownOutcomeError
from closebook.transport.http import HttpClient, Request, exchange
from closebook.transport.pacing import Pacer, Prepaid, unpaced


class QuickBooksClient:
    """One company's books. Thread-safe as far as its token source is."""

    def __init__(
        self,
        base_url: str,
        realm_id: str,
        tokens: TokenSource,
        http: HttpClient,
        pacer: Pacer | None = None,
        *,
        minorversion: int = MINOR_VERSION,
        repeats: ReadRepeats | None = None,
    ) -> None:
        self.realm_id = realm_id
        self._http = http
        self._caller = Caller(
            base_url, realm_id, tokens, http, pacer or unpaced(), minorversion, repeats or ReadRepeats()
        )

    @property
    def pacer(self) -> Pacer:
        """Return what keeps the calls below the service's limits."""
        return self._caller.pacer

    def prepaid(self) -> QuickBooksClient:
        """Return a client for one call whose turn was waited for already; it shares everything else."""
        at = self._caller
        return QuickBooksClient(
            at.base_url,
            at.realm_id,
            at.tokens,
            at.http,
            Prepaid(at.pacer),
            minorversion=at.minorversion,
            repeats=at.repeats,
        )

    def read(self, entity: str, remote_id: str) -> dict[str, Any]:
        """Return an object by its id. Raises NotFoundError when there is none."""
        call = Call("GET", f"{entity.lower()}/{quote(remote_id, safe='')}", place=_place(entity, remote_id))
        return self._object(entity, call)

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Return the rows of one statement (at most 1000)."""
        return rows_of(self._ask(statement))

    def count(self, entity: str, where: str = "") -> int:
        """Return how many objects fulfil a condition; inactive list objects only if it asks."""
        statement = f"SELECT COUNT(*) FROM {entity}" + (f" WHERE {where}" if where else "")
        return int(entry(self._ask(statement), "QueryResponse").get("totalCount") or 0)

    def query_all(
        self, entity: str, where: str = "", *, order: str = "Id", inactive: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Yield each object that fulfils a condition once, in pages of 1000; ``inactive`` includes such
        list objects.
        """
        condition = with_inactive(entity, where) if inactive else where
        yield from all_rows(self._ask, entity, condition, order=order)

    def query_since(self, entity: str, since: dt.datetime, where: str = "") -> Iterator[dict[str, Any]]:
        """Yield each object changed at or after a moment once, inactive ones too, oldest change first."""
        yield from rows_since(self._ask, entity, since, with_inactive(entity, where))

    def create(
        self, entity: str, payload: dict[str, Any], request_id: str, *, include: str = ""
    ) -> dict[str, Any]:
        """Return the object made of a payload."""
        return self._object(entity, _write(entity, payload, request_id, {"include": include}))

    def update(
        self, entity: str, payload: dict[str, Any], request_id: str, *, include: str = ""
    ) -> dict[str, Any]:
        """Return the changed object. The payload holds Id and SyncToken; only its fields change.

        Raises StaleError when the object changed since.
        """
        return self._object(
            entity, _write(entity, {**payload, "sparse": True}, request_id, {"include": include})
        )

    def delete(self, entity: str, payload: dict[str, Any], request_id: str) -> dict[str, Any]:
        """Delete a transaction by Id and SyncToken; return the service's confirmation."""
        return self._object(entity, _write(entity, payload, request_id, {"operation": "delete"}))

    def void(self, entity: str, payload: dict[str, Any], request_id: str) -> dict[str, Any]:
        """Return a transaction with its amounts set to nothing, by Id and SyncToken."""
        if entity == "Invoice":
            return self._object(entity, _write(entity, payload, request_id, {"operation": "void"}))
        params = {"operation": "update", "include": "void"}
        return self._object(entity, _write(entity, {**payload, "sparse": True}, request_id, params))

    def batch(self, items: Sequence[BatchItem], request_id: str) -> list[BatchAnswer]:
        """Return the answers to at most 30 independent items, in their order; each tells its own error.

        Raises as a write does when the batch as a whole failed or its answer was lost.
        """
        if not items:
            return []
        body = encode(batch_body(items, request_id))
        call = Call(
            "POST", "batch", body=body, request_id=request_id, kind=BATCH_KIND, place=Place(record="batch")
        )
        return batch_answers(items, self._caller.answer(call))

    def cdc(self, entities: Sequence[str], since: dt.datetime) -> CdcAnswer:
        """Return what changed and what was deleted since a moment at most 30 days ago; may be truncated."""
        params = {"entities": ",".join(entities), "changedSince": time_text(since)}
        return cdc_answer(entities, self._caller.answer(Call("GET", "cdc", params)))

    def cdc_all(self, entities: Sequence[str], since: dt.datetime) -> CdcAnswer:
        """Return the same, asked again from the last change seen as long as the answer is truncated.

        It stays ``truncated`` only when more than 1000 objects changed within one second; query those.
        """
        whole = self.cdc(entities, since)
        while whole.truncated and whole.latest is not None and whole.latest.replace(microsecond=0) > since:
            since = whole.latest.replace(microsecond=0)
            whole.add(self.cdc(entities, since))
        return whole

    def report(self, name: str, **params: str) -> dict[str, Any]:
        """Return a report that is whole. Raises TruncatedError when it has more cells than the service
        delivers.
        """
        call = Call("GET", f"reports/{name}", params, place=Place(record=f"report {name}"))
        return checked(self._caller.answer(call), name)

    def report_in_parts(
        self, name: str, start: dt.date, end: dt.date, **params: str
    ) -> Iterator[dict[str, Any]]:
        """Yield the report for consecutive periods that are each small enough."""

        def fetch(first: dt.date, last: dt.date) -> dict[str, Any]:
            return self.report(name, start_date=first.isoformat(), end_date=last.isoformat(), **params)

        yield from in_parts(fetch, start, end)

    def upload(self, upload: Upload, request_id: str) -> dict[str, Any]:
        """Return the attachable that a file was stored as."""
        content_type, body = upload_body(upload)
        call = Call(
            "POST",
            "upload",
            body=body,
            content_type=content_type,
            request_id=request_id,
            place=Place(upload.file_name),
        )
        return uploaded(upload, self._caller.answer(call))

    def download(self, attachable_id: str) -> bytes:
        """Return a file's bytes: the service names a short-lived address, which is fetched without our
        token.
        """
        call = Call("GET", f"download/{quote(attachable_id, safe='')}", accept="*/*")
        address = self._caller.reply(call).body.decode("utf-8", "replace").strip()
        if urlsplit(address).scheme not in {"http", "https"}:
            raise RetryError("no-download-address", "QuickBooks named no address for the file.")
        reply = exchange(self._http, Request("GET", address))
        if reply.status != 200:
            raise RejectedError("download-refused", f"The file was not delivered (status {reply.status}).")
        return reply.body

    def pdf(self, entity: str, remote_id: str) -> bytes:
        """Return the printed form of a sales document."""
        path = f"{entity.lower()}/{quote(remote_id, safe='')}/pdf"
        return self._caller.reply(
            Call("GET", path, accept="application/pdf", place=_place(entity, remote_id))
        ).body

    def company_info(self) -> dict[str, Any]:
        """Return the company's names, address and country."""
        return self._object("CompanyInfo", Call("GET", f"companyinfo/{self.realm_id}"))

    def preferences(self) -> dict[str, Any]:
        """Return the company's settings."""
        return self._object("Preferences", Call("GET", "preferences"))

    def _object(self, entity: str, call: Call) -> dict[str, Any]:
        body = entry(self._caller.answer(call), entity)
        if not body:
            kind = UnknownOutcomeError if call.write else RetryError
            raise kind("answer-unclear", f"The answer holds no {entity}.", place=call.place)
        return body

    def _ask(self, statement: str) -> dict[str, Any]:
        if len(quote(statement)) <= LONGEST_ADDRESS:
            return self._caller.answer(Call("GET", "query", {"query": statement}))
        body = statement.encode("utf-8")
        return self._caller.answer(Call("POST", "query", body=body, content_type="application/text"))


def _write(entity: str, payload: dict[str, Any], request_id: str, params: dict[str, str]) -> Call:
    return Call(
        "POST",
        entity.lower(),
        {name: value for name, value in params.items() if value},
        encode(payload),
        request_id=request_id,
        place=_place(entity, str(payload.get("Id", ""))),
    )


def _place(entity: str, remote_id: str) -> Place:
    return Place(record=f"{entity} {remote_id}".strip())
