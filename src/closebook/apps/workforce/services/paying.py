"""Payment runs: made of accepted work, approved as they were seen, cancelled, and reported on.

Everything that decides about money is done under the company's lock, so that two processes take turns; what
was approved is compared by its hash before each use.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Bill, Link, PaymentLine, PaymentRun, Trial
from closebook.apps.workforce.selectors.paying import (
    Due,
    core_line,
    core_lines,
    due_of,
    lines_of,
)
from closebook.apps.workforce.services.moving import moved
from closebook.apps.workforce.services.payees import account_of, facts_of, setting_of, written
from closebook.connectors.payouts.rails import lacking, rail_named
from closebook.core.errors import ConflictError, InputError
from closebook.core.money import Money
from closebook.core.workforce.pay_lines import (
    ENDED_UNPAID,
    LineState,
    after_report,
    approvals_needed,
    approved_by,
    new_line,
    requeued,
    run_hash,
)
from closebook.core.workforce.states import BILL, PAY_LINE, PAY_RUN, TRIAL, Who
from closebook.transport import clock

BILLS = "bill"
_KEPT = ("debtor", "iban", "bic", "source", "template", "sheet", "decimals")
"""What of a rail's settings is part of a run: it decides from where is paid, and how its file is written."""
_OPEN = frozenset({LineState.QUEUED, LineState.UNKNOWN, LineState.SENT, LineState.UNCLAIMED})


@transaction.atomic
def run_make(
    company: Company, rail: str, pay_on: dt.date, wanted: Mapping[int, int | None], actor: str
) -> PaymentRun:
    """Return a run that pays bills, each whole as far as it is accepted, or a part (minor units).

    Raises InputError naming the payee who has no account on the rail or the bill whose work is not accepted,
    ConflictError for more than is unpaid.
    """
    locked(company)
    found = [due_of(bill) for bill in Bill.objects.filter(company=company, pk__in=wanted).order_by("pk")]
    currency = _currency(rail, found, len(wanted))
    now, facts = clock.now(), setting_of(company, rail)[0]
    run = PaymentRun.objects.create(
        company=company, rail=rail, currency=currency, pay_on=pay_on, ident=_ident(),
        settings=written({name: facts[name] for name in _KEPT if name in facts}), actor=actor, made_at=now,
    )  # fmt: skip
    for due in found:
        _line(run, due, wanted[due.bill.pk])
        bill_stands(due.bill)
    audit_append(company.pk, actor, "pay-run-made", run.ident, {"pay_run": run.pk, "bills": len(found)})
    return run


def locked(company: Company) -> None:
    """Wait for whoever else decides about this company's money, until the transaction ends."""
    Company.objects.select_for_update().get(pk=company.pk)


def _ident() -> str:
    """Return a run's name towards banks: chance makes it differ from that of any other installation."""
    return f"CB{secrets.token_hex(6).upper()}"


def _currency(rail: str, found: list[Due], wanted: int) -> str:
    currencies = {due.bill.currency for due in found}
    if not found or len(found) != wanted:
        raise InputError("pay-no-bills", "Choose at least one bill.")
    if len(currencies) != 1:
        raise InputError(
            "pay-currencies", "A payment run is in one currency.", remedy="Make one run for each currency."
        )
    currency, takes = currencies.pop(), rail_named(rail).currencies
    if takes and currency not in takes:
        raise InputError(
            "pay-rail-currency",
            f"This way to pay does not take {currency}.",
            remedy="Choose another way to pay.",
        )
    return currency


def _line(run: PaymentRun, due: Due, minor: int | None) -> PaymentLine:
    """Return the payment of a bill in a run. Raises as ``run_make`` does."""
    bill, amount = due.bill, due.payable_minor if minor is None else minor
    account = account_of(bill.payee, run.rail)
    if run.rail != "csv" and lacking(run.rail, account):
        raise InputError(
            "pay-no-account", f"{bill.payee.name} has no payment details for this way to pay.",
            remedy="Ask for them: the assistant fills them in on their own page.",
        )  # fmt: skip
    if amount > due.payable_minor and due.waits:
        raise InputError(
            "pay-not-accepted", f"{due.waits[0]} is not accepted yet.",
            remedy="Accept the work, or release a milestone, or pay the part that is accepted.",
        )  # fmt: skip
    where = _where(bill, account)
    lines = core_lines(PaymentLine.objects.filter(bill=bill).select_related("bill"), bill.currency)
    money = Money(amount, bill.currency)
    line = new_line(run.ident, str(bill.pk), str(bill.payee_id), where, money, due.total_minor, lines)
    return PaymentLine.objects.create(
        company_id=run.company_id, run=run, bill=bill, amount_minor=amount, reference=line.ref, account=where,
        actor=run.actor, made_at=run.made_at,
    )  # fmt: skip


