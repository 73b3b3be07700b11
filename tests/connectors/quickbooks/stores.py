"""Token stores for tests: one in memory, one in a file that several processes share."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from closebook.connectors.quickbooks.tokens import Tokens

FAR = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 3, 4, 10, 0, tzinfo=dt.UTC)


def tokens(access: str = "access-1", refresh: str = "refresh-1", **more) -> Tokens:
    return Tokens(access, refresh, more.pop("access_expires_at", FAR), FAR, **more)


@dataclass
class MemoryStore:
    """Tokens in memory; ``saves`` keeps all that were ever saved."""

    kept: Tokens = field(default_factory=tokens)
    saves: list[Tokens] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> Tokens:
        return self.kept

    def claim(self) -> bool:
        return self._lock.acquire(blocking=False)

    def keep(self) -> bool:
        return self._lock.locked()

    def release(self) -> None:
        self._lock.release()

    def save(self, tokens: Tokens, generation: int) -> bool:
        if self.kept.generation != generation:
            return False
        self.kept = tokens
        self.saves.append(tokens)
        return True


@dataclass
class FileStore:
    """Tokens in a JSON file with a lock file beside it."""

    path: Path
    _file: TextIO = field(init=False)

    def load(self) -> Tokens:
        found = json.loads(self.path.read_text())
        moments = {
            name: dt.datetime.fromisoformat(found[name])
            for name in ("access_expires_at", "refresh_expires_at")
        }
        return Tokens(**{**found, **moments})

    def claim(self) -> bool:
        self._file = self.path.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            return False
        return True

    def keep(self) -> bool:
        return True

    def release(self) -> None:
        self._file.close()

    def save(self, tokens: Tokens, generation: int) -> bool:
        if self.load().generation != generation:
            return False
        self.path.write_text(json.dumps(asdict(tokens), default=str))
        return True
