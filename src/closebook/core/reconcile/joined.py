"""Payouts whose source reports what is in them: joined by the payout's id, and held to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from closebook.core.reconcile.payouts import Cause, Deposit, Explanation, PaidRow, PayoutRows, Verdict


def joined(
    deposits: Sequence[Deposit], rows: Sequence[PaidRow], payout_of: Mapping[str, str]
) -> list[PayoutRows]:
    """Return each payout with the rows that the source names for it (row key -> payout key).

    It is explained when they add up to the cent; else the residual is reported and nothing is searched.
    """
    of_payout: dict[str, list[PaidRow]] = {}
    for row in sorted(rows, key=lambda one: (one.day, one.minute, one.key)):
        if row.key in payout_of:
            of_payout.setdefault(payout_of[row.key], []).append(row)
    found = []
    for deposit in sorted(deposits, key=lambda one: (one.day, one.key)):
        own = of_payout.get(deposit.key, [])
        residual = deposit.amount_minor - sum(row.amount_minor for row in own)
        verdict = Verdict.EXPLAINED if own and not residual else Verdict.RESIDUAL
        cause = Cause.MISSING if residual > 0 else Cause.CHARGE
        why = (Explanation(cause, residual),) if residual else ()
        found.append(PayoutRows(deposit, tuple(row.key for row in own), residual, verdict, why))
    return found
