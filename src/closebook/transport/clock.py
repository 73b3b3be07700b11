"""The one place that reads the system's clock; all else takes the time as an argument or calls these."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the present day on this machine."""
    return dt.datetime.now().astimezone().date()


def monotonic_seconds() -> float:
    """Return seconds of a clock that never jumps, for measuring and pacing."""
    return time.monotonic()


def sleep_seconds(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
