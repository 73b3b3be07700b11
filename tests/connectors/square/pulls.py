"""Pulling from the simulated account, and posting what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from closebook.connectors.base import FarSide, PullFrom
from closebook.connectors.square import SQUARE
from closebook.connectors.square.pulling import pulled
from closebook.connectors.square.service import Service
from closebook.core.commerce.records import SourceRecord
from closebook.core.commerce.sales import TillBusiness
from closebook.core.errors import LoginError
from closebook.core.planning.profile import default_profile
from closebook.transport.http import HttpClient, http_client
from closebook.transport.pacing import unpaced
from tests.fakes.square.server import Square, serving
from tests.fakes.square.world import World

FIRST = dt.date(2026, 3, 1)
PROFILE = default_profile("Corner", "USD", connection="till-1", platform="Square", till=True)


@dataclass
class Tokens:
    """A token source that refreshes by asking the service itself."""

    token: str = "token-1"
    fresh: str = ""
    refreshes: int = 0

    def access_token(self) -> str:
        return self.token

    def refresh(self, stale_token: str) -> str:
        self.refreshes += 1
        if not self.fresh:
            raise LoginError("token-refused", f"The token {stale_token} was refused.")
        self.token = self.fresh
        return self.token


@dataclass
class Puller:
    """What a connection keeps between pulls: all records and the state."""

    square: Square
    http: HttpClient
    tokens: Tokens = field(default_factory=Tokens)
    state: dict[str, Any] = field(default_factory=dict)
    records: dict[tuple[str, str], SourceRecord] = field(default_factory=dict)
    naps: list[float] = field(default_factory=list)

    def pull(self, **start: Any) -> int:
        """Pull, keep what came and the state; return how many records were new or changed."""
        far = FarSide(self.square.url, self.http, self.tokens, unpaced())
        begin = PullFrom(self.state, self.square.world.now, start.pop("first_day", FIRST))
        changed = 0
        for page in pulled(Service(far, sleep=self.naps.append), begin):
            for record in page.records:
                slot = record.stream, record.source_key
                changed += slot not in self.records or self.records[slot].digest != record.digest
                self.records[slot] = record
            if page.state is not None:
                self.state = page.state
        return changed

    def business(self) -> TillBusiness:
        found = SQUARE.normalise(list(self.records.values()))
        assert isinstance(found, TillBusiness)
        return found


@contextmanager
def puller(world: World, **options: Any) -> Iterator[Puller]:
    """Give a puller of a world behind a local server."""
    with serving(Square(world, **options)) as square:
        http = http_client(read_seconds=5)
        try:
            yield Puller(square, http)
        finally:
            http.close()
