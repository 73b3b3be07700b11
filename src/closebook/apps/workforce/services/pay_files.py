"""The file of an approved run: made once, kept, and given out as the same bytes ever after."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import PaymentLine, PaymentRun
from closebook.apps.workforce.services.payees import facts_of
from closebook.apps.workforce.services.paying import approved_lines, locked, run_stands
from closebook.connectors.payouts import lists
from closebook.connectors.payouts.base import PayFile, Payout
from closebook.connectors.payouts.sepa import Debtor, sepa_file
from closebook.core.errors import ConflictError, InputError
from closebook.core.money import Money
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.states import PAY_RUN, Who


def payout_of(line: PaymentLine, currency: str) -> Payout:
    """Return a payment as a rail takes it, from what was approved."""
    account = {name: str(text) for name, text in facts_of(line.account).items()}
    name, text, business = account.pop("name", ""), account.pop("text", ""), account.pop("business", "")
    return Payout(line.reference, name, account, Money(line.amount_minor, currency), text, bool(business))


@transaction.atomic
def run_file(run: PaymentRun, actor: str) -> tuple[str, bytes]:
    """Return the name and bytes of a run's file; the first time its payments count as sent.

    Raises ConflictError when the run is not approved, was changed, or is sent by program; InputError when a
    setting or a payee's account is missing.
    """
    locked(run.company)
    found = PaymentRun.objects.select_for_update().select_related("company").get(pk=run.pk)
    if found.file:
        return found.file_name, base64.b64decode(found.file)
    PAY_RUN.check(found.state, "exported", Who.COMPANY)
    rows = approved_lines(found)
    made = _made(found, [payout_of(line, found.currency) for line in rows])
    _sent(rows)
    found.state, found.file_name = "exported", made.name
    found.file = base64.b64encode(made.content).decode()
    found.save(update_fields=["state", "file", "file_name"])
    run_stands(found)
    facts = {"pay_run": found.pk, "payments": made.count, "total_minor": made.total_minor}
    audit_append(found.company_id, actor, "pay-file-made", found.ident, facts)
    return found.file_name, made.content


def _sent(rows: Iterable[PaymentLine]) -> None:
    for line in rows:
        if line.state != LineState.QUEUED:
            raise ConflictError(
                "pay-under-way", "A payment of this run is under way.", remedy="Look at the run."
            )
        line.state = LineState.SENT
        line.save(update_fields=["state"])


def _made(run: PaymentRun, payouts: list[Payout]) -> PayFile:
    facts = facts_of(run.settings)
    if run.rail == "sepa":
        if not facts.get("iban") or run.pay_on is None:
            raise InputError(
                "sepa-debtor", "Your own account is missing.", remedy="Fill it in under ways to pay."
            )
        debtor = Debtor(facts.get("debtor") or run.company.name, facts["iban"], facts.get("bic", ""))
        made_at = run.approved_at or run.made_at
        return sepa_file(payouts, debtor, ident=run.ident, pay_on=run.pay_on, made_at=made_at)
    if run.rail == "paypal":
        return lists.paypal_file(payouts, ident=run.ident, comma=facts.get("decimals") == "comma")
    if run.rail == "csv":
        return lists.plain_file(payouts, ident=run.ident)
    template = facts.get("template", "")
    if not template:
        raise InputError(
            "template-missing", "The template of this service is missing.",
            remedy="Download it there, and add it under ways to pay.",
        )  # fmt: skip
    sheet = facts.get("sheet", "")
    if run.rail == "wise":
        source = facts.get("source") or run.company.home_currency
        return lists.wise_file(payouts, template, source=source, ident=run.ident, sheet=sheet)
    return lists.payoneer_file(payouts, template, ident=run.ident, sheet=sheet)
