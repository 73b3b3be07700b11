"""Statements with a row per customer, vendor, class, location or item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from closebook.apps.books.selectors.directory import ListObject, list_objects, tree_of
from closebook.apps.books.selectors.history import posting_sums, read_history
from closebook.apps.books.selectors.name_sums import KEPT, first_names
from closebook.apps.books.selectors.posting_lines import MAX_LINES
from closebook.apps.books.selectors.sold import quantities_sold
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.errors import InputError
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.grid import Slice
from closebook.core.reports.history import NO_KEY, History, flow_edges
from closebook.core.reports.item_sales import ITEM_COLUMNS, ItemCells, unit_price
from closebook.core.reports.names import CellsOf, Figures, NameTree
from closebook.core.reports.opens import Basis, Dimension, Opens
from closebook.core.reports.table import Cell, Column, ColumnKind, Row, Table, total_only

_T = LedgerAccountType
_SALES = (_T.INCOME,)
_INCOMES = (_T.INCOME, _T.OTHER_INCOME)
_EXPENSES = (_T.COST_OF_GOODS_SOLD, _T.EXPENSE, _T.OTHER_EXPENSE)


@dataclass(slots=True)
class ByName:
    """Movements per key of a list; ``unspecified`` are the keys that count as nobody, ``known`` the
    objects of the list that have any. With ``first_only`` those that come first by name: the amounts of the
    others stand under no key.
    """

    request: Request
    dimension: Dimension
    entity: str
    slices: tuple[Slice, ...]
    history: History
    unspecified: tuple[int, ...]
    known: dict[int, ListObject]
    first_only: bool = False
    _accounts: dict[tuple[LedgerAccountType, ...], tuple[int, ...]] = field(default_factory=dict)

    def amounts(self, types: Sequence[LedgerAccountType], sign: int) -> dict[int, list[int]]:
        """Return per key the movement of the ledger accounts of some types in each slice."""
        flows = self.history.flows(frozenset(self.accounts(types)), self.slices)
        return {key: [sign * amount for amount in amounts] for key, amounts in flows.items()}

    def accounts(self, types: Sequence[LedgerAccountType]) -> tuple[int, ...]:
        """Return the ledger accounts of some types, looked up once."""
        known = tuple(types)
        if known not in self._accounts:
            self._accounts[known] = tuple(self.request.chart.of_types(*known))
        return self._accounts[known]

    def opens(self, keys: Sequence[int], part: Slice, types: Sequence[LedgerAccountType], sign: int) -> Opens:
        """Return the key to the postings of some names in a slice."""
        wanted = [key for each in keys for key in (self.unspecified if each == NO_KEY else (each,))]
        is_whole = NO_KEY in keys and (self.first_only or len(keys) > 1)
        filters = part.filters if is_whole else part.filters.narrowed(self.dimension, *wanted)
        accounts = self.accounts(types)
        return Opens(accounts, part.start, part.end, self.request.basis, filters, credit_positive=sign < 0)

    def tree(self, figures: dict[int, list[int]], cells: CellsOf) -> NameTree:
        """Return the tree of the names with figures."""
        names = tree_of(self.request.company_id, self.known)
        width = max((len(values) for values in figures.values()), default=len(self.slices))
        return NameTree(names, figures, cells, width, self.first_only)


def by_name(
    request: Request,
    dimension: Dimension,
    entity: str,
    types: Sequence[LedgerAccountType],
    *,
    whole: bool = False,
) -> ByName:
    """Read the movements of the ledger accounts of some types per key of a list.

    Where the option ``max-lines`` asks for fewer lines than there are names, only the first names are read,
    unless the ``whole`` list is needed.
    """
    if request.dimension is not None or request.compare:
        raise InputError(
            "unknown-columns", "This statement has columns by time only.", remedy="Use by=month."
        )
    slices = request.time_slices()
    keys = None if whole else _first_keys(request, dimension, entity, types, slices)
    history = read_history(
        request.company_id,
        flow_edges(slices),
        opened=False,
        chart=request.chart,
        basis=request.basis,
        dimension=dimension,
        filters=request.filters,
        ledger_accounts=request.chart.of_types(*types),
        keys=keys,
    )
    known = list_objects(request.company_id, history.dimension_keys())
    ours = {key: one for key, one in known.items() if one.entity == entity}
    others = tuple(key for key in history.dimension_keys() if key not in ours)
    history.fold(ours.keys())
    return ByName(request, dimension, entity, slices, history, others or (NO_KEY,), ours, keys is not None)


def _first_keys(
    request: Request,
    dimension: Dimension,
    entity: str,
    types: Sequence[LedgerAccountType],
    slices: Sequence[Slice],
) -> list[int] | None:
    """Return the names that a page shows of a list that is longer; None where all are read."""
    most, accounts = request.number("max-lines", MAX_LINES), request.chart.of_types(*types)
    plain = request.basis is Basis.ACCRUAL and dimension in KEPT and not request.filters.used()
    if most >= MAX_LINES or not plain or not accounts:
        return None
    days = (slices[0].start, slices[-1].end)
    return first_names(request.company_id, dimension, entity, days, accounts, most)


def name_table(
    request: Request,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: list[Row],
    *,
    short: bool = False,
) -> Table:
    """Return a table whose first column holds names."""
    return Table(
        name,
        title,
        (Column("name", "", ColumnKind.TEXT), *columns),
        rows,
        request.company.home_currency,
        request.day_from,
        request.day_to,
        request.basis,
        has_data=bool(rows),
        short=short,
    )


def tree_table(request: Request, name: str, title: str, columns: Sequence[Column], tree: NameTree) -> Table:
    """Return a table of a tree of names and their total.

    The option ``max-lines`` leaves off what comes after so many lines: keys to postings are made of the
    others alone, figures of the total are those of all.
    """
    most = request.number("max-lines", MAX_LINES)
    rows = tree.rows(most if most < MAX_LINES else None)  # files hold all names, however many
    whole = [*rows, tree.total()] if rows else []
    return name_table(request, name, title, columns, whole, short=tree.short)


def _summary(
    request: Request,
    name: str,
    title: str,
    listed: tuple[Dimension, str],
    counted: tuple[Sequence[LedgerAccountType], int],
) -> Table:
    """Return a statement with one figure per name and period: some types' postings times a sign."""
    types, sign = counted
    read = by_name(request, *listed, types)
    whole = request.total_slice()
    parts = read.slices if len(read.slices) == 1 and request.by == "total" else (*read.slices, whole)
    figures = read.amounts(types, sign)
    if len(parts) > len(read.slices):
        figures = {key: [*values, sum(values)] for key, values in figures.items()}

    def cells(keys: Sequence[int], shown: Figures) -> list[Cell]:
        return [
            Cell(value, None, read.opens(keys, part, types, sign))
            for part, value in zip(parts, shown, strict=True)
        ]

    return tree_table(request, name, title, [part.column() for part in parts], read.tree(figures, cells))


