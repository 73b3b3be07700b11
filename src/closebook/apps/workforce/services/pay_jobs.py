"""Paying by a service's interface as a durable job, and reading back what became of each payment."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections, transaction
from django.db.models import Q

from closebook import jobs
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Link, PaymentLine, PaymentRun
from closebook.apps.workforce.services.pay_bank import run_from_bank
from closebook.apps.workforce.services.pay_files import payout_of
from closebook.apps.workforce.services.pay_sending import PayDesk
from closebook.apps.workforce.services.payees import facts_of, setting_of
from closebook.apps.workforce.services.paying import approved_lines, line_report, locked
from closebook.connectors.payouts import paypal, wise
from closebook.connectors.payouts.rails import rail_named
from closebook.connectors.payouts.service import PayService
from closebook.core.errors import ClosebookError, ConflictError, HeldError, InputError, RemoteError
from closebook.core.workforce import payruns as p
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.states import PAY_RUN, Who
from closebook.transport import clock
from closebook.transport.http import http_client

JOB = "pay"
_GROUP = "wise-group"
_LONGEST_WAIT, _BUSY_SECONDS, _LATER_SECONDS = 240, 30, 900
_SYSTEM = "Closebook"
_COMES_BACK = dt.timedelta(days=30)
"""For so long after it was paid a payment by file may still be brought back by the bank."""


@transaction.atomic
def run_submit(run: PaymentRun, actor: str) -> PaymentRun:
    """Return an approved run that a service shall pay; ``run_enqueue`` then hands it to the workers.

    Raises ConflictError when it is not approved or was made into a file, InputError for a rail without an
    interface or without keys, and for a payee whom the interface cannot name.
    """
    locked(run.company)
    found = PaymentRun.objects.select_for_update().select_related("company").get(pk=run.pk)
    if not rail_named(found.rail).has_api:
        raise InputError("pay-no-service", "This way to pay has a file only.", remedy="Download the file.")
    _keys(found)
    if found.state != "submitted":
        PAY_RUN.check(found.state, "submitted", Who.COMPANY)
        _reachable(found, approved_lines(found))
        found.state = "submitted"
        audit_append(found.company_id, actor, "pay-sent", found.ident, {"pay_run": found.pk})
    found.reason, found.attempt = "", found.attempt + 1
    found.save(update_fields=["state", "reason", "attempt"])
    return found


def _reachable(run: PaymentRun, lines: Iterable[PaymentLine]) -> None:
    """Raise InputError for a payment that the service's interface cannot name, before any is sent."""
    for line in lines:
        if run.rail == "wise" and not facts_of(line.account).get("recipient"):
            raise InputError(
                "wise-no-recipient", f"{line.bill.payee.name} has no number of a recipient in Wise.",
                remedy="Make the file instead, or let the payee fill it in and make the run again.",
            )  # fmt: skip


def run_enqueue(run: PaymentRun) -> None:
    """Hand a submitted run to the workers."""
    key = f"pay-{run.company_id}"
    jobs.enqueue(*_places(), JOB, f"{run.pk}.{run.attempt}", key=key)


def _places() -> tuple[Path, str]:
    return Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")


def _keys(run: PaymentRun) -> dict[str, str]:
    facts = setting_of(run.company, run.rail)[0]
    needed = ("client", "secret") if run.rail == "paypal" else ("token", "profile")
    if not all(facts.get(name) for name in needed):
        raise InputError(
            "pay-keys", "The keys of this service are missing.", remedy="Fill them in under ways to pay."
        )
    return facts


@contextmanager
def service_of(run: PaymentRun) -> Iterator[PayService]:
    """Yield the service that pays a run, with the company's own keys. Raises InputError without them."""
    facts = _keys(run)
    environment = facts.get("environment") or "production"
    with http_client(read_seconds=60) as http:
        if run.rail == "paypal":
            base = settings.CLOSEBOOK_PAYPAL_API or paypal.ADDRESSES[environment]
            yield paypal.PayPal(http, base, facts["client"], facts["secret"])
            return
        base = settings.CLOSEBOOK_WISE_API or wise.ADDRESSES[environment]
        source = facts_of(run.settings).get("source") or run.company.home_currency
        yield wise.Wise(http, base, facts["token"], facts["profile"], source, _group(run))


def _group(run: PaymentRun) -> wise.GroupPlace:
    """Return where the number of the run's batch group is kept."""
    names: dict[str, Any] = {
        "company_id": run.company_id, "kind": "pay-run", "number": run.pk, "system": _GROUP,
    }  # fmt: skip

    def read() -> str:
        found = Link.objects.filter(**names).first()
        return found.foreign_id if found else ""

    def write(ref: str) -> None:
        Link.objects.update_or_create(**names, defaults={"foreign_id": ref, "made_at": clock.now()})

    return wise.GroupPlace(run.ident, read, write)


