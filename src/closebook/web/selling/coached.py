"""What coaching shows so far: what goes with losing, and the close rate before and after, in honest words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from babel import numbers
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.selectors import coached as found
from closebook.core.selling.association import LEAST_DEALS, Losing
from closebook.core.selling.checklist import CHECKLIST
from closebook.core.selling.rates import LEAST_SHOWN, Count, Interval, power_hint, sentence, wilson
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling.scope import diagnoses_seen
from closebook.web.templatetags.kit import here


@dataclass(frozen=True, slots=True)
class Row:
    """A section or question as the table shows it: lost of weak, of strong and of unknown."""

    title: str
    counts: tuple[str, str, str]
    words: str
    marked: bool
    heading: bool


@company_page(Ability.SEE_SELLING)
@require_safe
def coached(request: CompanyRequest) -> HttpResponse:
    """Show what shared diagnoses say: to coaches of all or of one person, to others of themselves."""
    leads = Ability.COACH in request.abilities
    people = found.coverage(request.company.pk) if leads else []
    wanted = request.GET.get("person", "") if leads else request.user.username
    person = wanted if not leads or wanted in {each.person for each in people} else ""
    losing = found.with_losing(request.company.pk, person)
    request.place = "coaching"
    facts = {
        "leads": leads,
        "person": person,
        "people": people,
        "losing": losing,
        "rows": list(_rows(losing)),
        "least": LEAST_DEALS,
        "unshared": diagnoses_seen(request).filter(own=False, state="draft").count() if leads else 0,
        "change": _change(request.company.pk, person) if person else None,
        "habits": list(_habits(request.company.pk, person)),
    }
    return render(request, "web/selling/coached.html", facts)


def _rows(losing: found.WithLosing) -> Iterator[Row]:
    sections = {one.name: one for one in losing.sections}
    questions = {one.name: one for one in losing.questions}
    for section in CHECKLIST.sections:
        one = sections[section.code]
        yield Row(
            said(section.title), _counts(one), _losing_words(one), one.name in losing.marks, heading=True
        )
        for question in section.questions:
            asked = questions.get(question.code)
            if asked and any(count.whole for count in (asked.weak, asked.strong, asked.unknown)):
                words = _losing_words(asked)
                yield Row(said(question.text), _counts(asked), words, marked=False, heading=False)


def _counts(one: Losing) -> tuple[str, str, str]:
    """Return lost of weak, strong and unknown ones; where too few were seen, only how many there are."""
    weak, strong = (count_text(count) if one.shown else _deals(count) for count in (one.weak, one.strong))
    enough = one.unknown.whole >= LEAST_DEALS
    return weak, strong, count_text(one.unknown) if enough else _deals(one.unknown)


def _deals(count: Count) -> str:
    words = ngettext("%(number)s deal", "%(number)s deals", count.whole) % {"number": count.whole}
    return words if count.whole else "–"


def _losing_words(one: Losing) -> str:
    """Return what may be said: that weak goes with losing only where the interval is wholly above 0."""
    if one.interval is None:
        return ""
    facts = {
        "low": points(one.interval.low),
        "high": points(one.interval.high),
        "deals": one.weak.whole + one.strong.whole,
    }
    if one.interval.low > 0:
        return f"{said(one.sentence)} " + translated("Difference %(low)s to %(high)s points.") % facts
    if one.interval.high < 0:
        return translated("Weak was lost less often: %(low)s to %(high)s points, on %(deals)s deals.") % facts
    return translated("No clear difference: %(low)s to %(high)s points, on %(deals)s deals.") % facts


def count_text(count: Count) -> str:
    """Return a count as "3 of 10", "–" for nothing of nothing."""
    if not count.whole:
        return "–"
    return translated("%(part)s of %(whole)s") % {"part": count.part, "whole": count.whole}


def rate_words(count: Count) -> str:
    """Return a rate with its share and interval from five on, below that the counts alone."""
    text = count_text(count)
    return f"{text} ({_share(count)})" if count.whole >= LEAST_SHOWN else text


def _share(count: Count) -> str:
    interval: Interval = wilson(count)
    rate, low, high = (_percent(one) for one in (count.rate, interval.low, interval.high))
    return translated("%(rate)s, 95%% sure between %(low)s and %(high)s") % {
        "rate": rate,
        "low": low,
        "high": high,
    }


def _percent(share: float) -> str:
    return numbers.format_percent(share, format="#,##0.#%", locale=here())


def points(share: float) -> str:
    """Return a difference of rates in whole percentage points with its sign."""
    whole = round(100 * share)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as the page shows it; ``words`` is all that its counts allow to be said."""

    of: found.Coached
    before: str
    after: str
    words: str
    hint: str


def _change(company_id: int, person: str) -> Shown | None:
    one = found.coached(company_id, person)
    if one is None:
        return None
    words = said(sentence(one.change)) if one.enough else _too_few()
    hint = said(power_hint(one.change.after.whole))
    return Shown(one, rate_words(one.change.before), rate_words(one.change.after), words, hint)


def _too_few() -> str:
    words = translated("Too few decided deals to say anything: each time needs at least %(least)s.")
    return words % {"least": LEAST_SHOWN}


def _habits(company_id: int, person: str) -> Iterator[tuple[Promise | str, str]]:
    one = found.habits(company_id, person)
    yield _("Conversations in which concrete next steps were agreed"), count_text(one.next_step)
    yield _("Conversations with an agenda of ours, or made together"), count_text(one.own_agenda)
    yield _("Conversations in which the present supplier was asked about"), count_text(one.supplier_asked)
    yield _("Conversations with a question of the customer logged"), count_text(one.question_logged)
    yield _("Action points that were tried"), count_text(one.tried)
    yield _("Tried action points that helped"), count_text(one.helped)
    if one.days is not None:
        yield _("Days from a conversation to its diagnosis, the middle one"), str(one.days)