def customer_sales(request: Request) -> Table:
    """Return income per customer."""
    listed = (Dimension.COUNTERPARTY, "Customer")
    return _summary(request, "customer-sales", "Sales by Customer Summary", listed, (_SALES, -1))


def vendor_expenses(request: Request) -> Table:
    """Return expenses per vendor."""
    listed = (Dimension.COUNTERPARTY, "Vendor")
    return _summary(request, "vendor-expenses", "Expenses by Vendor Summary", listed, (_EXPENSES, 1))


def class_sales(request: Request) -> Table:
    """Return income per class."""
    return _summary(
        request, "class-sales", "Sales by Class Summary", (Dimension.KLASS, "Class"), (_SALES, -1)
    )


def location_sales(request: Request) -> Table:
    """Return income per location."""
    listed = (Dimension.LOCATION, "Department")
    return _summary(request, "location-sales", "Sales by Location Summary", listed, (_SALES, -1))


def customer_income(request: Request) -> Table:
    """Return income, expenses (negative) and net income per customer."""
    read = by_name(request, Dimension.COUNTERPARTY, "Customer", (*_INCOMES, *_EXPENSES))
    income, expenses = read.amounts(_INCOMES, -1), read.amounts(_EXPENSES, -1)
    figures = {
        key: [sum(income[key]), sum(expenses[key]), sum(income[key]) + sum(expenses[key])] for key in income
    }
    whole = request.total_slice()
    groups = (_INCOMES, _EXPENSES, (*_INCOMES, *_EXPENSES))

    def cells(keys: Sequence[int], shown: Figures) -> list[Cell]:
        return [
            Cell(value, None, read.opens(keys, whole, types, -1))
            for types, value in zip(groups, shown, strict=True)
        ]

    columns = [Column("income", "Income"), Column("expenses", "Expenses"), Column("net-income", "Net Income")]
    tree = read.tree(figures, cells)
    return tree_table(request, "customer-income", "Income by Customer Summary", columns, tree)


