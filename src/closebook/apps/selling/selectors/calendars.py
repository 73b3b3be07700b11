"""Which days a company works: a country's public holidays and make-up days, and days of its own."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from holidays import country_holidays

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import SellingCalendar
from closebook.core.selling.targets import weekdays

COUNTRIES = ("NL", "CN", "US")
_BY_CURRENCY = {"EUR": "NL", "CNY": "CN", "USD": "US"}


def calendar_of(company: Company) -> SellingCalendar:
    """Return the company's calendar; one that was never set follows the home currency's country."""
    found = SellingCalendar.objects.filter(company=company).first()
    return found or SellingCalendar(company=company, country=_BY_CURRENCY.get(company.home_currency, ""))


def working_days(calendar: SellingCalendar, year: int) -> list[dt.date]:
    """Return the working days of a year, in order."""
    free, made_up = public_days(calendar.country, year)
    off = {dt.date.fromisoformat(text) for text in calendar.days_off}
    worked = {dt.date.fromisoformat(text) for text in calendar.days_worked}
    days = weekdays(dt.date(year, 1, 1), dt.date(year, 12, 31), free, made_up | worked)
    return [day for day in days if day not in off or day in worked]


@lru_cache(maxsize=32)
def public_days(country: str, year: int) -> tuple[dict[dt.date, str], frozenset[dt.date]]:
    """Return a country's public holidays by name, and the weekend days worked to make up for them.

    Both are empty for "". Source: the ``holidays`` package, which follows each country's law.
    """
    if country not in COUNTRIES:
        return {}, frozenset()
    found = country_holidays(country, years=year)
    made_up = frozenset(day for day in found.weekend_workdays if day.year == year)
    return {day: found[day] for day in sorted(found) if day.year == year}, made_up
