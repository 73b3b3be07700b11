"""Days as Etsy's files write them: long forms in several languages, and numbers in several orders.

Source: monthly statements write ``September 3, 2026`` (US), ``3 September, 2026`` (UK), ``3. September
2026`` (German, with English or German month names); order files write ``09/03/26``. Spreadsheets make
``30-Apr-25``, ``31 Mar 2023``, ``2020-11-21``, ``31.12.2019`` of them, and read ``12/04/20`` as year 12,
month 4, day 20: ``2012-04-20``.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from closebook.core.errors import InputError

_MONTH_WORDS = (
    "january jan januar jaenner janner janvier janv gennaio gen enero ene januari janeiro stycznia",
    "february feb februar fevrier fevr fev febbraio febrero februari fevereiro lutego luty lut",
    "march mar marz mrz maerz mars marzo maart mrt marts marco marca marzec",
    "april apr avril avr aprile abril abr kwietnia kwiecien kwi",
    "may mai maggio mag mayo mei maio maj maja",
    "june jun juni juin giugno giu junio junho czerwca czerwiec cze",
    "july jul juli juillet juil luglio lug julio julho lipca lipiec lip",
    "august aug aout agosto ago augustus augusti sierpnia sierpien sie",
    "september sep sept septembre settembre set septiembre setiembre setembro wrzesnia wrzesien wrz",
    "october oct oktober okt octobre ottobre ott octubre outubro out pazdziernika pazdziernik paz",
    "november nov novembre noviembre novembro listopada listopad lis",
    "december dec dezember dez decembre dicembre dic diciembre dezembro desember grudnia grudzien gru",
)
_MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}
_FILLERS = frozenset(["de", "del", "den", "der", "of", "the", "le", "el", "il"])
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_ORDINALS = frozenset(["st", "nd", "rd", "th", "er"])
_FILE_MONTH = re.compile(r"(20\d\d)(?:[_\-. ](\d{1,2})(?!\d))?")
_FIRST_YEAR, _LAST_YEAR = 2005, 2100
_LAST_SWAPPED_YEAR = 2012  # a month read as a two-digit year gives 2001 to 2012
_CENTURY = 2000
_YEAR_DIGITS = 4
_PARTS = 3
_ENOUGH = 3
_MONTHS_A_YEAR = 12
MAX_CACHED = 20_000


@dataclass(frozen=True, slots=True)
class DateHabit:
    """How one file writes days as numbers.

    ``day_first``: ``03/09/2026`` is the 3rd of September. ``turned``: a spreadsheet read ``MM/DD/YY`` as
    year, month, day; ``years`` are the years that the file is about; ``month`` is the month that its name
    tells, or 0 when it tells none or the days contradict it. ``unsure`` is a day that may as well have its
    month first as its day first, "" when there is none.
    """

    day_first: bool = False
    turned: bool = False
    years: frozenset[int] = frozenset()
    month: int = 0
    unsure: str = ""


def parse_day(text: str, habit: DateHabit) -> dt.date:
    """Return the day of a text in any of the forms that Etsy's files and spreadsheets write.

    >>> [parse_day(text, DateHabit()).isoformat() for text in ("September 3, 2026", "16 January, 2024")]
    ['2026-09-03', '2024-01-16']
    >>> parse_day("2012-04-20", DateHabit(turned=True, years=frozenset({2020}))).isoformat()
    '2020-12-04'

    Raises InputError not-a-date.
    """
    try:
        year, month, day = _parts(text, habit)
        found = dt.date(year, month, day)
    except ValueError as error:
        raise _not_a_date(text) from error
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise _not_a_date(text)
    return found


class DayReader(dict[str, str]):
    """Maps texts of days in one file to ISO days; a new one is read when it is looked up."""

    def __init__(self, habit: DateHabit) -> None:
        """Keep the file's habit."""
        super().__init__()
        self._habit = habit

    def __missing__(self, text: str) -> str:
        """Read a new text; InputError not-a-date."""
        if len(self) >= MAX_CACHED:
            self.clear()
        self[text] = found = parse_day(text, self._habit).isoformat()
        return found


def is_numeric(text: str) -> bool:
    """Tell whether a day is written with numbers alone, so that the file's habit matters."""
    return bool(text) and not any(ch.isalpha() and ch != "T" for ch in text)


def name_month(file_name: str) -> tuple[int, int]:
    """Return (year, month) that a file's name tells, 0 for what it does not tell.

    >>> name_month("etsy_statement_2026_9.csv"), name_month("EtsySoldOrders2020.csv")
    ((2026, 9), (2020, 0))
    """
    found = _FILE_MONTH.search(file_name)
    if not found:
        return 0, 0
    month = int(found.group(2) or 0)
    return int(found.group(1)), month if month <= _MONTHS_A_YEAR else 0


