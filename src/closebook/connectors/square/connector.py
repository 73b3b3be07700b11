"""The Square connector: identify, read, describe and normalise the files of a dashboard and the records of
its API.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from closebook.connectors.base import (
    TILL,
    Ability,
    App,
    Call,
    ConnectorInfo,
    FarSide,
    Grant,
    Identified,
    Notice,
    PullFrom,
    PullPage,
    RowError,
    Understanding,
)
from closebook.connectors.square import access
from closebook.connectors.square.columns import FAMILY, STREAMS
from closebook.connectors.square.feeds import FEEDS
from closebook.connectors.square.join import normalise
from closebook.connectors.square.pulling import pulled
from closebook.connectors.square.reading import Rows, read_rows
from closebook.connectors.square.service import Service
from closebook.core.commerce.records import Business, SourceRecord
from closebook.transport.files import ENCODING_CHOICES
from closebook.transport.http import HttpClient

_ERRORS_SHOWN = 20
_INFO = ConnectorInfo(
    name="square",
    title="Square",
    kind=TILL,
    abilities=frozenset(
        {
            Ability.FILE,
            Ability.INCREMENTAL,
            Ability.ORDERS,
            Ability.PAYOUTS,
            Ability.REFUNDS,
            Ability.TAXES,
            Ability.FEES,
            Ability.PULL,
            Ability.WEBHOOK,
        }
    ),
    streams=tuple(STREAMS.values()),
    time_zone="the location's, where it is known; files alone tell the account's display zone",
    versions_seen=(
        "transactions, 2012, with Total Collected twice",
        "transactions, 2017 and 2018, 44 columns",
        "transactions, 2022, 41 columns",
        "transactions, 2025, 54 columns",
        "transactions, 2026, 55 columns",
        "items, 24, 33 and 35 columns",
        "transfers, 10 columns",
    ),
    feeds=FEEDS,
)


class SquareConnector:
    """Reads the files that Square's dashboard exports."""

    @property
    def info(self) -> ConnectorInfo:
        """Return what the connector says about itself."""
        return _INFO

    def identify(self, head: bytes, name: str) -> Identified | None:
        """Return which of Square's files this is, or None."""
        return FAMILY.identify(head, name)

    def read(self, path: Path, *, stream: str = "", encoding: str = "") -> Rows:
        """Yield the rows of a file; bad ones as RowError. Raises InputError when the file cannot be used."""
        return read_rows(FAMILY.open_table(path, stream=stream, encoding=encoding))

    def describe(
        self,
        path: Path,
        *,
        stream: str = "",
        encoding: str = "",
        records: Iterable[SourceRecord | RowError] | None = None,
    ) -> Understanding:
        """Return what a file holds, after reading all of it. Raises InputError as ``read`` does."""
        table = FAMILY.open_table(path, stream=stream, encoding=encoding)
        errors: list[RowError] = []
        bad = 0
        days: list[str] = []

        def good() -> Iterator[tuple[str, str]]:
            nonlocal bad
            for record in read_rows(table) if records is None else records:
                if isinstance(record, RowError):
                    bad += 1
                    errors.extend(islice([record], _ERRORS_SHOWN - len(errors)))
                else:
                    days[:] = [*days[:1], record.fields["day"]]
                    yield record.fields["day"][:7], record.fields["currency"]

        counts = Counter(good())
        return Understanding(
            file=table.name,
            stream=table.layout.stream,
            rows=counts.total(),
            bad_rows=bad,
            months=tuple(sorted({month for month, _ in counts})),
            currencies=tuple(sorted({code for _, code in counts if code})),
            columns_known=table.layout.known,
            columns_unknown=table.layout.unknown,
            columns_missing=table.layout.missing,
            encoding=table.file.encoding,
            encoding_certain=table.file.certain,
            encoding_choices=ENCODING_CHOICES,
            delimiter=table.header.delimiter,
            locale="en",
            newest_first=len(days) > 1 and days[0] > days[-1],
            errors=tuple(errors),
        )

    def normalise(self, records: Iterable[SourceRecord | RowError]) -> Business:
        """Return the business records of source records of any streams, in any order."""
        return normalise(records)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Return Square's own addresses, production first."""
        return access.ADDRESSES

    def pull(self, far: FarSide, start: PullFrom) -> Iterator[PullPage]:
        """Yield what is new since the last pull. Raises RetryError, LoginError and RejectedError."""
        return pulled(Service(far), start)

    def consent_url(self, base_url: str, app: App, state: str) -> str:
        """Return the address of Square's consent page."""
        return access.consent_url(base_url, app, state)

    def exchange(self, http: HttpClient, base_url: str, app: App, code: str) -> Grant:
        """Return the first tokens for a code. Raises LoginError when Square refuses it."""
        return access.exchange_code(http, base_url, app, code)

    def renew(self, http: HttpClient, base_url: str, app: App, refresh_token: str) -> Grant | None:
        """Return new tokens, or None when the refresh token is no good any more."""
        return access.renew(http, base_url, app, refresh_token)

    def notice(self, call: Call, key: str) -> Notice | None:
        """Return what a webhook's call says, or None when it is not signed with the key."""
        return access.notice_of(call, key)
