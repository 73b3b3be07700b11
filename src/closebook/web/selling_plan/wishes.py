"""What the address of a targets page asks for, and the addresses that ask for something else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from closebook.apps.selling.selectors.plan import Wish
from closebook.core.selling.plan import Spot
from closebook.core.selling.targets import Party
from closebook.transport import clock

OWN = "own"
CERTAIN = "certain"
_MONTH, _WEEK = re.compile(r"\d{4}-(0[1-9]|1[0-2])"), re.compile(r"\d{4}-W\d\d")
_SOURCES = ("books", "deals")


@dataclass(frozen=True, slots=True)
class Asked:
    """The year and level that are looked at, and where in the tree; "" is all or the default."""

    year: int
    level: str = CERTAIN
    month: str = ""
    week: str = ""
    region: str = ""
    person: str = ""
    dealer: str = ""
    source: str = ""

    @property
    def party(self) -> Party:
        """Return whose part is looked at."""
        return Party(self.region, self.person, self.dealer)

    def wish(self, mine: str) -> Wish:
        """Return the wish for the plan, narrowed to a name."""
        return Wish(Spot(self.month, self.week), self.party, self.source, mine)

    def address(self, **changes: Any) -> str:
        """Return the query of the same page with some wishes changed."""
        other = replace(self, **changes)
        known: Mapping[str, object] = {
            name: value for name in Asked.__slots__ if (value := getattr(other, name)) not in ("", CERTAIN)
        }
        return f"?{urlencode(known)}"


def asked_of(query: QueryDict) -> Asked:
    """Return what an address asks for; what cannot be understood is the default."""
    year = query.get("year", "")
    known = int(year) if re.fullmatch(r"(19|20|21)\d\d", year, re.ASCII) else clock.today().year
    month, week = query.get("month", ""), query.get("week", "")
    month = month if _MONTH.fullmatch(month) else ""
    source = query.get("source", "")
    names = {name: query.get(name, "")[:200] for name in ("region", "person", "dealer")}
    return Asked(
        known,
        query.get("level", "")[:20] or CERTAIN,
        month,
        week if month and _WEEK.fullmatch(week) else "",
        source=source if source in _SOURCES else "",
        **names,
    )
