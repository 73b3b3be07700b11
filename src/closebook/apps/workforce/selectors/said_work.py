"""Time on listed sites that assistants said, when asked at the machine, to be work: it is paid and shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from closebook.apps.workforce.models import Reckoning, Segment, SiteRule
from closebook.core.workforce.reckoning import Reason

_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SaidWork:
    """A site of a day that somebody said to be work; ``minutes`` are rounded to the nearest."""

    day: dt.date
    person: str
    site: str
    kind: str
    minutes: int


def said_work(reckonings: Iterable[Reckoning]) -> list[SaidWork]:
    """Return what was said to be work in some days' reckonings, by day, person and site."""
    days = {row.pk: row for row in reckonings}
    parts = Segment.objects.filter(reckoning__in=list(days), reason=Reason.CONFIRMED.value)
    found: dict[tuple[int, str, str], dt.timedelta] = {}
    for part in parts.select_related("task"):
        kind = part.task.kind if part.task else ""
        key = (part.reckoning_id, part.rule.split("@")[0], kind)
        found[key] = found.get(key, dt.timedelta()) + (part.ends_at - part.starts_at)
    sites = _sites({rule for _day, rule, _kind in found})
    rows = [
        SaidWork(
            days[day].first,
            days[day].contract.person.username,
            sites.get(rule, ""),
            kind,
            (length + _MINUTE / 2) // _MINUTE,
        )
        for (day, rule, kind), length in found.items()
    ]
    return sorted(rows, key=lambda row: (row.day, row.person, row.site, row.kind))


def _sites(rules: set[str]) -> dict[str, str]:
    numbers = [int(rule.removeprefix("site-")) for rule in rules if rule.startswith("site-")]
    rows = SiteRule.objects.filter(pk__in=numbers).values_list("pk", "value")
    return {f"site-{pk}": value for pk, value in rows}
