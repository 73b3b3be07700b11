"""What the program on an assistant's machine is told: terms, listed sites, tasks and the running timer."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from closebook.apps.companies.models import ApiToken, Company, Person
from closebook.apps.workforce.models import Contract, Device, Task, Timer
from closebook.apps.workforce.selectors.terms import call_hosts, core_rules, core_terms, rule_rows, term_on
from closebook.core.workforce import sites
from closebook.core.workforce.reckoning import Level
from closebook.core.workforce.runs import ms_of
from closebook.core.workforce.sites import Verdict

_DEPTH = {level: depth for depth, level in enumerate(Level)}
WARNING_MS = 60_000
MOST_TASKS = 100


def device_of(token: ApiToken) -> Device | None:
    """Return the machine that a token was made for, None for any other token."""
    return Device.objects.filter(token=token).select_related("company", "person").first()


def devices_of(company: Company, person: Person) -> list[Device]:
    """Return a person's machines in a company, the newest first."""
    rows = Device.objects.filter(company=company, person=person).select_related("token")
    return list(rows.order_by("-pk"))


def told_to(device: Device, now: dt.datetime) -> dict[str, Any]:
    """Return what a machine is told: of the contract whose timer runs, else of the one that asks least."""
    contracts = Contract.objects.filter(company=device.company, person=device.person, state="active")
    timer = Timer.objects.filter(
        person=device.person, company=device.company, state__in=["running", "paused"]
    )
    alive = timer.select_related("contract", "task").first()
    chosen = [alive.contract] if alive else list(contracts.order_by("pk"))
    every = [_of_contract(contract, now) for contract in chosen]
    least = min(every, key=lambda told: _DEPTH[Level(told["terms"]["level"])], default=None)
    tasks = Task.objects.filter(contract__in=contracts, state="in_progress").order_by("-pk")[:MOST_TASKS]
    return {
        **(least or {"terms": {"level": Level.NONE.value}, "rules": [], "notice": ""}),
        "tasks": [
            {"task": str(t.pk), "name": t.title, "kind": t.kind, "contract": f"c{t.contract_id}"}
            for t in tasks
        ],
        "timer": _timer(alive) if alive else None,
    }


def _of_contract(contract: Contract, now: dt.datetime) -> dict[str, Any]:
    day = now.astimezone(ZoneInfo(contract.zone)).date()
    term, rows = term_on(contract.terms.all(), day), rule_rows(contract)
    agreed = core_terms(term, call_hosts(rows, day))
    listed = [r for r in core_rules(rows, contract.zone) if r.holds_at(ms_of(now))]
    return {
        "terms": {
            "level": agreed.level.value,
            "threshold": agreed.threshold,
            "idle_from": agreed.idle_from.value,
            "warning": min(WARNING_MS, agreed.threshold // 2),
            "call_hosts": list(agreed.call_hosts),
        },
        "rules": [_rule(rule) for rule in listed if rule.verdict is not Verdict.PRIVATE],
        "notice": term.notice_version if term else "",
    }


def _rule(rule: sites.SiteRule) -> dict[str, Any]:
    """Return a rule as a machine needs it to ask about a visit that the reckoning would count."""
    return {
        "id": rule.id,
        "match": rule.match.value,
        "pattern": rule.pattern,
        "verdict": rule.verdict.value,
        "ask": rule.ask,
        "tolerance": rule.tolerance,
        "scope": rule.scope.value,
        "subject": rule.subject,
    }


def _timer(timer: Timer) -> dict[str, Any]:
    return {
        "task": str(timer.task_id),
        "name": timer.task.title,
        "kind": timer.task.kind,
        "contract": f"c{timer.contract_id}",
        "state": timer.state,
        "source": timer.source,
    }
