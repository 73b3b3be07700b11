"""A company with a bank account whose lines come from small files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from closebook.apps.bank.models import BankAccount, BankLine
from closebook.apps.bank.selectors.bank_accounts import BANK_TYPES, ledger_choices
from closebook.apps.bank.services.bank_accounts import bank_account_make
from closebook.apps.bank.services.importing import file_import, upload_keep, upload_read
from closebook.apps.companies.models import Company
from tests.apps.sync.harness import World

BY = "ada"


def csv_of(*rows: tuple[str, str, str]) -> bytes:
    """Return a CSV file of (day, text, amount)."""
    return (
        "Date,Description,Amount\n" + "".join(f"{d},{text},{amount}\n" for d, text, amount in rows)
    ).encode()


@dataclass
class Bank:
    """A bank account and what a test does with it."""

    world: World
    one: BankAccount

    def load(
        self, *rows: tuple[str, str, str], name: str = "march.csv", of: BankAccount | None = None
    ) -> Any:
        one = of or self.one
        found = upload_read(upload_keep(one.company, name, csv_of(*rows)))
        return file_import(one.company, found, [one] * len(found.statements), BY)

    def lines(self) -> list[BankLine]:
        rows = BankLine.objects.filter(bank_account=self.one).select_related("bank_account__company")
        return list(rows.order_by("day", "pk"))

    def line(self) -> BankLine:
        (found,) = self.lines()
        return found

    def expense_account(self) -> str:
        return next(one.wire_id for one in ledger_choices(self.one.company) if one.type == "Expense")


def bank_of(world: World, name: str = "Checking", company: Company | None = None) -> Bank:
    company = company or world.company()
    taken = set(BankAccount.objects.values_list("ledger_account", flat=True))
    choices = [one for one in ledger_choices(company, BANK_TYPES) if one.wire_id not in taken]
    named = [one for one in choices if one.name == name]
    if not named:
        made = world.make("Account", Name=name, AccountType="Bank")
        return Bank(world, bank_account_make(company, name, made["Id"], "", BY))
    return Bank(world, bank_account_make(company, name, named[0].wire_id, "", BY))


@pytest.fixture
def bank(bare: World) -> Bank:
    return bank_of(bare)


@pytest.fixture
def shop_bank(synced: World) -> Bank:
    return bank_of(synced)
