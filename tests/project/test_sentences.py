"""The sentences of the code below the site are found, are known again, and name no command on pages."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from functools import cache

import pytest
from django.utils import translation

from closebook.core.commands import without_commands
from closebook.web.kit.said import LABEL, SAID, label, said
from tests.project.sources import ROOT, tree_of

TOOLS = ROOT / "tools"
pytestmark = pytest.mark.xdist_group("project")
PLACE = re.compile(r"\{(\w+)\}")


@cache
def tool(name):
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sentences():
    return tool("sentences")


@pytest.fixture(scope="module")
def found(sentences):
    known = {(context, template) for template, context, _file in sentences.texts(ROOT / "src/closebook")}
    assert sum(context == SAID for context, _ in known) > 400
    return known


def filled(template):
    """Return a template with a value of its own at each place, and these values."""
    names = list(dict.fromkeys(PLACE.findall(template)))
    values = {name: f"Qx{number}" for number, name in enumerate(names)}
    return PLACE.sub(lambda place: values[place[1]], template), values


@pytest.mark.parametrize("language", ["nl", "zh-hans"])
def test_each_sentence_is_known_again_with_its_values(found, language):
    catalogue = tool("messages").read({"nl": "nl", "zh-hans": "zh_Hans"}[language])
    wrong = []
    with translation.override(language):
        for context, template in found:
            text, values = filled(template)
            words = catalogue.get(template, context=context).string
            wanted = PLACE.sub(lambda place, values=values: values[place[1]], words)
            given = (label if context == LABEL else said)(text)
            if given.replace(" ", "") != wanted.replace(" ", ""):
                wrong.append((text, given))
    assert not wrong


def test_advice_that_names_a_command_has_a_form_for_pages():
    left = []
    for folder in ("core", "connectors", "apps", "founding.py"):
        root = ROOT / "src/closebook" / folder
        for path in [root] if root.is_file() else root.rglob("*.py"):
            left += [text for text in commands_in(tree_of(path)) if stays(text)]
    assert not left


def commands_in(tree):
    sentences = tool("sentences")
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in documented | inside:
            continue
        template = sentences.template_of(node)
        if template and "`closebook " in template and "{" in template + "{":
            yield filled(template)[0]


def stays(text):
    return "`closebook" in without_commands(text.rstrip())


def test_commands_are_taken_out_and_the_rest_stays():
    text = 'Run 7 is not finished. `closebook apply "Quill prints"` goes on with it; then plan again.'
    assert without_commands(text) == "Run 7 is not finished. Open the run and let it go on; then plan again."
    assert without_commands("Use `grep` as you like.") == "Use `grep` as you like."


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        (
            (
                "Payout of 2025-03-09: opening 0.00 + sales 1,100.00 - fees 3.00 is 5.00 less than the payout"
                " 97.00. There is no row at all in 2025-02: its statement is missing."
            ),
            (
                "Uitbetaling van 9 mrt 2025: begin 0,00 + verkopen 1.100,00 - kosten 3,00 is 5,00 minder"
                " dan de uitbetaling 97,00. Er is helemaal geen rij in februari 2025: het overzicht daarvan"
                " ontbreekt."
            ),
        ),
        (
            (
                "Would create: The books do not have it yet. The run would delete 30 documents; more"
                " than 20 need an approval."
            ),
            (
                "Zou uitvoeren: maken. De boeken hebben het nog niet. De run zou 30 documenten"
                " verwijderen; meer dan 20 vraagt goedkeuring."
            ),
        ),
        (
            (
                "It was changed in the books (day 2026-03-04 → 2026-03-05; memo nothing → 'hi') and no longer"
                " says what its source says."
            ),
            (
                "Het is in de boeken gewijzigd (dag 4 mrt 2026 → 5 mrt 2026; memo niets → 'hi') en zegt"
                " niet meer wat de bron zegt."
            ),
        ),
        ("fees: listing + fees: ads", "kosten: plaatsing + kosten: advertenties"),
        ("Nobody ever wrote this, and nobody 2025-03-04.", "Nobody ever wrote this, and nobody 2025-03-04."),
    ],
)
def test_a_sentence_in_a_sentence_comes_out_right(english, dutch):
    with translation.override("nl"):
        assert said(english) == dutch
    with translation.override("en"):
        assert said(english) == english


@pytest.mark.parametrize("language", ["nl", "zh-hans"])
@pytest.mark.parametrize(
    "text", ["2026-13-45", "2026-02-30", "0000-00-00", "2026-13", "0000-01", "²026-01-01"]
)
def test_a_day_that_no_calendar_has_is_quoted_as_it_was_typed(text, language):
    with translation.override(language):
        assert text in said(f"{text} is no day.")
