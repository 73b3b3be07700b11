"""No body of an error answer, however broken, breaks its reading."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from closebook.connectors.quickbooks.fault_table import CAUSES, cause_of
from closebook.connectors.quickbooks.faults import error_of_fault, error_of_reply, fault_in, fault_in_text
from closebook.core.errors import LoginError, RejectedError, RemoteError, RetryError, UnknownOutcomeError
from closebook.transport.http import Reply
from tests.connectors.quickbooks.service import GATEWAY_401, GATEWAY_429, HTML_504, XML_401, fault

STATUSES = st.sampled_from([200, 301, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504])
NAMES = st.sampled_from(
    ["Fault", "fault", "Error", "error", "code", "Message", "message", "Detail", "detail", "element", "type"]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(STATUSES, st.binary(max_size=300), st.booleans())
@example(200, b"[" * 5000, True)
@example(500, b"<Error" * 1000, True)
def test_any_bytes_give_an_error_of_ours(status, body, write):
    error = error_of_reply(Reply(status, {}, body), write=write)
    assert isinstance(error, RemoteError)
    assert str(error)
    assert write or not isinstance(error, UnknownOutcomeError)


@given(STATUSES, JSON, st.booleans())
def test_any_json_gives_an_error_of_ours(status, value, write):
    error = error_of_reply(Reply(status, {}, json.dumps(value).encode()), write=write)
    assert error.status == status
    if error.code == "throttled":
        assert error.retry_after_seconds == 60


@given(st.dictionaries(NAMES, JSON, max_size=5), st.text(max_size=12), JSON)
def test_any_fault_of_the_right_outline_is_read(members, code, more):
    body = {"Fault": {"Error": [{**members, "code": code}, more], "type": more}}
    found = fault_in(body)
    assert found is not None
    assert isinstance(error_of_fault(found, status=400, write=True), RemoteError)


@given(st.text(max_size=200))
def test_any_xml_like_text_is_read(text):
    fault_in_text(
        f"<Fault type='x'><Error code='610' element='{text}'><Message>{text}</Message></Error>".encode()
    )


@pytest.mark.parametrize("body", [json.dumps(GATEWAY_401).encode(), XML_401])
def test_both_forms_of_a_refused_token_are_the_same_error(body):
    error = error_of_reply(Reply(401, {}, body), write=True)
    assert (type(error), error.code, error.remote_code) == (LoginError, "token-refused", "3200")


def test_leading_zeros_of_a_code_do_not_count():
    error = error_of_reply(Reply(429, {}, json.dumps(GATEWAY_429).encode()), write=True)
    assert (error.code, error.remote_code) == ("throttled", "3001")


def test_of_several_errors_the_known_one_leads_and_all_are_told():
    body = fault("9", "odd", "first detail")
    body["Fault"]["Error"].append({"Message": "m", "Detail": "second detail", "code": "2020"})
    error = error_of_reply(Reply(400, {}, json.dumps(body).encode()), write=True)
    assert error.code == "field-missing"
    assert "first detail; second detail" in error.message


def test_html_tells_nothing_but_its_status():
    assert type(error_of_reply(Reply(504, {}, HTML_504), write=True)) is UnknownOutcomeError
    assert type(error_of_reply(Reply(504, {}, HTML_504), write=False)) is RetryError


def test_a_success_that_cannot_be_read_is_no_success():
    assert type(error_of_reply(Reply(200, {}, b"{"), write=True)) is UnknownOutcomeError


def test_every_row_of_the_table_explains_itself():
    for code, cause in CAUSES.items():
        assert code.isdecimal()
        assert cause.cause.endswith(".")
        assert cause.remedy
        assert cause.code == cause.code.lower()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("105", LoginError),
        ("2299", RejectedError),
        ("10999", UnknownOutcomeError),
        ("99999999999", None),
        ("", None),
    ],
)
def test_unknown_codes_are_taken_by_their_range(code, kind):
    cause = cause_of(code)
    assert (cause.kind if cause else None) is kind
