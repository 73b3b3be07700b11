"""Keys and digests of rows: the same for the same meaning, whatever a spreadsheet or an encoding did to
the text.

A statement row has no id, so its key is a fingerprint of day, type, title, info, currency and amounts, and
its number among equal rows of the file. Of the texts only ASCII letters and digits count, without case:
letters that a wrong encoding turns into others, quotes, dots and blanks make no difference.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b

_KEPT = bytes(byte for byte in range(128) if chr(byte).isalnum()) + b"\x1f"
_FOLD = bytes(range(256)).lower()
_DROPPED = bytes(set(range(256)) - set(_KEPT))
DIGEST_BYTES = 16
_LIVE_FINGERPRINTS = 20_000
_MAX_RELOADS = 200


def fold_text(text: str) -> bytes:
    """Return the ASCII letters (lower case), digits and separators of a text.

    >>> fold_text("Payment for Order #39")
    b'paymentfororder39'
    """
    return text.encode("ascii", "ignore").translate(_FOLD, _DROPPED)


def fingerprint(text: str) -> str:
    """Return 32 hex digits that stand for a text folded by ``fold_text``; unit separators part it."""
    return blake2b(
        text.encode("ascii", "ignore").translate(_FOLD, _DROPPED), digest_size=DIGEST_BYTES
    ).hexdigest()


def digest_of(values: tuple[object, ...]) -> str:
    """Return 32 hex digits that change when one of the normalised values changes."""
    return blake2b(repr(values).encode(), digest_size=DIGEST_BYTES).hexdigest()


class Occurrences:
    """Counts equal rows of a file, day by day, in little memory.

    Days that the file has left are packed to eight bytes a row; a day that comes back is unpacked. A file
    that jumps between days too often is kept unpacked.
    """

    def __init__(self) -> None:
        """Begin with no rows."""
        self._open: dict[str, dict[int, int]] = {}
        self._packed: dict[str, tuple[array[int], dict[int, int]]] = {}
        self._live = 0
        self._reloads = 0

    def number(self, day: str, print_: str) -> int:
        """Return 1 for the first row of this fingerprint on that day, 2 for its first twin, and so on."""
        counts = self._open.get(day)
        if counts is None:
            counts = self._unpack(day)
        key = hash(print_)
        number = counts.get(key, 0) + 1
        counts[key] = number
        return number

    def _unpack(self, day: str) -> dict[int, int]:
        self._live = sum(len(counts) for counts in self._open.values())
        if self._live > _LIVE_FINGERPRINTS and self._reloads < _MAX_RELOADS:
            self._pack()
        counts: dict[int, int] = {}
        if day in self._packed:
            self._reloads += 1
            singles, twins = self._packed.pop(day)
            counts = dict.fromkeys(singles, 1) | twins
        self._open[day] = counts
        return counts

    def _pack(self) -> None:
        for day, counts in self._open.items():
            twins = {key: number for key, number in counts.items() if number > 1}
            self._packed[day] = array("q", counts), twins
        self._open.clear()
