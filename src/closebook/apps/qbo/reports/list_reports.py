"""General ledger, detail of profit and loss, transaction lists and journal: one row per posting or
document.
"""

from __future__ import annotations

from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports.family import Options, Report
from closebook.apps.qbo.reports.ledger_reports import PROFIT_AND_LOSS_GROUPS
from closebook.apps.qbo.reports.line_keys import KEYS, LIST_KEYS, line_options, list_options
from closebook.apps.qbo.reports.parameters import Parameters
from closebook.apps.qbo.reports.render import Shape
from closebook.core.reports.document_lists import JOURNAL_COLUMNS, TRANSACTION_COLUMNS
from closebook.core.reports.general_ledger import DETAIL_COLUMNS, GENERAL_LEDGER_COLUMNS

_LEDGER_COLUMNS = (*GENERAL_LEDGER_COLUMNS[:5], "class", "location", *GENERAL_LEDGER_COLUMNS[5:])
_SPLIT_COLUMNS = ("day", "kind", "number", "posting", "name", "memo", "ledger-account", "amount")
_DETAIL_COLUMNS = (*DETAIL_COLUMNS[:4], "class", "location", *DETAIL_COLUMNS[4:])


def _lines(default: tuple[str, ...]) -> Options:
    return lambda context, parameters: line_options(context, parameters, default)


def _list(group: str = "") -> Options:
    def options(context: Context, parameters: Parameters) -> dict[str, str]:
        found = list_options(context, parameters, TRANSACTION_COLUMNS)
        return {**found, "group-by": group} if group else found

    return options


REPORTS = (
    Report(
        Shape("GeneralLedger", keys=KEYS, columns_by=""), "general-ledger", options=_lines(_LEDGER_COLUMNS)
    ),
    Report(
        Shape("ProfitAndLossDetail", PROFIT_AND_LOSS_GROUPS, KEYS, columns_by=""),
        "profit-and-loss-detail",
        options=_lines(_DETAIL_COLUMNS),
    ),
    Report(
        Shape("JournalReport", keys=KEYS, columns_by="", basis=False),
        "journal",
        options=_lines(JOURNAL_COLUMNS),
    ),
    Report(
        Shape("TransactionList", keys=LIST_KEYS, columns_by="", basis=False),
        "transaction-list",
        options=_list(),
    ),
    Report(
        Shape("TransactionListByCustomer", keys=LIST_KEYS, columns_by="", basis=False),
        "transaction-list",
        options=_list("customer"),
    ),
    Report(
        Shape("TransactionListByVendor", keys=LIST_KEYS, columns_by="", basis=False),
        "transaction-list",
        options=_list("vendor"),
    ),
    Report(
        Shape("TransactionListWithSplits", keys=KEYS, columns_by="", basis=False),
        "journal",
        options=_lines(_SPLIT_COLUMNS),
    ),
)
