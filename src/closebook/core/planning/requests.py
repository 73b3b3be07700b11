"""Request ids: the same for every try of the same action, another for anything else."""

from __future__ import annotations

import hashlib


def request_id(connection: str, run: str, kind: str, key: str, fingerprint: str, *, version: str = "") -> str:
    """Return 32 hex digits made of connection, run, kind of action, key, content and replaced version.

    ``run`` and ``version`` keep apart what looks alike: a document that was taken out and is made again, or
    changed there and back. Source: QuickBooks Online Accounting API, ``requestid`` of at most 50 characters.
    """
    text = f"{connection}|{run}|{kind}|{key}|{fingerprint}|{version}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
