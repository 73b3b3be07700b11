"""Calendar files (iCalendar) of interviews, tasks and appointments.

Source: RFC 5545
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: from a moment to a moment, or a whole day; ``made_at`` is when it was written."""

    uid: str
    title: str
    starts: dt.datetime | dt.date
    ends: dt.datetime | dt.date
    made_at: dt.datetime
    place: str = ""
    text: str = ""


def calendar_of(name: str, entries: Iterable[Entry]) -> bytes:
    """Return a calendar file with the entries."""
    made = Calendar()
    for key, value in (("prodid", "-//Closebook//EN"), ("version", "2.0"), ("x-wr-calname", name)):
        made.add(key, value)
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@closebook")
    event.add("summary", entry.title)
    event.add("dtstamp", entry.made_at)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    if entry.place:
        event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    return event


def calendar_file(name: str, file_name: str, entries: Iterable[Entry]) -> HttpResponse:
    """Return a calendar as a file to be opened by a calendar program."""
    answer = HttpResponse(calendar_of(name, entries), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
