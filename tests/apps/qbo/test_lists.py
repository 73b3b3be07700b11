"""Items, classes, locations, terms, payment methods, taxes, currencies, company and preferences."""

from __future__ import annotations

import pytest

from closebook.apps.books.models import BooksCompany, LedgerAccount, StockLevel
from closebook.apps.books.selectors.prove import prove

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def sparse(made, **changes):
    return {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, **changes}


def id_of(caller, name):
    return {"value": caller.rows(f"select Id from Account where Name = '{name}'")[0]["Id"]}


@pytest.fixture
def accounts(caller):
    """Return the three ledger accounts of a tracked item."""
    return {
        "IncomeAccountRef": id_of(caller, "Sales of Product Income"),
        "ExpenseAccountRef": id_of(caller, "Cost of Goods Sold"),
        "AssetAccountRef": id_of(caller, "Inventory Asset"),
    }


@pytest.fixture
def tracked(accounts):
    """Return the payload of a tracked item."""
    stock = {"TrackQtyOnHand": True, "QtyOnHand": 10, "InvStartDate": "2026-01-01"}
    return {"Name": "Mug", "Type": "Inventory", "PurchaseCost": "2.505", **stock, **accounts}


class TestItem:
    """Items."""

    def test_service_gets_defaults(self, caller):
        made = caller.make(
            "item", {"Name": "Repair", "Type": "service", "IncomeAccountRef": id_of(caller, "Services")}
        )
        defaults = {
            "Type": "Service",
            "UnitPrice": 0,
            "PurchaseCost": 0,
            "Taxable": False,
            "TrackQtyOnHand": False,
        }
        assert {name: made[name] for name in defaults} == defaults
        assert made["IncomeAccountRef"]["name"] == "Services"

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"Name": "New", "Type": "Service"}, "2020"),
            ({"Name": "New", "IncomeAccountRef": {"value": "1"}}, "2020"),
            ({"Type": "Service", "IncomeAccountRef": {"value": "1"}}, "2020"),
            ({"Name": "New", "Type": "Group", "IncomeAccountRef": {"value": "1"}}, "2170"),
            ({"Name": "a:b", "Type": "Service", "IncomeAccountRef": {"value": "1"}}, "2040"),
            ({"Name": "hours", "Type": "Service", "IncomeAccountRef": {"value": "1"}}, "6240"),
            ({"Name": "New", "Type": "Service", "IncomeAccountRef": {"value": "999"}}, "2500"),
            ({"Name": "New", "Type": "Service", "IncomeAccountRef": {"value": "12"}}, "6430"),
            (
                {"Name": "New", "Type": "Service", "IncomeAccountRef": {"value": "1"}, "UnitPrice": "dear"},
                "2140",
            ),
            ({"Name": "New", "Type": "Category", "SubItem": True}, "2020"),
            ({"Name": "New", "Type": "Category", "SubItem": True, "ParentRef": {"value": "1"}}, "6000"),
        ],
    )
    def test_refused(self, caller, payload, code):
        assert caller.refused("item", payload) == code

    @pytest.mark.parametrize(
        ("missing", "code"),
        [
            ("QtyOnHand", "2020"),
            ("InvStartDate", "2020"),
            ("AssetAccountRef", "2020"),
            ("IncomeAccountRef", "2020"),
        ],
    )
    def test_tracked_item_needs_all(self, caller, tracked, missing, code):
        del tracked[missing]
        assert caller.refused("item", tracked) == code

    @pytest.mark.parametrize("member", ["IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef"])
    def test_tracked_item_needs_accounts_of_the_right_type(self, caller, tracked, member):
        assert caller.refused("item", {**tracked, member: id_of(caller, "Checking")}) == "6430"

    def test_opening_stock_is_posted(self, caller, tracked):
        made = caller.make("item", tracked)
        assert made["QtyOnHand"] == 10
        level = StockLevel.objects.using("books").get()
        assert (level.quantity_micro, level.value_minor) == (10_000_000, 2505)
        rows = caller.rows(
            "select * from Account where Name IN ('Inventory Asset', 'Opening Balance Equity')"
        )
        assert sorted(str(row["CurrentBalance"]) for row in rows) == ["-25.05", "25.05"]

    def test_changed_quantity_is_an_adjustment(self, caller, tracked):
        made = caller.make("item", tracked)
        changed = caller.make("item", sparse(made, QtyOnHand=4, InvStartDate="2026-03-01"))
        assert (changed["QtyOnHand"], changed["InvStartDate"]) == (4, "2026-01-01")
        level = StockLevel.objects.using("books").get()
        assert (level.quantity_micro, level.value_minor) == (4_000_000, 1002)
        shrinkage = LedgerAccount.objects.using("books").get(name="Inventory Shrinkage")
        assert shrinkage.type == "Cost of Goods Sold"
        assert prove(caller.company.pk, thorough=True).ok

    def test_other_changes_leave_the_stock_alone(self, caller, tracked):
        made = caller.make("item", tracked)
        caller.make("item", sparse(made, UnitPrice=9))
        assert caller.get(f"item/{made['Id']}")[1]["Item"]["QtyOnHand"] == 10

    def test_tracked_item_stays_tracked(self, caller, tracked):
        made = caller.make("item", tracked)
        assert caller.refused("item", sparse(made, Type="Service")) == "6000"
        assert caller.refused("item", sparse(made, TrackQtyOnHand=False)) == "6000"

    def test_categories_nest(self, caller):
        top = caller.make("item", {"Name": "Clay", "Type": "Category"})
        mugs = {"Name": "Mugs", "Type": "Category", "SubItem": True, "ParentRef": {"value": top["Id"]}}
        mugs = caller.make("item", mugs)
        payload = {"Name": "Blue", "Type": "Service", "IncomeAccountRef": id_of(caller, "Services")}
        made = caller.make("item", {**payload, "SubItem": True, "ParentRef": {"value": mugs["Id"]}})
        assert (made["FullyQualifiedName"], made["Level"]) == ("Clay:Mugs:Blue", 2)
        assert caller.make("item", payload)["FullyQualifiedName"] == "Blue"
        caller.make("item", sparse(top, Name="Stoneware"))
        assert caller.rows("select * from Item where FullyQualifiedName = 'Stoneware:Mugs:Blue'")


