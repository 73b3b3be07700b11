"""What the writers share: fonts and language tags, and charts as pictures."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import vl_convert

from closebook.core.selling.summary.speech import Document, SpokenChart
from closebook.web.selling_year.phrases import phrases

COLORS = ("#2f8f78", "#b07a1e")
TAGS: Mapping[str, str] = {"en": "en-GB", "nl": "nl-NL", "zh-hans": "zh-CN"}
NUMBERS: Mapping[str, Any] = {"en": "en-GB", "nl": "nl-NL", "zh-hans": "zh-CN"}
"""How the scales of charts write numbers."""
MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - files of the same figures are the same, and know no zone
LATIN, CHINESE = "Calibri", "Microsoft YaHei"
_SHORT = 5
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def legal(text: str) -> str:
    """Return a text without the signs that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def currency_note(document: Document) -> str:
    """Return the sentence that says in which currency the amounts are."""
    return phrases(document.language)["currency-note"].format(currency=document.currency)


@cache
def font_folder() -> Path:
    """Return the folder with Chinese letters; charts find them there from then on."""
    found = next(Path(pylopdf_fonts_zh_cn.__file__).parent.rglob("*.otf"), None) or next(
        Path(pylopdf_fonts_zh_cn.__file__).parent.rglob("*.ttf")
    )
    vl_convert.register_font_directory(str(found.parent))
    return found.parent


def chart_spec(document: Document, chart: SpokenChart) -> dict[str, Any]:
    """Return a chart as Vega-Lite: columns over months, or bars over names."""
    values = [
        {"name": name, "series": title, "value": float(number)}
        for title, numbers in chart.series
        for name, number in zip(chart.names, numbers, strict=True)
    ]
    places: dict[str, Any] = {"field": "name", "type": "nominal", "sort": None, "title": None}
    if all(len(name) <= _SHORT for name in chart.names):
        places["axis"] = {"labelAngle": 0}
    sizes = {"field": "value", "type": "quantitative", "title": document.currency}
    across = chart.kind == "bar"
    colors = {"range": list(COLORS), "domain": [title for title, _numbers in chart.series]}
    offset = {"field": "series", "sort": None}
    return {
        "data": {"values": values},
        "width": 560,
        "height": {"step": 12} if across else 220,
        "mark": "bar",
        "encoding": {
            "x": sizes if across else places,
            "y": places if across else sizes,
            "yOffset" if across else "xOffset": offset,
            "color": {"field": "series", "scale": colors, "title": None, "legend": {"orient": "top"}},
        },
        "config": {
            "font": "Noto Sans SC, sans-serif"
            if document.language == "zh-hans"
            else "Noto Sans, Noto Sans SC, sans-serif"
        },
    }


def chart_svg(document: Document, chart: SpokenChart) -> str:
    """Return a chart as SVG."""
    font_folder()
    return vl_convert.vegalite_to_svg(
        json.dumps(chart_spec(document, chart)), format_locale=NUMBERS[document.language]
    )


def chart_png(document: Document, chart: SpokenChart) -> bytes:
    """Return a chart as a picture of twice the size."""
    font_folder()
    return vl_convert.vegalite_to_png(
        json.dumps(chart_spec(document, chart)), scale=2, format_locale=NUMBERS[document.language]
    )
