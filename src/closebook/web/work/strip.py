"""A day as a strip: each stretch with what it was, why, by which evidence, and what was said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closebook.apps.workforce.models import (
    Contract,
    EvidenceSpan,
    ManualTime,
    Prompt,
    Proposal,
    Reckoning,
    Segment,
    SiteRule,
)
from closebook.apps.workforce.selectors.reckoned import BY_HAND, spans_of
from closebook.core.workforce.evidence import Span, SpanKind, merged
from closebook.core.workforce.runs import MINUTE, SECOND, moment_of, ms_of

CLASS_WORDS: Mapping[str, Promise] = {
    "worked": _("worked"),
    "manual": _("by hand"),
    "idle": _("away"),
    "poor": _("listed site"),
    "unknown": _("no evidence"),
}
REASON_WORDS: Mapping[str, Promise] = {
    "timer": _("the timer ran; nothing else is recorded"),
    "input": _("keyboard or mouse was used"),
    "short_pause": _("a short pause"),
    "within_threshold": _("a pause before the timer would stop"),
    "confirmed": _("the assistant said that this was work"),
    "call": _("a call on an agreed site"),
    "meeting": _("a meeting in the calendar"),
    "entered": _("entered by hand"),
    "claimed": _("claimed as work, and approved"),
    "away": _("no keyboard and no mouse"),
    "break": _("a break, as the assistant said"),
    "listed_site": _("a listed site was in front"),
    "private": _("private, which counts as work"),
    "no_evidence": _("the machine told nothing"),
}
ANSWER_WORDS: Mapping[str, Promise] = {
    "made": _("waits for the assistant"),
    "waiting": _("no answer: it is paid"),
    "accepted": pgettext_lazy("answer", "agreed"),
    "explained": _("explained"),
    "contested": _("contested"),
    "kept": _("deducted"),
    "dropped": _("paid"),
}
VALUE_WORDS: Mapping[str, Promise] = {
    "active": _("input"),
    "away": _("away"),
    "private": _("private"),
    "other": _("a site or program that is not listed"),
}
_MOST_PROOFS = 12
_SHOWN = {"worked": SpanKind.AFK, "idle": SpanKind.AFK, "poor": SpanKind.WEB}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A row of the day's table, and a bar of its strip; ``x`` and ``width`` are seconds of the strip,
    ``start`` and ``end`` times of the day where the assistant is.
    """

    row: Segment
    x: int
    width: int
    start: str
    end: str
    length: str
    words: Promise
    why: Promise
    rule: str
    proofs: Sequence[tuple[str, str]]
    proposal: Proposal | None
    note: str
    said: Prompt | None

    @property
    def proposal_words(self) -> Promise | str:
        """Return how the stretch's proposal stands."""
        return ANSWER_WORDS[self.proposal.state] if self.proposal else ""


@dataclass(frozen=True, slots=True)
class Day:
    """The strip of a day: its stretches, its length in seconds, whole hours as lines, and sums by class."""

    stretches: Sequence[Stretch]
    width: int
    hours: Sequence[tuple[int, str]]
    sums: Sequence[tuple[str, Promise, str]]
    total: str


