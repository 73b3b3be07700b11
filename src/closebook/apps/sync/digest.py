"""What a digest says: from how a company stands to a few sentences, each with the page that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closebook.apps.sync.selectors.standing import Standing

MOST = 3


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: a sentence, and the page by its address' name and what follows the company in it."""

    text: str
    page: str
    parts: tuple[int, ...] = ()


def things_to_do(standing: Standing) -> tuple[Todo, ...]:
    """Return what waits, the most urgent first: failed runs, plans, held sales, errors from the most frequent
    cause on. The words are those of the active language.
    """
    return (*_runs(standing), *_held(standing), *_errors(standing))


def _runs(standing: Standing) -> Iterator[Todo]:
    for run in standing.failed:
        text = _("The last run of %(connection)s failed (run %(number)d).")
        yield Todo(text % {"connection": run.connection, "number": run.number}, "run", (run.number,))
    for plan in standing.plans:
        text = ngettext(
            "The plan for %(connection)s waits for you: %(actions)d action.",
            "The plan for %(connection)s waits for you: %(actions)d actions.",
            plan.actions,
        )
        yield Todo(text % {"connection": plan.connection, "actions": plan.actions}, "run", (plan.number,))


def _held(standing: Standing) -> Iterator[Todo]:
    if standing.held:
        text = ngettext(
            "%(held)d sale is held until you decide.",
            "%(held)d sales are held until you decide.",
            standing.held,
        )
        yield Todo(text % {"held": standing.held}, "holds")


def _errors(standing: Standing) -> Iterator[Todo]:
    for cause in standing.causes:
        text = ngettext("%(errors)d error: %(sentence)s", "%(errors)d errors: %(sentence)s", cause.errors)
        yield Todo(text % {"errors": cause.errors, "sentence": _short(cause.sentence)}, "errors")


def _short(sentence: str, most: int = 160) -> str:
    """Return a sentence on one line of at most so many characters."""
    line = " ".join(sentence.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
