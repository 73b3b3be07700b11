"""Composing a summary: its sections with drafted sentences, tables, charts and what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from closebook.core.selling.checks import Item
from closebook.core.selling.receivables import AGES
from closebook.core.selling.summary.compute import (
    broken_identities,
    figures_of,
    months_of,
    names_in,
)
from closebook.core.selling.summary.gathered import Gathered
from closebook.core.selling.summary.report import (
    Block,
    Chart,
    Facts,
    Grid,
    Live,
    Report,
    Row,
    Section,
    Sentence,
)

MOST_CUSTOMERS = 10
MOST_PRODUCTS = 10
Found = Mapping[str, Live]


def report_of(given: Gathered) -> Report:
    """Return the summary of what was gathered: the same input always gives the same summary."""
    found = figures_of(given)
    sections = [Section(name, tuple(made(given, found))) for name, made in _SECTIONS.items()]
    return Report(given.scope, found, sections, broken_identities(given))


def _say(found: Found, key: str, /, *ids: str, **words: str) -> list[Block]:
    """Return a sentence with figures a, b, c, ... in order; nothing where one of them has no value."""
    plain = [one.removeprefix("~") for one in ids]
    if any(one not in found or found[one].figure.value is None for one in plain):
        return []
    return [Sentence(key, dict(zip("abcdef", ids, strict=False)), words)]


def _grid(found: Found, key: str, heads: tuple[str, ...], rows: Iterable[Row]) -> list[Block]:
    """Return a table of the rows in which a figure is; columns without any figure are left out."""
    kept = [row for row in rows if any(one in found for one in row.cells)]
    columns = [n for n in range(len(heads) - 1) if any(row.cells[n] in found for row in kept)]
    if not kept:
        return []
    cells = [Row(row.label, row.name, tuple(_there(found, row.cells[n]) for n in columns)) for row in kept]
    return [Grid(key, (heads[0], *(heads[n + 1] for n in columns)), tuple(cells))]


def _there(found: Found, name: str) -> str:
    return name if name in found else ""


def _written(given: Gathered, key: str, kinds: tuple[str, ...], where: str = "") -> list[Block]:
    chosen = [item for item in given.items if item.kind in kinds and (not where or item.where == where)]
    return [Facts(key, tuple((item.text, item.facts) for item in chosen))] if chosen else []


def _cover(given: Gathered, _found: Found) -> list[Block]:
    scope = given.scope
    days = {"start": scope.start, "end": scope.end, "drawn": scope.drawn, "until": scope.until}
    said: list[Block] = [Sentence("cover", {}, days)]
    if scope.person:
        said.append(Sentence("cover-person", {}, {"name": scope.person}))
    if scope.region:
        said.append(Sentence("cover-region", {}, {"name": scope.region}))
    return said


def _overview(given: Gathered, found: Found) -> list[Block]:
    names = (
        "F3",
        "F1",
        "F1/first",
        "F4",
        "F5",
        "F2",
        "F4/own",
        "F6",
        "F9",
        "F10",
        "F28",
        "F29",
        "F30",
        "F31",
    )
    part = () if given.scope.whole_year else ("F31",)
    shown = [name for name in names if name != "F31" or part]
    up = found["F6"].figure.value
    turn = "overview-up" if up is not None and up >= 0 else "overview-down"
    over = "overview-over" if "F5" in found and found["F5"].figure.value else "overview-met"
    if "F5" in found and (found["F5"].figure.value or 0) < 0:
        over = "overview-short"
    months = months_of(given)
    chart = Chart(
        "chart-months", "column", tuple(months),
        (("this-period", tuple(f"F3/month/{one}" for one in months)),
         ("year-before", tuple(f"F3/month-before/{one}" for one in months))),
    )  # fmt: skip
    return [
        *_say(found, f"overview-{given.source}", "F3"),
        *_say(found, over, "F4", "F1", "~F5"),
        *_say(found, "overview-own", "F4/own", "F2"),
        *_say(found, turn, "~F6", "F3/before"),
        *_say(found, "overview-cash", "F9"),
        *_grid(found, "grid-figures", ("figure", "value"), (Row(name, "", (name,)) for name in shown)),
        chart,
        *_written(given, "achievements", ("achievement",)),
    ]


def _analysis(given: Gathered, found: Found) -> list[Block]:
    said: list[Block] = []
    for kind in ("region", "customer"):
        prefix = f"F3/{kind}/"
        moves = [(_moved(found, f"{kind}/{name}"), name) for name in names_in(found, prefix) if name]
        if not moves:
            continue
        for key, (moved, name) in (("analysis-most", max(moves)), ("analysis-least", min(moves))):
            if (moved > 0) == (key == "analysis-most") and moved:
                ids = (f"F3/{kind}/{name}", f"F3/before/{kind}/{name}")
                said += _say(found, f"{key}-{kind}", *ids, name=name)
    return [*said, *_prices(found), *_written(given, "causes", ("cause",))]


def _prices(found: Found) -> list[Block]:
    """Return what price, volume and mix did to sales, and the largest products' prices."""
    parts = [
        Row(f"F13/{name}", "", (f"F13/{name}",)) for name in ("volume", "price", "mix", "new", "dropped")
    ]
    names = sorted(
        (name.removeprefix("F12/product/") for name in found if name.startswith("F12/product/")),
        key=lambda name: (-_worth(found, name), name),
    )[:MOST_PRODUCTS]
    columns = ("price/now", "price/before", "F12/product", "sold")
    rows = [
        Row("" if name else "unassigned", name, tuple(f"{one}/{name}" for one in columns)) for name in names
    ]
    indexes = [Row(name, "", (name,)) for name in ("F12", "F12/mix")]
    return [
        *_say(found, "analysis-price", "F12"),
        *_grid(found, "grid-effects", ("figure", "value"), [*parts, Row("F13", "", ("F13",)), *indexes]),
        *_grid(found, "grid-prices", ("product", "price/now", "price/before", "F12", "sold"), rows),
    ]


