"""When something comes again: every hour, every day or every week, and the same as cron words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Rhythm(StrEnum):
    """How often something comes again."""

    OFF = "off"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


_STEPS = {
    Rhythm.HOURLY: dt.timedelta(hours=1),
    Rhythm.DAILY: dt.timedelta(days=1),
    Rhythm.WEEKLY: dt.timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Timetable:
    """A rhythm with its minute of the hour, hour of the day and day of the week (0 is Monday), in UTC.

    An hourly one looks at the minute alone, a daily one not at the day of the week.
    """

    rhythm: Rhythm
    minute: int = 0
    hour: int = 0
    weekday: int = 0

    def next_after(self, moment: dt.datetime) -> dt.datetime | None:
        """Return the first moment of the timetable behind a moment; None when it is off.

        >>> Timetable(Rhythm.DAILY, 30, 6).next_after(dt.datetime(2026, 3, 4, 6, 30, tzinfo=dt.UTC))
        datetime.datetime(2026, 3, 5, 6, 30, tzinfo=datetime.timezone.utc)
        """
        step = _STEPS.get(self.rhythm)
        if step is None:
            return None
        found = moment.astimezone(dt.UTC).replace(minute=self.minute, second=0, microsecond=0)
        if self.rhythm is not Rhythm.HOURLY:
            found = found.replace(hour=self.hour)
        if self.rhythm is Rhythm.WEEKLY:
            found += dt.timedelta(days=(self.weekday - found.weekday()) % 7)
        return found if found > moment else found + step

    @property
    def cron(self) -> str:
        """Return the cron words, "" when it is off.

        >>> Timetable(Rhythm.WEEKLY, 0, 6, 6).cron
        '0 6 * * 0'
        """
        words = {
            Rhythm.OFF: "",
            Rhythm.HOURLY: f"{self.minute} * * * *",
            Rhythm.DAILY: f"{self.minute} {self.hour} * * *",
            Rhythm.WEEKLY: f"{self.minute} {self.hour} * * {(self.weekday + 1) % 7}",
        }
        return words[self.rhythm]
