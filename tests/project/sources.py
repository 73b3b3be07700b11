"""What the style tests look at."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "closebook"


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the project that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(ROOT / name for name in listed.splitlines() if (ROOT / name).is_file())


@cache
def python_files(*, source_only: bool = False) -> tuple[Path, ...]:
    """Return the Python files, migrations left out."""
    below = SOURCE if source_only else ROOT
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".py" and path.is_relative_to(below) and "migrations" not in path.parts
    )


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    """Return a file's path for messages."""
    return str(path.relative_to(ROOT))