def _worth(found: Found, name: str) -> Fraction:
    price, sold = (Fraction(found[f"{one}/{name}"].figure.value or 0) for one in ("price/now", "sold"))
    return price * sold


def _moved(found: Found, key: str) -> int:
    now, past = (found[f"{prefix}/{key}"].figure.minor or 0 for prefix in ("F3", "F3/before"))
    return now - past


def _part_rows(found: Found, kind: str, most: int | None = None) -> list[Row]:
    columns = ("F3", "share", "F3/before", "F6", "F1", "F4")
    names = names_in(found, f"F3/{kind}/")[:most]
    return [
        Row("" if name else "unassigned", name, tuple(f"{one}/{kind}/{name}" for one in columns))
        for name in names
    ]


_PART_HEADS = ("F3", "share", "year-before", "F6", "F1", "F4")


def _total(whole: bool = True) -> list[Row]:
    return [Row("total", "", ("F3", "", "F3/before", "F6", "F1", "F4"))] if whole else []


def _regions(given: Gathered, found: Found) -> list[Block]:
    names = names_in(found, "F3/region/")
    said: list[Block] = []
    for name in (one for one in names if one):
        said += _say(found, "region-line", f"F3/region/{name}", f"share/region/{name}", name=name)
        said += _written(given, "lessons", ("lesson",), where=name)
    rows = [*_part_rows(found, "region"), *_total()]
    return [
        *said,
        *_grid(found, "grid-regions", ("region", *_PART_HEADS), rows),
        *_bars(found, "chart-regions", "region", names),
        *_heads(found),
        *_written(given, "peoples", ("people",)),
        *_written(given, "lessons", ("lesson",), where="R3"),
    ]


