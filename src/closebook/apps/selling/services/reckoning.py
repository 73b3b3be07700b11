"""The forecast and its trial on the past, reckoned once and kept until an opportunity changes or a day ends.

A few opportunities are reckoned at once, many by a worker, while the last reckoning is still shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections, transaction
from django.db.models import Count, Max, Sum

from closebook import jobs
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Judgement, Opportunity, Reckoning, StageEvent
from closebook.apps.selling.selectors.selling import histories
from closebook.core.periods import DateRange
from closebook.core.selling.backtest import MOST_PAST, Walk, walked
from closebook.core.selling.forecast import LEAST_DECIDED, History, calibration, hazards_of
from closebook.core.selling.outlook import Correction, Deal, chances_by_end, month_ends, rows_of
from closebook.core.selling.rates import Interval
from closebook.transport import clock

JOB = "selling-forecast"
MONTHS = 3
HORIZON_DAYS = 91
TRIALS = 6


@dataclass(frozen=True, slots=True)
class Kept:
    """The last reckoning, None before the first; whether it is of today's facts."""

    facts: dict[str, Any] | None
    fresh: bool


def reckoning_of(company: Company) -> Kept:
    """Return the company's reckoning; one that is old is renewed, by a worker when there is much to do."""
    today = clock.today()
    digest = digest_of(company, today)
    row = Reckoning.objects.filter(company=company).first()
    if row is not None and row.digest == digest:
        return Kept(row.facts, fresh=True)
    if Opportunity.objects.filter(company=company).count() <= settings.CLOSEBOOK_SMALL_ROWS:
        return Kept(reckon(company, today, digest), fresh=True)
    if row is None or row.asked != digest:
        Reckoning.objects.update_or_create(company=company, defaults={"asked": digest})
        folder, url = Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")
        jobs.enqueue(folder, url, JOB, f"{company.pk}.{digest}", key=f"{JOB}-{company.pk}")
    return Kept(row.facts if row and row.digest else None, fresh=False)


def digest_of(company: Company, today: dt.date) -> str:
    """Return a short word for all that a forecast is made from."""
    rows = Opportunity.objects.filter(company=company).order_by("owner", "category", "state", "currency")
    sums = rows.values_list("owner", "category", "state", "currency").annotate(
        Count("pk"), Sum("value_minor"), Sum("came_minor")
    )
    moves = StageEvent.objects.filter(company=company).aggregate(Count("pk"), Max("pk"))
    text = repr((today, sorted(moves.items()), list(sums)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def reckon(company: Company, on: dt.date, digest: str) -> dict[str, Any]:
    """Return the forecast as it is now kept: rows by person, the chance of each open deal, the trials."""
    known = histories(company.pk)
    own = {str(pk) for pk in Opportunity.objects.filter(
        company=company, currency=company.home_currency).values_list("pk", flat=True)}  # fmt: skip
    facts = _facts(company, [one for one in known if one.key in own], on, digest)
    Reckoning.objects.update_or_create(company=company, defaults={"digest": digest, "facts": facts})
    return facts


def _facts(company: Company, known: list[History], on: dt.date, digest: str) -> dict[str, Any]:
    decided = sum(bool(one.result) for one in known)
    found: dict[str, Any] = {"on": on.isoformat(), "decided": decided, "least": LEAST_DECIDED}
    if decided < LEAST_DECIDED:
        return found
    chance = random.Random(digest).random  # noqa: S311 - draws of a forecast, no secret
    walks = walked(known, _days(known, on), HORIZON_DAYS, chance)
    past = [(walk.tried.came_minor, walk.tried.by_age_minor) for walk in walks if walk.end <= on]
    correction = Correction(*calibration(past[-MOST_PAST:]))
    ends, hazards = month_ends(on, MONTHS), hazards_of(known, on)
    open_ones = {one.key: chances_by_end(hazards, one, on, ends) for one in known if not one.result}
    rows = rows_of(_deals(company, open_ones), MONTHS, correction, chance)
    return found | {
        "ends": [end.isoformat() for end in ends],
        "factor": [correction.factor.numerator, correction.factor.denominator],
        "deals": open_ones,
        "rows": [
            [*key, row.deals, row.open_minor, row.expected_minor, row.low_minor, row.high_minor]
            for key, row in sorted(rows.items())
        ],
        "trials": [_trial(walk) for walk in walks],
        "last": max(day for one in known if (day := one.decided_on())).isoformat(),
    }


def judge(
    company: Company, days: DateRange, amount_minor: int, reason: str, by: str, forecast_minor: int | None
) -> Judgement:
    """Return what a manager expects of a period, kept beside what the forecast says now."""
    with transaction.atomic():
        made = Judgement.objects.create(
            company=company, start=days.start, end=days.end, amount_minor=amount_minor,
            forecast_minor=forecast_minor, reason=reason, by=by, made_at=clock.now(),
        )  # fmt: skip
        audit_append(company.pk, by, "forecast-judged", f"{days.start} - {days.end}", {"reason": reason})
    return made


def _deals(company: Company, chances: dict[str, tuple[int, ...]]) -> list[Deal]:
    rows = Opportunity.objects.filter(company=company, state="open").order_by("pk")
    return [
        Deal(value, chances[str(pk)], owner, category)
        for pk, value, owner, category in rows.values_list("pk", "value_minor", "owner", "category")
        if str(pk) in chances
    ]


def _days(known: list[History], on: dt.date) -> list[dt.date]:
    """Return the last days of months whose trial has ended and lies within what is known."""
    last = min(on, max((day for one in known if (day := one.decided_on())), default=on))
    day, found = last - dt.timedelta(days=HORIZON_DAYS), list[dt.date]()
    while len(found) < TRIALS:
        day = (day + dt.timedelta(days=1)).replace(day=1) - dt.timedelta(days=1)
        found.append(day)
        day -= dt.timedelta(days=1)
    return found


def _trial(walk: Walk) -> dict[str, Any]:
    one = walk.tried
    return {
        "on": one.on.isoformat(), "end": walk.end.isoformat(), "open": one.open_deals, "came": one.came_minor,
        "by_rate": one.by_rate_minor, "by_age": one.by_age_minor, "expected": walk.expected_minor,
        "low": walk.low_minor, "high": walk.high_minor, "inside": walk.inside,
        "rate_error": _thousandths(one.rate_error), "age_error": _thousandths(one.age_error),
        "reliability": [
            [row.millionths, row.came.part, row.came.whole, *_ends(row.interval)] for row in one.reliability
        ],
    }  # fmt: skip


def _ends(interval: Interval) -> tuple[int, int]:
    return _thousandths(interval.low), _thousandths(interval.high)


def _thousandths(number: Any) -> int:
    return int(Fraction(number) * 1000 + Fraction(1, 2))


def advance(job_id: str) -> jobs.Standing:
    """Reckon a company's forecast as it is by now."""
    close_old_connections()
    company = Company.objects.filter(pk=int(job_id.partition(".")[0])).first()
    if company is not None:
        today = clock.today()
        reckon(company, today, digest_of(company, today))
    return jobs.Standing(finished=True, word="done")


jobs.define_kind(JOB, advance, (OSError, OperationalError))
