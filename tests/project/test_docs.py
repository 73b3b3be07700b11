"""Documentation as a contract: each command, setting and page has its place, and links lead somewhere."""

from __future__ import annotations

import dataclasses
import re
import tomllib

import pytest

from closebook import __version__
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.reports.report import REPORTS
from closebook.cli.main import _COMMANDS
from closebook.connectors.quickbooks.fault_table import CAUSES
from closebook.core.planning.desired import DECISIONS
from closebook.core.planning.profile import ROLES, Profile
from closebook.core.planning.rails import Rails
from tests.project.sources import ROOT, SOURCE, name_of, python_files, tracked


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def headings(name: str) -> set[str]:
    return {m.strip("` ") for m in re.findall(r"^#+\s+(.+)$", (ROOT / name).read_text("utf-8"), re.MULTILINE)}


@pytest.mark.parametrize("command", sorted(_COMMANDS))
def test_each_command_has_a_heading(command: str):
    assert f"closebook {command}" in headings("docs/commands.md")


def test_each_setting_has_a_heading():
    names = set()
    for path in python_files(source_only=True):
        names |= set(re.findall(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", path.read_text("utf-8")))
    names -= {"DJANGO_SETTINGS_MODULE"}
    assert names <= headings("docs/settings.md")


def test_the_changelog_begins_with_this_version():
    versions = re.findall(r"^## ([0-9.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == __version__
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__


def test_each_dependency_has_a_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[\[<>=]", text)[0] for text in project["dependencies"]}
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").lower()
    assert not {name for name in names if f"`{name.lower()}`" not in text}


def test_links_between_pages_lead_somewhere():
    broken = []
    for page in (path for path in tracked() if path.suffix == ".md"):
        targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        inside = [target for target in targets if not target.startswith(("http:", "https:", "mailto:"))]
        broken += [f"{name_of(page)} → {name}" for name in inside if not (page.parent / name).exists()]
    assert not broken


def test_each_error_code_is_explained():
    codes = set()
    pattern = re.compile(r"(?:InputError|HeldError|ConflictError|LoginError)\(\s*\"([a-z][a-z0-9-]+)\"")
    for path in python_files(source_only=True):
        codes |= set(pattern.findall(path.read_text("utf-8")))
    assert codes
    assert not codes - headings("docs/errors.md")


def test_each_hold_and_each_refusal_of_the_books_is_explained():
    known = headings("docs/errors.md") | set(re.findall(r"^\| `([a-z-]+)` \|", page("errors"), re.MULTILINE))
    assert not DECISIONS.keys() - known
    assert not {cause.code for cause in CAUSES.values()} - known
    words = {word for words in DECISIONS.values() for word in words}
    assert not words - known


def test_each_role_and_rail_of_a_profile_is_explained():
    text = page("profiles")
    assert not [role for role in ROLES if f"`{role}`" not in text]
    assert not [field.name for field in dataclasses.fields(Rails) if f"`rails.{field.name}`" not in text]
    assert not [field.name for field in dataclasses.fields(Profile) if f"`{field.name}`" not in text]


def test_each_entity_and_report_of_the_protocol_is_listed():
    text = page("protocol")
    names = {entity.name.removesuffix("Txn") for entity in ENTITIES.values()}
    assert not {name for name in names if not re.search(rf"\b{name}\b", text)}
    long = ("TransactionList", "Aged", "CustomerBalance", "VendorBalance")
    reports = {one.shape.name for one in REPORTS.values() if not one.shape.name.startswith(long)}
    assert not {name for name in reports if name not in text}


def test_makefile_targets_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    used = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert used
    assert not {target for target in used if not re.search(rf"^{target}:", makefile, re.MULTILINE)}


def test_the_readme_shows_a_picture_that_is_there():
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_examples_of_commands_are_commands():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    used = {
        (path.name, word)
        for path in pages
        for word in re.findall(r"^closebook ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert used
    assert not {pair for pair in used if pair[1] not in _COMMANDS}


def test_source_is_one_package():
    assert (SOURCE / "__init__.py").is_file()
