"""What every connector offers: a description of itself, and the way from a file to business records.

A connector reads and understands; it never touches a database, a ledger account or the network, and
never rounds. ``read`` delivers rows as they are, ``normalise`` gives them their meaning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from closebook.core.commerce.records import Business, SourceRecord
from closebook.core.errors import InputError
from closebook.transport.http import HttpClient
from closebook.transport.pacing import Pacer

TILL = "till"
"""The kind of a connector whose business is that of a till: sales with tenders, tips and gift cards."""


class RowError(InputError):
    """One bad row of a file: a value that ``read`` yields between the records; the other rows are kept."""


class Ability(StrEnum):
    """What a connector can do; each declared one is exercised by a sample in the suite."""

    FILE = "file"  # reads files that the user downloads
    INCREMENTAL = "incremental"  # overlapping files give the same keys
    ORDERS = "orders"  # knows what was sold and to whom
    PAYOUTS = "payouts"
    REFUNDS = "refunds"
    TAXES = "taxes"
    FEES = "fees"
    PULL = "pull"  # fetches from a service with credentials
    WEBHOOK = "webhook"  # is told by the service what changed


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a stream: its canonical name, the vendor's own name, what it means and in which unit.

    ``unit`` is ``day``, ``money``, ``id``, ``count`` or ``text``. ``synonyms`` are other headings of the
    same column.
    """

    name: str
    heading: str
    unit: str
    meaning: str = ""
    required: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of file or feed of a connector; ``moves_money`` tells that its rows become movements.

    ``any_days`` tells that a file may hold any days of a month: then rows that a later one lacks stay.
    """

    name: str
    title: str
    where: str
    columns: tuple[Column, ...]
    moves_money: bool = False
    any_days: bool = False


@dataclass(frozen=True, slots=True)
class ConnectorInfo:
    """What a connector says about itself; ``feeds`` are the streams that a pull from its service brings."""

    name: str
    title: str
    kind: str
    abilities: frozenset[Ability]
    streams: tuple[Stream, ...]
    time_zone: str
    versions_seen: tuple[str, ...]
    feeds: tuple[Stream, ...] = ()


@dataclass(frozen=True, slots=True)
class Identified:
    """What a connector takes a file for. ``certainty`` is a percentage; ``missing`` are required headings
    it lacks.

    ``locale`` is ``en``, ``en-US``, ``en-GB``, ``de`` … as far as headings and the first date tell.
    """

    stream: str
    certainty: int
    locale: str
    delimiter: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a file turned out to hold, for the page that is shown before anything is stored.

    ``encoding_certain`` is False when the encoding was taken because nothing else fits; the user may then
    choose another. ``errors`` are the first bad rows; ``bad_rows`` counts all of them; ``rows`` counts the
    good ones.
    """

    file: str
    stream: str
    rows: int
    bad_rows: int
    months: tuple[str, ...]
    currencies: tuple[str, ...]
    columns_known: tuple[str, ...]
    columns_unknown: tuple[str, ...]
    columns_missing: tuple[str, ...]
    encoding: str
    encoding_certain: bool
    encoding_choices: tuple[str, ...]
    delimiter: str
    locale: str
    newest_first: bool
    errors: tuple[RowError, ...]


class TokenSource(Protocol):
    """Where a pull gets its access token from."""

    def access_token(self) -> str:
        """Return a token that is believed to be good."""

    def refresh(self, stale_token: str) -> str:
        """Return another token than the refused one. Raises LoginError when a person has to connect again."""


@dataclass(frozen=True, slots=True)
class FarSide:
    """A service as a pull reaches it: its address, a client, the token, and the wait between two calls."""

    base_url: str
    http: HttpClient
    tokens: TokenSource
    pacer: Pacer


@dataclass(frozen=True, slots=True)
class PullFrom:
    """What a pull goes on from.

    ``state`` is what the last whole pull left (empty at first), ``now`` the present moment, ``first_day`` the
    cut-off before which nothing is wanted (None: everything).
    """

    state: Mapping[str, Any]
    now: dt.datetime
    first_day: dt.date | None = None


@dataclass(slots=True)
class PullPage:
    """Some records of a pull. The last page has the ``state`` to be kept once all records are stored."""

    records: list[SourceRecord]
    state: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a login service granted; life times in seconds, None for no end. "" keeps the former refresh
    token.
    """

    access_token: str
    refresh_token: str
    access_seconds: int | None
    refresh_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class App:
    """The keys of the user's own app at a service, and where its consent page returns to."""

    client_id: str
    client_secret: str
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a service's webhook: the address as it was registered, headers in small letters, raw body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """What a verified call says: its id, by which repetitions are known, and what happened."""

    event_id: str
    kind: str


class PullConnector(Protocol):
    """What a connector offers that fetches from a service; only it knows the service's words."""

    @property
    def info(self) -> ConnectorInfo:
        """Return what the connector says about itself."""

    @property
    def addresses(self) -> Mapping[str, str]:
        """Return the service's own addresses by environment, the usual one first."""

    def pull(self, far: FarSide, start: PullFrom) -> Iterator[PullPage]:
        """Yield what is new or changed since the last pull, in pages.

        Raises RetryError when the service does not answer, LoginError when a person has to connect again,
        RejectedError when it refuses.
        """

    def consent_url(self, base_url: str, app: App, state: str) -> str:
        """Return the address of the page on which a person lets the app in."""

    def exchange(self, http: HttpClient, base_url: str, app: App, code: str) -> Grant:
        """Return the first tokens for a consent's code. Raises LoginError when it is refused."""

    def renew(self, http: HttpClient, base_url: str, app: App, refresh_token: str) -> Grant | None:
        """Return new tokens, or None when the refresh token is no good any more."""

    def notice(self, call: Call, key: str) -> Notice | None:
        """Return what a call says, or None when its signature is not right: nothing is read before that."""


class Connector(Protocol):
    """A source of business records."""

    @property
    def info(self) -> ConnectorInfo:
        """Return what the connector says about itself."""

    def identify(self, head: bytes, name: str) -> Identified | None:
        """Return what a file with this beginning and name is, or None when it is not ours."""

    def read(self, path: Path, *, stream: str = "", encoding: str = "") -> Iterator[SourceRecord | RowError]:
        """Yield the rows of a file in constant memory; bad rows come as RowError values.

        ``stream`` and ``encoding`` are the user's choice; "" lets the connector find out.
        Raises InputError when the file as a whole cannot be used.
        """

    def describe(
        self,
        path: Path,
        *,
        stream: str = "",
        encoding: str = "",
        records: Iterable[SourceRecord | RowError] | None = None,
    ) -> Understanding:
        """Return what a file holds; raises InputError as ``read`` does.

        ``records`` are its rows where they were read already, so that they are not read twice.
        """

    def normalise(self, records: Iterable[SourceRecord | RowError]) -> Business:
        """Return the business records of source records; RowError values are passed over, repeated keys
        count once.
        """
