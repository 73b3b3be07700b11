"""What programs of other makers send and expect, as plain HTTP."""

from __future__ import annotations

import gzip
import json
import zlib
from urllib.parse import quote

import pytest

from closebook.apps.qbo.entities.empty_lists import EMPTY_LISTS
from closebook.apps.qbo.services.oauth import client_create
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])

TOKEN = "/oauth2/v1/tokens/bearer"
REVOKE = "/v2/oauth2/tokens/revoke"


@pytest.fixture
def keys(company):
    """Return the credentials of a client."""
    return client_create(company, now=clock.now())


@pytest.fixture
def web(client, company, keys):
    """Return a function that calls the site with a good token and returns (status, JSON)."""

    def call(method, path, body=b"", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = client.generic(
            method,
            f"/v3/company/{company.realm_id}/{path}",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {keys.access_token}", **headers},
        )
        return response.status_code, json.loads(response.content)

    return call


def secret_form(keys, **members):
    return {"client_id": keys.client_id, "client_secret": keys.client_secret, **members}


class TestSecretInTheForm:
    """Readers built on a general OAuth library send id and secret in the form, as discovery offers."""

    def test_refresh_and_revoke(self, client, keys):
        form = secret_form(keys, grant_type="refresh_token", refresh_token=keys.refresh_token)
        response = client.post(TOKEN, form)
        assert response.status_code == 200, response.content
        token = response.json()["access_token"]
        assert client.post(REVOKE, secret_form(keys, token=token)).status_code == 200

    @pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"client_id": "x"}, {"client_secret": ""}])
    def test_wrong_secret(self, client, keys, wrong):
        form = secret_form(keys, grant_type="refresh_token", refresh_token=keys.refresh_token) | wrong
        response = client.post(TOKEN, form)
        assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})

    def test_a_wrong_header_is_not_mended_by_the_form(self, client, keys):
        form = secret_form(keys, grant_type="refresh_token", refresh_token=keys.refresh_token)
        assert client.post(TOKEN, form, headers={"Authorization": "Basic eDp5"}).status_code == 401


class TestReadersOfWholeCompanies:
    """Readers ask for every kind of object, page after page, until a page is empty."""

    @pytest.mark.parametrize("name", [entity.name for entity in EMPTY_LISTS])
    def test_kinds_that_no_company_holds_are_empty(self, web, name):
        where = "where MetaData.LastUpdatedTime >= '2020-01-01T00:00:00Z' order by MetaData.LastUpdatedTime"
        assert web("GET", f"query?query={quote(f'select * from {name} {where}')}")[1]["QueryResponse"] == {}
        counted = web("GET", f"query?query={quote(f'select count(*) from {name}')}")
        assert counted[1]["QueryResponse"] == {"totalCount": 0}
        assert web("GET", f"{name.lower()}/1")[1]["Fault"]["Error"][0]["code"] == "610"
        assert web("POST", name.lower(), {"Name": "x"})[0] == 400

    def test_changes_of_budgets(self, web):
        since = quote(clock.now().isoformat())
        status, body = web("GET", f"cdc?entities=Budget,Customer&changedSince={since}")
        assert (status, body["CDCResponse"]) == (200, [{"QueryResponse": [{}, {}]}])

    @pytest.mark.parametrize("name", ["TaxCode", "ExchangeRate"])
    def test_objects_on_top_of_the_page_come_once(self, web, name):
        assert web("GET", f"query?query={quote(f'select * from {name}')}")[1]["QueryResponse"][name]
        later = web("GET", f"query?query={quote(f'select * from {name} startposition 1001 maxresults 1000')}")
        assert later[1]["QueryResponse"] == {}

    def test_pseudo_tax_codes_have_times(self, web):
        rows = web("GET", f"query?query={quote('select * from TaxCode')}")[1]["QueryResponse"]["TaxCode"]
        assert all(row["MetaData"]["LastUpdatedTime"] for row in rows)
        assert {row["Id"]: row["TaxGroup"] for row in rows} == {
            "TAX": False,
            "NON": False,
            "CustomSalesTax": True,
        }


class TestReferencesToNothing:
    """Programs that fill in a whole form send references without a value for what is left open."""

    @pytest.mark.parametrize("nothing", [None, ""])
    def test_bill(self, web, nothing):
        vendor = web("POST", "vendor", {"DisplayName": "Norton Lumber"})[1]["Vendor"]["Id"]
        cost = web("POST", "account", {"Name": "Timber", "AccountType": "Expense"})[1]["Account"]["Id"]
        detail = {
            "AccountRef": {"value": cost},
            "ClassRef": {"value": nothing},
            "CustomerRef": {"value": nothing, "name": nothing},
            "TaxCodeRef": {"value": nothing},
        }
        kind = "AccountBasedExpenseLineDetail"
        bill = {
            "VendorRef": {"value": vendor},
            "DepartmentRef": {"value": nothing},
            "Line": [{"Amount": 10.5, "DetailType": kind, kind: detail}],
        }
        status, body = web("POST", "bill", bill)
        assert status == 200, body
        assert "DepartmentRef" not in body["Bill"]
        assert set(body["Bill"]["Line"][0][kind]) == {"AccountRef", "BillableStatus", "TaxCodeRef"}

    def test_a_required_one_is_still_missed(self, web):
        status, body = web("POST", "bill", {"VendorRef": {"value": None}, "Line": []})
        assert (status, body["Fault"]["Error"][0]["code"]) == (400, "2020")


class TestCompressedRequests:
    """Libraries may compress what they send."""

    @pytest.mark.parametrize(
        ("encoding", "compress"),
        [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP", gzip.compress)],
    )
    def test_inflated(self, web, encoding, compress):
        body = compress(json.dumps({"DisplayName": "Ada Quill"}).encode())
        headers = {"Content-Encoding": encoding}
        assert web("POST", "customer", body, **headers)[1]["Customer"]["DisplayName"] == "Ada Quill"

    @pytest.mark.parametrize(
        "body", [b"{}", gzip.compress(b'{"DisplayName": "Ada"}', mtime=0)[:-9]], ids=["plain", "cut"]
    )
    def test_broken(self, web, body):
        status, answer = web("POST", "customer", body, **{"Content-Encoding": "gzip"})
        assert (status, answer["Fault"]["Error"][0]["code"]) == (400, "400")


def test_transaction_list_with_splits(web):
    income = web("POST", "account", {"Name": "Repairs", "AccountType": "Income"})[1]["Account"]["Id"]
    bank = web("POST", "account", {"Name": "Till", "AccountType": "Bank"})[1]["Account"]["Id"]
    kind = "DepositLineDetail"
    line = {"Amount": 20, "DetailType": kind, kind: {"AccountRef": {"value": income}}}
    deposit = {"DepositToAccountRef": {"value": bank}, "TxnDate": "2026-03-02", "Line": [line]}
    made = web("POST", "deposit", deposit)[1]["Deposit"]
    path = "reports/TransactionListWithSplits?start_date=2026-03-01&end_date=2026-03-31"
    status, report = web("GET", path)
    assert (status, report["Header"]["ReportName"]) == (200, "TransactionListWithSplits")
    keys_of = [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]
    rows = [row["ColData"] for row in report["Rows"]["Row"] if "ColData" in row]
    cells = [dict(zip(keys_of, row, strict=True)) for row in rows]
    assert cells[0]["txn_type"] == {"value": "Deposit", "id": made["Id"]}
    amounts = {cell["account_name"]["value"]: cell["subt_nat_amount"]["value"] for cell in cells[:2]}
    assert amounts == {"Till": "20.00", "Repairs": "20.00"}
