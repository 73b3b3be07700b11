"""Customers, vendors and employees."""

from __future__ import annotations

import pytest

from closebook.apps.books.models import Record

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def sparse(made, **changes):
    return {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, **changes}


def test_name_is_composed_and_defaults_are_filled(caller):
    made = caller.make(
        "customer", {"Title": "Dr", "GivenName": "Ada", "FamilyName": "Quill", "CompanyName": "Quill Ltd"}
    )
    assert made["DisplayName"] == made["FullyQualifiedName"] == "Dr Ada Quill"
    assert made["PrintOnCheckName"] == "Quill Ltd"
    defaults = {"Active": True, "Job": False, "BillWithParent": False, "Taxable": False, "IsProject": False}
    assert {name: made[name] for name in defaults} == defaults
    assert made["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"CompanyName": "Nameless"}, "6080"),
        ({"DisplayName": "a:b"}, "2040"),
        ({"DisplayName": "a\tb"}, "2040"),
        ({"DisplayName": "x" * 501}, "2050"),
        ({"GivenName": "x" * 101}, "2050"),
        ({"DisplayName": "Bo", "Title": "x" * 17}, "2050"),
        ({"DisplayName": "Bo", "Notes": "x" * 2001}, "2050"),
        ({"DisplayName": "Bo", "PrimaryEmailAddr": {"Address": "nowhere"}}, "2210"),
        ({"DisplayName": "Bo", "WebAddr": {"URI": "no spaces please"}}, "2200"),
        ({"DisplayName": "Bo", "PrimaryPhone": {"FreeFormNumber": "1" * 31}}, "2050"),
        ({"DisplayName": "Bo", "BillAddr": {"Line1": "x" * 501}}, "2050"),
        ({"DisplayName": "Bo", "BillAddr": "4 Elm Rd"}, "2010"),
        ({"DisplayName": "Bo", "Job": True}, "6150"),
        ({"DisplayName": "Bo", "Job": True, "ParentRef": {"value": "99"}}, "2500"),
        ({"DisplayName": "Bo", "SalesTermRef": {"value": "99"}}, "2500"),
        ({"DisplayName": "Bo", "PreferredDeliveryMethod": "Pigeon"}, "2170"),
        ({"DisplayName": "Bo", "CurrencyRef": {"value": "EUR"}}, "2220"),
    ],
)
def test_refused_customer(caller, payload, code):
    assert caller.refused("customer", payload) == code


@pytest.mark.parametrize(("path", "own"), [("customer", True), ("vendor", False), ("employee", False)])
def test_one_name_in_all_three_lists(caller, path, own):
    made = caller.make("customer", {"DisplayName": "Ada Quill"})
    payload = {"DisplayName": "ADA QUILL", "GivenName": "Ada", "FamilyName": "Quill"}
    _status, body = caller.post(path, payload)
    error = body["Fault"]["Error"][0]
    assert error["code"] == "6240"
    assert error["Detail"].endswith(f": Id={made['Id']}") is own


def test_names_share_one_series_of_ids(caller):
    paths = ("customer", "vendor", "employee", "customer")
    ids = [caller.make(path, {"GivenName": f"N{number}"})["Id"] for number, path in enumerate(paths)]
    assert ids == ["1", "2", "3", "4"]


def test_inactive_frees_the_name(caller):
    made = caller.make("customer", {"DisplayName": "Ada"})
    gone = caller.make("customer", sparse(made, Active=False))
    assert gone["DisplayName"] == gone["FullyQualifiedName"] == "Ada (deleted)"
    other = caller.make("vendor", {"DisplayName": "Ada"})
    assert caller.refused("customer", sparse(gone, Active=True)) == "6240"
    caller.make("vendor", sparse(other, Active=False))
    assert caller.make("customer", sparse(gone, Active=True))["DisplayName"] == "Ada"


def test_inactive_customer_cannot_be_sold_to(caller):
    made = caller.make("customer", {"DisplayName": "Ada"})
    caller.make("customer", sparse(made, Active=False))
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    assert caller.refused("salesreceipt", {"CustomerRef": {"value": made["Id"]}, "Line": [line]}) == "2500"


