"""The house style as tests: lengths, banned things, waivers, and what the project may not speak of."""

from __future__ import annotations

import ast
import re
import statistics

import pytest

from tests.project.sources import ROOT, SOURCE, functions, name_of, python_files, tracked, tree_of

pytestmark = pytest.mark.xdist_group("project")
FILE_LINES, FUNCTION_LINES, LINE_LENGTH, BRANCHES = 500, 70, 110, 12
BRANCHING = (
    ast.If,
    ast.For,
    ast.While,
    ast.ExceptHandler,
    ast.BoolOp,
    ast.IfExp,
    ast.comprehension,
    ast.match_case,
)


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_five_hundred_lines():
    long = [name_of(p) for p in python_files() if len(p.read_text("utf-8").splitlines()) > FILE_LINES]
    assert not long


def test_no_function_is_longer_than_seventy_lines():
    long = [
        f"{name_of(p)}:{f.name}" for p in python_files() for f in functions(p) if lines_of(f) > FUNCTION_LINES
    ]
    assert not long


def test_functions_are_short_as_a_rule():
    lengths = [lines_of(f) for p in python_files(source_only=True) for f in functions(p)]
    assert statistics.median(lengths) <= 12


def test_no_line_is_longer_than_the_limit():
    long = [
        f"{name_of(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > LINE_LENGTH
    ]
    assert not long


def test_few_functions_branch_much():
    counted = [
        (sum(isinstance(node, BRANCHING) for node in ast.walk(f)), f"{name_of(p)}:{f.name}")
        for p in python_files(source_only=True)
        for f in functions(p)
    ]
    many = [name for count, name in counted if count > BRANCHES]
    assert len(many) <= 0.05 * len(counted), many


def test_every_module_of_the_product_has_a_docstring():
    assert not [name_of(p) for p in python_files(source_only=True) if not ast.get_docstring(tree_of(p))]


def test_only_the_clock_reads_the_time():
    pattern = re.compile(
        r"\b(date\.today|datetime\.now|datetime\.utcnow|time\.time|timezone\.now|localdate)\("
    )
    allowed = {SOURCE / "transport" / "clock.py"}
    found = [
        name_of(p)
        for p in python_files(source_only=True)
        if p not in allowed and pattern.search(p.read_text())
    ]
    assert not found


def test_no_error_is_swallowed():
    found = []
    for path in python_files(source_only=True):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ExceptHandler):
                bare = node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
                if bare:
                    found.append(f"{name_of(path)}:{node.lineno}")
    assert not found


def test_no_float_near_money():
    pattern = re.compile(r"\bfloat\(|:\s*float\b|->\s*float\b")
    core = SOURCE / "core"
    assert not [
        name_of(p)
        for p in python_files(source_only=True)
        if p.is_relative_to(core) and pattern.search(p.read_text())
    ]


def test_nothing_is_left_unfinished():
    pattern = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplementedError)\b")
    assert not [name_of(p) for p in python_files(source_only=True) if pattern.search(p.read_text("utf-8"))]


def test_every_waiver_names_its_reason():
    pattern = re.compile(r"#\s*(?:noqa(?!: [A-Z0-9, ]+ - )|type:\s*ignore(?!\[[a-z-, ]+\]\s+# ))")
    found = [
        f"{name_of(path)}:{number}"
        for path in python_files(source_only=True)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found


def test_templates_hold_no_inline_style_script_or_foreign_host():
    pattern = re.compile(
        r"style=|<style|<script(?![^>]*\bsrc=)|\bon[a-z]+=\"|(?:src|href)=\"https?://", re.IGNORECASE
    )
    templates = [path for path in tracked() if path.suffix == ".html" and path.is_relative_to(SOURCE)]
    assert not [name_of(path) for path in templates if pattern.search(path.read_text("utf-8"))]


def test_the_project_speaks_of_itself_alone():
    words = (
        "/sha" + "red/",
        ".libra" + "ry",
        "DEVELO" + "PERS.md",
        "sub" + "agent",
        "Clau" + "de",
        "Anthro" + "pic",
    )
    pattern = re.compile("|".join(map(re.escape, words)) + r"|\bissue #?\d+\b", re.IGNORECASE)
    texts = [path for path in tracked() if path.suffix not in {".lock", ".png", ".gz"}]
    assert not [name_of(path) for path in texts if pattern.search(path.read_text("utf-8", errors="replace"))]


def test_the_root_is_small():
    entries = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert len(entries) <= 20, sorted(entries)
