"""The chart of accounts over the protocol."""

from __future__ import annotations

import pytest

from closebook.apps.books.models import LedgerAccount
from closebook.apps.books.selectors.prove import prove

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def named(caller, name):
    return caller.rows(f"select * from Account where Name = '{name}'")[0]


def sparse(made, **changes):
    return {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, **changes}


@pytest.mark.parametrize(
    ("given", "kind", "sub_type", "classification"),
    [
        ({"AccountType": "Bank"}, "Bank", "CashOnHand", "Asset"),
        ({"AccountType": "expense"}, "Expense", "Travel", "Expense"),
        ({"AccountSubType": "Savings"}, "Bank", "Savings", "Asset"),
        ({"AccountSubType": "loanpayable"}, "Other Current Liability", "LoanPayable", "Liability"),
        (
            {"AccountType": "Income", "AccountSubType": "ServiceFeeIncome"},
            "Income",
            "ServiceFeeIncome",
            "Revenue",
        ),
        ({"AccountType": "Equity", "AccountSubType": "ShareCapital"}, "Equity", "ShareCapital", "Equity"),
        ({"AccountType": "Cost of Goods Sold"}, "Cost of Goods Sold", "CostOfLaborCos", "Expense"),
    ],
)
def test_types_complete_each_other(caller, given, kind, sub_type, classification):
    made = caller.make("account", {"Name": "New", **given})
    assert (made["AccountType"], made["AccountSubType"], made["Classification"]) == (
        kind,
        sub_type,
        classification,
    )


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"Name": "New"}, "6010"),
        ({"AccountType": "Bank"}, "2020"),
        ({"Name": "a:b", "AccountType": "Bank"}, "2040"),
        ({"Name": 'a"b', "AccountType": "Bank"}, "2040"),
        ({"Name": "x" * 111, "AccountType": "Bank"}, "2050"),
        ({"Name": "New", "AccountType": "Piggy bank"}, "2170"),
        ({"Name": "New", "AccountType": "Bank", "AccountSubType": "Travel"}, "2170"),
        ({"Name": "CHECKING", "AccountType": "Bank"}, "6240"),
        ({"Name": "New", "AccountType": "Bank", "OpeningBalance": 5}, "6060"),
        ({"Name": "New", "AccountType": "Bank", "OpeningBalanceDate": "2026-01-01"}, "6060"),
        ({"Name": "New", "AccountType": "Bank", "AcctNum": "1:2"}, "2040"),
        ({"Name": "New", "AccountType": "Bank", "AcctNum": "1" * 21}, "2050"),
        ({"Name": "New", "AccountType": "Bank", "ParentRef": {"value": "999"}}, "2500"),
        ({"Name": "New", "AccountType": "Bank", "CurrencyRef": {"value": "EUR"}}, "2220"),
    ],
)
def test_refused(caller, payload, code):
    assert caller.refused("account", payload) == code


def test_sub_accounts_bear_the_full_name(caller):
    clearing = caller.make("account", {"Name": "Etsy", "AccountType": "Bank"})
    shop = caller.make(
        "account", {"Name": "Mugs", "AccountType": "Bank", "ParentRef": {"value": clearing["Id"]}}
    )
    assert (shop["FullyQualifiedName"], shop["SubAccount"]) == ("Etsy:Mugs", True)
    renamed = caller.make("account", sparse(clearing, Name="Etsy shops"))
    assert renamed["FullyQualifiedName"] == "Etsy shops"
    assert (
        caller.rows("select * from Account where FullyQualifiedName = 'etsy shops:mugs'")[0]["SyncToken"]
        == "1"
    )
    row = LedgerAccount.objects.using("books").get(name="Mugs")
    assert row.full_name == "Etsy shops:Mugs"


