"""Finds the sentences and labels that code below the site makes, as templates with named values.

A sentence is a text or f-string that ends with a full stop and holds a blank; a shorter one is marked by
``shown(...)`` of ``closebook.core.wording``. What only machines and developers read is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SAID, LABEL = "said", "label"
"""The contexts of these texts in the catalogues: sentences and words, and what stands in statements."""

FOLDERS = ("core", "connectors", "transport", "apps", "jobs", "founding.py", "trails.py")
NOT_READ = ("/migrations/", "/apps/qbo/", "/sample/", "/core/reports/", "/transport/archive.py")
LABELLED = (
    "core/reports/",
    "core/ledger/account_types.py",
    "apps/books/selectors/statement",
    "apps/books/selectors/documents.py",
)
_SILENT = {"InvariantError", "gettext", "_", "ngettext", "warning", "info", "compile", "withdrawn"}
_LETTERS = 4
_COMMAND = re.compile(r"`closebook|--company")
_SENTENCES = re.compile(r"(?<=[.?!]) +(?=[A-Z{'])")
_LAST = re.compile(r"[a-z]\w*$")
_PLACE = re.compile(r"\{\w+\}")
_IS_LABEL = re.compile(r"(?=.*[A-Za-z]{3})[A-Z%/#][^_=|]*$")
_THING = re.compile(r"an? [A-Za-z][\w ,()]+$")
_CALLS = {"_wrong", "wrong", "take"}
_KINDS = {"FeeKind", "MovementKind", "ActionKind", "DocumentKind", "ListKind"}
_CAMEL = re.compile(r"[A-Z][a-z]+[A-Z]")


def texts(source: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (template, context, file) of each text that code below the site makes for people."""
    for folder in FOLDERS:
        root = source / folder
        for path in [root] if root.is_file() else sorted(root.rglob("*.py")):
            name = path.relative_to(source).as_posix()
            tree = ast.parse(path.read_text("utf-8"))
            if not any(part in f"/{name}" for part in NOT_READ):
                yield from ((template, SAID, name) for template in said(tree) if template)
            if name.startswith(LABELLED):
                yield from ((template, LABEL, name) for template in labels(tree))


def said(tree: ast.AST) -> Iterator[str]:
    """Yield the sentences and marked words in a piece of source."""
    for template in _templates(tree):
        if template.startswith(MARK) or _THING.match(template):
            yield template.removeprefix(MARK)
        else:
            yield from (one.strip() for one in _SENTENCES.split(template) if is_sentence(one.strip()))


def labels(tree: ast.AST) -> Iterator[str]:
    """Yield what may stand in a statement: titles of tables, columns and rows, and kinds of documents."""
    for template in _templates(tree):
        text = template.removeprefix(MARK)
        short = len(text) < 80 and not text.endswith(".") and "SELECT" not in text
        short = short and (" " in text or "{" not in text)
        bare = _PLACE.sub("#", text)
        if short and _IS_LABEL.match(bare) and not _CAMEL.search(text):
            yield text


MARK = "\0"


def _templates(tree: ast.AST) -> Iterator[str]:
    """Yield every text in a piece of source but documentation and what only developers read."""
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    if isinstance(tree, ast.Call) and _called(tree) in _SILENT:
        return
    if isinstance(tree, ast.ClassDef) and tree.name in _KINDS:
        values = (one.value for one in tree.body if isinstance(one, ast.Assign))
        yield from (MARK + str(value.value) for value in values if isinstance(value, ast.Constant))
        return
    if isinstance(tree, ast.Call) and _called(tree) == "shown":
        yield from (MARK + text for argument in tree.args for text in _marked(argument))
        return
    if isinstance(tree, ast.Call) and _called(tree) in _CALLS:
        ends = [text for one in tree.args[1:] if (text := template_of(one)) is not None]
        yield from (MARK + text for text in ends if is_end(text))
    template = template_of(tree)
    if template is not None:
        yield template
    for child in ast.iter_child_nodes(tree):
        if template is None or isinstance(child, ast.FormattedValue):
            yield from _templates(child)


def _marked(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _marked(node.body)
        yield from _marked(node.orelse)
        return
    template = template_of(node)
    if template is not None:
        yield template


def is_end(text: str) -> bool:
    """Tell whether a text is the end of a sentence, such as what is wrong with a field."""
    return " " in text and text[0].islower() and not text.endswith(".")


def is_sentence(template: str) -> bool:
    """Tell whether a template reads as a whole sentence, with enough words of its own."""
    words = re.sub(r"\{\w+\}", "", template)
    whole = template.rstrip()
    return (
        whole.endswith((".", "?"))
        and " " in whole
        and sum(letter.isalpha() for letter in words) >= _LETTERS
        and (whole[0].isupper() or whole[0] in "{`'")
        and "SELECT" not in whole
        and not _COMMAND.search(whole)
    )


def template_of(node: ast.AST) -> str | None:
    """Return a text's template with ``{named}`` values; None for what is no text."""
    return _joined(node, {})


def _joined(node: ast.AST, used: dict[str, int]) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else _placeholder(part, used)
            for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _joined(node.left, used), _joined(node.right, used)
        return None if left is None or right is None else left + right
    return None


def _placeholder(node: ast.AST, used: dict[str, int]) -> str:
    name = _name(node.value) if isinstance(node, ast.FormattedValue) else "value"
    used[name] = used.get(name, 0) + 1
    return "{" + name + ("" if used[name] == 1 else "_" + "abcdefgh"[used[name] - 1]) + "}"


def _name(node: ast.AST) -> str:
    """Return a short name for a value: the last word of what it is made of."""
    if isinstance(node, ast.Call):
        of_text = isinstance(node.func, ast.Attribute) and node.func.attr in {"join", "lower", "upper"}
        taken = node.args[0] if node.args and not (of_text and node.func.attr != "join") else node.func
        return _name(taken.value) if of_text and isinstance(taken, ast.Attribute) else _name(taken)
    if isinstance(node, ast.BoolOp):
        return _name(node.values[0])
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    text = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    found = _LAST.search(text.strip("_").lower())
    return re.sub(r"[^a-z_]", "", found.group()) if found else "value"


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.attr
        if isinstance(function, ast.Attribute)
        else function.id
        if isinstance(function, ast.Name)
        else ""
    )
