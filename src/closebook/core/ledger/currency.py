"""Foreign amounts in home currency: a rate fixed per document, and rounding that never leaves an entry
unbalanced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from closebook.core.errors import InvariantError
from closebook.core.ledger.entry import Posting
from closebook.core.money import divide_half_up, minor_digits

PICO = 10**12


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a document's currency becomes home currency: ``rate_pico`` is home units for one unit, times
    10^12.
    """

    currency: str
    home: str
    rate_pico: int = PICO
    numerator: int = field(init=False)
    denominator: int = field(init=False)

    def __post_init__(self) -> None:
        """Keep the rate as a fraction of minor units."""
        if self.rate_pico <= 0:
            raise InvariantError("rate-not-positive", f"The rate of {self.currency} is {self.rate_pico}.")
        object.__setattr__(self, "numerator", self.rate_pico * 10 ** minor_digits(self.home))
        object.__setattr__(self, "denominator", PICO * 10 ** minor_digits(self.currency))

    @property
    def is_foreign(self) -> bool:
        """Tell whether there is anything to convert."""
        return self.currency != self.home

    def home_minor(self, foreign_minor: int) -> int:
        """Return an amount in home minor units, rounded half up.

        >>> Exchange("EUR", "USD", 1_087_500_000_000).home_minor(1000)
        1088
        """
        if not self.is_foreign:
            return foreign_minor
        return divide_half_up(foreign_minor * self.numerator, self.denominator)


def spread(amounts_minor: Sequence[int], numerator: int, denominator: int, total_minor: int) -> list[int]:
    """Return each amount times numerator / denominator, rounded so that they add up to ``total_minor``.

    Largest remainder: each is rounded down, and the missing units go to those that lost most (the earlier of
    equals). Amounts may be of either sign, or zero; a zero stays zero unless all are.

    >>> spread([100, -33, 33], 1, 2, 50)
    [50, -17, 17]
    """
    if not amounts_minor:
        if total_minor:
            raise InvariantError("no-shares", "Money cannot be spread over no amounts.")
        return []
    parts = [divmod(amount * numerator, denominator) for amount in amounts_minor]
    shares = [whole for whole, _ in parts]
    takers = [i for i, amount in enumerate(amounts_minor) if amount] or list(range(len(shares)))
    takers.sort(key=lambda i: (-parts[i][1], i))
    every, extra = divmod(total_minor - sum(shares), len(takers))
    for place, index in enumerate(takers):
        shares[index] += every + (place < extra)
    return shares


def convert(money: Sequence[Posting], lines: Sequence[Posting], exchange: Exchange) -> None:
    """Put postings that balance in the document's currency into home currency, in place, still balanced.

    Each of ``money`` (what is owed or moved) is rounded by itself; ``lines`` share what remains. The
    document's amounts move to ``foreign_minor``.
    """
    for posting in money:
        posting.currency, posting.foreign_minor = exchange.currency, posting.amount_minor
        posting.amount_minor = exchange.home_minor(posting.amount_minor)
    homes = spread(
        [posting.amount_minor for posting in lines],
        exchange.numerator,
        exchange.denominator,
        -sum(posting.amount_minor for posting in money),
    )
    for posting, home in zip(lines, homes, strict=True):
        posting.currency, posting.foreign_minor = exchange.currency, posting.amount_minor
        posting.amount_minor = home


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still open of a charge or credit, in its own currency and as it stands in the home ledger."""

    open_minor: int
    open_home_minor: int

    def settled_home(self, applied_minor: int) -> int:
        """Return the home amount that leaves the ledger when so much is applied; the last part takes the
        rest.

        >>> OpenItem(300, 100).settled_home(100), OpenItem(300, 100).settled_home(300)
        (33, 100)
        """
        if applied_minor == self.open_minor:
            return self.open_home_minor
        if self.open_minor <= 0:
            raise InvariantError("nothing-open", "More is applied than is open.")
        return divide_half_up(self.open_home_minor * applied_minor, self.open_minor)
