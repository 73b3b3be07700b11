"""A new company has what a new company has."""

from __future__ import annotations

import pytest

from closebook.apps.books.models import LedgerAccount, Record
from closebook.apps.qbo.services.chart import CHART

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def test_new_company_has_the_whole_chart(company):
    names = set(LedgerAccount.objects.using("books").filter(company=company).values_list("name", flat=True))
    assert names == {row.name for row in CHART}


def test_new_company_has_lists(company):
    counts = {
        entity: Record.objects.using("books").filter(company=company, entity=entity).count()
        for entity in ("Term", "PaymentMethod", "Item", "CompanyInfo", "Preferences")
    }
    assert counts == {"Term": 5, "PaymentMethod": 7, "Item": 2, "CompanyInfo": 1, "Preferences": 1}


def test_system_account_is_made_once(ctx):
    first = ctx.ledger_account("exchange-gain-or-loss")
    assert ctx.ledger_account("exchange-gain-or-loss").pk == first.pk
    assert first.name == "Exchange Gain or Loss"


def test_new_company_has_what_programs_look_for(caller):
    preferences = caller.get("preferences")[1]["Preferences"]
    assert preferences["EmailMessagesPrefs"]["InvoiceMessage"]["Subject"] == "Invoice from Harbor Cycle Works"
    flags = preferences["SalesFormsPrefs"]["CustomField"][0]["CustomField"]
    assert [flag["BooleanValue"] for flag in flags] == [False, False, False]
    names = {pair["Name"] for pair in preferences["OtherPrefs"]["NameValue"]}
    assert names >= {"WarnDuplicateBillNumber", "ProjectsEnabled", "UncategorizedIncomeAccountId"}


def test_number_of_a_ledger_account_is_a_text(caller):
    made = caller.make("account", {"Name": "Timber", "AccountType": "Expense", "AcctNum": 5010})
    assert made["AcctNum"] == "5010"