def _where(bill: Bill, account: Mapping[str, str]) -> str:
    """Return where a bill's payment goes, to whom and with which text, as it is approved."""
    business = {"business": "1"} if bill.payee.agency_id is not None else {}
    return written({**account, **business, "name": bill.payee.name, "text": bill.number})


def hash_of(run: PaymentRun) -> str:
    """Return the hash of what a run pays now: to whom, where, how much, from which account, on which day."""
    lines = core_lines(lines_of(run), run.currency)
    return run_hash(run.ident, f"{run.rail} {run.pay_on} {run.settings}", run.currency, lines)


def people_needed(run: PaymentRun) -> int:
    """Return how many people have to approve a run."""
    total = sum(line.amount_minor for line in lines_of(run))
    return approvals_needed(total, setting_of(run.company, run.rail)[1])


@transaction.atomic
def run_approve(run: PaymentRun, shown: str, actor: str) -> PaymentRun:
    """Return a run that one more person approved as they saw it; with the last one it may be paid.

    Raises ConflictError when it is not what was shown, InputError for the same person twice or for work that
    is not accepted any more.
    """
    locked(run.company)
    found = PaymentRun.objects.select_for_update().select_related("company").get(pk=run.pk)
    PAY_RUN.check(found.state, "approved", Who.COMPANY)
    before = (found.approved_by,) if found.approved_by and found.digest == hash_of(found) else ()
    approvers = approved_by(before, actor, shown, hash_of(found))
    _still_accepted(found)
    found.digest, now = hash_of(found), clock.now()
    if len(approvers) == 1:
        found.approved_by, found.approved_at, found.second_by, found.second_at = actor, now, "", None
    else:
        found.second_by, found.second_at = actor, now
    if len(approvers) >= people_needed(found):
        found.state = "approved"
    found.save()
    audit_append(
        found.company_id, actor, "pay-run-approved", found.ident, {"pay_run": found.pk, "hash": shown}
    )
    return found


def _still_accepted(run: PaymentRun) -> None:
    for line in lines_of(run):
        due = due_of(line.bill)
        others = line.bill.payments.exclude(state__in=[state.value for state in ENDED_UNPAID])
        if sum(each.amount_minor for each in others) > due.accepted_minor:
            raise InputError(
                "pay-not-accepted", f"{(due.waits or (line.bill.number,))[0]} is not accepted yet.",
                remedy="Cancel this run and make it again.",
            )  # fmt: skip


@transaction.atomic
def run_cancel(run: PaymentRun, reason: str, actor: str) -> PaymentRun:
    """Return a run of which nothing is paid; its bills are owed again. Raises ConflictError once a payment
    may be under way.
    """
    locked(run.company)
    found = PaymentRun.objects.select_for_update().get(pk=run.pk)
    PAY_RUN.check(found.state, "cancelled", Who.COMPANY, reason)
    for line in lines_of(found):
        PAY_LINE.check(line.state, "cancelled", Who.COMPANY, reason or "-")
        line.state = LineState.CANCELLED
        line.save(update_fields=["state"])
        bill_stands(line.bill)
    found.state, found.reason = "cancelled", reason.strip()
    found.save(update_fields=["state", "reason"])
    audit_append(found.company_id, actor, "pay-run-cancelled", found.ident, {"pay_run": found.pk})
    return found


