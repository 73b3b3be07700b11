"""What the client sends, and what it makes of each kind of reply."""

from __future__ import annotations

import gzip
import json
import socket
from decimal import Decimal

import pytest

from closebook.connectors.quickbooks.attachments import Upload
from closebook.connectors.quickbooks.calls import ReadRepeats
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.faults import (
    DuplicateError,
    NotFoundError,
    PeriodClosedError,
    TruncatedError,
)
from closebook.connectors.quickbooks.tokens import FixedToken
from closebook.core.errors import (
    InvariantError,
    LoginError,
    RejectedError,
    RetryError,
    StaleError,
    UnknownOutcomeError,
)
from tests.connectors.quickbooks.service import (
    GATEWAY_401,
    GATEWAY_429,
    HTML_504,
    REALM,
    XML_401,
    Reply,
    fault,
)


def test_a_write_carries_version_request_id_and_exact_decimals(client, service):
    client.create("Customer", {"DisplayName": "Ada", "Balance": Decimal("10.10")}, "r-1")
    method, path, params, body = service.requests[-1]
    assert (method, path) == ("POST", f"/v3/company/{REALM}/customer")
    assert params == {"minorversion": "75", "requestid": "r-1"}
    assert body == b'{"DisplayName":"Ada","Balance":10.10}'
    assert service.headers[-1]["authorization"] == "Bearer access-1"
    assert service.headers[-1]["accept"] == "application/json"
    assert service.headers[-1]["content-type"] == "application/json"


def test_a_read_carries_version_and_no_request_id(client, service):
    service.script.append(Reply(body={"Invoice": {"Id": "7", "TotalAmt": 0.1}}))
    assert client.read("Invoice", "7")["TotalAmt"] == Decimal("0.1")
    assert service.requests[-1][2] == {"minorversion": "75"}


def test_update_is_sparse_and_void_and_delete_are_sent_the_documented_way(client, service):
    made = client.create("SalesReceipt", {"PrivateNote": "a"}, "r-1")
    ref = {"Id": made["Id"], "SyncToken": "0"}
    service.script += [Reply(body={"SalesReceipt": {"Id": "1"}}) for _ in range(4)]
    client.update("SalesReceipt", {**ref, "PrivateNote": "b"}, "r-2", include="allowduplicatedocnum")
    assert json.loads(service.requests[-1][3])["sparse"] is True
    assert service.requests[-1][2]["include"] == "allowduplicatedocnum"
    client.delete("SalesReceipt", ref, "r-3")
    assert service.requests[-1][2]["operation"] == "delete"
    client.void("SalesReceipt", ref, "r-4")
    assert service.requests[-1][2]["operation"] == "update"
    assert service.requests[-1][2]["include"] == "void"
    service.script[0].body = {"Invoice": {"Id": "1"}}
    client.void("Invoice", ref, "r-5")
    assert service.requests[-1][2]["operation"] == "void"
    assert "include" not in service.requests[-1][2]


LOST = [
    Reply(drop=True, work=True),
    Reply(status=504, body=HTML_504, work=True),
    Reply(status=500, body=b"", work=True),
    Reply(status=503, body=b"<html>maintenance", work=True),
    Reply(body=b"<html>login</html>", work=True),
    Reply(body=b'{"Customer":{"Id":"1"', work=True),
    Reply(work=True, cut=20),
    Reply(status=500, body=fault("10000", "An application error", kind="SystemFault"), work=True),
    Reply(body={"time": "t"}, work=True),
    Reply(status=200, body=b"", work=True),
]


@pytest.mark.parametrize("reply", LOST, ids=lambda reply: f"{reply.status}-{str(reply.body)[:20]}")
def test_a_write_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown(client, service, reply):
    service.script.append(reply)
    with pytest.raises(UnknownOutcomeError):
        client.create("Customer", {"DisplayName": "Ada"}, "r-1")
    assert len(service.requests) == 1
    again = client.create("Customer", {"DisplayName": "Ada"}, "r-1")
    assert again["DisplayName"] == "Ada"
    assert service.works == 1


@pytest.mark.parametrize("reply", LOST[:8], ids=lambda reply: f"{reply.status}-{str(reply.body)[:20]}")
def test_a_read_is_tried_again_after_what_may_pass(client, service, pauses, reply):
    made = client.create("Customer", {"DisplayName": "Ada"}, "r-1")
    service.script += [reply, reply]
    assert client.read("Customer", made["Id"])["DisplayName"] == "Ada"
    assert pauses == [0.5, 1.0]


def test_a_read_gives_up_with_a_retry_error_that_is_not_an_open_outcome(client, service):
    service.script += [Reply(status=503, body=HTML_504)] * 3
    with pytest.raises(RetryError) as caught:
        client.read("Customer", "1")
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert len(service.requests) == 3


