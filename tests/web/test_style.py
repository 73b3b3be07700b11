"""The style page: every part of the kit, in the reader's language, open to whoever is signed in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from closebook.web.kit.states import STATE_WORDS
from tests.apps.workforce.rooms import room
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def test_it_shows_each_state_each_colour_and_a_form_with_its_errors():
    client = client_of(room().owner)
    page = client.get(reverse("style")).content.decode()
    for words in STATE_WORDS.values():
        assert f">{words}</span>" in page
    sheet = Path(finders.find("web/closebook.css")).read_text(encoding="utf-8")
    colours = set(re.findall(r"--([a-z-]+): #", sheet))
    shown = set(re.findall(r"<code>--([a-z]+)</code>", page))
    assert colours - shown == {"on-accent"}, "each colour but the one that only lies on the accent"
    assert page.count('class="errorlist"') == 4
    assert 'value="12,3x"' in page


@pytest.mark.parametrize(("language", "amount"), [("en", "1,234,567.89"), ("nl", "1.234.567,89")])
def test_amounts_are_written_as_the_reader_writes_them(language, amount):
    client = client_of(room().owner)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert amount in client.get(reverse("style")).content.decode()


def test_its_list_is_a_list_and_nobody_reads_it_without_signing_in(client):
    owner = client_of(room().owner)
    rows = owner.get(reverse("style"), {"export": "csv"})
    assert rows["Content-Type"].startswith("text/csv")
    assert client.get(reverse("style")).status_code == 302
