"""Create, full and sparse update, void, delete, and what refuses them."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.books.models import RecordVersion
from closebook.apps.qbo.services.company import period_close

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def receipt(**more):
    line = {
        "Amount": 10,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    return {"TxnDate": "2026-03-01", "Line": [line], **more}


@pytest.fixture
def ada(caller):
    """Return a stored customer."""
    return caller.make("customer", {"DisplayName": "Ada Quill", "GivenName": "Ada", "Notes": "likes blue"})


def test_created_object_has_the_members_of_the_service(ada):
    assert (ada["Id"], ada["SyncToken"], ada["domain"], ada["sparse"]) == ("1", "0", "QBO", False)
    assert ada["MetaData"] == {
        "CreateTime": "2026-03-04T08:15:30-08:00",
        "LastUpdatedTime": "2026-03-04T08:15:30-08:00",
    }


def test_answer_bears_the_moment(caller):
    assert caller.get("customer/1")[1]["time"] == "2026-03-04T08:15:30.123-08:00"


def test_read_is_what_create_answered(caller, ada):
    assert caller.get("Customer/1") == (200, {"Customer": ada, "time": "2026-03-04T08:15:30.123-08:00"})


def test_sparse_update_changes_only_what_it_holds(caller, ada):
    changed = caller.make("customer", {"Id": ada["Id"], "SyncToken": 0, "sparse": True, "Notes": "likes red"})
    assert (changed["Notes"], changed["GivenName"], changed["SyncToken"]) == ("likes red", "Ada", "1")


def test_sparse_update_empties_a_member_by_an_empty_text(caller, ada):
    changed = caller.make("customer", {"Id": ada["Id"], "SyncToken": "0", "sparse": "true", "Notes": ""})
    assert "Notes" not in changed


def test_full_update_drops_what_it_does_not_hold(caller, ada):
    changed = caller.make(
        "customer", {"Id": ada["Id"], "SyncToken": "0", "DisplayName": "Ada Quill"}, operation="update"
    )
    assert "Notes" not in changed
    assert "GivenName" not in changed


def test_echoed_object_is_taken_back(caller, ada):
    changed = caller.make("customer", ada)
    assert {**changed, "SyncToken": "0"} == ada


def test_former_version_is_kept(caller, ada):
    caller.make(
        "customer", {"Id": ada["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"}, requestid="r-1"
    )
    version = RecordVersion.objects.using("books").get(record__entity="Customer")
    assert "likes blue" in version.body
    assert (version.request_id, version.changed_by) == ("r-1", "Harbor Cycle Works client")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"Id": "1", "sparse": True}, "2020"),
        ({"Id": "1", "SyncToken": "7", "sparse": True}, "5010"),
        ({"Id": "99", "SyncToken": "0", "sparse": True}, "610"),
        ({"Id": "abc", "SyncToken": "0"}, "2030"),
        ({"SyncToken": "0", "sparse": True}, "2020"),
        ({"Customer": {"DisplayName": "Bo"}}, "2010"),
        ({"DisplayName": "Bo", "Colour": "red"}, "2010"),
        ({"DisplayName": "Bo", "ParentRef": "1", "Job": True}, "2010"),
        ({"DisplayName": 5.5, "Active": "perhaps"}, "2230"),
        ({}, "6080"),
    ],
)
def test_refused(caller, ada, payload, code):
    assert caller.refused("customer", payload) == code


def test_stale_token_names_who_was_faster(caller, ada):
    caller.make("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"})
    _status, body = caller.post("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "y"})
    error = body["Fault"]["Error"][0]
    assert error["Message"] == "Stale Object Error"
    assert "Harbor Cycle Works client were working on this at the same time" in error["Detail"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "2010"),
        (b"[]", "2010"),
        (b"", "2010"),
        (b'{"DisplayName":"\xff"}', "500"),
        (b'{"a":' * 3000, "2010"),
    ],
)
def test_body_that_is_no_object(caller, body, code):
    assert caller.refused("customer", body) == code


def test_numbers_and_booleans_may_be_text(caller):
    sent = receipt(Line=[{**receipt()["Line"][0], "Amount": "12.34"}])
    assert str(caller.make("salesreceipt", sent)["TotalAmt"]) == "12.34"


def test_deleted_transaction_is_gone(caller):
    made = caller.make("salesreceipt", receipt())
    stub = caller.make("salesreceipt", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert stub == {"status": "Deleted", "domain": "QBO", "Id": made["Id"]}
    status, body = caller.get(f"salesreceipt/{made['Id']}")
    assert (status, body["Fault"]["Error"][0]["code"]) == (400, "610")
    assert caller.rows("select * from SalesReceipt") == []


def test_delete_takes_a_higher_token_but_no_lower_one(caller):
    made = caller.make("salesreceipt", receipt())
    changed = caller.make("salesreceipt", {**made, "PrivateNote": "x"})
    assert caller.refused("salesreceipt", {"Id": made["Id"], "SyncToken": "0"}, operation="delete") == "5010"
    body = {"Id": made["Id"], "SyncToken": str(int(changed["SyncToken"]) + 1)}
    assert caller.make("salesreceipt", body, operation="delete")["status"] == "Deleted"


def test_void_by_include_keeps_the_document_with_nothing_in_it(caller):
    made = caller.make("salesreceipt", receipt(PrivateNote="mug"))
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    voided = caller.make("salesreceipt", body, operation="update", include="void")
    assert (voided["TotalAmt"], voided["PrivateNote"], voided["SyncToken"]) == (0, "Voided - mug", "1")


@pytest.mark.parametrize("path", ["customer", "account", "item", "term"])
def test_list_objects_cannot_be_deleted(caller, ada, path):
    assert caller.refused(path, {"Id": "1", "SyncToken": "0"}, operation="delete") == "500"


def test_unknown_operation(caller, ada):
    assert caller.refused("customer", {"Id": "1", "SyncToken": "0"}, operation="merge") == "500"


def test_company_objects_cannot_be_created(caller):
    assert caller.refused("companyinfo", {"CompanyName": "x"}) == "500"


class TestClosedPeriod:
    """Nothing is written on or before the closing date."""

    @pytest.fixture
    def closed(self, caller):
        made = caller.make("salesreceipt", receipt())
        period_close(caller.company, dt.date(2026, 3, 1), now=NOW)
        return caller, made

    def test_create(self, closed):
        assert closed[0].refused("salesreceipt", receipt()) == "6210"

    def test_update_that_moves_the_day_out(self, closed):
        caller, made = closed
        assert caller.refused("salesreceipt", {**made, "TxnDate": "2026-03-02"}) == "6210"

    def test_delete(self, closed):
        caller, made = closed
        assert (
            caller.refused("salesreceipt", {"Id": made["Id"], "SyncToken": "0"}, operation="delete") == "6210"
        )

    def test_the_day_after_is_open(self, closed):
        assert closed[0].make("salesreceipt", receipt(TxnDate="2026-03-02"))["SyncToken"] == "0"

    def test_preferences_show_it(self, closed):
        _status, body = closed[0].get("preferences")
        assert body["Preferences"]["AccountingInfoPrefs"]["BookCloseDate"] == "2026-03-01"


class TestDuplicateNumber:
    """Document numbers that are taken."""

    @staticmethod
    def bill(**more):
        detail = {"AccountRef": {"value": "36"}}
        line = {
            "Amount": 5,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
        return {
            "VendorRef": {"value": "1"},
            "DocNumber": "B-1",
            "TxnDate": "2026-03-01",
            "Line": [line],
            **more,
        }

    @pytest.fixture
    def billed(self, caller):
        caller.make("vendor", {"DisplayName": "Norton"})
        return caller, caller.make("bill", self.bill())

    def test_refused_with_its_holder(self, billed):
        caller, made = billed
        _status, body = caller.post("bill", self.bill())
        error = body["Fault"]["Error"][0]
        assert error["code"] == "6140"
        assert error["Detail"].endswith(f"DocNumber=B-1 is assigned to TxnType=Bill with TxnId={made['Id']}")

    def test_allowed_when_asked(self, billed):
        assert billed[0].make("bill", self.bill(), include="allowduplicatedocnum")["DocNumber"] == "B-1"

    def test_own_number_is_no_duplicate(self, billed):
        caller, made = billed
        assert caller.make("bill", {**made, "PrivateNote": "x"})["SyncToken"] == "1"


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("salesreceipt", {**receipt(), "AutoDocNumber": True, "DueDate": "2026-03-09", "SalesReceiptEx": {}}),
        ("customer", {"DisplayName": "Bo", "Organization": False, "AcctNum": "7", "CreditLimit": 10}),
        ("vendor", {"DisplayName": "Cy", "Organization": True, "ContactName": "Cy", "VendorEx": {"any": []}}),
    ],
)
def test_members_that_only_the_schema_has_are_taken_and_left_out(caller, path, payload):
    made = caller.make(path, payload)
    extra = {"AutoDocNumber", "DueDate", "SalesReceiptEx", "Organization", "CreditLimit", "ContactName"}
    assert not made.keys() & (extra | {"VendorEx"})