def test_parent_must_have_the_same_type_and_may_not_be_below(caller):
    bank = caller.make("account", {"Name": "A", "AccountType": "Bank"})
    assert (
        caller.refused("account", {"Name": "B", "AccountType": "Income", "ParentRef": {"value": bank["Id"]}})
        == "6000"
    )
    child = caller.make("account", {"Name": "B", "AccountType": "Bank", "ParentRef": {"value": bank["Id"]}})
    assert caller.refused("account", sparse(bank, ParentRef={"value": child["Id"]})) == "900"


def test_five_levels_at_most(caller):
    parent = {}
    for level in range(5):
        made = caller.make("account", {"Name": f"L{level}", "AccountType": "Expense", **parent})
        parent = {"ParentRef": {"value": made["Id"]}}
    assert caller.refused("account", {"Name": "L5", "AccountType": "Expense", **parent}) == "6180"


def test_some_stand_alone(caller):
    funds = named(caller, "Undeposited Funds")
    payload = {"Name": "Till", "AccountType": "Other Current Asset", "ParentRef": {"value": funds["Id"]}}
    assert caller.refused("account", payload) == "6000"


@pytest.mark.parametrize(
    ("kind", "amount", "shown"),
    [("Bank", "120.50", "120.50"), ("Credit Card", "80", "-80.00"), ("Long Term Liability", 40, "-40.00")],
)
def test_opening_balance_is_posted_against_equity(caller, kind, amount, shown):
    payload = {
        "Name": "New",
        "AccountType": kind,
        "OpeningBalance": amount,
        "OpeningBalanceDate": "2026-01-01",
    }
    made = caller.make("account", payload)
    assert str(made["CurrentBalance"]) == shown
    equity = named(caller, "Opening Balance Equity")
    assert equity["CurrentBalance"] == -made["CurrentBalance"]
    assert prove(caller.company.pk, thorough=True).ok


def test_balances_add_up_over_sub_accounts(caller):
    top = caller.make("account", {"Name": "Top", "AccountType": "Bank"})
    opening = {"OpeningBalance": 5, "OpeningBalanceDate": "2026-01-01"}
    caller.make(
        "account", {"Name": "Sub", "AccountType": "Bank", "ParentRef": {"value": top["Id"]}, **opening}
    )
    shown = named(caller, "Top")
    assert (shown["CurrentBalance"], shown["CurrentBalanceWithSubAccounts"]) == (0, 5)


def test_inactive_frees_the_name_until_it_comes_back(caller):
    first = caller.make("account", {"Name": "Till", "AccountType": "Bank"})
    gone = caller.make("account", sparse(first, Active=False))
    assert (gone["Name"], gone["FullyQualifiedName"]) == ("Till (deleted)", "Till (deleted)")
    caller.make("account", {"Name": "Till", "AccountType": "Bank"})
    assert caller.refused("account", sparse(gone, Active=True)) == "6240"
    back = caller.make("account", sparse(gone, Active=True, Name="Till 2"))
    assert back["Name"] == "Till 2"


def test_system_or_filled_accounts_stay_active(caller):
    assert caller.refused("account", sparse(named(caller, "Undeposited Funds"), Active=False)) == "6000"
    payload = {"Name": "New", "AccountType": "Bank", "OpeningBalance": 5, "OpeningBalanceDate": "2026-01-01"}
    assert caller.refused("account", sparse(caller.make("account", payload), Active=False)) == "6220"


def test_numbers_are_unique_when_they_are_used(caller):
    caller.make("account", {"Name": "A", "AccountType": "Bank", "AcctNum": "100"})
    caller.make("account", {"Name": "B", "AccountType": "Bank", "AcctNum": "100"})
    preferences = caller.get("preferences")[1]["Preferences"]
    caller.make("preferences", sparse(preferences, AccountingInfoPrefs={"UseAccountNumbers": True}))
    assert caller.refused("account", {"Name": "C", "AccountType": "Bank", "AcctNum": "100"}) == "6240"


def test_income_has_no_balance(caller):
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    caller.make("salesreceipt", {"Line": [line]})
    assert named(caller, "Services")["CurrentBalance"] == 0
    assert named(caller, "Undeposited Funds")["CurrentBalance"] == 5
