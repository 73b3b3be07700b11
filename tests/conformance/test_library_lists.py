"""The published client library on the lists: create, read, query, update, make inactive."""

from __future__ import annotations

import pytest
from quickbooks import exceptions
from quickbooks.objects.account import Account
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.customer import Customer
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.item import Item
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxrate import TaxRate
from quickbooks.objects.taxservice import TaxRateDetails, TaxService

from tests.conformance.factory import ref, unique

LISTS = [
    ("account", "Name"),
    ("customer", "DisplayName"),
    ("vendor", "DisplayName"),
    ("employee", "DisplayName"),
    ("item", "Name"),
    ("tracked", "Name"),
    ("department", "Name"),
    ("term", "Name"),
    ("payment_method", "Name"),
]


@pytest.mark.parametrize(("kind", "name"), LISTS)
def test_a_list_object_is_made_read_found_and_changed(qb, make, kind, name):
    made = getattr(make, kind)().save(qb=qb)
    assert (made.SyncToken, made.domain, made.sparse, made.Active) == ("0", "QBO", False, True)
    read = type(made).get(made.Id, qb=qb)
    assert getattr(read, name) == getattr(made, name)
    found = type(made).filter(qb=qb, **{name: getattr(made, name)})
    assert [one.Id for one in found] == [made.Id]
    if kind == "employee":
        read.Title = "Dr"
    else:
        setattr(read, name, unique("Renamed"))
    changed = read.save(qb=qb)
    assert changed.SyncToken == "1"
    again = type(made).get(made.Id, qb=qb)
    assert getattr(again, name) == getattr(changed, name)


@pytest.mark.parametrize(("kind", "name"), LISTS)
def test_an_inactive_object_leaves_the_queries_and_stays_readable(qb, make, kind, name):
    made = getattr(make, kind)().save(qb=qb)
    made.Active = False
    type(made).get(made.Id, qb=qb)
    made.save(qb=qb)
    assert type(made).get(made.Id, qb=qb).Active is False
    assert type(made).where(f"Id = '{made.Id}'", qb=qb) == []
    both = type(made).where(f"Active IN (true, false) AND Id = '{made.Id}'", qb=qb)
    assert [one.Id for one in both] == [made.Id]


@pytest.mark.parametrize("kind", ["customer", "vendor"])
def test_a_name_freed_by_an_inactive_object_can_be_used_again(qb, make, kind):
    made = getattr(make, kind)().save(qb=qb)
    name = made.DisplayName
    made.Active = False
    made.save(qb=qb)
    assert type(made).get(made.Id, qb=qb).DisplayName == f"{name} (deleted)"
    other = getattr(make, kind)()
    other.DisplayName = name
    assert other.save(qb=qb).DisplayName == name


def test_names_of_customers_vendors_and_employees_are_one_space(qb, make):
    customer = make.customer().save(qb=qb)
    vendor = make.vendor()
    vendor.DisplayName = customer.DisplayName.upper()
    with pytest.raises(exceptions.QuickbooksException) as caught:
        vendor.save(qb=qb)
    assert caught.value.error_code == 6240


def test_a_sub_customer_knows_its_place(qb, make):
    parent = make.customer().save(qb=qb)
    job = make.customer()
    job.Job, job.ParentRef, job.DisplayName = True, ref(parent), unique("Job")
    made = job.save(qb=qb)
    assert made.FullyQualifiedName == f"{parent.DisplayName}:{made.DisplayName}"
    assert made.Level == 1


def test_a_sub_account_carries_its_path_and_classification(qb, make):
    parent = make.account().save(qb=qb)
    child = make.account()
    child.SubAccount, child.ParentRef = True, ref(parent)
    made = child.save(qb=qb)
    assert made.FullyQualifiedName == f"{parent.Name}:{made.Name}"
    assert (made.Classification, made.SubAccount, made.CurrentBalance) == ("Asset", True, 0)


def test_a_missing_object_is_code_610_not_404(qb):
    with pytest.raises(exceptions.ObjectNotFoundException) as caught:
        Customer.get(999999, qb=qb)
    assert caught.value.error_code == 610


def test_a_stale_object_is_refused(qb, make):
    made = make.customer().save(qb=qb)
    first = Customer.get(made.Id, qb=qb)
    second = Customer.get(made.Id, qb=qb)
    first.Notes = "a"
    first.save(qb=qb)
    second.Notes = "b"
    with pytest.raises(exceptions.QuickbooksException) as caught:
        second.save(qb=qb)
    assert caught.value.error_code == 5010


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("DisplayName", "x" * 501, 2050), ("ResaleNum", "y" * 17, 2050)],
)
def test_texts_that_are_too_long_are_refused(qb, make, field, value, code):
    made = make.customer()
    setattr(made, field, value)
    with pytest.raises(exceptions.QuickbooksException) as caught:
        made.save(qb=qb)
    assert caught.value.error_code == code


