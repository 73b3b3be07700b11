"""What shared diagnoses show: what goes with losing, habits, and rates before and after coaching.

Only shared diagnoses count, so that nothing is said of a person that this person cannot see too.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

from django.db.models import Count as Rows
from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from closebook.apps.selling.models import ActionPoint, Conversation, Diagnosis, Opportunity
from closebook.apps.selling.selectors.coaching import SHARED, rules_of, with_records
from closebook.core.selling.association import Losing, losing, sections_losing
from closebook.core.selling.checklist import CHECKLIST, UNKNOWN, YES
from closebook.core.selling.diagnosis import Diagnosis as Rules
from closebook.core.selling.diagnosis import scores
from closebook.core.selling.rates import LEAST_SHOWN, Change, Count, change, ripe
from closebook.transport import clock

_GROUPS = ("weak", "strong", "unknown")
_GROUP_OF: Mapping[int | None, str] = MappingProxyType({0: "weak", 2: "strong"})


@dataclass(frozen=True, slots=True)
class WithLosing:
    """How sections and questions went with losing; ``marks`` are those that are more than chance."""

    sections: list[Losing]
    questions: list[Losing]
    marks: frozenset[str]
    deals: int
    lost: int

    @property
    def one_sided(self) -> bool:
        """Tell whether only lost deals, or only won ones, were looked at: then nothing can be compared."""
        return bool(self.deals) and self.lost in {0, self.deals}


def shared_diagnoses(company_id: int, person: str = "") -> QuerySet[Diagnosis]:
    """Return the coaches' diagnoses that their salespeople may see; of one person, or of all for ""."""
    found = Diagnosis.objects.filter(company_id=company_id, own=False, state__in=SHARED)
    return found.filter(conversation__person=person) if person else found


def with_losing(company_id: int, person: str = "") -> WithLosing:
    """Return what goes with losing, by the last shared diagnosis of each deal that was won or lost."""
    deals = _last_of_deals(company_id, person)
    tables = [_sections(rules) for rules, _lost in deals], [_questions(rules) for rules, _lost in deals]
    lost = [one for _rules, one in deals]
    names = [section.code for section in CHECKLIST.sections]
    codes = [code for code, one in CHECKLIST.questions().items() if one.halves is not None]
    sections, questions = (
        [_losing(name, [each.get(name, ()) for each in table], lost) for name in wanted]
        for table, wanted in zip(tables, (names, codes), strict=True)
    )
    return WithLosing(sections, questions, sections_losing(sections), len(deals), sum(lost))


def _last_of_deals(company_id: int, person: str) -> list[tuple[Rules, bool]]:
    decided = Q(conversation__opportunity__state__in=("won", "lost"))
    rows = with_records(shared_diagnoses(company_id, person).filter(decided))
    last = {
        row.conversation.opportunity_id: row for row in rows.order_by("conversation__day", "made_at", "pk")
    }
    found = [(row, row.conversation.opportunity) for row in last.values()]
    return [(rules_of(row), deal.state == "lost") for row, deal in found if deal]


def _sections(rules: Rules) -> Mapping[str, tuple[str, ...]]:
    """Return the groups that each section belongs to: weak below a half, strong from three quarters on."""
    return {
        one.section: tuple(
            group
            for group, holds in zip(
                _GROUPS, (one.below(1, 2), one.at_least(3, 4), bool(one.unknown)), strict=True
            )
            if holds
        )
        for one in scores(rules)
    }


def _questions(rules: Rules) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, question in CHECKLIST.questions().items():
        answer = rules.answer(code)
        if question.halves is None or not answer:
            continue
        group = "unknown" if answer == UNKNOWN else _GROUP_OF.get(question.halves.get(answer))
        found[code] = (group,) if group else ()
    return found


def _losing(name: str, groups: Sequence[tuple[str, ...]], lost: Sequence[bool]) -> Losing:
    both = list(zip(groups, lost, strict=True))
    counts = {
        group: Count(
            sum(gone for has, gone in both if group in has), sum(group in has for has, _gone in both)
        )
        for group in _GROUPS
    }
    return losing(name, counts["weak"], counts["strong"], counts["unknown"])


@dataclass(frozen=True, slots=True)
class Coached:
    """A salesperson's close rate before and after the first diagnosis that was shared on ``start``.

    A deal belongs to the time of its first conversation, or of its opening where none was kept.
    """

    start: dt.date
    change: Change
    customers: tuple[int, int]
    ripe: bool

    @property
    def enough(self) -> bool:
        """Tell whether both times have decided deals enough to be compared at all."""
        return min(self.change.before.whole, self.change.after.whole) >= LEAST_SHOWN


