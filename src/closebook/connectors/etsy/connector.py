"""The Etsy connector: identify, read, describe and normalise the five files of a shop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from closebook.connectors.base import Ability, ConnectorInfo, Identified, RowError, Understanding
from closebook.connectors.etsy import identify as identification
from closebook.connectors.etsy import join
from closebook.connectors.etsy.columns import DEPOSITS, ITEMS, ORDERS, PAYMENTS, STATEMENT, STREAMS
from closebook.connectors.etsy.deposits import read_deposits
from closebook.connectors.etsy.items import read_items
from closebook.connectors.etsy.orders import read_orders
from closebook.connectors.etsy.payments import read_payments
from closebook.connectors.etsy.statement import is_newest_first, read_statement, statement_habit
from closebook.connectors.etsy.table import Table, open_table
from closebook.core.commerce.records import Business, SourceRecord
from closebook.transport.files import ENCODING_CHOICES, decode_head

Rows = Iterator[SourceRecord | RowError]
_READERS: dict[str, Callable[[Table], Rows]] = {
    STATEMENT: read_statement,
    ORDERS: read_orders,
    ITEMS: read_items,
    PAYMENTS: read_payments,
    DEPOSITS: read_deposits,
}
_ERRORS_SHOWN = 20
_INFO = ConnectorInfo(
    name="etsy",
    title="Etsy",
    kind="shop",
    abilities=frozenset(Ability) - {Ability.PULL, Ability.WEBHOOK},
    streams=tuple(STREAMS.values()),
    time_zone="the shop's local days; the files state no zone",
    versions_seen=(
        "statement, 8 columns",
        "statement, 9 columns with Tax Details",
        "statement, 10 and 11 columns with Status",
        "statement, German headings",
        "sold orders, 35 columns",
        "sold orders, 36 columns with SKU",
        "sold orders, British",
        "sold order items, 33 columns",
        "payments, 26 columns",
        "deposits, 5 columns",
    ),
)


class EtsyConnector:
    """Reads the files that Etsy's Shop Manager offers."""

    @property
    def info(self) -> ConnectorInfo:
        """Return what the connector says about itself."""
        return _INFO

    def identify(self, head: bytes, name: str) -> Identified | None:
        """Return which of Etsy's files this is, or None."""
        return identification.identify(head, name)

    def read(self, path: Path, *, stream: str = "", encoding: str = "") -> Rows:
        """Yield the rows of a file; bad ones as RowError. Raises InputError when the file cannot be used
        (at the call).
        """
        table = open_table(path, stream=stream, encoding=encoding)
        return _READERS[table.layout.stream](table)

    def describe(
        self,
        path: Path,
        *,
        stream: str = "",
        encoding: str = "",
        records: Iterable[SourceRecord | RowError] | None = None,
    ) -> Understanding:
        """Return what a file holds, after reading all of it. Raises InputError as ``read`` does.

        ``records`` are its rows where they were read already.
        """
        table = open_table(path, stream=stream, encoding=encoding)
        errors: list[RowError] = []
        bad = 0

        def good() -> Iterator[tuple[str, str]]:
            nonlocal bad
            for record in _READERS[table.layout.stream](table) if records is None else records:
                if isinstance(record, RowError):
                    bad += 1
                    errors.extend(islice([record], _ERRORS_SHOWN - len(errors)))
                else:
                    yield record.fields["day"], record.fields["currency"]

        counts = Counter(good())
        months: Counter[str] = Counter()
        currencies: Counter[str] = Counter()
        for (day, currency), count in counts.items():
            months[day[:7]] += count
            currencies[currency.strip().upper()] += count
        return _understanding(table, months, currencies, bad, tuple(errors))

    def normalise(self, records: Iterable[SourceRecord | RowError]) -> Business:
        """Return the business records of source records of any of the five streams, in any order."""
        return join.normalise(records)


def _understanding(
    table: Table, months: Counter[str], currencies: Counter[str], bad: int, errors: tuple[RowError, ...]
) -> Understanding:
    layout, file = table.layout, table.file
    header = identification.header_of(decode_head(file.head))
    newest_first = layout.stream == STATEMENT and is_newest_first(table, statement_habit(table))
    return Understanding(
        file=table.name,
        stream=layout.stream,
        rows=months.total(),
        bad_rows=bad,
        months=tuple(sorted(months)),
        currencies=tuple(sorted(currencies)),
        columns_known=layout.known,
        columns_unknown=layout.unknown,
        columns_missing=layout.missing,
        encoding=file.encoding,
        encoding_certain=file.certain,
        encoding_choices=ENCODING_CHOICES,
        delimiter=table.delimiter,
        locale=identification.locale_of(header),
        newest_first=newest_first,
        errors=errors,
    )