def test_a_stock_item_is_made_with_its_opening_quantity(qb, make):
    made = Item()
    made.Name, made.Type, made.TrackQtyOnHand = unique("Stock"), "Inventory", True
    made.QtyOnHand, made.InvStartDate, made.PurchaseCost = 10, "2026-01-01", 3
    made.AssetAccountRef = ref(make.named_account("Inventory Asset"))
    made.ExpenseAccountRef = ref(make.named_account("Cost of Goods Sold"))
    made.IncomeAccountRef = ref(make.named_account("Sales of Product Income"))
    stored = made.save(qb=qb)
    assert (stored.QtyOnHand, stored.Type) == (10, "Inventory")


def test_company_information_and_preferences(qb):
    info = CompanyInfo.all(qb=qb)[0]
    assert info.Country == "US"
    info.LegalName = "Harbor Works LLC"
    assert info.save(qb=qb).LegalName == "Harbor Works LLC"
    preferences = Preferences.get(qb=qb)
    assert preferences.CurrencyPrefs.HomeCurrency.value == "USD"
    assert preferences.ReportPrefs.ReportBasis == "Accrual"
    token = int(preferences.SyncToken)
    preferences.SalesFormsPrefs.AllowDeposit = True
    assert int(preferences.save(qb=qb).SyncToken) == token + 1


def test_taxes_are_made_by_the_tax_service(qb):
    agency = TaxAgency()
    agency.DisplayName = unique("Agency")
    stored = agency.save(qb=qb)
    assert Account.filter(Name=f"{stored.DisplayName} Payable", qb=qb)
    rate = TaxRateDetails()
    rate.TaxRateName, rate.RateValue, rate.TaxAgencyId = unique("Rate"), "5.5", stored.Id
    service = TaxService()
    service.TaxCode, service.TaxRateDetails = unique("Code"), [rate]
    service.save(qb=qb)
    rates = TaxRate.filter(Name=rate.TaxRateName, qb=qb)
    assert [one.RateValue for one in rates] == [5.5]
    codes = TaxCode.filter(Name=service.TaxCode, qb=qb)
    assert service.TaxCode in [one.Name for one in codes]
    assert {"TAX", "NON"} <= {one.Id for one in TaxCode.all(qb=qb)}
    read = TaxCode.get(next(one.Id for one in codes if one.Name == service.TaxCode), qb=qb)
    assert read.Name == service.TaxCode


def test_query_paging_and_order(qb, make):
    for _ in range(5):
        make.term().save(qb=qb)
    from quickbooks.objects.term import Term

    everything = Term.all(max_results=1000, order_by="Id", qb=qb)
    pages = [
        *Term.all(max_results=3, order_by="Id", qb=qb),
        *Term.all(max_results=1000, start_position=4, order_by="Id", qb=qb),
    ]
    assert [one.Id for one in pages] == [one.Id for one in everything]
    assert Term.count(qb=qb) == len(everything)
    assert Term.where("Name LIKE 'Due%'", qb=qb)
    assert Term.choose([everything[0].Id, everything[1].Id], qb=qb)


@pytest.mark.parametrize("name", ["O'Neil & Sons", "50% \\ off +1 #2", "Zoë"])
def test_odd_characters_survive_storage_and_query(qb, make, name):
    made = make.customer()
    made.DisplayName = unique(name)
    stored = made.save(qb=qb)
    assert stored.DisplayName == made.DisplayName
    if "\\" not in name:
        assert [one.Id for one in Customer.filter(DisplayName=made.DisplayName, qb=qb)] == [stored.Id]


@pytest.mark.parametrize(
    ("statement", "code"), [("SELECT * FRM Item", 4000), ("SELECT * FROM Item WHERE Nothing = '1'", 4001)]
)
def test_bad_statements_have_their_codes(qb, statement, code):
    with pytest.raises(exceptions.ValidationException) as caught:
        qb.query(statement)
    assert caught.value.error_code == code


def test_exchange_rates_need_several_currencies(qb):
    rate = ExchangeRate()
    rate.SourceCurrencyCode, rate.Rate, rate.AsOfDate = "EUR", 1.1, "2026-03-01"
    with pytest.raises(exceptions.QuickbooksException):
        rate.save(qb=qb)


def test_company_currencies_can_be_asked_for(qb):
    assert isinstance(CompanyCurrency.all(qb=qb), list)