def shown_length(ms: int) -> str:
    """Return a length as ``1:05:09``."""
    minutes, seconds = divmod((ms + SECOND // 2) // SECOND, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def day_of(reckoning: Reckoning) -> Day:
    """Return the strip of a reckoning."""
    contract, zone = reckoning.contract, ZoneInfo(reckoning.contract.zone)
    rows = list(reckoning.segments.select_related("task").order_by("starts_at", "pk"))
    if not rows:
        return Day((), 1, (), (), shown_length(0))
    begins = rows[0].starts_at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    proposals = {s.pk: p for p in _proposals(reckoning) for s in p.segments.all()}
    evidence, notes, rules, said = (
        _evidence(contract, rows),
        _notes(rows),
        _rules(rows),
        _said(contract, rows),
    )
    stretches = [
        _stretch(row, begins, zone, evidence, proposals.get(row.pk), notes, rules, _said_of(row, said))
        for row in rows
    ]
    last = rows[-1].ends_at.astimezone(zone)
    width = -(-(ms_of(last) - ms_of(begins)) // (60 * MINUTE)) * 3600
    hours = [
        (n * 3600, f"{moment_of(ms_of(begins) + n * 60 * MINUTE).astimezone(zone):%H:%M}")
        for n in range(width // 3600 + 1)
    ]
    return Day(stretches, width, hours, _sums(rows), shown_length(sum(_ms(row) for row in rows)))


def _ms(row: Segment) -> int:
    return ms_of(row.ends_at) - ms_of(row.starts_at)


def _sums(rows: Iterable[Segment]) -> list[tuple[str, Promise, str]]:
    found = dict.fromkeys(CLASS_WORDS, 0)
    for row in rows:
        found[row.klass] += _ms(row)
    return [(klass, CLASS_WORDS[klass], shown_length(ms)) for klass, ms in found.items() if ms]


def _proposals(reckoning: Reckoning) -> Iterable[Proposal]:
    rows = reckoning.proposals.select_related("reply", "ruling__person")
    return rows.prefetch_related("segments")


def _evidence(contract: Contract, rows: Sequence[Segment]) -> list[Span]:
    found = EvidenceSpan.objects.filter(contract=contract, starts_at__lt=rows[-1].ends_at)
    found = found.filter(ends_at__gt=rows[0].starts_at).select_related("device")
    return merged(spans_of(found), 5 * SECOND)


def _notes(rows: Iterable[Segment]) -> dict[str, str]:
    """Return what the assistant wrote: of time by hand, and in answers."""
    hands = [row.number for row in rows if row.source == BY_HAND]
    said = [int(row.about[7:]) for row in rows if row.about.startswith("answer-")]
    typed = ManualTime.objects.filter(pk__in=hands).values_list("pk", "reason", "declined_by", "declined_why")
    found = {f"{BY_HAND}-{pk}": f"{reason}{f' – {by}: {why}' if by else ''}" for pk, reason, by, why in typed}
    answers = Prompt.objects.filter(pk__in=said).values_list("pk", "note")
    return found | {f"answer-{pk}": note for pk, note in answers}


def _said(contract: Contract, rows: Sequence[Segment]) -> list[Prompt]:
    """Return what the assistant said of listed sites when the machine asked."""
    found = Prompt.objects.filter(contract=contract, rule="poor", starts_at__lt=rows[-1].ends_at)
    return list(found.filter(ends_at__gt=rows[0].starts_at).exclude(answered_at=None).order_by("pk"))


def _said_of(row: Segment, said: Iterable[Prompt]) -> Prompt | None:
    """Return the answer that a stretch of a listed site got at the machine."""
    if row.klass != "poor" and row.reason != "confirmed":
        return None
    return next((p for p in said if p.starts_at < row.ends_at and p.ends_at > row.starts_at), None)


def _rules(rows: Iterable[Segment]) -> dict[str, str]:
    """Return the sites that rules name."""
    numbers = {
        int(row.rule.removeprefix("site-").split("@")[0]) for row in rows if row.rule.startswith("site-")
    }
    return {
        f"site-{pk}": value
        for pk, value in SiteRule.objects.filter(pk__in=numbers).values_list("pk", "value")
    }


def _stretch(
    row: Segment,
    begins: dt.datetime,
    zone: ZoneInfo,
    evidence: Sequence[Span],
    proposal: Proposal | None,
    notes: Mapping[str, str],
    rules: Mapping[str, str],
    said: Prompt | None,
) -> Stretch:
    start, end = ms_of(row.starts_at), ms_of(row.ends_at)
    return Stretch(
        row=row,
        x=(start - ms_of(begins)) // SECOND,
        width=max((end - start) // SECOND, 1),
        start=f"{row.starts_at.astimezone(zone):%H:%M:%S}",
        end=f"{row.ends_at.astimezone(zone):%H:%M:%S}",
        length=shown_length(end - start),
        words=CLASS_WORDS[row.klass],
        why=REASON_WORDS[row.reason],
        rule=rules.get(row.rule.split("@")[0], row.rule),
        proofs=list(_proofs(row, evidence, zone)) if row.evidence else (),
        proposal=proposal,
        note=notes.get(f"{row.source}-{row.number}", notes.get(row.about, "")),
        said=said,
    )


def _proofs(row: Segment, evidence: Sequence[Span], zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    """Yield the evidence that touches a stretch, with its times."""
    start, end, kind = ms_of(row.starts_at), ms_of(row.ends_at), _SHOWN.get(row.klass)
    touching = [s for s in evidence if s.start < end and s.end > start and kind in (None, s.kind)]
    for span in touching[:_MOST_PROOFS]:
        first, last = (moment_of(edge).astimezone(zone) for edge in (span.start, span.end))
        yield f"{first:%H:%M:%S}–{last:%H:%M:%S}", str(VALUE_WORDS.get(span.value, span.value))