def invoice(customer, amount):
    line = {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    return {"CustomerRef": {"value": customer}, "TxnDate": "2026-03-01", "Line": [line]}


def test_sub_customers_and_balances_of_the_tree(caller):
    top = caller.make("customer", {"DisplayName": "Freeman"})
    job = caller.make("customer", {"DisplayName": "Roof", "Job": True, "ParentRef": {"value": top["Id"]}})
    assert (job["FullyQualifiedName"], job["Level"]) == ("Freeman:Roof", 1)
    caller.make("invoice", invoice(job["Id"], 30))
    caller.make("invoice", invoice(top["Id"], 12))
    rows = {row["DisplayName"]: row for row in caller.rows("select * from Customer")}
    assert (rows["Freeman"]["Balance"], rows["Freeman"]["BalanceWithJobs"]) == (12, 42)
    assert (rows["Roof"]["Balance"], rows["Roof"]["BalanceWithJobs"]) == (30, 30)
    assert [row["DisplayName"] for row in caller.rows("select * from Customer where Balance > 20")] == [
        "Roof"
    ]


def test_payment_lowers_the_balance(caller):
    ada = caller.make("customer", {"DisplayName": "Ada"})
    bill = caller.make("invoice", invoice(ada["Id"], 30))
    line = {"Amount": 20, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Invoice"}]}
    caller.make("payment", {"CustomerRef": {"value": ada["Id"]}, "TotalAmt": 25, "Line": [line]})
    assert caller.get(f"customer/{ada['Id']}")[1]["Customer"]["Balance"] == 5


def test_renamed_parent_renames_the_jobs(caller):
    top = caller.make("customer", {"DisplayName": "Freeman"})
    job = caller.make("customer", {"DisplayName": "Roof", "Job": True, "ParentRef": {"value": top["Id"]}})
    caller.make("customer", {"DisplayName": "Tiles", "Job": True, "ParentRef": {"value": job["Id"]}})
    caller.make("customer", sparse(top, DisplayName="Freewoman"))
    names = [row["FullyQualifiedName"] for row in caller.rows("select * from Customer orderby Id")]
    assert names == ["Freewoman", "Freewoman:Roof", "Freewoman:Roof:Tiles"]


def test_levels_and_circles(caller):
    made = caller.make("customer", {"DisplayName": "L0"})
    first = made
    for level in range(1, 5):
        made = caller.make(
            "customer", {"DisplayName": f"L{level}", "Job": True, "ParentRef": {"value": made["Id"]}}
        )
    assert (
        caller.refused("customer", {"DisplayName": "L5", "Job": True, "ParentRef": {"value": made["Id"]}})
        == "6180"
    )
    assert caller.refused("customer", sparse(first, Job=True, ParentRef={"value": made["Id"]})) == "900"


@pytest.mark.parametrize(
    ("path", "kind", "balance"),
    [("customer", "Invoice", 25), ("vendor", "Bill", 25), ("customer", "CreditMemo", -25)],
)
def test_opening_balance_makes_a_document(caller, path, kind, balance):
    payload = {"DisplayName": "Ada", "Balance": balance, "OpenBalanceDate": "2026-01-01"}
    made = caller.make(path, payload)
    assert made["Balance"] == balance
    document = Record.objects.using("books").get(entity=kind)
    assert (str(document.txn_date), document.balance_minor) == ("2026-01-01", 2500)
    equity = caller.rows("select * from Account where Name = 'Opening Balance Equity'")[0]
    assert abs(equity["CurrentBalance"]) == 25
    assert caller.refused(path, sparse(made, Active=False)) == "6220"


def test_billing_parent_is_fixed_while_something_is_open(caller):
    top = caller.make("customer", {"DisplayName": "Freeman"})
    job = caller.make("customer", {"DisplayName": "Roof", "Job": True, "ParentRef": {"value": top["Id"]}})
    caller.make("invoice", invoice(job["Id"], 30))
    assert caller.refused("customer", sparse(job, BillWithParent=True)) == "6130"


def test_tax_numbers_are_masked_and_never_kept(caller):
    vendor = caller.make("vendor", {"DisplayName": "Norton", "TaxIdentifier": "99-5688293"})
    assert vendor["TaxIdentifier"] == "XXXXXX8293"
    worker = caller.make("employee", {"GivenName": "Emily", "FamilyName": "Platt", "SSN": "444-55-6666"})
    assert worker["SSN"] == "XXX-XX-XXXX"
    stored = "".join(Record.objects.using("books").values_list("body", flat=True))
    assert "5688293" not in stored
    assert "444-55" not in stored
    kept = caller.make("employee", sparse(worker, SSN="XXX-XX-XXXX", Gender="female"))
    assert (kept["SSN"], kept["Gender"]) == ("XXX-XX-XXXX", "Female")


def test_employee_needs_a_persons_name(caller):
    assert caller.refused("employee", {"DisplayName": "Robot"}) == "6080"


def test_addresses_get_ids(caller):
    made = caller.make(
        "customer", {"DisplayName": "Ada", "BillAddr": {"Line1": "4 Elm Rd", "City": "Bangor"}}
    )
    assert made["BillAddr"] == {"Id": "1", "Line1": "4 Elm Rd", "City": "Bangor"}
    assert caller.make("customer", made)["BillAddr"] == made["BillAddr"]


def test_currency_is_fixed(caller):
    preferences = caller.get("preferences")[1]["Preferences"]
    caller.make("preferences", sparse(preferences, CurrencyPrefs={"MultiCurrencyEnabled": True}))
    made = caller.make("customer", {"DisplayName": "Ada", "CurrencyRef": {"value": "eur"}})
    assert made["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert caller.refused("customer", sparse(made, CurrencyRef={"value": "USD"})) == "6000"


def test_customer_with_unbilled_time_stays_active(caller):
    ada = caller.make("customer", {"DisplayName": "Ada"})
    worker = caller.make("employee", {"GivenName": "Emily", "FamilyName": "Platt"})
    activity = {"NameOf": "Employee", "EmployeeRef": {"value": worker["Id"]}, "Hours": 2, "Minutes": 0}
    billable = {"BillableStatus": "Billable", "HourlyRate": 30, "CustomerRef": {"value": ada["Id"]}}
    caller.make("timeactivity", {**activity, **billable})
    assert caller.refused("customer", sparse(ada, Active=False)) == "6280"


def test_objects_that_say_nothing_are_left_out(caller):
    empty = {"PrimaryPhone": {"FreeFormNumber": ""}, "PrimaryEmailAddr": {"Address": ""}, "WebAddr": {}}
    made = caller.make("customer", {"DisplayName": "Ada Quill", "BillAddr": {"Line1": ""}, **empty})
    assert not made.keys() & {"PrimaryPhone", "PrimaryEmailAddr", "WebAddr", "BillAddr"}
