"""Whatever is sent, the answer is an object or a fault, never a crash, and the books stay proven."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.apps.books.selectors.prove import prove
from closebook.apps.qbo.registry import ENTITIES

pytestmark = pytest.mark.django_db(databases=["default", "books"])

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.sampled_from(
        ["", " ", "1", "2", "true", "2026-03-01", "abc", "-5", "1e9", "NaN", "USD", "x" * 5000, "é\u2028'"]
    ),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
REFERENCE = st.builds(
    lambda value: {"value": value}, st.sampled_from(["1", "2", "11", "999", "TAX", "", 5, None])
)
LINE_WORDS = (
    "Amount", "DetailType", "SalesItemLineDetail", "ItemRef", "Qty", "UnitPrice", "AccountRef", "LinkedTxn",
    "AccountBasedExpenseLineDetail", "DepositLineDetail", "JournalEntryLineDetail", "PostingType", "TxnType",
    "TxnId", "Id",
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(SCALARS, REFERENCE),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(LINE_WORDS), inner, max_size=4)
    ),
    max_leaves=12,
)


TEXT = (
    "select * from Customer SalesReceipt where Id TotalAmt Active = > in ( ) '1' 'x%' like and orderby"
    " 5 , ' \x00 startposition maxresults 99999999999999999999 count(*) true MetaData.CreateTime"
    " '2026-01-01' desc 0 current_date"
)
WORDS = TEXT.split(" ")


def payloads(entity):
    names = sorted(entity.fields | {"Id", "SyncToken", "sparse"})
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=8)


@pytest.mark.parametrize("name", sorted(ENTITIES))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
    print_blob=True,
)
@given(data=st.data())
def test_any_payload(caller, name, data):
    entity = ENTITIES[name]
    payload = data.draw(payloads(entity))
    operation = data.draw(st.sampled_from(["", "", "", "update", "delete", "void"]))
    params = {"operation": operation} if operation else {}
    status, body = caller.post(entity.segment, payload, **params)
    assert status in {200, 400}, body
    assert prove(caller.company.pk, thorough=True).ok


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(words=st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_statement(caller, words):
    status, body = caller.get("query", query=" ".join(words))
    assert status in {200, 400}, body


@pytest.mark.parametrize(
    "body",
    [
        b'{"DisplayName":"a\\u0000b"}',
        b'{"DisplayName":"\\ud800"}',
        b'{"DisplayName":"x","Balance":1e999,"OpenBalanceDate":"2026-01-01"}',
        b'{"DisplayName":' + b"9" * 5000 + b"}",
        b'{"BillAddr":' * 700 + b"1" + b"}" * 700,
        b'{"BillAddr":' * 5000 + b"1" + b"}" * 5000,
        b'{"DisplayName":[' + b"[" * 900 + b"]" * 900 + b"]}",
    ],
)
def test_hostile_bodies(caller, body):
    assert caller.post("customer", body)[0] == 400
    assert caller.rows("select * from Customer") == []


def test_statement_with_a_far_page(caller):
    statement = "select * from Customer startposition 99999999999999999999"
    assert json.dumps(caller.get("query", query=statement)[1]["QueryResponse"]) == "{}"


LONG = "9" * 5000
NUMBERS = (
    LONG,
    f"-{LONG}",
    f"{LONG}.5",
    f"0.{LONG}",
    "1e999999",
    "-1e999999",
    "1e999999999999999999",
    "1e9" + LONG,
    "1e-9" + LONG,
)
PLACES = (
    ("account", '{"Name":"a","AccountType":"Bank","OpeningBalance":%s,"OpeningBalanceDate":"2026-01-01"}'),
    ("account", '{"Name":"b","AccountType":"Bank","Balance":%s}'),
    ("customer", '{"DisplayName":"c","Balance":%s,"OpenBalanceDate":"2026-01-01"}'),
    ("customer", '{"DisplayName":"d","BillAddr":{"Line1":%s}}'),
    ("customer", '{"DisplayName":"d","Id":"1","SyncToken":%s}'),
    ("companyinfo", '{"CompanyName":"d","Id":"1","SyncToken":%s}'),
    ("vendor", '{"DisplayName":"e","Balance":%s}'),
    ("item", '{"Name":"f","Type":"Service","UnitPrice":%s,"IncomeAccountRef":{"value":"1"}}'),
    ("invoice", '{"CustomerRef":{"value":"1"},"Line":[{"Amount":%s,"DetailType":"SalesItemLineDetail"}]}'),
    ("batch", '{"BatchItemRequest":[{"operation":"create","Vendor":{"DisplayName":"g","Balance":%s}}]}'),
    ("batch", '{"BatchItemRequest":[{"bId":%s,"operation":"create","Vendor":{"DisplayName":"h"}}]}'),
    ("taxservice/taxcode", '{"TaxCode":"i","TaxRateDetails":[{"TaxRateName":"i","RateValue":%s}]}'),
)  # fmt: skip


@pytest.mark.parametrize("content_type", ["application/json", "application/xml"])
@pytest.mark.parametrize(("segment", "body"), PLACES)
def test_a_number_beyond_all_numbers(caller, segment, body, content_type):
    for number in NUMBERS:
        for sent in (number, f'"{number}"'):
            found = caller.call("POST", segment, body=(body % sent).encode(), content_type=content_type)
            assert found.status in {200, 400}, (sent[:20], found.body)
    assert prove(caller.company.pk, thorough=True).ok


@pytest.mark.parametrize("number", NUMBERS)
def test_a_question_with_a_number_beyond_all_numbers(caller, number):
    for asked in (
        f"TotalAmt > {number}",
        f"TotalAmt = '{number}'",
        f"Id = '{number}'",
        f"TotalAmt IN ('{number}')",
    ):
        for rest in ("", f"startposition {number}", f"maxresults {number}"):
            status, body = caller.get("query", query=f"select * from Invoice where {asked} {rest}")
            assert status in {200, 400}, body
    assert caller.get("reports/AgedReceivables", aging_period=number)[0] == 400
    assert caller.get(f"customer/{number}")[0] == 400


def test_a_page_that_is_no_whole_number(caller):
    for page in ("startposition 1.5", "maxresults 1.5", f"startposition {LONG}"):
        status, body = caller.get("query", query=f"select * from Customer {page}")
        assert (status, body["Fault"]["Error"][0]["code"]) == (400, "4001"), page


def test_files_and_forms_with_numbers_beyond_all_numbers(caller, client):
    parts = (
        f'--b\r\nContent-Disposition: form-data; name="file_metadata_{LONG}"\r\n'
        f'Content-Type: application/json\r\n\r\n{{"FileName":1e9{LONG}}}\r\n--b--\r\n'
    )
    found = caller.call("POST", "upload", body=parts.encode(), content_type="multipart/form-data; boundary=b")
    assert found.status in {200, 400}, found.body
    asked = client.post("/oauth2/v1/tokens/bearer", b'{"code":1e9%s}' % LONG.encode(), "application/json")
    assert asked.status_code in {400, 401}, asked.content