class TestTracking:
    """Classes and locations."""

    @pytest.mark.parametrize(("path", "flag"), [("class", "SubClass"), ("department", "SubDepartment")])
    def test_tree(self, caller, path, flag):
        top = caller.make(path, {"Name": "North"})
        below = caller.make(path, {"Name": "East", "ParentRef": {"value": top["Id"]}})
        assert (below["FullyQualifiedName"], below[flag]) == ("North:East", True)
        assert top[flag] is False
        _status, body = caller.post(path, {"Name": "EAST", "ParentRef": {"value": top["Id"]}})
        assert body["Fault"]["Error"][0]["Detail"].endswith(": null")
        assert caller.make(path, {"Name": "East"})["FullyQualifiedName"] == "East"
        assert caller.refused(path, sparse(top, ParentRef={"value": below["Id"]})) == "900"

    def test_classes_have_long_ids(self, caller):
        assert len(caller.make("class", {"Name": "North"})["Id"]) == 19


class TestTerm:
    """Terms and payment methods."""

    @pytest.mark.parametrize(
        ("payload", "kind"),
        [
            ({"DueDays": "30", "DiscountDays": 10, "DiscountPercent": "2"}, "STANDARD"),
            ({"DayOfMonthDue": 15, "DueNextMonthDays": 5, "DiscountDayOfMonth": 3}, "DATE_DRIVEN"),
        ],
    )
    def test_kind_follows_from_the_members(self, caller, payload, kind):
        assert caller.make("term", {"Name": "New", **payload})["Type"] == kind

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"Name": "New"}, "2020"),
            ({"DueDays": 5}, "2020"),
            ({"Name": "New", "DueDays": 1000}, "2090"),
            ({"Name": "New", "DayOfMonthDue": 32}, "2090"),
            ({"Name": "New", "DueDays": 5, "DayOfMonthDue": 3}, "2600"),
            ({"Name": "net 30", "DueDays": 30}, "6240"),
            ({"Name": "x" * 32, "DueDays": 30}, "2050"),
        ],
    )
    def test_refused(self, caller, payload, code):
        assert caller.refused("term", payload) == code

    def test_payment_method(self, caller):
        assert caller.make("paymentmethod", {"Name": "Etsy"})["Type"] == "NON_CREDIT_CARD"
        assert caller.refused("paymentmethod", {"Name": "Other", "Type": "SHELLS"}) == "2170"


