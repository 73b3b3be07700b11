"""What the checks G1 to G12 say of a summary, in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.core.selling import checks
from closebook.core.selling.summary.gathered import Gathered
from closebook.core.selling.summary.report import Report
from closebook.core.selling.targets import COMPANY, Goal

CHECK_WORDS: Mapping[str, Promise] = {
    "G1": _("Achievements and problems"),
    "G2": _("Figures with a source"),
    "G3": _("A short overview"),
    "G4": _("A cause for what stands out"),
    "G5": _("A case to copy"),
    "G6": _("The root of each problem"),
    "G7": _("A divided plan with owners"),
    "G8": _("Goals with measures"),
    "G9": _("Certain and hoped apart"),
    "G10": _("One breakthrough"),
    "G11": _("Promises of last year"),
    "G12": _("Your own target"),
}
BROKEN_WORDS: Mapping[str, Promise] = {
    "region": _("The regions are not the total."),
    "person": _("The salespeople are not the total."),
    "month": _("The months are not the total."),
    "receivables": _("The receivables do not add up."),
    "target": _("The target's parts are not the target."),
    "plan": _("The plan's parts are not the plan."),
}


def notes_on(given: Gathered, report: Report) -> list[checks.Note]:
    """Return the notes of all checks on a summary."""
    plan = given.plan
    parts = [
        checks.Part(part.region or part.dealer, part.minor, part.person)
        for part in (plan.parts if plan else ())
    ]
    goals = []
    if plan:
        goals.append(Goal("sales", given.scope.start.year + 1, plan.minor, COMPANY, "certain", 1, None, ""))
    figure = report.figures
    return checks.checks(
        checks.Summary(
            items=given.items,
            overview=_standing_out(given, report),
            plan_parts=parts,
            plan_minor=plan.minor if plan else 0,
            goals=goals,
            company_completion=_share(report, "F4") if "F4" in figure else None,
            own_completion=_share(report, "F4/own") if "F4/own" in figure else None,
        )
    )


def _share(report: Report, name: str) -> Fraction | None:
    value = report.figures[name].figure.value
    return None if value is None else Fraction(value)


def _standing_out(given: Gathered, report: Report) -> list[checks.Shown]:
    causes = {item.facts.get("figure", "F3"): item.text for item in given.items if item.kind == "cause"}
    shown = []
    for name in ("F3", "F9", "F28", "F29"):
        if name in report.figures:
            off = _share(report, "F4") if name == "F3" and "F4" in report.figures else None
            last = _share(report, "F6") if name == "F3" else None
            shown.append(checks.Shown(name, None if off is None else off - 1, last, causes.get(name, "")))
    return shown
