"""The types of ledger accounts as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.core.ledger.account_types import LedgerAccountType as Kind

TYPE_WORDS: Mapping[Kind, Promise] = {
    Kind.BANK: _("Bank"),
    Kind.RECEIVABLE: _("Accounts receivable"),
    Kind.OTHER_CURRENT_ASSET: _("Other current asset"),
    Kind.FIXED_ASSET: _("Fixed asset"),
    Kind.OTHER_ASSET: _("Other asset"),
    Kind.PAYABLE: _("Accounts payable"),
    Kind.CREDIT_CARD: _("Credit card"),
    Kind.OTHER_CURRENT_LIABILITY: _("Other current liability"),
    Kind.LONG_TERM_LIABILITY: _("Long-term liability"),
    Kind.EQUITY: _("Equity"),
    Kind.INCOME: _("Income"),
    Kind.OTHER_INCOME: _("Other income"),
    Kind.COST_OF_GOODS_SOLD: _("Cost of goods sold"),
    Kind.EXPENSE: _("Expense"),
    Kind.OTHER_EXPENSE: _("Other expense"),
}
"""Each type as it is shown."""
