"""A company, its context, and a caller of the protocol for the tests of the protocol."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.qbo.calls import Call
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.dispatch import answer
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.services.oauth import client_create
from closebook.apps.qbo.wire import decode, encode

NOW = dt.datetime(2026, 3, 4, 16, 15, 30, 123000, tzinfo=dt.UTC)


@pytest.fixture
def company(db):
    """Return a new company."""
    return company_create("Harbor Cycle Works", "9130350000000001", now=NOW)


@pytest.fixture
def ctx(company):
    """Return a context of the company at a fixed moment."""
    return Context(company, now=NOW, actor="test")


class Caller:
    """Calls the protocol in process, as a program with a token would; ``now`` can be moved."""

    def __init__(self, company):
        self.company = company
        self.credentials = client_create(company, now=NOW)
        self.now = NOW
        self.base_url = "http://testserver"

    def call(
        self, method, path, *, params=None, body=b"", token=None, realm=None, content_type="application/json"
    ):
        bearer = self.credentials.access_token if token is None else token
        return answer(
            Call(
                method=method,
                realm=realm or self.company.realm_id,
                segments=tuple(part for part in path.split("/") if part),
                params={name.lower(): value for name, value in (params or {}).items()},
                body=body,
                content_type=content_type,
                authorization=f"Bearer {bearer}" if bearer else "",
                now=self.now,
                base_url=self.base_url,
            )
        )

    def get(self, path, **params):
        found = self.call("GET", path, params=params)
        return found.status, decode(found.body)

    def post(self, path, payload, **params):
        body = payload if isinstance(payload, bytes) else encode(payload)
        found = self.call("POST", path, params=params, body=body)
        return found.status, decode(found.body)

    def make(self, path, payload, **params):
        """Return the object that a create or update answers with."""
        status, body = self.post(path, payload, **params)
        assert status == 200, body
        return next(value for name, value in body.items() if name != "time")

    def refused(self, path, payload, **params):
        """Return the code of the first error of a refused write."""
        status, body = self.post(path, payload, **params)
        assert status == 400, body
        return body["Fault"]["Error"][0]["code"]

    def rows(self, statement):
        status, body = self.get("query", query=statement)
        assert status == 200, body
        return next((rows for rows in body["QueryResponse"].values() if isinstance(rows, list)), [])


@pytest.fixture
def caller(company):
    """Return a caller with a token for the company."""
    return Caller(company)