def habit_of(texts: Iterable[str], file_name: str, *, monthly: bool = False) -> DateHabit:
    """Return how a file writes its days, from all of them and from the file's name; constant memory.

    The first number is the day when only it goes above twelve, or when only the second never changes. The
    latter says nothing where the name tells a year alone, as two orders of one day of the month look the
    same, but for a kind of file that is ``monthly``. A file in which the rules are silent has the month
    first, as Etsy writes order files.
    """
    year, month = name_month(file_name)
    iso_years: set[int] = set()
    suspects: set[tuple[int, int]] = set()
    firsts: set[int] = set()
    seconds: set[int] = set()
    either: dict[tuple[int, int], str] = {}
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            continue
        if len(seen) < MAX_CACHED:
            seen.add(text)
        numbers = _numbers(text)
        if len(numbers) != _PARTS:
            continue
        if len(numbers[0]) == _YEAR_DIGITS:
            _note_iso(numbers, iso_years, suspects)
        else:
            pair = int(numbers[0]), int(numbers[1])
            firsts.add(pair[0])
            seconds.add(pair[1])
            if pair[0] != pair[1] and max(pair) <= _MONTHS_A_YEAR and "." not in text:
                either[pair] = text
    years = frozenset({year} if year else iso_years or _shared_year(suspects))
    turned = any(2000 + day in years and suspect not in years for suspect, day in suspects)
    above = [max(numbers, default=0) > _MONTHS_A_YEAR for numbers in (firsts, seconds)]
    if above[0] != above[1]:  # one of the two goes above twelve, so the other is the month
        month = month if (seconds if above[0] else firsts) <= {month} else 0
        return DateHabit(above[0], turned, years, month)
    of_year = bool(year and not month and not monthly)
    day_first = not of_year and len(seconds) == 1 and len(firsts) > 1
    one_month = not of_year and (len(firsts) == 1) != (len(seconds) == 1)
    told = one_month or all(month in pair for pair in either)
    return DateHabit(day_first, turned, years, month, "" if told else next(iter(either.values())))


def _note_iso(numbers: list[str], years: set[int], suspects: set[tuple[int, int]]) -> None:
    year, day = int(numbers[0]), int(numbers[2])
    if _CENTURY < year <= _LAST_SWAPPED_YEAR:
        suspects.add((year, day))
    else:
        years.add(year)


def _shared_year(suspects: set[tuple[int, int]]) -> set[int]:
    """Return the year that all suspicious rows hide in their day, when years differ and the day never
    does.
    """
    days = {day for _, day in suspects}
    years = {year for year, _ in suspects}
    return {_CENTURY + days.pop()} if len(days) == 1 and len(years) >= _ENOUGH else set()


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", _TIME.sub("", text.strip())) if is_numeric(text) else []


def _parts(text: str, habit: DateHabit) -> tuple[int, int, int]:
    tokens = _TOKEN.findall(_TIME.sub("", _ungarbled(text).strip()))
    words = [_plain(token) for token in tokens if not token.isdigit()]
    numbers = [token for token in tokens if token.isdigit()]
    if not words:
        return _numeric(numbers, text, habit)
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    strange = [
        word for word in words if word not in _MONTHS and word not in _FILLERS and word not in _ORDINALS
    ]
    if len(months) != 1 or strange or len(numbers) != _PARTS - 1:
        raise ValueError(text)
    first, second = numbers
    if len(first) == _YEAR_DIGITS:
        first, second = second, first
    return _full_year(second), months[0], int(first)


def _numeric(numbers: list[str], text: str, habit: DateHabit) -> tuple[int, int, int]:
    if len(numbers) != _PARTS:
        raise ValueError(text)
    first, second, third = (int(number) for number in numbers)
    if len(numbers[0]) == _YEAR_DIGITS:
        if habit.turned and first <= _LAST_SWAPPED_YEAR and _CENTURY + third in habit.years:
            return _CENTURY + third, first - _CENTURY, second
        return _by_name(first, second, third, habit)
    day_first = "." in text or first > _MONTHS_A_YEAR or (habit.day_first and second <= _MONTHS_A_YEAR)
    day, month = (first, second) if day_first else (second, first)
    year = _full_year(numbers[2])
    return (year, month, day) if "." in text else _by_name(year, month, day, habit)


def _by_name(year: int, month: int, day: int, habit: DateHabit) -> tuple[int, int, int]:
    """Turn month and day when only then the day lies in the month that the file's name tells."""
    swapped = habit.month and year in habit.years and month != habit.month and day == habit.month
    return (year, day, month) if swapped else (year, month, day)


def _full_year(text: str) -> int:
    return int(text) if len(text) == _YEAR_DIGITS else _CENTURY + int(text)


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(ch for ch in folded if not unicodedata.combining(ch))


def _ungarbled(text: str) -> str:
    """Return a text as it was before its UTF-8 was read as windows-1252, such as ``MÃ¤rz``."""
    if "\u00c3" not in text:
        return text
    try:
        return text.encode("windows-1252").decode("utf-8")
    except UnicodeError:
        return text


def _not_a_date(text: str) -> InputError:
    return InputError("not-a-date", f"{text!r} is not a day.", remedy="Use the file as it was downloaded.")
