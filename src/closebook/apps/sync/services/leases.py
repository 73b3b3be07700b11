"""The lease on a company's books: one run writes at a time, and an abandoned lease ends by its time alone.

The time is the database's, so that machines whose clocks differ agree. Each taking stores a new token, and
whatever is fenced compares the token: who had the lease before is shut out, whatever it is called.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.db.models.functions import Now

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import UNFINISHED, Lease, Run
from closebook.core.planning.hands import LeaseLostError

LEASE_SECONDS = 300
_LENGTH = dt.timedelta(seconds=LEASE_SECONDS)


def lease_take(run: Run, holder: str) -> str:
    """Return the token of the lease of the run's company; "" while another holder or run has it, or when the
    run has ended.
    """
    company_id = run.connection.company_id
    token = secrets.token_hex(8)
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company_id)
        if not Run.objects.filter(pk=run.pk, state__in=UNFINISHED).exists():
            return ""
        leases = Lease.objects.filter(company_id=company_id)
        found = leases.first()
        ours = found is not None and found.holder == holder and found.run_id == run.pk
        if found is not None and not ours and leases.filter(expires_at__gt=Now()).exists():
            return ""
        leases.delete()
        Lease.objects.create(
            company_id=company_id, run=run, holder=holder, token=token, expires_at=Now() + _LENGTH
        )
    return token


def lease_renew(run_id: int, token: str) -> bool:
    """Renew the lease; False when it is not ours any more. Takes part in the caller's transaction."""
    mine = Lease.objects.filter(run_id=run_id, token=token, expires_at__gt=Now())
    return mine.update(expires_at=Now() + _LENGTH) == 1


def lease_fence(run_id: int, token: str) -> None:
    """Renew the lease within a transaction, or raise LeaseLostError so that nothing of it is written."""
    if not lease_renew(run_id, token):
        raise LeaseLostError("lease-lost", "Another runner took over this run.")


def lease_release(run_id: int, token: str) -> None:
    """Give the lease back if it is ours."""
    Lease.objects.filter(run_id=run_id, token=token).delete()