def _quantities(request: Request) -> dict[int, int]:
    """Return the quantity sold per item's key, in millionths of a unit."""
    sold = quantities_sold(request.company_id, request.day_from, request.day_to)
    return {key: sold.get(wire_id, 0) for key, wire_id in request.wire_ids("Item").items() if wire_id in sold}


def item_sales(request: Request) -> Table:
    """Return quantity, amount, average price, cost and margin per product or service."""
    read = by_name(request, Dimension.ITEM, "Item", (*_SALES, _T.COST_OF_GOODS_SOLD), whole=True)
    amounts, costs = read.amounts(_SALES, -1), read.amounts((_T.COST_OF_GOODS_SOLD,), 1)
    sold = _quantities(request)
    figures = {key: [sold.get(key, 0), sum(amounts[key]), sum(costs[key])] for key in amounts}
    figures[NO_KEY][2] = 0  # a cost without an item is not the cost of a sale
    whole = sum(values[1] for values in figures.values())
    part = request.total_slice()

    def opens(keys: Sequence[int], *, cost: bool) -> Opens:
        if not cost:
            return read.opens(keys, part, _SALES, -1)
        items = [key for key in keys if key != NO_KEY]
        return read.opens(items, part, (_T.COST_OF_GOODS_SOLD,) if items else (), 1)

    tree = read.tree(figures, ItemCells(whole, opens))
    table = tree_table(request, "item-sales", "Sales by Product/Service Summary", ITEM_COLUMNS, tree)
    if table.rows:
        table.rows[-1] = Row(table.rows[-1].total, group="grand-total")
    return table


def stock_value(request: Request) -> Table:
    """Return quantity on hand, value and average cost per item at the end of the range."""
    accounts = [key for key, one in request.chart.accounts.items() if one.sub_type == "Inventory"]
    sums = posting_sums(
        request.company_id, None, request.day_to, Dimension.ITEM, request.filters, ledger_accounts=accounts
    )
    figures: dict[int, list[int]] = {}
    for _, item, amount, quantity in sums if accounts else ():
        values = figures.setdefault(item, [0, 0])
        values[0] += quantity
        values[1] += amount
    items = list_objects(request.company_id, figures.keys())
    rows = []
    for key in sorted(
        (key for key in items if any(figures[key])), key=lambda one: items[one].full_name.casefold()
    ):
        quantity, value = figures[key]
        cells = (Cell(items[key].full_name, key), Cell(items[key].sku))
        filters = request.filters.narrowed(Dimension.ITEM, key)
        opens = Opens(tuple(accounts), None, request.day_to, filters=filters)
        figure = Cell(value, None, opens)
        rows.append(Row((*cells, Cell(quantity), figure, Cell(unit_price(value, quantity)))))
    if rows:
        whole = sum(figures[key][1] for key in items)
        rows.append(total_only([Cell("TOTAL"), Cell(), Cell(), Cell(whole), Cell()], group="grand-total"))
    columns = (
        Column("sku", "SKU", ColumnKind.TEXT),
        Column("quantity", "Qty", ColumnKind.QUANTITY),
        Column("value", "Asset Value"),
        Column("average-cost", "Calc. Avg"),
    )
    return name_table(request, "stock-value", "Inventory Valuation Summary", columns, rows)