def test_a_lost_answer_of_a_read_is_no_open_outcome(client, service):
    service.script += [Reply(drop=True)] * 3
    with pytest.raises(RetryError) as caught:
        client.read("Customer", "1")
    assert not isinstance(caught.value, UnknownOutcomeError)


def test_a_time_out_of_a_write_leaves_its_outcome_open(service):
    from closebook.transport.http import http_client

    silent = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{silent.getsockname()[1]}"
    with silent, http_client(read_seconds=0.1) as http:
        client = QuickBooksClient(address, REALM, FixedToken("t"), http)
        with pytest.raises(UnknownOutcomeError):
            client.create("Customer", {}, "r-1")


def test_a_refused_connection_was_certainly_not_carried_out(http, pauses):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    client = QuickBooksClient(address, REALM, FixedToken("t"), http)
    with pytest.raises(RetryError) as caught:
        client.create("Customer", {}, "r-1")
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert caught.value.code == "not-reached"


@pytest.mark.parametrize(
    ("headers", "seconds"), [({"Retry-After": "7"}, 7), ({}, 60), ({"Retry-After": "soon"}, 60)]
)
def test_throttling_says_how_long_to_wait(client, service, headers, seconds):
    service.script.append(Reply(status=429, body=GATEWAY_429, headers=headers))
    with pytest.raises(RetryError) as caught:
        client.create("Customer", {}, "r-1")
    assert caught.value.retry_after_seconds == seconds
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert service.works == 0


def test_the_old_status_of_throttling_is_known(client, service):
    service.script.append(Reply(status=403, body=GATEWAY_429))
    with pytest.raises(RetryError) as caught:
        client.create("Customer", {}, "r-1")
    assert caught.value.retry_after_seconds == 60


def test_a_short_throttle_of_a_read_is_waited_out(make_client, service, pauses):
    client = make_client(repeats=ReadRepeats(longest_pause_seconds=5))
    service.script.append(Reply(status=429, body=GATEWAY_429, headers={"Retry-After": "2"}))
    assert client.query("SELECT * FROM Customer") == []
    assert pauses == [2.0]


REFUSALS = [
    (400, fault("5010", "Stale Object Error"), StaleError, "stale"),
    (400, fault("610", "Object Not Found"), NotFoundError, "object-not-found"),
    (400, fault("6210", "Closed"), PeriodClosedError, "period-closed"),
    (400, fault("6200", "Closed"), PeriodClosedError, "period-closed"),
    (400, fault("6540", "Deposited"), RejectedError, "deposited"),
    (400, fault("2500", "Invalid Reference Id"), NotFoundError, "bad-reference"),
    (400, fault("4711", "Odd"), RejectedError, "rejected"),
    (
        200,
        fault("2020", "Required", "Required parameter Line is missing", "Line"),
        RejectedError,
        "field-missing",
    ),
    (400, b"<html>bad</html>", RejectedError, "http-status"),
    (404, b"", RejectedError, "http-status"),
    (413, b"", RejectedError, "file-too-large"),
    (500, fault("500", "Unsupported Operation"), RejectedError, "unsupported-operation"),
    (
        403,
        {"fault": {"error": [{"code": "3100", "message": "m"}], "type": "SERVICE"}},
        LoginError,
        "not-authorized",
    ),
    (401, fault("120", "Authorization Failure", kind="AuthorizationFault"), LoginError, "no-access"),
    (400, fault("6190", "Invalid Company Status"), LoginError, "subscription-ended"),
    (400, fault("6000", "A business", "You can only add or edit one name at a time"), RetryError, "busy"),
    (400, fault("6000", "A business", "You must set a transaction amount"), RejectedError, "business-rule"),
]


@pytest.mark.parametrize(("status", "body", "kind", "code"), REFUSALS)
def test_refusals_become_the_error_that_says_what_to_do(client, service, status, body, kind, code):
    service.script.append(Reply(status=status, body=body))
    with pytest.raises(kind) as caught:
        client.create("Customer", {}, "r-1")
    assert caught.value.code == code
    assert caught.value.status == status
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert len(service.requests) == 1


def test_an_error_names_the_field_the_record_and_the_remedy(client, service):
    service.script.append(Reply(status=400, body=fault("2050", "String length", "Max:21", "DocNumber")))
    with pytest.raises(RejectedError) as caught:
        client.update("SalesReceipt", {"Id": "9", "SyncToken": "0"}, "r-1")
    assert caught.value.place.field == "DocNumber"
    assert caught.value.place.record == "SalesReceipt 9"
    assert caught.value.remote_code == "2050"
    assert "Max:21" in str(caught.value)
    assert "Shorten" in str(caught.value)


