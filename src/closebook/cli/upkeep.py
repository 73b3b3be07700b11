"""What a worker does by the clock: the nightly proof, due webhooks, digests, connections that are planned
by a schedule, logins that are renewed, working time that is settled, and forgetting what is past its time.
"""

from __future__ import annotations

from collections.abc import Mapping

from closebook import jobs
from closebook.apps.bank.services import answer_plans  # noqa: F401 - defines its kind of job
from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.prove import prove
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.api_use import answers_forget
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.hooks.services.replaying import deliveries_forget
from closebook.apps.qbo.services.housekeeping import forget_old
from closebook.apps.qbo.services.webhooks import deliver_due
from closebook.apps.selling.services import import_jobs, reckoning  # noqa: F401 - they define kinds of job
from closebook.apps.sync.services.digests import digests_send
from closebook.apps.sync.services.inbox import inbox_tick
from closebook.apps.sync.services.login_watch import logins_tick
from closebook.apps.sync.services.pulling import wanted_tick
from closebook.apps.sync.services.schedules import schedules_tick
from closebook.apps.sync.services.sweeping import sweep_tick
from closebook.apps.workforce.services.drafts import drafts_expire
from closebook.apps.workforce.services.keeping import workforce_tick
from closebook.apps.workforce.services.pay_jobs import payments_tick
from closebook.apps.workforce.services.task_parts import tasks_repeat
from closebook.cli.output import print_note
from closebook.core.errors import RetryError
from closebook.transport import clock
from closebook.transport.http import Request, exchange, http_client

_WEBHOOK_SECONDS = 3.0


def prove_all() -> int:
    """Recompute every balance of every embedded company; note what differs in the audit log and return its
    number.
    """
    different = 0
    for company in Company.objects.filter(embedded=True).order_by("pk"):
        books = BooksCompany.objects.filter(realm_id=company.realm_id).first()
        if books is None:
            continue
        report = prove(books.pk, thorough=True)
        different += report.number
        facts = {"postings": report.postings, "differences": [str(each) for each in report.differences][:20]}
        audit_append(
            company.pk, "worker", "books-differ" if report.number else "books-proved", company.name, facts
        )
        if report.number:
            print_note(f"The books of {company.name} differ from their postings: see `closebook prove`.")
    return different


def deliver_webhooks() -> int:
    """Post the webhooks that are due; return how many deliveries were tried."""
    with http_client(read_seconds=_WEBHOOK_SECONDS, connect_seconds=_WEBHOOK_SECONDS) as http:

        def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
            try:
                return exchange(http, Request("POST", url, headers=headers, body=body)).status
            except RetryError:
                return 0

        return deliver_due(clock.now(), post)


def _forget() -> int:
    now = clock.now()
    return forget_old(now) + answers_forget() + deliveries_forget(now)


def define_upkeep() -> None:
    """Define the schedules of a worker."""
    jobs.define_schedule("prove-books", "17 3 * * *", prove_all)
    jobs.define_schedule("deliver-webhooks", "* * * * *", deliver_webhooks)
    jobs.define_schedule("send-digests", "7 6 * * *", lambda: digests_send(clock.today()))
    jobs.define_schedule("plan-by-schedule", "* * * * *", lambda: schedules_tick(clock.now()))
    jobs.define_schedule("pull-what-is-wanted", "* * * * *", wanted_tick)
    jobs.define_schedule("renew-logins", "*/5 * * * *", lambda: logins_tick(clock.now()))
    jobs.define_schedule("read-told-changes", "* * * * *", lambda: inbox_tick(clock.now()))
    jobs.define_schedule("read-payments", "*/5 * * * *", payments_tick)
    jobs.define_schedule("look-daily", "23 * * * *", lambda: sweep_tick(clock.now()))
    jobs.define_schedule("tasks-repeat", "19 * * * *", lambda: tasks_repeat(clock.now()))
    jobs.define_schedule("drafts-expire", "*/5 * * * *", lambda: drafts_expire(clock.now()))
    jobs.define_schedule("settle-time", "11 * * * *", lambda: workforce_tick(clock.now()))
    jobs.define_schedule("forget-old", "47 3 * * *", _forget)
