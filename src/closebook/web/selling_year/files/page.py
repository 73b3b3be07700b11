"""The yearly summary as one page of HTML: everything in the file, no script, fit for print."""

from __future__ import annotations

from html import escape
from pathlib import Path

from closebook.core.selling.summary.speech import (
    Document,
    Paragraph,
    SpokenBlock,
    SpokenChart,
    SpokenGrid,
)
from closebook.web.selling_year.files.common import TAGS, chart_svg, currency_note, legal

_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def page(document: Document) -> bytes:
    """Return the page."""
    title, tag = escape(legal(document.title)), TAGS[document.language]
    places = "".join(f'<li><a href="#{one.id}">{escape(one.title)}</a></li>' for one in document.chapters)
    parts = [
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>",
        f'<p class="sub">{escape(legal(document.subtitle))}<br>{escape(currency_note(document))}</p>',
        f"<nav><ul>{places}</ul></nav>",
    ]
    for chapter in document.chapters:
        blocks = "".join(_block(document, block) for block in chapter.blocks)
        parts.append(f'<section id="{chapter.id}"><h2>{escape(chapter.title)}</h2>{blocks}</section>')
    return "".join([*parts, "</body></html>"]).encode()


def _block(document: Document, block: SpokenBlock) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{_text(block.text)}</p>"
    title = f"<h3>{_text(block.title)}</h3>"
    if isinstance(block, SpokenGrid):
        return title + _table(block)
    if isinstance(block, SpokenChart):
        drawn = chart_svg(document, block)
        return f'{title}<figure role="img" aria-label="{_text(block.title)}">{drawn}</figure>'
    items = "".join(f"<li>{_text(text)}{_pairs(facts)}</li>" for text, facts in block.items)
    return f"{title}<ul>{items}</ul>"


def _pairs(facts: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(f"<dt>{_text(label)}</dt><dd>{_text(value)}</dd>" for label, value in facts)
    return f"<dl>{rows}</dl>" if rows else ""


def _table(grid: SpokenGrid) -> str:
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in grid.heads)
    rows = "".join(
        f'<tr{" class=sum" if n in grid.bold else ""}><th scope="row">{_text(label)}</th>'
        + "".join(f"<td>{_text(cell.text)}</td>" for cell in cells)
        + "</tr>"
        for n, (label, cells) in enumerate(grid.rows)
    )
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _text(text: str) -> str:
    return escape(legal(text))
