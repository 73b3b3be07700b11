"""The protocol byte by byte: paths, headers, envelopes, faults of both shapes, and what odd clients send."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

import pytest

from closebook.connectors.quickbooks.wire import decode, encode
from closebook.transport.http import Reply, Request, exchange
from tests.conformance.server import REALM

_NUMBERS = itertools.count(1)


class Wire:
    """Sends what a test says, with a good token unless told otherwise."""

    def __init__(self, http, url: str, token: str) -> None:
        self.http, self.url, self.token = http, url, token

    def send(
        self, method: str, path: str, body: object = None, *, realm: str = REALM, headers=None, **params
    ) -> Reply:
        content = body if isinstance(body, bytes) else b"" if body is None else encode(body)
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        sent = {name: value for name, value in sent.items() if value}
        return exchange(
            self.http, Request(method, f"{self.url}/v3/company/{realm}/{path}", params, sent, content)
        )

    def json(self, *args, **kwargs) -> dict:
        return decode(self.send(*args, **kwargs).body)

    def error(self, *args, **kwargs) -> tuple[int, str]:
        reply = self.send(*args, **kwargs)
        return reply.status, decode(reply.body)["Fault"]["Error"][0]["code"]


@pytest.fixture(scope="module")
def wire(server, http, endpoint) -> Wire:
    return Wire(http, server.url, endpoint.exchange_code(server.take_code()).access_token)


def name() -> str:
    return f"Wire {next(_NUMBERS)}"


def test_every_answer_has_the_headers_and_the_envelope(wire):
    reply = wire.send("GET", f"companyinfo/{REALM}")
    assert reply.status == 200
    assert reply.header("content-type") == "application/json;charset=UTF-8"
    assert reply.header("intuit_tid")
    assert reply.header("qbo-version")
    assert "no-store" in reply.header("cache-control")
    body = decode(reply.body)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00", body["time"])
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00", body["CompanyInfo"]["MetaData"]["CreateTime"]
    )
    assert (body["CompanyInfo"]["Id"], body["CompanyInfo"]["domain"], body["CompanyInfo"]["sparse"]) == (
        "1",
        "QBO",
        False,
    )


@pytest.mark.parametrize("segment", ["customer", "Customer", "CUSTOMER"])
@pytest.mark.parametrize("accept", ["*/*", "", "application/json, text/plain, */*"])
def test_letter_case_of_the_path_and_the_accept_header_do_not_matter(wire, segment, accept):
    reply = wire.send("POST", segment, {"DisplayName": name()}, headers={"Accept": accept})
    assert reply.status == 200
    assert decode(reply.body)["Customer"]["SyncToken"] == "0"


def test_absent_values_are_left_out_and_read_only_values_overwritten(wire):
    sent = {
        "DisplayName": name(),
        "Notes": "",
        "FullyQualifiedName": "x",
        "Level": 7,
        "Balance": "",
        "Id": None,
    }
    made = wire.json("POST", "customer", sent)["Customer"]
    assert made["FullyQualifiedName"] == made["DisplayName"]
    assert "Notes" not in made
    assert None not in made.values()


def test_numbers_may_come_as_text_and_ids_as_numbers(wire):
    accounts = wire.json("GET", "query", query="select Id, Name from Account where AccountType = 'Bank'")
    first, second = [row["Id"] for row in accounts["QueryResponse"]["Account"]][:2]
    sent = {
        "FromAccountRef": {"value": int(first)},
        "ToAccountRef": {"value": second, "name": "wrong"},
        "Amount": "12.50",
    }
    made = wire.json("POST", "transfer", {**sent, "TxnDate": "2026-03-04"})["Transfer"]
    assert made["Amount"] == Decimal("12.50")
    assert made["ToAccountRef"]["name"] != "wrong"
    changed = wire.json(
        "POST", "transfer", {"Id": int(made["Id"]), "SyncToken": 0, "sparse": True, "Amount": 13}
    )
    assert changed["Transfer"]["Amount"] == 13
    whole = changed["Transfer"]
    assert wire.json("POST", "transfer?operation=delete", whole)["Transfer"]["status"] == "Deleted"


def test_a_missing_day_is_the_services_own(wire):
    accounts = wire.json("GET", "query", query="select Id from Account where AccountType = 'Bank'")[
        "QueryResponse"
    ]
    first, second = [row["Id"] for row in accounts["Account"]][:2]
    sent = {"FromAccountRef": {"value": first}, "ToAccountRef": {"value": second}, "Amount": 1}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", wire.json("POST", "transfer", sent)["Transfer"]["TxnDate"])


@pytest.mark.parametrize("version", ["1", "75", "nonsense"])
def test_the_minor_version_and_unknown_parameters_are_ignored(wire, version):
    assert (
        wire.send("GET", f"companyinfo/{REALM}", minorversion=version, format="json", foo="1").status == 200
    )


def test_queries_by_address_and_by_body(wire):
    by_address = wire.json("GET", "query", query="select * from Term maxresults 2")["QueryResponse"]
    for kind in ("application/text", "text/plain"):
        body = b"select * from Term maxresults 2"
        assert wire.json("POST", "query", body, headers={"Content-Type": kind})["QueryResponse"] == by_address
    assert (by_address["startPosition"], by_address["maxResults"], len(by_address["Term"])) == (1, 2, 2)
    nothing = wire.json("GET", "query", query="select * from Term where Name = 'no such'")
    assert nothing["QueryResponse"] == {}
    assert wire.json("GET", "query", query="SELECT COUNT(*) FROM Term")["QueryResponse"]["totalCount"] >= 5
    assert wire.json("GET", "query", query="select * from term")["QueryResponse"].keys() >= {"Term"}


@pytest.mark.parametrize(
    "statement",
    [
        "select * from Customer where MetaData.LastUpdatedTime >= '2026-01-01T00:00:00-08:00' ORDERBY Id",
        "select * from Customer where MetaData.CreateTime > '2026-01-01' ORDER BY DisplayName DESC, Id ASC",
        "select Id, DisplayName from Customer MAXRESULTS 5 STARTPOSITION 2",
        "select * from Customer where Active IN (true, false) and Balance > '0'",
        "select * from Customer where DisplayName like '%a%' and Active = 'true'",
        "SELECT *, Sku FROM Item",
        "select * from Invoice where TxnDate >= '2026-01-01' and TotalAmt > '1000.0'",
        "select * from Account where Classification = 'Asset' and AccountSubType != 'Checking'",
        "select * from TaxCode",
        "select * from Preferences",
    ],
)
def test_statements_of_the_reference_are_understood(wire, statement):
    reply = wire.send("GET", "query", query=statement)
    assert reply.status == 200, reply.body


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("select * from Customer where A = 'x' or B = 'y'", {"4000", "4001"}),
        ("select * from Customer STARTPOSITION 0", {"4001"}),
        ("select * from Nothing", {"4001", "2000"}),
        ("select * from Customer where Id > '1'", {"4001"}),
        ("select * from Customer where DisplayName = 'it''s'", {"4000"}),
        ("", {"4000", "2020"}),
    ],
)
def test_statements_that_the_reference_excludes_are_refused(wire, statement, code):
    status, found = wire.error("GET", "query", query=statement)
    assert status == 400
    assert found in code


REFUSED = [
    ("GET", "customer/999999", None, 400, "610"),
    ("GET", "customer/abc", None, 400, "2030"),
    ("POST", "customer", {}, 400, "6080"),
    ("POST", "customer", {"DisplayName": "x", "Nonsense": 1}, 400, "2010"),
    ("POST", "customer", {"Customer": {"DisplayName": "x"}}, 400, "2010"),
    ("POST", "customer", {"DisplayName": "x", "ParentRef": "307"}, 400, "2010"),
    ("POST", "customer", {"DisplayName": "x", "Job": True}, 400, "6150"),
    ("POST", "customer", {"Id": "999999", "SyncToken": "0", "sparse": True}, 400, "610"),
    ("POST", "customer", b"{not json", 400, "2010"),
    ("POST", "customer", b'{"DisplayName":"\xff"}', 400, "500"),
    ("POST", "nothing", {}, 400, "2000"),
    ("POST", "account", {"Name": "x"}, 400, "6010"),
    ("POST", "account", {"Name": "a:b", "AccountType": "Bank"}, 400, None),
    ("POST", "item", {"Name": "x", "Type": "Service"}, 400, "2020"),
    ("POST", "purchase", {"PaymentType": "Cash", "Line": []}, 400, "2020"),
    ("POST", "payment", {"CustomerRef": {"value": "1"}}, 400, None),
    ("POST", "journalentry", {"Line": []}, 400, None),
    ("POST", "batch", {"BatchItemRequest": []}, 400, "400"),
    (
        "POST",
        "batch",
        {"BatchItemRequest": [{"bId": str(n), "Query": "select * from Term"} for n in range(31)]},
        400,
        "1040",
    ),
    ("POST", "customer?requestid=" + "x" * 51, {"DisplayName": "x"}, 400, "2130"),
    ("GET", "cdc?entities=Customer&changedSince=yesterday", None, 400, None),
    ("GET", "cdc?entities=Nothing&changedSince=2026-11-01", None, 400, None),
    ("GET", "reports/Nonsense", None, 400, "5020"),
    ("GET", "exchangerate?sourcecurrencycode=EUR", None, 400, None),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), REFUSED, ids=lambda one: str(one)[:30])
def test_refusals_have_their_status_and_code(wire, method, path, body, status, code):
    reply = wire.send(method, path, body)
    assert reply.status == status, reply.body
    error = decode(reply.body)["Fault"]["Error"][0]
    assert isinstance(error["code"], str)
    assert error["Message"]
    if code:
        assert error["code"] == code
    assert decode(reply.body)["time"]


def test_an_unknown_path_is_not_found_and_other_methods_are_refused(wire):
    assert wire.send("GET", "a/b/c/d/e").status == 404
    for method in ("PUT", "PATCH", "DELETE"):
        assert wire.send(method, "customer", {}).status in {400, 404, 405, 500}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer short", "Basic abc", "Bearer " + "x" * 600])
def test_a_bad_token_gets_the_gateways_fault(wire, authorization):
    reply = wire.send("GET", f"companyinfo/{REALM}", headers={"Authorization": authorization})
    body = decode(reply.body)
    assert reply.status == 401
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert body["fault"]["error"][0]["code"] == "3200"
    assert "errorCode=003200" in body["fault"]["error"][0]["message"]
    assert isinstance(body["time"], int)


@pytest.mark.parametrize("realm", [f"{REALM}2", "123", "x"])
def test_a_token_of_another_company_gets_the_gateways_refusal(wire, realm):
    reply = wire.send("GET", "companyinfo/1", realm=realm)
    assert reply.status == 403
    assert decode(reply.body)["fault"]["error"][0]["code"] == "3100"


def test_update_by_operation_and_full_update(wire):
    made = wire.json("POST", "customer", {"DisplayName": name(), "Notes": "a", "CompanyName": "C"})[
        "Customer"
    ]
    changed = wire.json("POST", "customer?operation=update", {**made, "Notes": "b"})["Customer"]
    assert (changed["Notes"], changed["CompanyName"], changed["SyncToken"]) == ("b", "C", "1")
    full = {"Id": made["Id"], "SyncToken": "1", "DisplayName": made["DisplayName"]}
    wiped = wire.json("POST", "customer", full)["Customer"]
    assert "Notes" not in wiped
    assert "CompanyName" not in wiped
    sparse = wire.json(
        "POST", "customer", {"Id": made["Id"], "SyncToken": "2", "sparse": True, "Notes": "c"}
    )["Customer"]
    assert (sparse["DisplayName"], sparse["Notes"], sparse["sparse"]) == (made["DisplayName"], "c", False)
    emptied = wire.json(
        "POST", "customer", {"Id": made["Id"], "SyncToken": "3", "sparse": True, "Notes": ""}
    )["Customer"]
    assert "Notes" not in emptied
    missing = {"Id": made["Id"], "sparse": True, "Notes": "d"}
    assert wire.error("POST", "customer", missing) == (400, "2020")


def test_a_request_id_in_the_body_or_a_header_does_nothing(wire):
    used = name().replace(" ", "-")
    first = wire.json("POST", "term", {"Name": name(), "DueDays": 3}, headers={"requestid": used})["Term"]
    second = wire.json("POST", "term", {"Name": name(), "DueDays": 3}, headers={"requestid": used})["Term"]
    assert first["Id"] != second["Id"]


def test_batch_answers_carry_their_ids_and_faults_have_capital_letters(wire):
    items = [
        {"bId": "a", "operation": "create", "Term": {"Name": name(), "DueDays": 4}},
        {"bId": "b", "operation": "create", "Term": {}},
        {"bId": "c", "Query": "select * from Term maxresults 1"},
        {"bId": "d", "operation": "create", "Nothing": {}},
    ]
    found = {
        one["bId"]: one
        for one in wire.json("POST", "batch", {"BatchItemRequest": items})["BatchItemResponse"]
    }
    assert found["a"]["Term"]["SyncToken"] == "0"
    assert found["b"]["Fault"]["type"] == "ValidationFault"
    assert len(found["c"]["QueryResponse"]["Term"]) == 1
    assert found["d"]["Fault"]["Error"][0]["code"]


def test_reports_stand_bare_with_text_cells(wire):
    report = wire.json("GET", "reports/ProfitAndLoss", start_date="2026-01-01", end_date="2026-12-31")
    assert set(report) == {"Header", "Columns", "Rows"}
    assert report["Header"]["ReportName"] == "ProfitAndLoss"
    assert (report["Header"]["StartPeriod"], report["Header"]["EndPeriod"]) == ("2026-01-01", "2026-12-31")
    groups = [row.get("group") for row in report["Rows"]["Row"]]
    assert [group for group in groups if group in {"Income", "GrossProfit", "Expenses", "NetIncome"}] == [
        "Income",
        "GrossProfit",
        "Expenses",
        "NetIncome",
    ]
    for row in report["Rows"]["Row"]:
        assert all(isinstance(cell["value"], str) for cell in row["Summary"]["ColData"])


def test_columns_by_month(wire):
    params = {"start_date": "2026-01-01", "end_date": "2026-03-31", "summarize_column_by": "Month"}
    report = wire.json("GET", "reports/ProfitAndLoss", **params)
    assert [column["ColTitle"] for column in report["Columns"]["Column"]] == [
        "",
        "Jan 2026",
        "Feb 2026",
        "Mar 2026",
        "Total",
    ]
