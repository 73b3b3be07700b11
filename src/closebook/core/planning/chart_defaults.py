"""The first profile of a till fitted to the books that are there: ledger accounts of the same purpose are
used.

Only what is certain is taken: the one ledger account of a kind, or the one whose name says what it is for.
All else is made by the plan, where it can be read first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from closebook.core.errors import InputError
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.planning.profile import LedgerAccountUse, Profile, Role, TillRole

_T = LedgerAccountType
Test = Callable[[LedgerAccountUse], bool]


def _named(kind: LedgerAccountType, *words: str) -> Test:
    return lambda use: use.type is kind and any(word in use.name.casefold() for word in words)


_TESTS: dict[str, tuple[Test, ...]] = {
    Role.BANK: (
        lambda use: use.type is _T.BANK and use.sub_type == "Checking" and "checking" in use.name.casefold(),
        lambda use: use.type is _T.BANK and use.sub_type == "Checking",
    ),
    Role.CARD: (lambda use: use.type is _T.CREDIT_CARD,),
    TillRole.CASH: (
        lambda use: use.type is _T.BANK and use.sub_type == "CashOnHand",
        _named(_T.BANK, "cash", "till", "drawer"),
    ),
    TillRole.TIPS: (_named(_T.OTHER_CURRENT_LIABILITY, "tip"),),
    TillRole.GIFT_CARDS: (_named(_T.OTHER_CURRENT_LIABILITY, "gift card", "gift certificate"),),
    TillRole.SERVICE_CHARGES: (_named(_T.INCOME, "service charge", "service fee"),),
}


def fitted(profile: Profile, chart: Iterable[LedgerAccountUse]) -> Profile:
    """Return a profile that uses the books' ledger accounts where one alone is fit; else the same profile."""
    uses = list(chart)
    paths = {use.key for use in uses}
    chosen = dict(profile.ledger_accounts)
    for role, tests in _TESTS.items():
        if role in chosen and chosen[role].key not in paths:
            found = _alone(uses, tests)
            if found is not None:
                chosen[role] = found
    made = replace(profile, ledger_accounts=chosen)
    try:
        made.check()
    except InputError:
        return profile
    return made


def _alone(uses: list[LedgerAccountUse], tests: tuple[Test, ...]) -> LedgerAccountUse | None:
    for test in tests:
        found = [use for use in uses if test(use)]
        if len(found) == 1:
            return found[0]
    return None
