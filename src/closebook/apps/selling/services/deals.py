"""Keeping customers and opportunities, and moving opportunities through their stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Customer, GradeChange, Opportunity, StageEvent
from closebook.apps.selling.selectors.merged import merged_by_name
from closebook.core.selling.dealers import scores_checked
from closebook.core.selling.identities import shares_checked
from closebook.core.selling.opportunities import STAGES, Move, StageRule, State, moved
from closebook.transport import clock

ENDS = frozenset({State.WON, State.LOST, State.DROPPED})


def customer_save(company: Company, key: str, name: str, by: str, **facts: Any) -> Customer:
    """Return the customer of a key, made or changed. Raises InputError selling-criteria for wrong scores."""
    scores_checked(facts.get("scores", {}))
    with transaction.atomic():
        known = Customer.objects.filter(company=company, key=key).values_list("grade", flat=True).first()
        found, _made = Customer.objects.update_or_create(
            company=company, key=key, defaults={"name": name, **facts}
        )
        if found.grade != (known or ""):
            grade_kept(found, known or "", by)
        audit_append(company.pk, by, "customer-saved", name, {"fields": ", ".join(sorted(facts))})
    return found


def grade_kept(customer: Customer, before: str, by: str, *, proposed: str = "", reason: str = "") -> None:
    """Write down that a customer has the grade that it has now, and had another before."""
    GradeChange.objects.create(
        company_id=customer.company_id, customer=customer, before=before, after=customer.grade,
        proposed=proposed, reason=reason, by=by, day=clock.today(),
    )  # fmt: skip


@transaction.atomic
def customer_named(company: Company, name: str, owner: str, by: str) -> Customer | None:
    """Return the customer of a name, letter case apart, or the one that it was merged into; made as a
    prospect of ``owner`` when there is none. None for no name.
    """
    wanted = " ".join(name.split())
    if not wanted:
        return None
    found = Customer.objects.filter(company=company, name__iexact=wanted).order_by("pk").first()
    key = " ".join(wanted.casefold().split())[:120]
    found = found or Customer.objects.filter(company=company, key=key).first()
    found = found or merged_by_name(company.pk).get(wanted.casefold())
    return found or customer_save(company, key, wanted, by, owner=owner)


@transaction.atomic
def opportunity_change(opportunity: Opportunity, facts: Mapping[str, Any], by: str) -> Opportunity:
    """Return an opportunity after some of its facts changed; ``opportunity_move`` alone moves its stage."""
    one = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    changed = sorted(name for name, value in facts.items() if getattr(one, name) != value)
    for name in changed:
        setattr(one, name, facts[name])
    if changed:
        one.save(update_fields=changed)
        audit_append(one.company_id, by, "opportunity-changed", one.title, {"fields": ", ".join(changed)})
    return one


@transaction.atomic
def opportunity_make(
    company: Company, customer: Customer | None, key: str, title: str, day: dt.date, by: str, **facts: Any
) -> Opportunity:
    """Return a new open opportunity in the first stage, or in ``stage``, with its first event."""
    stage = facts.pop("stage", STAGES[0].code)
    facts.setdefault("currency", company.home_currency)
    made = Opportunity.objects.create(
        company=company,
        customer=customer,
        key=key,
        title=title,
        opened_on=day,
        entered=day,
        stage=stage,
        **facts,
    )
    StageEvent.objects.create(company=company, opportunity=made, after=stage, day=day, by=by)
    audit_append(company.pk, by, "opportunity-made", title, {})
    return made


@transaction.atomic
def opportunity_move(
    company: Company,
    pk: int,
    to: str,
    day: dt.date,
    by: str,
    *,
    ticked: Sequence[str] = (),
    reason: str = "",
    next_step: dt.date | None = None,
    came_minor: int | None = None,
    stages: Sequence[StageRule] = STAGES,
) -> Opportunity:
    """Return the opportunity of the company after a move, with its event kept. Raises InputError
    selling-move.
    """
    one = Opportunity.objects.select_for_update().get(company=company, pk=pk)
    wish = Move(State(one.state), one.stage, to, frozenset(ticked), reason, next_step)
    state, stage = moved(wish, stages)
    before = one.stage if one.state == State.OPEN else one.state
    if stage != one.stage or state is State.OPEN:
        one.entered = day
    one.state, one.stage, one.next_step = state, stage, next_step
    one.decided_on = day if state in ENDS else None
    one.lost_reason = reason if state in {State.LOST, State.DROPPED} else ""
    if state is State.WON:
        one.came_minor = one.value_minor if came_minor is None else came_minor
        became_customers(company, [one.customer_id])
    one.save()
    StageEvent.objects.create(
        company=company, opportunity=one, before=before, after=to, day=day, reason=reason, by=by
    )
    audit_append(company.pk, by, "opportunity-moved", one.title, {"from": before, "to": to})
    return one


def became_customers(company: Company, keys: Iterable[int | None]) -> None:
    """Make customers of the prospects among these: somebody who bought is no prospect any more."""
    wanted = [key for key in keys if key is not None]
    Customer.objects.filter(company=company, pk__in=wanted, kind="prospect").update(kind="customer")


def opportunity_share(company: Company, pk: int, shares: Mapping[str, int]) -> None:
    """Keep the shares of persons, in hundredths of a percent. Raises InputError selling-shares."""
    kept = [list(share) for share in shares_checked(list(shares.items()))]
    Opportunity.objects.filter(company=company, pk=pk).update(shares=kept)
