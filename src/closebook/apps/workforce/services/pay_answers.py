"""The bank's answer to the file of a run: what it refused has failed; accepted is not paid yet."""

from __future__ import annotations

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import PaymentLine, PaymentRun
from closebook.apps.workforce.services.paying import line_report, locked
from closebook.connectors.payouts.answers import BankAnswer, answer_read
from closebook.core.errors import InputError
from closebook.core.workforce.pay_lines import LineState


@transaction.atomic
def run_answered(run: PaymentRun, content: bytes, actor: str) -> int:
    """Return how many payments of a run its bank refused, by a pain.002; once, however often it is read.

    Raises InputError for another file, for the answer to another run, and for a refused payment that is not
    in this one; nothing is changed then.
    """
    locked(run.company)
    answer = answer_read(content)
    if answer.message != run.ident:
        raise InputError(
            "bank-answer-other", f"This answers the file {answer.message}.",
            remedy="Choose the payment run of that name.",
        )  # fmt: skip
    rows = PaymentLine.objects.filter(run=run).select_related("bill__payee", "company", "run")
    lines = {line.reference: line for line in rows}
    if not set(answer.refused) <= set(lines):
        raise InputError(
            "bank-answer-line", "It names a payment that is not in this run.", remedy="Ask your bank."
        )
    failed = sum(
        line_report(line, LineState.FAILED, actor, code=why) for line, why in _refused(answer, lines)
    )
    facts = {"pay_run": run.pk, "result": answer.status, "payments": failed}
    audit_append(run.company_id, actor, "pay-answer-read", run.ident, facts)
    return failed


def _refused(answer: BankAnswer, lines: dict[str, PaymentLine]) -> list[tuple[PaymentLine, str]]:
    if answer.all_refused:
        return [(line, answer.refused.get(ref, answer.all_refused)) for ref, line in lines.items()]
    return [(lines[ref], why) for ref, why in answer.refused.items()]