@dataclass(slots=True)
class _Running:
    machine: p.PayMachine
    desk: PayDesk
    service: PayService
    effect: p.Effect | None
    open: ExitStack = field(default_factory=ExitStack)


_RUNNING: dict[str, _Running] = {}


def advance(job_id: str) -> jobs.Standing:
    """Carry a run on to a wait that is due or to its end; a crash begins it again from what is stored."""
    close_old_connections()
    run = PaymentRun.objects.select_related("company").get(pk=int(job_id.partition(".")[0]))
    running = _RUNNING.pop(job_id, None)
    try:
        running = running or _begun(run)
        if running is None:
            return jobs.Standing(finished=True, word=run.state)
        standing = _carry_on(run, running)
    except BaseException as error:
        if running is not None:
            running.open.close()
        if isinstance(error, ClosebookError):
            PaymentRun.objects.filter(pk=run.pk).update(reason=str(error), lease="", lease_until=None)
            return jobs.Standing(finished=True, word=error.code)
        raise
    if not standing.finished and running.effect is not None:
        _RUNNING[job_id] = running
    else:
        running.open.close()
    return standing


def _begun(run: PaymentRun) -> _Running | None:
    if run.state != "submitted":
        return None
    stack = ExitStack()
    service = stack.enter_context(service_of(run))
    service.ready()
    limits = p.PayLimits(key_ms=rail_named(run.rail).key_ms, longest_wait_seconds=_LONGEST_WAIT)
    machine = p.PayMachine(limits)
    return _Running(machine, PayDesk(run, service), service, machine.start(), stack)


def _carry_on(run: PaymentRun, running: _Running) -> jobs.Standing:
    while running.effect is not None:
        effect = running.effect
        event = running.desk.perform(effect)
        running.effect = running.machine.on(event)
        if isinstance(effect, p.Wait) and effect.seconds and running.effect is not None:
            return jobs.Standing(finished=False, wait_seconds=effect.seconds)
    outcome = running.machine.outcome
    if outcome is None or outcome.ending in {"busy", "lease-lost"}:
        return jobs.Standing(finished=False, wait_seconds=_BUSY_SECONDS, word="busy")
    if outcome.ending == "waiting":
        return jobs.Standing(finished=False, wait_seconds=_LATER_SECONDS, word="waiting")
    running.service.finish()
    if outcome.unsure:
        PaymentRun.objects.filter(pk=run.pk).update(reason=_UNSURE)
    return jobs.Standing(finished=True, word=outcome.ending)


_UNSURE = "It is not sure whether each payment arrived. Look there, then say so at the payment."

jobs.define_kind(JOB, advance, (OSError, OperationalError))


def run_refresh(run: PaymentRun) -> int:
    """Read back how a run's payments stand; return how many changed. Raises RemoteError or InputError."""
    waiting = [LineState.SENT, LineState.UNCLAIMED, LineState.PAID]
    rows = PaymentLine.objects.filter(run=run, state__in=waiting).exclude(provider_reference="")
    changed = 0
    with service_of(run) as service:
        for line in rows.select_related("bill__payee", "company", "run"):
            changed += _refreshed(line, service)
    return changed


def line_recall(line: PaymentLine, actor: str) -> bool:
    """Take back a payment that nobody has claimed; False when the service has nothing new to say.

    Raises ConflictError for a payment that is not unclaimed, RemoteError or InputError of the service.
    """
    if line.state != LineState.UNCLAIMED or not line.provider_reference:
        raise ConflictError(
            "pay-not-unclaimed", "Only a payment that nobody has claimed is taken back.",
            remedy="Read how it stands.",
        )  # fmt: skip
    with service_of(line.run) as service:
        found = service.recall(payout_of(line, line.run.currency), line.provider_reference)
    return found is not None and line_report(line, found.state, actor, code=found.code)


def _refreshed(line: PaymentLine, service: PayService) -> bool:
    found = service.standing(payout_of(line, line.run.currency), line.provider_reference)
    if found is None:
        return False
    fee = found.fee_minor if found.fee_currency == line.run.currency else 0
    return line_report(line, found.state, _SYSTEM, code=found.code, fee_minor=fee)


def payments_tick() -> int:
    """Read back what services and banks are paying, and what the bank brought back in the last month; return
    how many changed. Faults are kept at the run.
    """
    changed, lately = 0, clock.today() - _COMES_BACK
    open_runs = Q(state__in=["exported", "submitted", "settling"])
    settled = Q(state="settled", attempt=0, lines__state=LineState.PAID, lines__paid_on__gte=lately)
    rows = PaymentRun.objects.filter(open_runs | settled).distinct()
    for run in rows.select_related("company"):
        try:
            changed += run_from_bank(run) + (run_refresh(run) if run.attempt else 0)
        except (RemoteError, InputError, HeldError) as error:
            PaymentRun.objects.filter(pk=run.pk).update(reason=str(error))
    return changed
