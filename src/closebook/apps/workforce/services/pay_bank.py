"""The bank's word for payments: a line of a bank account that names a payment's reference proves it paid."""

from __future__ import annotations

from collections.abc import Iterator

from closebook.apps.bank.models import BankLine
from closebook.apps.workforce.models import PaymentLine, PaymentRun
from closebook.apps.workforce.services.paying import line_report
from closebook.core.workforce.pay_lines import LineState

_BANK = "the bank"
_WAITING = (LineState.SENT, LineState.UNKNOWN, LineState.UNCLAIMED)


def run_from_bank(run: PaymentRun) -> int:
    """Return of how many payments of a run the bank's lines say something new: paid, by their own reference,
    or all by the run's reference and sum where the bank booked them as one; or brought back afterwards.
    """
    lines = list(PaymentLine.objects.filter(run=run).select_related("company", "bill"))
    proved = _brought_back(run, [line for line in lines if line.state == LineState.PAID])
    waiting = [line for line in lines if line.state in _WAITING]
    if not waiting:
        return proved
    whole = next(_proofs(run, run.ident, sum(line.amount_minor for line in lines)), None)
    for line in waiting:
        proof = next(_proofs(run, line.reference, line.amount_minor), whole)
        if proof is not None:
            proved += line_report(line, LineState.PAID, _BANK, paid_on=proof.day)
    return proved


def _brought_back(run: PaymentRun, paid: list[PaymentLine]) -> int:
    """Return how many payments that were paid came back with their reference, whole, on or after that day."""
    found = 0
    for line in paid:
        back = next(_proofs(run, line.reference, -line.amount_minor), None)
        if back is not None and line.paid_on is not None and back.day >= line.paid_on:
            found += line_report(line, LineState.RETURNED, _BANK)
    return found


def _proofs(run: PaymentRun, reference: str, amount_minor: int) -> Iterator[BankLine]:
    """Yield the first line on which the amount left with the reference; a negative one came in."""
    rows = BankLine.objects.filter(
        bank_account__company=run.company, bank_account__currency=run.currency, amount_minor=-amount_minor
    )
    named = rows.filter(references__contains=reference) | rows.filter(text__contains=reference)
    yield from named.order_by("day", "pk")[:1]
