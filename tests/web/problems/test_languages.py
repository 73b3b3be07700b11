"""No English sentence and no English label of the code below the site reaches a Dutch or Chinese page."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest
from django.conf import settings

from closebook.apps.books.models import LedgerAccount
from closebook.apps.sync.models import ActionRow, Run
from closebook.web.books.catalogue import KINDS
from tests.project.test_sentences import PLACE, tool
from tests.web.problems.test_holds import deleted

MOST_VALUE = 80
_SILENT = {"script", "style", "code", "title", "option"}


class _Texts(HTMLParser):
    """Collects the texts of a page that a person sees; what a person or a file named is in ``code``."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in _SILENT:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside and data.strip():
            self.found.append(" ".join(data.split()))


@cache
def english(language: str):
    """Return patterns of whole sentences, and the labels of statements that a language says otherwise."""
    catalogue = tool("messages").read(language)
    sentences, labels = [], set()
    for message in catalogue:
        if message.context == "label" and message.string != message.id and not PLACE.search(message.id):
            labels.add(message.id)
        if message.context == "said" and message.id.endswith(".") and message.string != message.id:
            parts = [re.escape(part) for part in PLACE.split(message.id)[::2]]
            sentences.append(re.compile(f"(?:.{{1,{MOST_VALUE}}}?)".join(parts)))
    assert len(sentences) > 350
    assert len(labels) > 100
    return sentences, labels


def left_in(page: str, language: str) -> set[str]:
    texts = _Texts()
    texts.feed(page)
    sentences, labels = english(language)
    return {text for text in texts.found if text in labels or any(one.search(text) for one in sentences)}


def addresses(world, browser) -> list[str]:
    certificates = re.findall(r"/c/\d+/(statements/tie-out/[^\"]+)", browser.get("statements/tie-out/"))
    run = Run.objects.filter(state="done").latest("pk")
    action = ActionRow.objects.filter(run=run).exclude(what="ledger-account").order_by("pk").first()
    hold = deleted(world)
    link = world.connection.pk
    return [
        "", "runs/", f"runs/{run.pk}/", f"runs/{run.pk}/actions/{action.pk}/", f"runs/{run.pk}/undo/",
        "connections/", f"connections/{link}/", "errors/", "errors/holds/", f"errors/{hold.pk}/",
        "errors/list/", "statements/", "statements/tie-out/", certificates[0],
        *(f"statements/{name}/?period=custom&from=2025-01-01&to=2026-12-31" for name in KINDS),
        "statements/profit-and-loss/?period=custom&from=2025-01-01&to=2026-12-31&by=month",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "files"), [("nl", "nl"), ("zh-hans", "zh_Hans")])
def test_no_english_of_the_core_is_on_a_page(synced, pages, language, files):
    browser = pages(synced)
    browser.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    names = {one.name for one in LedgerAccount.objects.using("books").all()}  # these are the company's own
    wrong = {}
    for path in addresses(synced, browser):
        answer = browser.client.get(f"/c/{browser.company.pk}/{path}")
        assert answer.status_code == 200, path
        page = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
        if left := left_in(page, files) - names:
            wrong[path] = left
    assert not wrong, json.dumps({path: sorted(texts) for path, texts in wrong.items()}, ensure_ascii=False)


def test_the_look_sees_a_sentence_that_stayed_english():
    page = "<p>Its source changed.</p><td>Gross Profit</td><p>Sales is still in use. Ja</p>"
    assert left_in(page, "nl") == {"Its source changed.", "Gross Profit", "Sales is still in use. Ja"}
