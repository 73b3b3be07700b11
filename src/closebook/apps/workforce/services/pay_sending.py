"""The hands of a payment run that a service carries out: resumed after a crash, never paid twice.

The machine of ``core.workforce.payruns`` decides; this carries its effects out under the run's lease. A line
is stored as unknown before it is sent, and every try carries the same reference.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from closebook.apps.workforce.models import PaymentLine, PaymentRun
from closebook.apps.workforce.selectors.paying import core_line
from closebook.apps.workforce.services.pay_files import payout_of
from closebook.apps.workforce.services.paying import approved_lines, bill_stands, locked, run_stands
from closebook.connectors.payouts.base import Payout
from closebook.connectors.payouts.service import PayService
from closebook.core.workforce import payruns as p
from closebook.core.workforce.pay_lines import LineState, PayLine
from closebook.core.workforce.runs import ms_of
from closebook.transport import clock

LEASE = dt.timedelta(minutes=10)


class PayDesk:
    """The hands of a payment run: the lease, the rows and the service."""

    def __init__(
        self, run: PaymentRun, service: PayService, now: Callable[[], dt.datetime] | None = None
    ) -> None:
        """Keep the run; ``now`` gives the moment, else the system's clock does."""
        self._run, self._service, self._now, self._token = run, service, now or clock.now, ""
        self._rows: dict[str, PaymentLine] = {}

    def perform(self, effect: p.Effect) -> p.Event:
        """Carry an effect out and return what happened; a wait is the caller's."""
        if isinstance(effect, p.TakeLease):
            return self._take()
        if isinstance(effect, p.LoadLines):
            return self._loaded()
        if isinstance(effect, p.Record):
            return self._recorded(effect.line)
        if isinstance(effect, p.Send):
            return self._sent(effect)
        if isinstance(effect, p.Probe):
            return self._service.probe(self._payout(effect.line), effect.line.provider_ref)
        if isinstance(effect, p.Wait):
            return p.Done() if self._renewed() else p.LeaseLost()
        PaymentRun.objects.filter(pk=self._run.pk, lease=self._token).update(lease="", lease_until=None)
        return p.Done()

    def _take(self) -> p.Event:
        """Take the lease when nobody holds it; the update is one statement, so that one of two gets it."""
        token, now = secrets.token_hex(16), self._now()
        free = Q(lease="") | Q(lease_until=None) | Q(lease_until__lte=now)
        rows = PaymentRun.objects.filter(free, pk=self._run.pk, state="submitted")
        if not rows.update(lease=token, lease_until=now + LEASE):
            return p.Busy()
        self._token = token
        return p.Done()

    def _renewed(self) -> bool:
        now = self._now()
        mine = PaymentRun.objects.filter(pk=self._run.pk, lease=self._token, lease_until__gt=now)
        return bool(self._token) and mine.update(lease_until=now + LEASE) == 1

    def _loaded(self) -> p.Event:
        run = PaymentRun.objects.select_related("company").get(pk=self._run.pk)
        self._rows = {line.reference: line for line in approved_lines(run)}
        open_rows = [row for row in self._rows.values() if row.state in {LineState.QUEUED, LineState.UNKNOWN}]
        return p.Loaded(tuple(core_line(row, run.currency) for row in open_rows), ms_of(self._now()))

    def _recorded(self, line: PayLine) -> p.Event:
        """Store a line while the lease holds; what a report has settled meanwhile stays."""
        with transaction.atomic():
            locked(self._run.company)
            if not self._renewed():
                return p.LeaseLost()
            row = PaymentLine.objects.select_for_update().select_related("bill").get(reference=line.ref)
            if line.state is LineState.UNKNOWN and row.state != LineState.QUEUED:
                return p.LeaseLost()
            if row.state not in {LineState.QUEUED, LineState.UNKNOWN}:
                return p.Done()
            row.state, row.intended_ms = line.state, line.intended_at
            row.provider_reference, row.code = line.provider_ref[:100], line.code[:100]
            row.save(update_fields=["state", "intended_ms", "provider_reference", "code"])
            bill_stands(row.bill)
            run_stands(self._run)
        return p.Done()

    def _sent(self, effect: p.Send) -> p.Event:
        if ms_of(self._now()) >= effect.until or not self._renewed():
            return p.LeaseLost()
        return self._service.send(self._payout(effect.line))

    def _payout(self, line: PayLine) -> Payout:
        return payout_of(self._rows[line.ref], line.amount.currency)