@pytest.mark.parametrize(
    ("detail", "existing"),
    [
        (
            "Number has been used. DocNumber=INV-9 is assigned to TxnType=Journal Entry with TxnId=3632",
            ("Journal Entry", "3632"),
        ),
        ("The name supplied already exists. : Id=58", ("", "58")),
        ("The name supplied already exists. : null", ("", "")),
    ],
)
def test_a_duplicate_names_what_exists(client, service, detail, existing):
    code = "6140" if "TxnId" in detail else "6240"
    service.script.append(Reply(status=400, body=fault(code, "Duplicate", detail)))
    with pytest.raises(DuplicateError) as caught:
        client.create("Customer", {}, "r-1")
    assert (caught.value.existing_type, caught.value.existing_id) == existing


@pytest.mark.parametrize("refused", [Reply(status=401, body=GATEWAY_401), Reply(status=401, body=XML_401)])
def test_an_expired_token_is_refreshed_once_and_the_call_repeated(
    make_client, source, service, store, refused
):
    client = make_client(source)
    service.script.append(Reply(**{**vars(refused), "path": "/customer"}))
    assert client.create("Customer", {"DisplayName": "Ada"}, "r-1")["DisplayName"] == "Ada"
    assert service.refreshes == ["refresh-1"]
    assert store.kept.access_token == "access-2"
    assert store.kept.previous == "refresh-1"


def test_a_token_that_dies_in_the_middle_of_a_run_costs_one_refresh(make_client, source, service):
    client = make_client(source)
    for number in range(6):
        if number == 3:
            service.access = "access-elsewhere"
        client.create("Customer", {"DisplayName": f"c{number}"}, f"r-{number}")
    assert service.refreshes == ["refresh-1"]
    assert service.works == 6


def test_a_token_refused_twice_is_a_login_error_without_a_loop(make_client, source, service):
    client = make_client(source)
    service.script += [Reply(status=401, body=GATEWAY_401, path="/customer")] * 5
    with pytest.raises(LoginError):
        client.create("Customer", {}, "r-1")
    assert len([path for _, path, _, _ in service.requests if "customer" in path]) == 2
    assert len(service.refreshes) == 1


def test_a_fixed_token_that_is_refused_is_a_login_error(make_client, service):
    with pytest.raises(LoginError):
        make_client(FixedToken("wrong")).read("Customer", "1")


@pytest.mark.parametrize("request_id", ["", "x" * 51, "é"])
def test_a_request_id_that_the_service_would_refuse_is_our_defect(client, service, request_id):
    with pytest.raises(InvariantError):
        client.create("Customer", {}, request_id)
    assert not service.requests


def test_a_long_statement_goes_as_a_body(client, service):
    statement = (
        "SELECT * FROM Customer WHERE Id IN (" + ", ".join(f"'{number}'" for number in range(500)) + ")"
    )
    assert client.query(statement) == []
    method, path, params, body = service.requests[-1]
    assert (method, body.decode()) == ("POST", statement)
    assert path.endswith("/query")
    assert "requestid" not in params
    assert service.headers[-1]["content-type"] == "application/text"


def test_compressed_answers_are_read(client, service):
    body = gzip.compress(json.dumps({"Customer": {"Id": "1"}}).encode())
    service.script.append(Reply(body=body, headers={"Content-Encoding": "gzip"}))
    assert client.read("Customer", "1") == {"Id": "1"}


def test_a_cut_report_is_refused(client, service):
    row = {"ColData": [{"value": "Unable to display more data. Please reduce the date range."}]}
    service.script.append(Reply(body={"Header": {}, "Rows": {"Row": [row]}}))
    with pytest.raises(TruncatedError):
        client.report("GeneralLedger", start_date="2026-01-01")
    assert service.requests[-1][2]["start_date"] == "2026-01-01"


def test_an_upload_is_two_parts_and_its_fault_is_raised(client, service):
    upload = Upload('r"\r\n.pdf', "application/pdf", b"\x00--x", "Invoice", "7")
    service.script.append(Reply(body={"AttachableResponse": [{"Attachable": {"Id": "5"}}]}))
    assert client.upload(upload, "r-1") == {"Id": "5"}
    body = service.requests[-1][3]
    assert body.count(b"Content-Disposition") == 2
    assert b"\r\n\r\n\x00--x\r\n" in body
    assert b'filename="r\'.pdf"' in body
    service.script.append(Reply(body={"AttachableResponse": [fault("6040", "type")]}))
    with pytest.raises(RejectedError) as caught:
        client.upload(upload, "r-2")
    assert caught.value.code == "file-type"


def test_a_download_follows_the_address_without_our_token(client, service):
    service.script.append(Reply(body=f"{service.url}/file\n".encode()))
    assert client.download("5") == b"\x00\x01bytes"
    assert "authorization" not in service.headers[-1]
