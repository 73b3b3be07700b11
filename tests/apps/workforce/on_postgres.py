"""What the assistants' desk and selling do, for a process of its own whose database is PostgreSQL: it prints
what came of it as JSON. Where two people can be at the same thing, two threads are at it at once.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection as database  # noqa: E402 - the settings come first
from django.db import connections  # noqa: E402

from closebook.apps.companies.models import Company, Membership, Person, Role  # noqa: E402
from closebook.apps.companies.services.audit import audit_broken_at  # noqa: E402
from closebook.apps.selling.models import (  # noqa: E402
    Conversation,
    Customer,
    Opportunity,
    PayPromise,
    Target,
)
from closebook.apps.selling.selectors.day import day_list  # noqa: E402
from closebook.apps.selling.selectors.owed import owed_by_customers, owed_rows  # noqa: E402
from closebook.apps.selling.services.collecting import pay_promise  # noqa: E402
from closebook.apps.selling.services.conversations import conversation_log  # noqa: E402
from closebook.apps.selling.services.deals import (  # noqa: E402
    customer_named,
    customer_save,
    opportunity_make,
    opportunity_move,
)
from closebook.apps.selling.services.importing import import_deals  # noqa: E402
from closebook.apps.selling.services.merging import customers_merge, merge_undo  # noqa: E402
from closebook.apps.selling.services.summary import summary_again, summary_begin  # noqa: E402
from closebook.apps.selling.services.targets import target_agree, target_save  # noqa: E402
from closebook.apps.sync.services.access import books_client  # noqa: E402
from closebook.apps.workforce.models import Bill, Task, Timer, TimerSpan, TimesheetLine  # noqa: E402
from closebook.apps.workforce.services import booking, sheets  # noqa: E402
from closebook.apps.workforce.services.days import sheet_for  # noqa: E402
from closebook.apps.workforce.services.keeping import workforce_tick  # noqa: E402
from closebook.apps.workforce.services.pay_files import run_file  # noqa: E402
from closebook.apps.workforce.services.paying import (  # noqa: E402
    hash_of,
    line_report,
    run_approve,
    run_make,
)
from closebook.apps.workforce.services.timers import timer_move, timer_start  # noqa: E402
from closebook.core.errors import ClosebookError  # noqa: E402
from closebook.core.workforce.pay_lines import LineState  # noqa: E402
from closebook.transport import clock  # noqa: E402
from tests.apps.workforce.pay_rooms import with_accounts  # noqa: E402
from tests.apps.workforce.rooms import contract_of, task_of  # noqa: E402
from tests.apps.workforce.signed import signed  # noqa: E402

BY = "ada"
DAY = dt.date(2026, 3, 4)
CSV = "opportunity_id,sales_agent,account,deal_stage,engage_date,close_date,close_value\n" + "".join(
    f"R{number},Ann,Quill,Won,2026-01-05,2026-02-01,1200\n" for number in range(40)
)


def at_once(do: Callable[[], Any], times: int = 2) -> list[Any]:
    """Return what became of doing a thing in several threads at once: a refusal by its code."""
    gate, found = threading.Barrier(times), list[Any]()

    def run() -> None:
        gate.wait()
        try:
            found.append(do())
        except ClosebookError as error:
            found.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == times, "a thread failed: see above"
    return found


def codes(found: list[Any]) -> list[str]:
    return sorted(each for each in found if isinstance(each, str))


def worked(company: Company, owner: Person, ann: Person) -> tuple[TimesheetLine, dict[str, Any]]:
    """From a timer to an approved week with its bill."""
    contract = contract_of(company, ann)
    contract.zone = "America/New_York"
    contract.save()
    signed(contract, "timer")
    task = task_of(contract, "in_progress")
    started = at_once(lambda: timer_start(task, ann))
    (timer,) = Timer.objects.all()
    stopped = at_once(lambda: timer_move(timer, "stopped"))
    starts_at = clock.now().replace(hour=20, minute=0, second=0, microsecond=0) - dt.timedelta(days=9)
    TimerSpan.objects.update(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=4))
    workforce_tick(clock.now())
    sheet = sheet_for(contract, (starts_at - dt.timedelta(hours=5)).date())
    sheets.sheet_sign(sheet, ann)
    approved = at_once(lambda: sheets.sheet_approve(sheet, owner))
    Task.objects.update(state="accepted")
    facts = {"started": codes(started), "stopped": codes(stopped), "approved": codes(approved)}
    before, _after = TimesheetLine.objects.order_by("pk")
    return before, facts


def desk_way(company: Company, owner: Person, ann: Person) -> dict[str, Any]:
    """Work over the company's midnight, pay it, write it into the books, correct it, and take it all out."""
    Company.objects.filter(pk=company.pk).update(zone="Etc/GMT-2")
    company.refresh_from_db()
    line, facts = worked(company, owner, ann)
    with_accounts(company, ann)
    bill, pay_on = Bill.objects.get(), clock.today()
    made = at_once(lambda: run_make(company, "csv", pay_on, {bill.pk: None}, BY))
    run = next(each for each in made if not isinstance(each, str))
    run_file(run_approve(run, hash_of(run), BY), BY)
    line_report(run.lines.get(), LineState.PAID, BY, paid_on=pay_on, fee_minor=35)
    offered = booking.accounts_offered(company)
    booking.accounts_save(company, {use: offered[use][0][0] for use in ("expense", "bank", "fee")}, BY)
    plans = at_once(lambda: booking.book_plan(company, BY))
    runs = [booking.book_write(next(each for each in plans if not isinstance(each, str)), BY)]
    sheets.line_correct(line, 60, "It was counted wrong.", owner)
    runs.append(booking.book_write(booking.book_plan(company, BY), BY))
    times = hours(company)
    undone = [booking.book_undo(each, BY).state for each in reversed(runs)]
    return facts | {
        "paid": codes(made), "planned": codes(plans), "written": [run.state for run in runs],
        "minutes": times, "undone": undone, "left": hours(company),
    }  # fmt: skip


