"""Every page that accepts a form, found from the routes, is sent hostile and empty input.

None answers with a fault of its own, each says what is wrong, what was typed is shown again, and nothing is
stored. A page that is new is walked by being there.
"""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import Resolver404, resolve

from tests.apps.bank.conftest import Bank
from tests.project.test_pages import OURS, Route
from tests.web.documents.site import text_of
from tests.web.hostile.company import Filled, filled

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BAD = {
    "empty": "",
    "too long": "x" * 10_000,
    "markup": "<script>alert(1)</script>",
    "nul": "a\x00b",
    "huge": "9" * 40,
    "negative": "-99,999,999,999,999.99",
    "no such day": "2026-02-30",
    "no such id": "999999999",
    "endless": "9" * 5_000,
}
FILES = {
    "empty": ("empty.csv", b""),
    "binary": ("junk.bin", bytes(range(256)) * 4),
    "zip": ("a.xlsx", b"PK\x03\x04 not really"),
    "long name": ("x" * 3000 + ".csv", "name,é".encode("utf-16")),
    "path": ("../../etc/passwd", b"root"),
    "ragged": ("two.csv", b"a,b\n1\n\x00,3,4,5\n"),
}
FIXED = ("-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS", "-TOTAL_FORMS")
APART = ("django_", "sqlite_", "axes_", "usersessions_", "companies_auditevent", "sync_workerbeat")
KEEPS = {
    "document-attach",
    "task-file-new",
}  # any file may be evidence of a document, also one that nobody can open
WORST = {"too long", "nul", "endless"}
# Words of one's own may be nearly anything.
OWN_WORDS = (
    "bank_answer",
    "application-check",
    "task-move",
    "draft-move",
    "item-new",
    "machine-new",
    "my-pay",
    "owed-dispute",
    "selling-week",
)
WELCOME = {(route, what) for route in OWN_WORDS for what in BAD if what not in WORST - {"endless"}} | {
    ("selling-calendar", "empty"),  # no country and no day of one's own is a calendar too
}
OF_SERVICES = {"books_webhook", "service_call"}  # no form of a person: each call is signed


@dataclass
class Form:
    """What pages send to one address: its fields with their values, those that people fill in, its files."""

    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    buttons: dict[str, str] = field(default_factory=dict)

    @property
    def is_button(self) -> bool:
        """Tell whether there is nothing to fill in: sending it is the whole wish."""
        return not self.typed and not self.files


def forms_of(page: str, own: str) -> Iterator[tuple[str, Form]]:
    """Yield the posting forms of a page with the address that each is sent to."""
    for head, inner in re.findall(r"<form([^>]*method=\"post\"[^>]*)>(.*?)</form>", page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', head)
        form = Form()
        for tag in re.findall(r"<(?:input|button|select|textarea)[^>]*>", inner):
            facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            name, kind = facts.get("name", ""), facts.get("type", "")
            if not name or name == "csrfmiddlewaretoken":
                continue
            if kind == "file":
                form.files.add(name)
                continue
            if tag.startswith("<button"):
                if "formnovalidate" not in tag:
                    form.buttons[name] = facts.get("value", "")
                continue
            form.fields[name] = html.unescape(facts.get("value", ""))
            if kind not in {"hidden", "submit"}:
                form.typed.add(name)
            if tag.startswith("<textarea") or kind in {"text", "email", "url", "number", "search", "date"}:
                form.texts.add(name)
        yield (html.unescape(action[1]) if action and action[1] else own).split("?")[0], form


def merged(forms: dict[str, list[Form]], address: str, form: Form) -> None:
    known = forms.setdefault(address, [])
    if not any(one.fields.keys() == form.fields.keys() and one.files == form.files for one in known):
        known.append(form)


def counts() -> dict[str, int]:
    """Return the rows of every table but those of sessions, attempts to sign in and the audit log."""
    found = {}
    for alias in ("default", "books"):
        with connections[alias].cursor() as cursor:
            for table in connections[alias].introspection.table_names(cursor):
                if not table.startswith(APART):
                    cursor.execute(f'SELECT count(*) FROM "{table}"')
                    found[f"{alias}.{table}"] = cursor.fetchone()[0]
    return found


class Memory:
    """The two databases as they are now; ``restore`` brings them back, so that each form meets the same
    company.
    """

    def __init__(self) -> None:
        self._kept = {alias: self._copied(alias) for alias in ("default", "books")}
        self.counts = counts()
        self._watched = {
            alias: sqlite3.connect(connections[alias].settings_dict["NAME"]) for alias in self._kept
        }
        self._versions = self._read()

    @staticmethod
    def _copied(alias: str) -> sqlite3.Connection:
        kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(connections[alias].settings_dict["NAME"])) as live:
            live.backup(kept)
        return kept

    def _read(self) -> list[int]:
        return [one.execute("PRAGMA data_version").fetchone()[0] for one in self._watched.values()]

    def written(self) -> bool:
        """Tell whether anything was written since the databases were as they are kept."""
        return self._read() != self._versions

    def restore(self) -> None:
        if not self.written():
            return
        for alias, kept in self._kept.items():
            connections[alias].close()
            with closing(sqlite3.connect(connections[alias].settings_dict["NAME"])) as live:
                kept.backup(live)
        self._versions = self._read()


