"""Rules for bank lines that match nothing: words in the text, amounts, a side, and where the money goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from closebook.core.errors import InputError
from closebook.core.money import allocate
from closebook.core.reconcile.bank_lines import BankLine
from closebook.core.reconcile.words import folded

_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a line's amount for one ledger account; ``per_myriad`` 10000 is all of it."""

    ledger_account: str
    per_myriad: int


@dataclass(frozen=True, slots=True)
class BankRule:
    """What lines a rule takes and what becomes of them.

    Every text of ``words`` has to be in the line (a ``*`` stands for anything between), none of ``without``.
    ``side`` is in, out or "". Amounts are sizes in minor units, None for any. ``party`` is (entity, wire id).
    ``excludes`` leaves the lines out of the books instead.
    """

    key: int
    words: tuple[str, ...]
    without: tuple[str, ...] = ()
    side: str = ""
    least_minor: int | None = None
    most_minor: int | None = None
    bank_account: int | None = None
    shares: tuple[Share, ...] = ()
    party: tuple[str, str] = ("", "")
    memo: str = ""
    excludes: bool = False


def rule_checked(rule: BankRule) -> BankRule:
    """Return a sound rule. InputError bank-rule for one that would take everything or loses money."""
    if not any(folded(word.replace("*", " ")) for word in rule.words):
        raise _refused("The rule names no words, so it would take every line.", "Type words of the text.")
    if not rule.excludes and sum(one.per_myriad for one in rule.shares) != _WHOLE:
        raise _refused("The shares do not add up to 100 %.", "Let the last share take the rest.")
    if any(one.per_myriad <= 0 for one in rule.shares):
        raise _refused("A share is not more than nothing.", "Leave the share out.")
    least, most = rule.least_minor, rule.most_minor
    if least is not None and most is not None and least > most:
        raise _refused("The least amount is more than the most.", "Change one of the two.")
    return rule


def takes(rule: BankRule, line: BankLine, bank_account: int | None = None) -> bool:
    """Tell whether a rule takes a line of a bank account."""
    if rule.bank_account is not None and rule.bank_account != bank_account:
        return False
    if rule.side and (rule.side == "in") != (line.amount_minor > 0):
        return False
    size = abs(line.amount_minor)
    if rule.least_minor is not None and size < rule.least_minor:
        return False
    if rule.most_minor is not None and size > rule.most_minor:
        return False
    text = folded(" ".join((line.counterparty, line.text, *line.references)))
    return all(_holds(text, word) for word in rule.words if word.strip()) and not any(
        _holds(text, word) for word in rule.without if word.strip()
    )


def first_rule(rules: Sequence[BankRule], line: BankLine, bank_account: int | None = None) -> BankRule | None:
    """Return the first rule that takes a line, None when none does."""
    return next((rule for rule in rules if takes(rule, line, bank_account)), None)


def shared(amount_minor: int, shares: Sequence[Share]) -> list[tuple[str, int]]:
    """Return (ledger account, amount) of each share; the amounts add up exactly.

    >>> shared(-1000, [Share("a", 3333), Share("b", 6667)])
    [('a', -333), ('b', -667)]
    """
    parts = allocate(amount_minor, [one.per_myriad for one in shares])
    return [(one.ledger_account, part) for one, part in zip(shares, parts, strict=True)]


def preview(
    rule: BankRule, lines: Iterable[tuple[int | None, BankLine]], earlier: Sequence[BankRule] = ()
) -> list[BankLine]:
    """Return the lines of the past that a rule would have taken behind the rules before it."""
    return [
        line
        for bank_account, line in lines
        if takes(rule, line, bank_account) and first_rule(earlier, line, bank_account) is None
    ]


def _holds(text: str, word: str) -> bool:
    """Tell whether a text holds the pieces of a word in their order."""
    at = 0
    for piece in filter(None, (folded(part) for part in word.split("*"))):
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _refused(message: str, remedy: str) -> InputError:
    return InputError("bank-rule", message, remedy=remedy)