class TestTax:
    """Agencies, rates and codes."""

    @pytest.fixture
    def agency(self, caller):
        return caller.make("taxagency", {"DisplayName": "Maine"})

    def service(self, caller, agency, **more):
        rate = {
            "TaxRateName": "Cumb 5.5",
            "RateValue": "5.5",
            "TaxAgencyId": agency["Id"],
            "TaxApplicableOn": "Sales",
        }
        return caller.post("taxservice/taxcode", {"TaxCode": "Cumberland", "TaxRateDetails": [rate], **more})

    def test_agency_gets_a_payable(self, caller, agency):
        row = LedgerAccount.objects.using("books").get(name="Maine Payable")
        assert (row.type, row.sub_type) == ("Other Current Liability", "GlobalTaxPayable")
        assert caller.refused("taxagency", {"DisplayName": "maine"}) == "6240"

    def test_service_makes_code_and_rates(self, caller, agency):
        status, body = self.service(caller, agency)
        assert status == 200
        assert "time" not in body
        assert body["TaxRateDetails"][0]["RateValue"] == 5.5
        code = caller.get(f"taxcode/{body['TaxCodeId']}")[1]["TaxCode"]
        detail = code["SalesTaxRateList"]["TaxRateDetail"][0]
        assert detail["TaxRateRef"]["value"] == body["TaxRateDetails"][0]["TaxRateId"]
        assert caller.get("preferences")[1]["Preferences"]["TaxPrefs"]["UsingSalesTax"] is True
        second = {"TaxCode": "Two", "TaxRateDetails": [{"TaxRateId": detail["TaxRateRef"]["value"]}]}
        assert caller.post("taxservice/taxcode", second)[0] == 200

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"TaxCode": ""}, "2020"),
            ({"TaxCode": "NON"}, "6240"),
            ({"TaxRateDetails": []}, "2020"),
            ({"TaxRateDetails": [{"TaxRateId": "99"}]}, "2500"),
            ({"TaxRateDetails": [{"TaxRateName": "a", "RateValue": 5, "TaxAgencyId": "99"}]}, "2500"),
            ({"TaxRateDetails": [{"TaxRateName": "a", "RateValue": 101, "TaxAgencyId": "1"}]}, "6470"),
            ({"TaxRateDetails": [{"TaxRateName": "a", "TaxAgencyId": "1"}]}, "2020"),
        ],
    )
    def test_service_refuses(self, caller, agency, change, code):
        status, body = self.service(caller, agency, **change)
        assert (status, body["Fault"]["Error"][0]["code"]) == (400, code)

    def test_duplicate_code_and_rate(self, caller, agency):
        self.service(caller, agency)
        assert self.service(caller, agency)[1]["Fault"]["Error"][0]["code"] == "6240"
        assert self.service(caller, agency, TaxCode="Other")[1]["Fault"]["Error"][0]["code"] == "6240"

    def test_pseudo_codes_come_on_top_of_a_page(self, caller, agency):
        self.service(caller, agency)
        rows = caller.rows("select * from TaxCode maxresults 1")
        assert [row["Id"] for row in rows] == ["1", "TAX", "NON", "CustomSalesTax"]
        assert "SyncToken" not in rows[1]
        assert caller.get("taxcode/TAX")[1]["TaxCode"]["Taxable"] is True

    def test_rates_and_codes_cannot_be_written(self, caller, agency):
        self.service(caller, agency)
        assert caller.refused("taxcode", {"Name": "x"}) == "500"
        assert caller.refused("taxrate", {"Id": "1", "SyncToken": "0", "sparse": True}) == "500"


class TestCurrency:
    """Exchange rates and currencies."""

    @pytest.fixture
    def multi(self, caller):
        preferences = caller.get("preferences")[1]["Preferences"]
        caller.make("preferences", sparse(preferences, CurrencyPrefs={"MultiCurrencyEnabled": True}))
        return caller

    def test_needs_multicurrency(self, caller):
        assert (
            caller.refused(
                "exchangerate", {"SourceCurrencyCode": "EUR", "Rate": 1.1, "AsOfDate": "2026-03-01"}
            )
            == "5030"
        )
        assert caller.refused("companycurrency", {"Code": "EUR"}) == "5030"
        assert caller.get("exchangerate", sourcecurrencycode="EUR")[0] == 400

    def test_newest_rate_not_after_the_day(self, multi):
        for day, rate in (("2026-02-01", "1.05"), ("2026-03-01", "1.1")):
            made = multi.make("exchangerate", {"SourceCurrencyCode": "EUR", "Rate": rate, "AsOfDate": day})
        assert "Id" not in made
        assert (made["SourceCurrencyCode"], made["TargetCurrencyCode"], made["SyncToken"]) == (
            "EUR",
            "USD",
            "0",
        )
        read = multi.get("exchangerate", sourcecurrencycode="eur", asofdate="2026-02-20")[1]["ExchangeRate"]
        assert str(read["Rate"]) == "1.05"
        assert str(multi.get("exchangerate", sourcecurrencycode="EUR")[1]["ExchangeRate"]["Rate"]) == "1.1"

    def test_same_day_is_changed(self, multi):
        rate = {"SourceCurrencyCode": "EUR", "Rate": 1.1, "AsOfDate": "2026-03-01"}
        multi.make("exchangerate", rate)
        assert multi.make("exchangerate", {**rate, "Rate": 1.2, "SyncToken": "0"})["SyncToken"] == "1"
        assert multi.refused("exchangerate", {**rate, "SyncToken": "0"}) == "5010"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"SourceCurrencyCode": "USD", "TargetCurrencyCode": "EUR"}, "2600"),
            ({"SourceCurrencyCode": "EURO"}, "2220"),
            ({"SourceCurrencyCode": ""}, "2020"),
            ({"Rate": ""}, "2020"),
            ({"Rate": -1}, "2140"),
            ({"AsOfDate": "soon"}, "2060"),
        ],
    )
    def test_refused(self, multi, change, code):
        rate = {"SourceCurrencyCode": "EUR", "Rate": 1.1, "AsOfDate": "2026-03-01", **change}
        assert multi.refused("exchangerate", rate) == code

    def test_query_shows_the_home_currency_too(self, multi):
        multi.make("exchangerate", {"SourceCurrencyCode": "EUR", "Rate": 1.1, "AsOfDate": "2026-03-01"})
        where = "where sourcecurrencycode in ('EUR', 'INR') and asofdate = '2026-03-01'"
        rows = multi.rows(f"select * from exchangerate {where}")
        assert [(row["SourceCurrencyCode"], row["Rate"]) for row in rows] == [
            ("EUR", rows[0]["Rate"]),
            ("USD", 1),
        ]

    def test_company_currency(self, multi):
        assert multi.make("companycurrency", {"Code": "eur"})["Name"] == "Euro"
        assert multi.refused("companycurrency", {"Code": "EUR"}) == "6240"

    def test_multicurrency_stays(self, multi):
        preferences = multi.get("preferences")[1]["Preferences"]
        payload = sparse(preferences, CurrencyPrefs={"MultiCurrencyEnabled": False})
        assert multi.refused("preferences", payload) == "6000"