@dataclass(frozen=True, slots=True)
class _Deal:
    state: str
    first: dt.date
    decided: dt.date | None
    customer: int | None


def coached(company_id: int, person: str) -> Coached | None:
    """Return the rates before and after coaching began, None without a shared diagnosis of the person."""
    first = shared_diagnoses(company_id, person).aggregate(first=Min("shared_at"))["first"]
    if not first or not person:
        return None
    start = first.date()
    deals = _deals(company_id, person)
    before = [one for one in deals if one.first < start]
    after = [one for one in deals if one.first >= start]
    judged = _ripe(deals, after)
    still_open = sum(one.state == "open" for one in after)
    word = change(_won(before), _won(after), open_after=still_open, ripe=judged)
    return Coached(start, word, (_customers(before), _customers(after)), judged)


def _deals(company_id: int, person: str) -> list[_Deal]:
    talk = Min("conversations__day", filter=Q(conversations__state="done"))
    rows = Opportunity.objects.filter(company_id=company_id, owner=person)
    found = rows.annotate(first=Coalesce(talk, F("opened_on"), F("entered")))
    values = found.exclude(first=None).values_list("state", "first", "decided_on", "customer_id")
    return [_Deal(*each) for each in values]


def _won(deals: Iterable[_Deal]) -> Count:
    states = [one.state for one in deals]
    won = states.count("won")
    return Count(won, won + states.count("lost"))


def _customers(deals: Iterable[_Deal]) -> int:
    return len({one.customer for one in deals if one.state in {"won", "lost"} and one.customer})


def _ripe(deals: Sequence[_Deal], after: Sequence[_Deal]) -> bool:
    if not after:
        return False
    cycles = [(one.decided - one.first).days for one in deals if one.decided and one.decided >= one.first]
    since = (clock.today() - max(one.first for one in after)).days
    gone = sum(one.state != "open" for one in after)
    days = int(median(cycles)) if cycles else since + 1
    return ripe(gone, len(after), median_cycle_days=days, days_since_last_start=since)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often something was done: of the shared diagnoses, conversations held, and action points."""

    next_step: Count
    own_agenda: Count
    supplier_asked: Count
    question_logged: Count
    tried: Count
    helped: Count
    days: int | None


def habits(company_id: int, person: str = "") -> Habits:
    """Return what was done how often, of one person or of all; ``days`` is the median from talk to
    diagnosis.
    """
    rows = list(with_records(shared_diagnoses(company_id, person)))
    rules = [rules_of(row) for row in rows]
    talks = Conversation.objects.filter(company_id=company_id, state="done")
    talks = talks.filter(person=person) if person else talks
    logged = talks.filter(questions__isnull=False).distinct().count()
    points = ActionPoint.objects.filter(diagnosis__in=[row.pk for row in rows]).exclude(state="dropped")
    states = list(points.exclude(state="open").values_list("state", "helped"))
    tried = [helped for state, helped in states if state == "tried"]
    late = [max((row.made_at.date() - row.conversation.day).days, 0) for row in rows]
    return Habits(
        _share(rules, "S5.Q0", YES),
        _share(rules, "S1.Q3", "salesperson", "together"),
        _share(rules, "S3.Q2", YES),
        Count(logged, talks.count()),
        Count(len(tried), len(states)),
        Count(tried.count(True), len(tried)),
        int(median(late)) if late else None,
    )


def _share(rules: Sequence[Rules], code: str, *good: str) -> Count:
    given = [answer for one in rules if (answer := one.answer(code)) and answer != "not_applicable"]
    return Count(sum(answer in good for answer in given), len(given))


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of a salesperson's conversations have a shared diagnosis, and of won and of lost deals."""

    person: str
    diagnosed: int
    held: int
    won: int
    lost: int

    @property
    def only_lost(self) -> bool:
        """Tell whether lost deals alone were looked at: the comparison needs won ones too."""
        return bool(self.lost) and not self.won


def coverage(company_id: int) -> list[Covered]:
    """Return each salesperson's coverage, by name; it is no order of merit."""
    talks = Conversation.objects.filter(company_id=company_id, state="done").order_by()
    held = dict(talks.values_list("person").annotate(rows=Rows("pk")))
    seen: dict[str, dict[int, str]] = defaultdict(dict)
    rows = shared_diagnoses(company_id).values_list(
        "conversation__person", "conversation_id", "conversation__opportunity__state"
    )
    for person, talk, state in rows:
        seen[person][talk] = state or ""
    states = {person: list(found.values()) for person, found in seen.items()}
    return [
        Covered(
            person,
            len(states.get(person, [])),
            held[person],
            *(states.get(person, []).count(state) for state in ("won", "lost")),
        )
        for person in sorted(held)
    ]
