"""What came of a schedule, in words, and by e-mail to the people of the company whom it concerns."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import send_mail
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import Membership, Person
from closebook.apps.sync.models import Connection, Schedule
from closebook.apps.sync.selectors.connections import errors_open

_LOG = logging.getLogger(__name__)
NOTHING = "nothing"


def outcome_words(schedule: Schedule) -> str:
    """Return what came of a schedule the last time, as a sentence in the reader's language."""
    run = schedule.run
    total = run.total if run else 0
    words = {
        "": _("It has not run yet."),
        NOTHING: _("Nothing to do: the books hold what the files say."),
        "planned": ngettext(
            "{count} action is planned and waits for approval.",
            "{count} actions are planned and wait for approval.",
            total,
        ),
        "running": ngettext("{count} action is being written.", "{count} actions are being written.", total),
        "done": ngettext(
            "Done: {count} action is in the books.", "Done: {count} actions are in the books.", total
        ),
        "done-with-errors": _("Done, but some of it was refused."),
        "held": _("Something is held and waits for a decision."),
        "failed": _("It failed."),
        "stale": _("The plan no longer fitted; it is made again at the next time."),
    }
    said = words.get(schedule.outcome, schedule.outcome).format(count=total)
    return f"{said} {schedule.word}".strip()


def outcome_tell(schedule: Schedule, *, mail: bool) -> None:
    """Tell the company's people what came of a schedule, unless there was nothing to do or they know."""
    news = f"{schedule.outcome} {schedule.run_id or ''} {schedule.word}{_held_numbers(schedule)}"
    if news == schedule.told:
        return
    Schedule.objects.filter(pk=schedule.pk).update(told=news)
    schedule.told = news
    if mail and schedule.mails and schedule.outcome not in {NOTHING, "running"}:
        for person in _readers(schedule.connection):
            _send(schedule, person)


def _held_numbers(schedule: Schedule) -> str:
    """Return the numbers of the newest holds, so that another hold is news."""
    if schedule.outcome not in {"held", "planned"}:
        return ""
    lines = errors_open([schedule.connection], held=True).order_by("-pk").values_list("pk", flat=True)
    return f" {list(lines[:3])}"


def _readers(connection: Connection) -> Iterator[Person]:
    """Yield the people of the company with an e-mail address who may run what was planned."""
    members = Membership.objects.filter(company_id=connection.company_id, person__is_active=True)
    for member in members.exclude(person__email="").select_related("person"):
        if Ability.RUN_SYNC in abilities_of(member.role):
            yield member.person


def _send(schedule: Schedule, person: Person) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        name, company = schedule.connection.name, schedule.connection.company.name
        subject = _("{connection}: {outcome}").format(connection=name, outcome=_word(schedule.outcome))
        lines = [
            _("{connection} of {company} was planned by its schedule.").format(
                connection=name, company=company
            ),
            outcome_words(schedule),
            settings.CLOSEBOOK_BASE_URL + _address(schedule),
        ]
        try:
            send_mail(" ".join(subject.split()), "\n\n".join(lines), None, [person.email])
        except OSError as error:
            # The outcome stands on the page as well; a post office that is down must not stop the schedule.
            _LOG.warning("No mail to %s about %s: %s", person.email, name, error)


def _word(outcome: str) -> str:
    words = {
        "planned": _("a plan waits for you"),
        "done": _("done"),
        "done-with-errors": _("done with errors"),
        "held": _("held"),
        "failed": _("failed"),
        "stale": _("out of date"),
    }
    return words.get(outcome, outcome)


def _address(schedule: Schedule) -> str:
    """Return the address of the page that shows it: the run's, that of the holds, else the schedule's."""
    company_id = schedule.connection.company_id
    try:
        if schedule.run_id:
            return reverse("run", args=[company_id, schedule.run_id])
        if schedule.outcome == "held":
            return reverse("holds", args=[company_id])
    except NoReverseMatch:
        return reverse("schedule", args=[company_id, schedule.connection_id])
    return reverse("schedule", args=[company_id, schedule.connection_id])
