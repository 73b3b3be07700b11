"""When connections are planned by themselves: shown for all of them, set for one, and begun at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Connection, Schedule
from closebook.apps.sync.selectors.profiles import schedule_of, schedules_of
from closebook.apps.sync.services.outcomes import outcome_words
from closebook.apps.sync.services.schedules import schedule_run, schedule_save, timetable_of
from closebook.core.planning.timetable import Rhythm, Timetable
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.sync.outcome import plan_words, told
from closebook.web.sync.profiles import connection_or_404

RHYTHMS = {
    Rhythm.OFF: _("off: only when somebody plans it"),
    Rhythm.HOURLY: _("every hour"),
    Rhythm.DAILY: _("every day"),
    Rhythm.WEEKLY: _("every week"),
}
WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


def rhythm_words(timetable: Timetable) -> str:
    """Return a timetable as a person says it."""
    time = f"{timetable.hour:02d}:{timetable.minute:02d}"
    if timetable.rhythm is Rhythm.HOURLY:
        return translated("every hour at minute {minute}").format(minute=timetable.minute)
    if timetable.rhythm is Rhythm.DAILY:
        return translated("every day at {time} UTC").format(time=time)
    if timetable.rhythm is Rhythm.WEEKLY:
        day = str(WEEKDAYS[timetable.weekday])
        return translated("every week on {day} at {time} UTC").format(day=day, time=time)
    return translated("off")


class ScheduleForm(forms.Form):
    """When, and what is done then. Only who manages the company may let plans be applied by themselves."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=[(key.value, w) for key, w in RHYTHMS.items()])
    weekday = forms.TypedChoiceField(
        label=_("Day, for every week"), choices=list(enumerate(WEEKDAYS)), coerce=int
    )
    hour = forms.IntegerField(label=_("Hour (UTC), for every day and every week"), min_value=0, max_value=23)
    minute = forms.IntegerField(label=_("Minute"), min_value=0, max_value=59)
    applies = forms.BooleanField(
        label=_("Apply plans without holds by itself"),
        required=False,
        help_text=_("A plan that holds something back always waits for a person. An owner decides this."),
    )
    mails = forms.BooleanField(
        label=_("Tell us by e-mail what came of it"),
        required=False,
        help_text=_("To everybody of the company who may run a sync and has an e-mail address."),
    )

    def __init__(self, *arguments: Any, may_apply: bool, **options: Any) -> None:
        """Take the word on applying from owners alone."""
        super().__init__(*arguments, **options)
        self.fields["applies"].disabled = not may_apply

    @property
    def timetable(self) -> Timetable:
        """Return what was typed."""
        typed = self.cleaned_data
        return Timetable(Rhythm(typed["rhythm"]), typed["minute"], typed["hour"], typed["weekday"])


@company_page(Ability.SEE_SYNC)
@require_safe
def schedules(request: CompanyRequest) -> HttpResponse:
    """Show each connection's profile and schedule."""
    rows = [_row(each) for each in schedules_of(request.company.pk)]
    return render(request, "web/sync/schedules.html", {"rows": rows})


def _row(connection: Connection) -> dict[str, Any]:
    schedule: Schedule = getattr(connection, "schedule", None) or Schedule(connection=connection)
    return {"connection": connection, **_shown(schedule)}


def _shown(schedule: Schedule) -> dict[str, Any]:
    timetable = timetable_of(schedule)
    return {
        "schedule": schedule,
        "words": rhythm_words(timetable),
        "cron": timetable.cron,
        "outcome": said(outcome_words(schedule)),
    }


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def schedule(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Show and keep when a connection is planned by itself."""
    connection = connection_or_404(request, connection_id)
    kept = schedule_of(connection)
    names = ("rhythm", "weekday", "hour", "minute", "applies", "mails")
    form = ScheduleForm(
        request.POST or None,
        initial={name: getattr(kept, name) for name in names},
        may_apply=Ability.MANAGE_COMPANY in request.abilities,
    )
    if request.method == "POST" and form.is_valid():
        return _save(request, connection, form)
    facts = {"connection": connection, "form": form, **_shown(kept)}
    return render(request, "web/sync/schedule.html", facts, status=400 if form.errors else 200)


def _save(request: CompanyRequest, connection: Connection, form: ScheduleForm) -> HttpResponse:
    saved = schedule_save(
        connection,
        form.timetable,
        applies=form.cleaned_data["applies"],
        mails=form.cleaned_data["mails"],
        now=clock.now(),
        actor=request.user.username,
    )
    words = rhythm_words(timetable_of(saved))
    messages.success(request, translated("Kept: planned {words}.").format(words=words))
    return redirect("schedule", request.company.pk, connection.pk)


@company_page(Ability.RUN_SYNC)
@require_POST
def schedule_now(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Do now what the schedule does, whether it is on or off."""
    connection = connection_or_404(request, connection_id)
    kept, _made = Schedule.objects.get_or_create(connection=connection)
    with told(request):
        done = schedule_run(kept, clock.now(), tell=False)
        words = (
            plan_words(request, done.run)
            if done.run and done.outcome == "planned"
            else said(outcome_words(done))
        )
        level = messages.ERROR if done.outcome == "failed" else messages.SUCCESS
        messages.add_message(request, level, words)
    return redirect("schedules", request.company.pk)
