"""Translations: collects the texts of pages and code, brings the catalogues up to date, and compiles them.

    python tools/messages.py collect    write new and changed texts into the catalogues
    python tools/messages.py compile    make the .mo files that Django reads
    python tools/messages.py missing    print each text that a language lacks; code 1 when there is any

Babel does the work; Django turns templates into what Babel can read.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

sys.path.insert(0, str(Path(__file__).resolve().parent))

import sentences

SOURCE = Path(__file__).resolve().parent.parent / "src" / "closebook"
LOCALES = SOURCE / "web" / "locale"
LANGUAGES = {"nl": "nl", "zh_Hans": "zh_Hans_CN"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "translated": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def texts_of(path: Path) -> Iterator[tuple[object, str | None]]:
    """Yield the messages of a file with their contexts."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        text = templatize(text, origin=path.name)
    for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        yield message, context


@cache
def collected() -> Catalog:
    """Return every text of the product that is shown in the reader's language."""
    catalog = Catalog(project="Closebook", charset="utf-8")
    for template, context, name in sentences.texts(SOURCE):
        catalog.add(template, locations=[(name, 0)], context=context)
    for pattern in ("**/*.html", "apps/**/*.txt", "**/*.py"):
        for path in sorted(SOURCE.glob(pattern)):
            for message, context in texts_of(path):
                if message:
                    catalog.add(message, locations=[(str(path.relative_to(SOURCE)), 0)], context=context)
    return catalog


def catalogue(language: str) -> Path:
    """Return the file of a language."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue, an empty one when there is none yet."""
    path = catalogue(language)
    if not path.exists():
        return Catalog(locale=LANGUAGES[language], project="Closebook", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGES[language])


def collect() -> int:
    """Bring the catalogues up to date; nothing is guessed for a text that is new."""
    for language in LANGUAGES:
        known = read(language)
        known.update(collected(), no_fuzzy_matching=True)
        known.obsolete.clear()
        with catalogue(language).open("wb") as file:
            write_po(file, known, width=110, sort_output=True, omit_header=False, include_lineno=False)
    return 0


def compile_all() -> int:
    """Write the .mo file beside each catalogue that changed since."""
    for language in LANGUAGES:
        source = catalogue(language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with target.open("wb") as file:
            write_mo(file, read(language))
    return 0


def untranslated(language: str) -> list[str]:
    """Return the texts that a language lacks or has in part."""
    known = read(language)
    found = []
    for message in collected():
        if not message.id:
            continue
        there = known.get(message.id, context=message.context)
        if there is None or not there.string or (isinstance(there.string, tuple) and not all(there.string)):
            found.append(str(message.id))
    return found


def missing() -> int:
    """Print what is lacking."""
    lacking = [(language, text) for language in LANGUAGES for text in untranslated(language)]
    for language, text in lacking:
        print(f"{language}\t{text}")
    return 1 if lacking else 0


if __name__ == "__main__":
    if not settings.configured:
        settings.configure(USE_I18N=True)
    sys.exit({"collect": collect, "compile": compile_all, "missing": missing}[sys.argv[1]]())
