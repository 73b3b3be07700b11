"""Every text that a person reads exists in each language, with the same placeholders and tags."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tests.project.sources import ROOT

pytestmark = pytest.mark.xdist_group("project")
TOOL = ROOT / "tools" / "messages.py"
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}|</?[a-z]+[^>]*>")


@pytest.fixture(scope="module")
def messages():
    spec = importlib.util.spec_from_file_location("messages", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def texts(messages):
    found = messages.collected()
    assert len(found) > 50
    return found


@pytest.mark.parametrize("language", ["nl", "zh_Hans"])
def test_no_text_is_without_translation(messages, texts, language):
    assert not messages.untranslated(language)


@pytest.mark.parametrize("language", ["nl", "zh_Hans"])
def test_placeholders_are_those_of_the_original(messages, texts, language):
    known = messages.read(language)
    wrong = []
    for message in texts:
        there = known.get(message.id, context=message.context) if message.id else None
        if there is None or isinstance(there.string, tuple):
            continue
        if sorted(PLACEHOLDER.findall(str(message.id))) != sorted(PLACEHOLDER.findall(there.string)):
            wrong.append(message.id)
    assert not wrong


@pytest.mark.parametrize(("language", "words"), [("en", "Sign in"), ("nl", "Inloggen"), ("zh-hans", "登录")])
@pytest.mark.django_db(databases=["default", "books"])
def test_a_page_speaks_the_readers_language(client, language, words):
    answer = client.get("/accounts/login/", headers={"Accept-Language": language})
    assert answer["Content-Language"] == language
    assert words in answer.content.decode()


def test_the_catalogues_are_compiled(messages):
    assert all(Path(messages.catalogue(name)).with_suffix(".mo").exists() for name in messages.LANGUAGES)
