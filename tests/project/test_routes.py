"""Every address for programs: public by an explicit list, or refused without credentials and to others."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from closebook.apps.qbo import urls
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.reports.report import REPORTS
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.services.oauth import client_create
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])

REALM = "9130350000000001"
FOREIGN = "9130350000000002"
PUBLIC = {
    r"^connect/oauth2/?$": "/connect/oauth2",
    r"^oauth2/v1/tokens/bearer/?$": "/oauth2/v1/tokens/bearer",
    r"^v2/oauth2/tokens/revoke/?$": "/v2/oauth2/tokens/revoke",
    r"^op/v1/jwks/?$": "/op/v1/jwks",
    r"^\.well-known/openid_(sandbox_)?configuration/?$": "/.well-known/openid_configuration",
}
GUARDED = {
    r"^v3/company/(?P<realm>[^/]+)/(?P<rest>.*)$": f"/v3/company/{REALM}/query",
    r"^v3/files/(?P<realm>[^/]+)/(?P<wire_id>\d+)$": f"/v3/files/{REALM}/1",
    r"^v1/openid_connect/userinfo/?$": "/v1/openid_connect/userinfo",
}
NAMES = sorted(entity.segment for entity in ENTITIES.values())
READS = [
    "query?query=select+*+from+Customer",
    "cdc?entities=Customer&changedSince=2026-03-01",
    "preferences",
    "exchangerate?sourcecurrencycode=EUR",
    "download/1",
    "",
    "nothing/of/the/kind",
    *(f"{name}/1" for name in NAMES),
    *(f"{name}/1/pdf" for name in NAMES),
    *(f"reports/{report.shape.name}" for report in REPORTS.values()),
]
WRITES = [
    "query",
    "batch",
    "upload",
    "taxservice/taxcode",
    *NAMES,
    *(f"{name}?operation=delete" for name in NAMES),
    *(f"{name}/1/send" for name in NAMES),
]
CALLS = [*(("GET", path) for path in READS), *(("POST", path) for path in WRITES)]


@pytest.fixture
def companies(db):
    """Return two companies."""
    return [
        company_create(name, realm, now=clock.now()) for name, realm in (("One", REALM), ("Two", FOREIGN))
    ]


def test_each_route_is_listed_here_as_public_or_guarded():
    assert {str(found.pattern) for found in urls.urlpatterns} == PUBLIC.keys() | GUARDED.keys()


@pytest.mark.parametrize("address", PUBLIC.values())
def test_public_routes_answer_without_credentials_and_know_no_company(companies, address):
    for method in ("get", "post"):
        response = getattr(Client(enforce_csrf_checks=True), method)(address)
        assert response.status_code in {200, 400, 401, 403, 405}
        assert response.status_code < 500
        for realm in (REALM, FOREIGN):
            assert realm not in response.content.decode()


@pytest.mark.parametrize("address", GUARDED.values())
def test_guarded_routes_refuse_without_credentials(companies, client, address):
    assert client.get(address).status_code in {401, 403}
    assert client.post(address, {}).status_code in {401, 403, 405}


def refusals(client: Client, headers: dict[str, str], wanted: set[int]) -> list[str]:
    """Return the calls of the protocol that do not answer with a wanted status, without a word of content."""
    found = []
    for method, path in CALLS:
        address = f"/v3/company/{REALM}/{path}"
        body = json.dumps({"Id": "1", "SyncToken": "0"})
        response = client.generic(method, address, body, content_type="application/json", headers=headers)
        if response.status_code not in wanted or b"QueryResponse" in response.content:
            found.append(f"{method} {path}: {response.status_code}")
    return found


def test_each_call_of_the_protocol_wants_a_token(companies, client):
    assert not refusals(client, {}, {401})
    assert not refusals(client, {"Authorization": "Bearer " + "x" * 64}, {401})
    assert not refusals(client, {"Authorization": "Basic YTpi"}, {401})


def test_each_call_of_the_protocol_refuses_the_token_of_another_company(companies, client):
    foreign = client_create(companies[1], now=clock.now())
    assert not refusals(client, {"Authorization": f"Bearer {foreign.access_token}"}, {403})
    own = client.get(
        f"/v3/company/{FOREIGN}/query?query=select+*+from+CompanyInfo",
        headers={"Authorization": f"Bearer {foreign.access_token}"},
    )
    assert own.status_code == 200


def test_an_upload_address_of_another_company_is_refused(companies, client):
    for query in ("", "?expires=9999999999&signature=abc", "?expires=x&signature="):
        assert client.get(f"/v3/files/{REALM}/1{query}").status_code == 403
