"""An invented year of sales, whole, to make summaries of."""

from __future__ import annotations

import datetime as dt

from closebook.core.selling.checks import Item
from closebook.core.selling.receivables import Movement
from closebook.core.selling.summary.gathered import (
    Aim,
    Coached,
    Complained,
    Decided,
    Gathered,
    Met,
    Product,
    Received,
    Sale,
    TargetPart,
)
from closebook.core.selling.summary.report import Scope

SCOPE = Scope("Blauw & Wit <BV>", "EUR", dt.date(2025, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 12))
PLACES = (("Noord", "Anneke"), ("Zuid", "Jörg"), ("华东", "李娜"), ("", ""))


def sales(year: int, step: int) -> list[Sale]:
    """Return four customers' sales in each month of a year."""
    return [
        Sale(
            f"{year}-{month:02}", f"Klant {n + 1}", 100_000 + step * month * (n + 1), *PLACES[n], record=n + 1
        )
        for month in range(1, 13)
        for n in range(4)
    ]


def items() -> list[Item]:
    """Return what a manager wrote, with signs that files must not take as markup or formulas."""
    return [
        Item("achievement", "Two dealers in 华东 opened", "R1"),
        Item(
            "problem",
            "Zuid lost <its> dealer & price",
            "R12",
            {"root": "No reserve", "link": "network", "size": "a third"},
        ),
        Item(
            "case",
            "=Trial before price",
            "R11",
            {"situation": "x", "done": "y", "result": "3", "elsewhere": "z"},
        ),
        Item("promise", "Visit each A customer", "R13", {"state": "partly", "why": "illness"}),
        Item("lesson", "Agree costs beforehand", "Noord"),
        Item("suggestion", "One price list", "R15"),
        Item("people", "CBS 2025 <estimate>", "Noord", {"number": "1.250.000"}),
        Item("mailing", "Spring & summer", "R5", {"number": "4,000"}),
        Item("mailing", "=Autumn", "R5", {"number": "1 500"}),
        Item("supply", "Delivery notes", "R6", {"lines": "200", "in-time": "188"}),
        Item("market-size", "Trade body, 2025", "R9", {"size": "250,000", "size-before": "240,000"}),
        Item("outlets", "Visits", "R9", {"checked": "40", "found": "31", "known": "90", "carrying": "60"}),
    ]


def year(**changes: object) -> Gathered:
    """Return the whole invented year; ``changes`` replaces parts of it."""
    now = sales(2025, 1_357)
    parts = [TargetPart("Noord", "Anneke", "", 200_000_01), TargetPart("Zuid", "Jörg", "", 300_000_00)]
    facts: dict[str, object] = {
        "scope": SCOPE, "sales_minor": sum(row.minor for row in now), "sales": now,
        "sales_before": sales(2024, 1_500), "target": Aim(500_000_01, parts, 7),
        "own_target_minor": 600_000_00,
        "plan": Aim(550_000_00, [TargetPart("Noord", "Anneke", "", 550_000_00)], 8),
        "hoped": {"sprint": 600_000_00},
        "decided": [Decided(n, dt.date(2025, 3, n), "won" if n % 3 == 0 else "lost") for n in range(1, 11)],
        "met": [Met(n, dt.date(2025, 5, n), "visit", "Anneke", n == 1, followed=True) for n in range(1, 21)],
        "complaints": [Complained(1, "delivery", True, True, "satisfied"), Complained(2, "price")],
        "receivables": Movement(572_506, 7_163_911, 0, 7_660_227, 0, 76_190),
        "ageing": {"not-due": 50_000, "1-30": 26_190},
        "expenses": {"Travel": 12_345_67, "Wages": 150_000_00}, "gross_minor": 400_000_00,
        "coached": Coached(4, 6, 3, 2), "staff": 3,
        "products": {"Lamp": Product(900_00, 90_000_000), "Vaas": Product(400_00, 10_000_000)},
        "products_before": {"Lamp": Product(1_000_00, 80_000_000), "Oud": Product(50_00, 1_000_000)},
        "leads": [("a", "fair"), ("a", "web"), ("b", "web")], "revisits": (3, 4), "hot": (1, 4),
        "received": Received(7_163_911, 7_087_721),
        "working_days": [dt.date(2025, 1, 1) + dt.timedelta(n) for n in range(365)], "items": items(),
    }  # fmt: skip
    return Gathered(**(facts | changes))  # type: ignore[arg-type]  # facts by their names