@transaction.atomic
def line_report(
    line: PaymentLine,
    state: LineState,
    actor: str,
    *,
    paid_on: dt.date | None = None,
    provider_ref: str = "",
    code: str = "",
    fee_minor: int = 0,
    cost_minor: int | None = None,
) -> bool:
    """Keep what a rail, the bank or a person reports of a payment; False when it changes nothing.

    Raises HeldError when money is reported for a payment that had ended: a person has to look.
    """
    locked(line.company)
    found = PaymentLine.objects.select_for_update().select_related("bill__payee", "run").get(pk=line.pk)
    before = core_line(found, found.run.currency)
    after = after_report(before, state, provider_ref, code)
    if after == before:
        return False
    found.state, found.provider_reference, found.code = (
        after.state,
        after.provider_ref[:100],
        after.code[:100],
    )
    found.paid_on = (paid_on or clock.today()) if after.state is LineState.PAID else found.paid_on
    found.fee_minor, found.cost_minor = fee_minor or found.fee_minor, cost_minor or found.cost_minor
    found.save()
    bill_stands(found.bill)
    run_stands(found.run)
    facts = {"pay_run": found.run_id, "payment": found.reference, "to": found.state}
    audit_append(found.company_id, actor, "payment-reported", found.bill.number, facts)
    return True


@transaction.atomic
def line_again(line: PaymentLine, actor: str) -> PaymentRun:
    """Return a new run that pays again, once, what failed or came back, to the payee's present account.

    Raises ConflictError while the payment's end is not sure or something else pays the bill by now.
    """
    locked(line.company)
    found = PaymentLine.objects.select_for_update().select_related("bill__payee", "run").get(pk=line.pk)
    due, old = due_of(found.bill), found.run
    run = PaymentRun.objects.create(
        company_id=old.company_id, rail=old.rail, currency=old.currency, pay_on=clock.today(), ident=_ident(),
        settings=old.settings, actor=actor, made_at=clock.now(),
    )  # fmt: skip
    account = account_of(found.bill.payee, run.rail) or facts_of(found.account)
    where = _where(found.bill, account)
    rows = PaymentLine.objects.filter(bill=found.bill).select_related("bill")
    lines = core_lines(rows, run.currency)
    ended, new = requeued(core_line(found, run.currency), run.ident, due.total_minor, lines, where)
    found.state = ended.state
    found.again = PaymentLine.objects.create(
        company_id=run.company_id, run=run, bill=found.bill, amount_minor=new.amount.amount_minor,
        reference=new.ref, account=where, actor=actor, made_at=run.made_at,
    )  # fmt: skip
    found.save(update_fields=["state", "again"])
    bill_stands(found.bill)
    audit_append(run.company_id, actor, "pay-run-made", run.ident, {"pay_run": run.pk, "bills": 1})
    return run


def bill_stands(bill: Bill) -> None:
    """Bring a bill's state into line with its payments."""
    rows = list(bill.payments.values_list("state", "amount_minor"))
    paid = sum(amount for state, amount in rows if state == LineState.PAID)
    owed = sum(bill.lines.values_list("amount_minor", flat=True))
    if paid:
        state = "paid" if paid >= owed else "partly_paid"
    elif any(LineState(word) in _OPEN for word, _amount in rows):
        state = "scheduled"
    else:
        links = Link.objects.filter(company_id=bill.company_id, kind=BILLS, system="books")
        posted = links.filter(number=bill.pk).exists()
        state = "posted" if posted else "ready"
    found = Bill.objects.select_for_update().get(pk=bill.pk)
    if found.state != state:
        BILL.check(found.state, state, Who.CLOSEBOOK)
        Bill.objects.filter(pk=bill.pk).update(state=state)
    if state == "paid":
        for trial in Trial.objects.filter(billed__bill=bill, state="scored"):
            moved(trial, TRIAL, "paid", Who.CLOSEBOOK, bill.number)


def run_stands(run: PaymentRun) -> None:
    """Bring a run that was sent into line with its payments: settling, and settled once all have ended."""
    states = set(PaymentLine.objects.filter(run=run).values_list("state", flat=True))
    sent = PaymentRun.objects.filter(pk=run.pk, state__in=["exported", "submitted", "settling", "settled"])
    if not {LineState(word) for word in states} & _OPEN:
        sent.update(state="settled")
    elif LineState.QUEUED not in states and LineState.UNKNOWN not in states:
        sent.update(state="settling")


def approved_lines(run: PaymentRun) -> Iterable[PaymentLine]:
    """Return the payments of a run that is what was approved. Raises ConflictError when it is not."""
    if not run.digest or run.digest != hash_of(run):
        raise ConflictError(
            "run-changed", "The payments changed since they were approved.",
            remedy="Cancel this run and make it again.",
        )  # fmt: skip
    return lines_of(run)
