"""What differs between two versions of an object, member by member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_OF_SERVICE = frozenset({"SyncToken", "MetaData", "sparse", "domain"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A member that differs: its path in words, and both values as texts ("" where it is missing)."""

    path: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what differs, in the order of the paths' first appearance; what the service keeps for itself is
    left out.

    >>> differences({"Line": [{"Amount": 1}]}, {"Line": [{"Amount": 2}]})
    [Difference(path='Line 1 Amount', before='1', after='2')]
    """
    old, new = _flat(before), _flat(after)
    paths = dict.fromkeys([*old, *new])
    return [
        Difference(path, old.get(path, ""), new.get(path, ""))
        for path in paths
        if old.get(path, "") != new.get(path, "")
    ]


def _flat(body: Mapping[str, Any]) -> dict[str, str]:
    kept = {name: value for name, value in body.items() if name not in _OF_SERVICE}
    return dict(_leaves(kept, ()))


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield path and text of each value at any depth; a reference is told by its name."""
    if isinstance(value, dict) and "value" in value and value.keys() <= {"value", "name", "type"}:
        yield " ".join(path), str(value.get("name") or value["value"] or "")
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        for number, member in enumerate(value, 1):
            yield from _leaves(member, (*path, str(number)))
    else:
        yield " ".join(path), _text(value)


def _text(value: Any) -> str:
    """Return a value as text; numbers that are equal give equal texts."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{Decimal(value).normalize():f}"
    return str(value)
