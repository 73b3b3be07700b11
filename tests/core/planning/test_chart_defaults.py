"""A till's first profile uses what the books already have, where one alone is fit."""

from __future__ import annotations

from closebook.core.ledger.account_types import LedgerAccountType as T
from closebook.core.planning.chart_defaults import fitted
from closebook.core.planning.profile import LedgerAccountUse, Role, TillRole
from tests.core.planning.till import profile


def test_ledger_accounts_of_the_same_purpose_are_used() -> None:
    chart = [
        LedgerAccountUse("Business Checking", T.BANK, "Checking"),
        LedgerAccountUse("Drawer", T.BANK, "CashOnHand"),
        LedgerAccountUse("Tips Payable", T.OTHER_CURRENT_LIABILITY, "OtherCurrentLiabilities"),
        LedgerAccountUse("Visa", T.CREDIT_CARD, "CreditCard"),
    ]
    chosen = fitted(profile(), chart).ledger_accounts
    names = [chosen[role].name for role in (Role.BANK, TillRole.CASH, TillRole.TIPS, Role.CARD)]
    assert names == ["Business Checking", "Drawer", "Tips Payable", "Visa"]


def test_of_two_that_are_fit_none_is_taken() -> None:
    chart = [LedgerAccountUse(name, T.BANK, "Checking") for name in ("One", "Two")]
    assert fitted(profile(), chart) == profile()


def test_a_name_that_is_there_stays() -> None:
    chart = [LedgerAccountUse("Checking", T.BANK, "Checking"), LedgerAccountUse("Other", T.BANK, "Checking")]
    assert fitted(profile(), chart) == profile()
