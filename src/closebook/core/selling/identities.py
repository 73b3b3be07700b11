"""What must add up: regions and persons to the total, with a row for what is nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from closebook.core.errors import InputError, InvariantError
from closebook.core.money import allocate

UNASSIGNED = ""
WHOLE = 10_000


def by_name(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the sum of each name in order of names; "" is the row of what is nobody's."""
    found: dict[str, int] = {}
    for name, minor in rows:
        found[name] = found.get(name, 0) + minor
    return dict(sorted(found.items()))


def difference(parts: Mapping[str, int], total_minor: int) -> int:
    """Return the parts' sum less the total."""
    return sum(parts.values()) - total_minor


def proved(parts: Mapping[str, int], total_minor: int, what: str) -> Mapping[str, int]:
    """Return the parts. InvariantError when they are not exactly the total."""
    if difference(parts, total_minor):
        raise InvariantError("parts", f"{what}: the parts are not the total.")
    return parts


def shares_checked(shares: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the shares of persons in hundredths of a percent. InputError selling-shares unless they are
    100 %.
    """
    names = [name for name, _share in shares]
    if sum(share for _name, share in shares) != WHOLE or any(share <= 0 for _name, share in shares):
        raise InputError(
            "selling-shares", "The shares do not add up to 100 %.", remedy="Change the shares or drop one."
        )
    if len(set(names)) != len(names):
        raise InputError("selling-shares", "A person has two shares.", remedy="Make them one.")
    return list(shares)


def shared(amount_minor: int, shares: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return what each person's share of an amount is; together exactly the amount.

    Without shares the amount is nobody's.

    >>> shared(1001, [("ann", 3000), ("bob", 7000)])
    [('ann', 300), ('bob', 701)]
    """
    if not shares:
        return [(UNASSIGNED, amount_minor)]
    parts = allocate(amount_minor, [share for _name, share in shares])
    return [(name, part) for (name, _share), part in zip(shares, parts, strict=True)]