def _heads(found: Found) -> list[Block]:
    """Return sales per head of the regions whose people were entered, and of the whole."""
    names = names_in(found, "F7/region/")
    rows = [Row("", name, (f"F7/region/{name}",)) for name in names]
    return _grid(found, "grid-heads", ("region", "F7"), [*rows, Row("total", "", ("F7",))])


def _bars(found: Found, key: str, kind: str, names: list[str]) -> list[Block]:
    shown = tuple(name for name in names if name)
    if len(shown) < 2:
        return []
    series = [("F3", tuple(f"F3/{kind}/{name}" for name in shown))]
    if any(f"F1/{kind}/{name}" in found for name in shown):
        series.append(("F1", tuple(f"F1/{kind}/{name}" for name in shown)))
    return [Chart(key, "bar", shown, tuple(series))]


def _customers(given: Gathered, found: Found) -> list[Block]:
    grades = [Row("", grade, (f"F15/now/{grade}", f"F15/year-ago/{grade}")) for grade in "ABC"]
    dealers = _grid(found, "grid-dealers", ("grade", "now", "year-ago"), grades) if given.dealers else []
    return [
        *_say(found, "customers-new", "F14"),
        *(_say(found, "customers-plan", "F14/plan") if given.new_planned else []),
        *dealers,
        *_grid(
            found, "grid-customers", ("customer", *_PART_HEADS), _part_rows(found, "customer", MOST_CUSTOMERS)
        ),
    ]


def _activity(given: Gathered, found: Found) -> list[Block]:
    names = ("met", "F16", "F17", "F18", "F19", "F20", "F21", "F22")
    rows = [Row(name, "", (name,)) for name in names]
    return [
        *_say(found, "activity", "met", "F16"),
        *_say(found, "activity-follow", "F20"),
        *_say(found, "activity-revisits", "F21"),
        *_grid(found, "grid-activity", ("figure", "value"), rows),
        *_lines(found, "grid-mailings", "campaign", "F18"),
        *_lines(found, "grid-leads", "source", "F19"),
        *_written(given, "mailings", ("mailing",)),
    ]


def _lines(found: Found, key: str, kind: str, code: str) -> list[Block]:
    """Return a count by its kinds with its sum; nothing where there is one kind only."""
    names = names_in(found, f"{code}/{kind}/")
    rows = [Row("" if name else "unassigned", name, (f"{code}/{kind}/{name}",)) for name in names]
    whole = [*rows, Row("total", "", (code,))]
    return _grid(found, key, (kind, "number"), whole) if len(names) > 1 else []


def _complaints(given: Gathered, found: Found) -> list[Block]:
    causes = names_in(found, "F23/cause/")
    rows = [Row("" if one else "unassigned", one, (f"F23/cause/{one}",)) for one in causes]
    supply = [*_say(found, "supply", "F24", "F24/lines"), *_written(given, "supplies", ("supply",))]
    if not given.complaints:
        return [Sentence("complaints-none"), *supply]
    return [
        *_say(found, "complaints", "F23"),
        *_say(found, "complaints-time", "F23/time"),
        *_say(found, "complaints-satisfied", "F23/satisfied"),
        *_grid(found, "grid-causes", ("cause", "number"), [*rows, Row("total", "", ("F23",))]),
        *supply,
    ]


def _cash(_given: Gathered, found: Found) -> list[Block]:
    parts = ("opening", "invoiced", "credited", "collected", "written_off", "closing")
    rows = [Row(f"F11/{name}", "", (f"F11/{name}",)) for name in parts]
    ages = [Row(f"age/{name}", "", (f"age/{name}",)) for name in AGES]
    return [
        *_say(found, "cash", "F9", "F11/closing"),
        *_say(found, "cash-rate", "F10"),
        *_grid(found, "grid-receivables", ("figure", "value"), [*rows, Row("F11", "", ("F11",))]),
        *_grid(found, "grid-rates", ("figure", "value"), (Row(one, "", (one,)) for one in _RATES)),
        *_grid(found, "grid-ageing", ("age", "value"), ages),
    ]


_RATES = ("F10", "F10/b", "F10/c")


