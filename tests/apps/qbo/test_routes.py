"""Paths, methods and headers over the web framework."""

from __future__ import annotations

import json

import pytest

from closebook.apps.qbo.services.oauth import client_create
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def web(client, company):
    """Return a function that calls the site with a good token."""
    keys = client_create(company, now=clock.now())

    def call(method, path, body=b"", content_type="application/json"):
        headers = {"Authorization": f"Bearer {keys.access_token}"}
        address = f"/v3/company/{company.realm_id}/{path}"
        return client.generic(method, address, body, content_type=content_type, headers=headers)

    return call


def code_of(response):
    return json.loads(response.content)["Fault"]["Error"][0]["code"]


def test_headers(web):
    response = web("GET", "companyinfo/1?minorversion=75&format=json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json;charset=UTF-8"
    assert "no-store" in response["Cache-Control"]
    assert response["QBO-Version"]
    assert response["intuit_tid"] != web("GET", "companyinfo/1")["intuit_tid"]


@pytest.mark.parametrize(
    "path", ["CompanyInfo/1", "companyinfo/1", "COMPANYINFO/1/", "preferences", "Preferences"]
)
def test_segment_in_any_case(web, path):
    assert web("GET", path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "moon/1", 400, "2000"),
        ("POST", "moon", 400, "2000"),
        ("GET", "customer", 400, "500"),
        ("GET", "customer/99", 400, "610"),
        ("GET", "customer/abc", 400, "2030"),
        ("PUT", "customer", 400, "500"),
        ("DELETE", "customer/1", 400, "500"),
        ("GET", "customer/1/2/3", 404, "500"),
        ("GET", "", 404, "500"),
        ("POST", "customer/1", 404, "500"),
        ("GET", "reports/Moon", 400, "5020"),
        ("POST", "customer/1/send", 400, "500"),
        ("GET", "invoice/99/pdf", 400, "610"),
        ("GET", "customer/99/pdf", 400, "500"),
        ("GET", "download/99", 400, "610"),
        ("GET", "query", 400, "4000"),
    ],
)
def test_refused(web, method, path, status, code):
    response = web(method, path)
    assert (response.status_code, code_of(response)) == (status, code)


def test_write_answers_200_with_wrapper_and_time(web):
    response = web("POST", "customer?minorversion=1", b'{"DisplayName":"Ada"}')
    assert response.status_code == 200
    assert list(json.loads(response.content)) == ["Customer", "time"]


def test_query_with_plus_and_apostrophe(web):
    web("POST", "customer", rb'{"DisplayName":"O\u0027Brien + Sons & Co"}')
    statement = r"select * from Customer where DisplayName = 'O%5C'Brien %2B Sons %26 Co'".replace(" ", "%20")
    response = web("GET", f"query?query={statement}")
    assert json.loads(response.content)["QueryResponse"]["Customer"][0]["Id"] == "1"


def test_report(web):
    assert json.loads(web("GET", "reports/ProfitAndLoss").content)["Header"]["ReportName"] == "ProfitAndLoss"


def test_pdf(web):
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    made = json.loads(web("POST", "salesreceipt", json.dumps({"Line": [line]}).encode()).content)[
        "SalesReceipt"
    ]
    response = web("GET", f"salesreceipt/{made['Id']}/pdf")
    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")


def test_send_marks_the_document(web):
    web("POST", "customer", b'{"DisplayName":"Ada"}')
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    body = json.dumps({"CustomerRef": {"value": "1"}, "Line": [line]}).encode()
    made = json.loads(web("POST", "invoice", body).content)["Invoice"]
    assert code_of(web("POST", f"invoice/{made['Id']}/send", b"", "application/octet-stream")) == "2020"
    sent = web("POST", f"invoice/{made['Id']}/send?sendTo=ada@example.com", b"", "application/octet-stream")
    sent = json.loads(sent.content)["Invoice"]
    assert (sent["EmailStatus"], sent["BillEmail"], sent["SyncToken"]) == (
        "EmailSent",
        {"Address": "ada@example.com"},
        "1",
    )


def test_wrong_realm(web, client):
    assert client.get("/v3/company/1/companyinfo/1").status_code == 401


def test_no_session_is_made(web):
    assert web("GET", "companyinfo/1").cookies == {}
