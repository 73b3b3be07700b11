"""Grids of amounts for the statements by ledger account: movements, or balances at the ends of columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.books.selectors.history import read_history
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.reports.balance_sheet import year_start
from closebook.core.reports.fiscal import DAY
from closebook.core.reports.grid import Amounts, Grid, Slice, with_total
from closebook.core.reports.history import History, edges_of, flow_edges


def _history(request: Request, slices: tuple[Slice, ...], *, opened: bool) -> History:
    """Return what is needed for the slices: their movements, with what was before them when opened.

    What another statement of the same request has read is not read again.
    """
    days = set(flow_edges(slices))
    if opened:
        days |= {year_start(one.end, request.start_month) - DAY for one in slices}
    for known in request.histories:
        if (known.opened or not opened) and days <= set(known.edges):
            return known
    history = _read_history(request, edges_of(days), opened=opened)
    if request.dimension is None:  # the columns of a dimension fold their history
        request.histories.append(history)
    return history


def _read_history(request: Request, edges: tuple[dt.date, ...], *, opened: bool) -> History:
    return read_history(
        request.company_id,
        edges,
        opened=opened,
        chart=request.chart,
        basis=request.basis,
        dimension=request.dimension,
        filters=request.filters,
    )


@dataclass(frozen=True, slots=True)
class Read:
    """The columns of a statement and the history they are read from."""

    slices: tuple[Slice, ...]
    history: History


def read(request: Request, *, opened: bool) -> Read:
    """Read what a request's columns need."""
    slices = request.time_slices()
    history = _history(request, slices, opened=opened)
    return Read(request.dimension_slices(history) if request.dimension else slices, history)


def _grid(request: Request, slices: tuple[Slice, ...], amounts: Amounts, *, total: bool) -> Grid:
    shown, summed = with_total(slices, amounts, request.total_slice()) if total else (slices, amounts)
    grid = Grid(request.chart, shown, summed, request.company.home_currency, request.basis)
    grid.compared = request.compare is not None
    return grid


def _several(request: Request) -> bool:
    """Tell whether a total of the columns is wanted."""
    return request.by != "total"


def movement_grid(request: Request) -> Grid:
    """Return the movements within each column, and their total where there are several."""
    found = read(request, opened=False)
    return _grid(request, found.slices, found.history.movements(found.slices), total=_several(request))


def balance_grid(request: Request) -> tuple[Grid, Amounts]:
    """Return the balances at the end of each column, and those when its fiscal year began.

    A trial balance and a balance sheet of one request are made of the same grid.
    """
    if not request.balance_grids:
        request.balance_grids.append(_balance_grid(request))
    return request.balance_grids[0]


def _balance_grid(request: Request) -> tuple[Grid, Amounts]:
    found = read(request, opened=True)
    slices, history = found.slices, found.history
    ends = history.balances(slices, [one.end for one in slices])
    starts = [year_start(one.end, request.start_month) - DAY for one in slices]
    before = history.balances(slices, starts)
    total = request.dimension is not None
    grid = _grid(request, slices, ends, total=total)
    grid.cumulative = True
    return grid, with_total(slices, before, request.total_slice())[1] if total else before


def flow_grid(request: Request) -> tuple[Grid, Amounts]:
    """Return the movements within each column and the balances before it; the total starts where the first
    column does.
    """
    found = read(request, opened=True)
    slices, history = found.slices, found.history
    total = _several(request)
    grid = _grid(request, slices, history.movements(slices), total=total)
    before = history.balances(slices, [one.start - DAY for one in slices])
    if not total:
        return grid, before
    if request.dimension:
        return grid, with_total(slices, before, request.total_slice())[1]
    return grid, {key: [*values, values[0]] for key, values in before.items()}