def hours(company: Company) -> list[int]:
    with books_client(company) as client:
        rows = sorted(client.query_all("TimeActivity"), key=lambda each: str(each["TxnDate"]))
    return [int(each["Hours"]) * 60 + int(each["Minutes"]) for each in rows]


def selling_way(company: Company) -> dict[str, Any]:
    """Customers, opportunities, conversations, targets, a file, a merge, a summary and what is owed."""
    at_once(lambda: customer_named(company, "Quill & Sons", "ann", BY))
    quill = Customer.objects.get(key="quill & sons")
    deal = opportunity_make(company, quill, "1", "Lamps", DAY, BY, value_minor=500, owner="ann")
    at_once(lambda: conversation_log(company, "d1", quill.pk, "ann", DAY, steps=[{"what": "x", "by": DAY}]))
    won = at_once(lambda: opportunity_move(company, deal.pk, "won", DAY, BY, came_minor=450))
    drafts = at_once(lambda: target_save(company, 2026, 1000, [("", "ann", "", 1000)], BY, reason="More."))
    agreed = at_once(lambda: target_agree(company, drafts.pop().pk, DAY, BY))
    read = at_once(lambda: import_deals(CSV, company, BY).added)
    other = customer_save(company, "quil", "Quil", BY)
    merge = customers_merge(company, quill.pk, other.pk, BY)
    merge_undo(company, merge.pk, BY)
    first = summary_begin(company, DAY, DAY, BY)
    versions = at_once(lambda: summary_again(company, first.pk, BY).version)
    return {
        "won": codes(won), "customers": Customer.objects.filter(company=company).count(),
        "conversations": Conversation.objects.count(), "due": len(day_list(company.pk, "ann", DAY)),
        "versions": sorted(Target.objects.values_list("version", flat=True)), "agreed": codes(agreed),
        "in_force": Target.objects.filter(state="agreed").count(), "read": sorted(read),
        "deals": Opportunity.objects.count(), "summaries": sorted(versions),
        **owed_way(company),
    }  # fmt: skip


def owed_way(company: Company) -> dict[str, Any]:
    """Two promises for one invoice at once: the later one stands."""
    with books_client(company) as client:
        customer = client.create("Customer", {"DisplayName": "Harbour"}, "harbour")
        item = next(each for each in client.query_all("Item") if each.get("Type") == "Service")
        line = {
            "Amount": 12, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": str(item["Id"])}},
        }  # fmt: skip
        facts = {"CustomerRef": {"value": str(customer["Id"])}, "TxnDate": "2026-03-01", "Line": [line]}
        client.create("Invoice", facts, "invoice")
    today = clock.today()
    by_customer = owed_by_customers(company, today)
    row = owed_rows(company, by_customer, today)[0]
    at_once(lambda: pay_promise(company, row, today, 1200, "Harbour", BY))
    standing = PayPromise.objects.filter(withdrawn_at=None).count()
    return {"owed": len(by_customer), "promises": PayPromise.objects.count(), "standing": standing}


if __name__ == "__main__":
    chosen = Company.objects.get()
    boss = Person.objects.create(username=BY)
    Membership.objects.create(person=boss, company=chosen, role=Role.OWNER)
    helper = Person.objects.create(username="ann", first_name="Ann", last_name="Quill")
    Membership.objects.create(person=helper, company=chosen, role=Role.ASSISTANT)
    told = {
        "vendor": database.vendor, "desk": desk_way(chosen, boss, helper), "selling": selling_way(chosen),
        "audit": audit_broken_at(chosen.pk),
    }  # fmt: skip
    print(json.dumps(told))