class TestCompany:
    """CompanyInfo and Preferences."""

    def test_company_is_read_by_realm_and_query(self, caller):
        _status, body = caller.get(f"companyinfo/{caller.company.realm_id}")
        assert (body["CompanyInfo"]["CompanyName"], body["CompanyInfo"]["Id"]) == ("Harbor Cycle Works", "1")
        assert len(caller.rows("select * from CompanyInfo")) == 1

    def test_changed_company_is_changed_everywhere(self, caller):
        info = caller.get("companyinfo/1")[1]["CompanyInfo"]
        caller.make("companyinfo", sparse(info, CompanyName="Harbor", FiscalYearStartMonth="july"))
        row = BooksCompany.objects.using("books").get()
        assert (row.name, row.fiscal_year_start_month) == ("Harbor", 7)
        preferences = caller.get("preferences")[1]["Preferences"]
        assert preferences["AccountingInfoPrefs"]["FirstMonthOfFiscalYear"] == "July"
        assert (
            caller.refused("companyinfo", {**info, "SyncToken": "1", "FiscalYearStartMonth": "Smarch"})
            == "2170"
        )

    def test_fiscal_year_set_in_preferences(self, caller):
        before = caller.get("preferences")[1]["Preferences"]
        caller.make("preferences", sparse(before, AccountingInfoPrefs={"FirstMonthOfFiscalYear": "April"}))
        assert BooksCompany.objects.using("books").get().fiscal_year_start_month == 4
        assert caller.get("companyinfo/1")[1]["CompanyInfo"]["FiscalYearStartMonth"] == "April"

    def test_sparse_preferences_merge_within_groups(self, caller):
        before = caller.get("preferences")[1]["Preferences"]
        after = caller.make("preferences", sparse(before, SalesFormsPrefs={"CustomTxnNumbers": "true"}))
        assert after["SalesFormsPrefs"]["CustomTxnNumbers"] is True
        assert after["SalesFormsPrefs"]["AllowDiscount"] is True

    def test_pairs_of_other_preferences_merge_by_name(self, caller):
        before = caller.get("preferences")[1]["Preferences"]
        pairs = {"NameValue": [{"Name": "WarnDuplicateBillNumber", "Value": "false"}]}
        after = caller.make("preferences", sparse(before, OtherPrefs=pairs))
        values = {pair["Name"]: pair["Value"] for pair in after["OtherPrefs"]["NameValue"]}
        assert values["WarnDuplicateBillNumber"] == "false"
        assert values["WarnDuplicateCheckNumber"] == "true"

    @pytest.mark.parametrize(
        ("group", "code"),
        [
            ({"AccountingInfoPrefs": {"ClassTrackingPerTxn": True}}, "2600"),
            ({"AccountingInfoPrefs": {"TrackDepartments": "sometimes"}}, "2230"),
            ({"ReportPrefs": {"ReportBasis": "Hopeful"}}, "2170"),
            ({"SalesFormsPrefs": "on"}, "2010"),
        ],
    )
    def test_refused(self, caller, group, code):
        assert caller.refused("preferences", {"Id": "1", "SyncToken": "0", "sparse": True, **group}) == code
