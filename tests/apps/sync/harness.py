"""A data folder with a company, a connected shop and its books, copied for each test; and a person in the
books.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import override_settings

from closebook.apps.companies.models import AuditEvent, Company
from closebook.apps.sync.models import Connection, Link, Run, SyncError
from closebook.apps.sync.services import work
from closebook.apps.sync.services.deciding import decision_keep, retry_plan
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.staging import pull
from closebook.apps.sync.services.undoing import undo_plan, undo_preview
from closebook.cli.main import run as run_command
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.tokens import FixedToken
from closebook.connectors.quickbooks.wire import encode
from closebook.core.planning.actions import ActionKind
from closebook.transport.inprocess import BASE_URL, in_process_client

SHOP = "Quill prints"
COMPANY = "My company"
__all__ = ["COMPANY", "SHOP", "World", "data_folder", "encode"]


@contextmanager
def data_folder(folder: Path, blocker: Any) -> Iterator[World]:
    """Let the product work in a data folder, and give its world."""
    names = {alias: connections.settings[alias]["NAME"] for alias in connections.settings}
    with ExitStack() as stack:
        stack.enter_context(blocker.unblock())
        stack.enter_context(override_settings(CLOSEBOOK_HOME=folder, MEDIA_ROOT=folder / "files"))
        try:
            for alias, name in (("default", "closebook"), ("books", "books")):
                connections[alias].close()
                connections.settings[alias]["NAME"] = connections[alias].settings_dict["NAME"] = str(
                    folder / f"{name}.sqlite3"
                )
            yield World(folder, stack)
        finally:
            for alias, name in names.items():
                connections[alias].close()
                connections.settings[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name


class World:
    """The product in one data folder, used by commands, by its services and by a person with a client."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._person: QuickBooksClient | None = None
        self._asked = 0

    # Commands

    def command(self, *words: object, code: int = 0) -> str:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            found = run_command([str(word) for word in words])
        assert found == code, f"{words}: exit code {found}\n{out.getvalue()}\n{err.getvalue()}"
        return out.getvalue()

    def json(self, *words: object, code: int = 0) -> Any:
        return json.loads(self.command(*words, "--json", code=code))

    def trial_balance(self, company: str = COMPANY) -> dict[str, int]:
        table = self.json("statement", "trial-balance", "--company", company, "--to", "2027-12-31")
        found = {}
        for row in table["rows"]:
            if row["cells"]:
                debit, credit = (cell["value"] or 0 for cell in row["cells"][1:3])
                found[row["label"]] = debit - credit
        return {name: amount for name, amount in found.items() if amount}

    # Services

    @property
    def connection(self) -> Connection:
        return Connection.objects.select_related("company").get(name=SHOP)

    def pull(self, *paths: Path) -> list[Any]:
        return pull(self.connection, paths)

    def plan(self, **options: Any) -> Run | None:
        return plan_make(self.connection, **options)

    def apply(self, run: Run) -> Run:
        """Carry a run out in this thread, step by step, as a worker's job does."""
        work.run_approve(run)
        for _ in range(10_000):
            standing = work.advance(f"{run.pk}.1")
            if standing.finished:
                break
        return Run.objects.select_related("connection__company").get(pk=run.pk)

    def sync(self, *paths: Path) -> Run:
        if paths:
            pulled = self.pull(*paths)
            assert {each.state for each in pulled} <= {"staged", "known"}, pulled
        run = self.plan()
        assert run is not None
        return self.apply(run)

    def undo(self, run: Run) -> Run:
        return self.apply(self.undo_planned(run))

    def undo_planned(self, run: Run) -> Run:
        made, _plan = undo_plan(run)
        assert made is not None
        return made

    def left(self, run: Run) -> dict[str, str]:
        """Return by key the codes of what an undo of a run would leave."""
        with undo_preview(run) as (_made, plan):
            return {action.key: action.code for action in plan.actions if action.kind is ActionKind.HOLD}

    def retry(self, error: SyncError, word: str = "") -> Run | None:
        """Do what ``closebook retry`` does, in this thread."""
        decision_keep(error, word)
        run = retry_plan(error)
        return self.apply(run) if run else None

    def holds(self) -> list[SyncError]:
        return list(SyncError.objects.filter(resolved_at=None, held=True).order_by("key"))

    def hold(self, key: str) -> SyncError:
        return SyncError.objects.get(resolved_at=None, held=True, key=key)

    def errors(self) -> list[SyncError]:
        return list(SyncError.objects.filter(resolved_at=None, held=False).order_by("pk"))

    def link(self, **conditions: Any) -> Link:
        found = Link.objects.filter(**conditions).order_by("key").first()
        assert found is not None, conditions
        return found

    # What is in the books

    def person(self) -> QuickBooksClient:
        """Return a client of the books with credentials of its own."""
        if self._person is None:
            keys = self.json("keys")
            http = in_process_client(get_wsgi_application(), connections.close_all)
            self._stack.callback(http.close)
            self._person = QuickBooksClient(
                BASE_URL, keys["realm_id"], FixedToken(keys["access_token"]), http
            )
        return self._person

    def edit(self, entity: str, remote_id: str, **fields: Any) -> dict[str, Any]:
        """Change fields of an object in the books as a person does."""
        body = self.person().read(entity, remote_id)
        self._asked += 1
        head = {"Id": body["Id"], "SyncToken": body["SyncToken"]}
        return self.person().update(entity, {**head, **fields}, f"person-{self._asked}")

    def delete(self, entity: str, remote_id: str) -> None:
        body = self.person().read(entity, remote_id)
        self.person().delete(entity, body, f"delete-{entity}-{remote_id}")

    def make(self, entity: str, **payload: Any) -> dict[str, Any]:
        self._asked += 1
        return self.person().create(entity, payload, f"person-{self._asked}")

    def close_books(self, until: str) -> None:
        """Set the closing date in the books' settings."""
        preferences = self.person().preferences()
        head = {name: preferences[name] for name in ("Id", "SyncToken")}
        group = {**preferences.get("AccountingInfoPrefs", {}), "BookCloseDate": until}
        self._asked += 1
        self.person().update("Preferences", {**head, "AccountingInfoPrefs": group}, f"close-{self._asked}")

    def footprint(self) -> tuple[int, int]:
        """Return the number of audit lines and of entries in the journal."""
        with connections["books"].cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM journal_entry")
            return AuditEvent.objects.count(), cursor.fetchone()[0]

    def proofs_hold(self, run: Run) -> bool:
        return bool(run.proofs) and all(proof["holds"] for proof in run.proofs)

    def company(self) -> Company:
        return Company.objects.get()


def copied(template: Path, folder: Path) -> Path:
    """Copy a template's database files into a folder."""
    for path in template.glob("*.sqlite3"):
        shutil.copy(path, folder / path.name)
    return folder


@contextmanager
def requests_counted() -> Iterator[list[str]]:
    """Give a list that grows by the path of each request that reaches the books' WSGI application."""
    from django.core.signals import request_started

    paths: list[str] = []

    def note(environ: dict[str, Any], **_more: Any) -> None:
        paths.append(environ["PATH_INFO"] + "?" + environ.get("QUERY_STRING", ""))

    request_started.connect(note)
    try:
        yield paths
    finally:
        request_started.disconnect(note)