def _market(given: Gathered, found: Found) -> list[Block]:
    names = ("F25", "F25/before", "F25/points", "F25/relative", "F26", "F26/checked", "F26/distribution")
    return [
        *_say(found, "market-share", "F25"),
        *_say(found, "market-shelf", "F26", "F26/checked"),
        *_grid(found, "grid-market", ("figure", "value"), (Row(name, "", (name,)) for name in names)),
        *_written(given, "market-sizes", ("market-size",)),
        *_written(given, "outlets", ("outlets",)),
        *_written(given, "market", ("market",)),
    ]


def _costs(_given: Gathered, found: Found) -> list[Block]:
    kinds = [Row("", name, (f"F27/kind/{name}",)) for name in names_in(found, "F27/kind/")]
    ends = [Row(name, "", (name,)) for name in ("F27", "F27/rate", "gross", "F28")]
    return [
        *_say(found, "costs", "F27", "F28"),
        *_grid(found, "grid-costs", ("kind", "value"), [*kinds, *ends]),
    ]


def _team(_given: Gathered, found: Found) -> list[Block]:
    names = names_in(found, "F3/person/")
    coached = [
        Row(f"coached/{one}", "", (f"coached/{one}",)) for one in ("diagnoses", "points", "tried", "helped")
    ]
    return [
        *_say(found, "team", "won", "lost", "F29"),
        *_grid(
            found,
            "grid-persons",
            ("person", *_PART_HEADS),
            [*_part_rows(found, "person"), *_total(bool(names))],
        ),
        *_grid(found, "grid-coaching", ("figure", "value"), coached),
    ]


def _plan(given: Gathered, found: Found) -> list[Block]:
    grids: list[Block] = []
    for kind in ("region", "person"):
        rows = [
            Row("" if name else "unassigned", name, (f"plan/{kind}/{name}",))
            for name in names_in(found, f"plan/{kind}/")
        ]
        grids += _grid(found, f"grid-plan-{kind}", (kind, "plan"), [*rows, Row("total", "", ("plan",))])
    hoped = [Row("", name, (f"hoped/{name}",)) for name in names_in(found, "hoped/")]
    return [
        *_say(found, "plan-line", "plan"),
        *grids,
        *_grid(found, "grid-hoped", ("hoped", "value"), hoped),
        *_written(given, "focus", ("focus",)),
        *_written(given, "goals", ("goal",)),
    ]


def _only(key: str, *kinds: str) -> Callable[[Gathered, Found], list[Block]]:
    return lambda given, _found: _written(given, key, kinds)


_SECTIONS: Mapping[str, Callable[[Gathered, Found], list[Block]]] = {
    "R0": _cover,
    "R1": _overview,
    "R2": _analysis,
    "R3": _regions,
    "R4": _customers,
    "R5": _activity,
    "R6": _complaints,
    "R7": _cash,
    "R8": _costs,
    "R9": _market,
    "R10": _team,
    "R11": _only("cases", "case"),
    "R12": _only("problems", "problem"),
    "R13": _only("promises", "promise"),
    "R14": _plan,
    "R15": _only("suggestions", "suggestion"),
    "R16": _only("duties", "duty"),
}

WRITTEN: Mapping[str, tuple[str, ...]] = {
    "achievement": ("R1",), "cause": ("R2",), "lesson": ("R3",), "market": ("R9",), "case": ("R11",),
    "problem": ("R12",), "promise": ("R13",), "focus": ("R14",), "goal": ("R14",), "suggestion": ("R15",),
    "duty": ("R16",), "people": ("R3",), "mailing": ("R5",), "supply": ("R6",), "market-size": ("R9",),
    "outlets": ("R9",),
}  # fmt: skip
"""The kinds of what people write, with the section in which each stands."""


def items_in(items: Iterable[Item], section: str) -> list[Item]:
    """Return the items that stand in a section."""
    return [item for item in items if section in WRITTEN.get(item.kind, ())]
