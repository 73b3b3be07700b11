"""The rules of sending: signatures, when it is tried again, and what a reply means."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence

RETRY_SECONDS = (10, 30, 120, 600, 3_600, 21_600, 43_200, 86_400)
JITTER_PERCENT = 20
GONE = 410
PAUSED_AFTER = dt.timedelta(days=3)
REPLY_LETTERS = 500
SECRETS_OVERLAP = dt.timedelta(days=1)


def signature(secrets: Sequence[str], moment: int, body: str) -> str:
    """Return the value of ``Closebook-Signature``: the moment in seconds, and a digest for each secret.

    >>> signature(["one"], 1, "{}")[:10]
    't=1,v1=cda'
    """
    text = f"{moment}.{body}".encode()
    digests = (hmac.new(secret.encode(), text, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join((f"t={moment}", *(f"v1={digest}" for digest in digests)))


def wait_seconds(tries: int, chance: int) -> int | None:
    """Return how long to wait after so many failed tries, None when it is given up.

    ``chance`` (0 to 999) adds up to a fifth, so that receivers that were away are not met by all at once.

    >>> wait_seconds(1, 0), wait_seconds(1, 999), wait_seconds(9, 0)
    (10, 11, None)
    """
    if tries > len(RETRY_SECONDS):
        return None
    wait = RETRY_SECONDS[tries - 1]
    return wait + wait * JITTER_PERCENT * chance // 100_000
