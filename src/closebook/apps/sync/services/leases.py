"""The lease on a company's books: one run writes at a time, and an abandoned lease ends by its time alone."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Lease, Run
from closebook.core.planning.hands import LeaseLostError
from closebook.transport import clock

LEASE_SECONDS = 300


def _until() -> dt.datetime:
    return clock.now() + dt.timedelta(seconds=LEASE_SECONDS)


def lease_take(run: Run, holder: str) -> bool:
    """Take the lease of the run's company; False while another holder or run has it."""
    company_id = run.connection.company_id
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company_id)
        lease = Lease.objects.filter(company_id=company_id).first()
        if lease is None:
            Lease.objects.create(company_id=company_id, run=run, holder=holder, expires_at=_until())
            return True
        ours = lease.holder == holder and lease.run_id == run.pk
        if not ours and lease.expires_at > clock.now():
            return False
        lease.holder, lease.run, lease.expires_at = holder, run, _until()
        lease.save()
    return True


def lease_renew(run_id: int, holder: str) -> bool:
    """Renew the lease; False when it is not ours any more. Takes part in the caller's transaction."""
    mine = Lease.objects.filter(run_id=run_id, holder=holder, expires_at__gt=clock.now())
    return mine.update(expires_at=_until()) == 1


def lease_fence(run_id: int, holder: str) -> None:
    """Renew the lease within a transaction, or raise LeaseLostError so that nothing of it is written."""
    if not lease_renew(run_id, holder):
        raise LeaseLostError("lease-lost", "Another runner took over this run.")


def lease_release(run_id: int, holder: str) -> None:
    """Give the lease back if it is ours."""
    Lease.objects.filter(run_id=run_id, holder=holder).delete()