@dataclass
class Walk:
    """A person at the pages, and what was found wrong."""

    place: Filled
    client: Client
    memory: Memory
    wrong: list[str] = field(default_factory=list)

    def found(self) -> dict[str, tuple[Route, list[Form]]]:
        """Return each address that takes a form, with the forms that pages have for it."""
        addresses = {address: route for route in OURS for address in self.place.addresses(route)}
        forms: dict[str, list[Form]] = {}
        for address in addresses:
            answer = self.client.get(address)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                for to, form in forms_of(text_of(answer), address):
                    merged(forms, self.known(to, addresses), form)
        return {
            address: (route, forms.get(address, []) or [Form()])
            for address, route in addresses.items()
            if route.name not in OF_SERVICES and self.takes(address)
        }

    def known(self, address: str, addresses: dict[str, Route]) -> str:
        """Return the address of the walk that leads to the same route."""
        if address in addresses:
            return address
        try:
            wanted = resolve(address).route
        except Resolver404:
            return address
        return next((one for one, route in addresses.items() if route.pattern == wanted), address)

    def takes(self, address: str) -> bool:
        taken = self.client.post(address).status_code != 405
        if taken:
            self.memory.restore()
        return taken

    def send(self, address: str, name: str, sent: dict[str, Any], what: str, form: Form) -> None:
        """Send a form and note what is wrong with the answer."""
        answer = self.client.post(address, sent)
        page = text_of(answer)
        if answer.status_code >= 500:
            error = str(answer.exc_info[1]) if answer.exc_info else ""
            self.wrong.append(f"{address} {what}: {answer.status_code} {error}"[:300])
        if "<script>alert" in page:
            self.wrong.append(f"{address} {what}: markup comes back as it is")
        if not form.is_button and name not in KEEPS:
            now = counts() if self.memory.written() else self.memory.counts
            changed = {name for name, number in now.items() if number != self.memory.counts[name]}
            if changed:
                self.wrong.append(f"{address} {what}: stored in {sorted(changed)}")
            self.told(address, answer, page, what)
        if answer.status_code == 400 and "html" in answer["Content-Type"]:
            self.kept(address, page, sent, what, form)
        self.memory.restore()

    def told(self, address: str, answer: Any, page: str, what: str) -> None:
        """Note an answer that says nothing about what was sent."""
        if answer.status_code == 302:
            followed = self.client.get(answer["Location"])
            page = text_of(followed) if followed.status_code == 200 else 'class="message'
        wordless = "errorlist" not in page and 'class="message' not in page
        if wordless and answer.status_code in {302, 400}:
            self.wrong.append(f"{address} {what}: {answer.status_code} without a word")

    def kept(self, address: str, page: str, sent: dict[str, Any], what: str, form: Form) -> None:
        """Note a form that comes back without what was typed."""
        texts = [sent.get(name) for name in form.texts]
        if what == "no such day" and any(texts) and page.count(BAD[what]) < len(texts):
            self.wrong.append(f"{address} {what}: {page.count(BAD[what])} of {len(texts)} texts are kept")


@pytest.fixture
def walk(shop_bank: Bank) -> Walk:
    place = filled(shop_bank)
    client = Client(raise_request_exception=False)
    client.force_login(place.owner, backend=BACKEND)
    return Walk(place, client, Memory())


def test_hostile_and_empty_input_is_answered_in_words_and_stores_nothing(walk: Walk):
    found = walk.found()
    assert len(found) > 60, "the walk finds the forms from the routes"
    for address, (route, forms) in found.items():
        for form in forms:
            walk.send(address, route.name, {}, "nothing at all", form)
            fixed = {name: value for name, value in form.fields.items() if name.endswith(FIXED)}
            names = [name for name in form.fields if name not in fixed and name != "request_id"]
            pressed = dict(list(form.buttons.items())[:1] if form.texts else [])
            for what, bad in BAD.items() if names else ():
                if (form.is_button and what not in WORST) or (route.name, what) in WELCOME:
                    continue
                walk.send(address, route.name, fixed | dict.fromkeys(names, bad) | pressed, what, form)
            for what, (name, data) in FILES.items() if form.files else ():
                files = {one: SimpleUploadedFile(name, data) for one in form.files}
                walk.send(address, route.name, form.fields | files, f"{what} file", form)
    assert not walk.wrong, "\n".join(walk.wrong)
