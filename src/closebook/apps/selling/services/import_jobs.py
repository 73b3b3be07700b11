"""A long file of opportunities is taken in by a worker, part after part, while its page shows how far it is.

The file is read whole before its first part is kept, so that a fault keeps all of it out. A worker that dies
leaves parts: its job is begun again, and what is there already stays as it is. File and standing lie beside
the other files of the installation until the company's next import.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections

from closebook import jobs
from closebook.apps.companies.models import Company
from closebook.apps.selling.services.importing import import_parts
from closebook.core.errors import InputError

JOB = "selling-import"
MOST_AT_ONCE = 5_000
"""The most rows that are taken in while the page waits."""
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Import:
    """A long import: of which file, by whom, how many of how many rows are done, and how it ended."""

    name: str
    by: str
    state: str = "waiting"
    done: int = 0
    total: int = 0
    result: dict[str, int] = field(default_factory=dict)
    error: str = ""

    @property
    def lives(self) -> bool:
        """Tell whether it is still to be waited for."""
        return self.state in {"waiting", "working"}


def is_long(text: str) -> bool:
    """Tell whether a file is left to a worker."""
    return text.count("\n") > MOST_AT_ONCE


def import_keep(company: Company, text: str, name: str, by: str) -> str:
    """Keep a file and hand it to the workers; return the import's token."""
    token = secrets.token_hex(16)
    _tidied(company)
    path = _path(company.pk, token)
    path.parent.mkdir(parents=True, exist_ok=True)
    _written(path.with_suffix(".csv"), text)
    _keep(path, Import(name, by, total=text.count("\n")))
    folder, url = Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")
    jobs.enqueue(folder, url, JOB, f"{company.pk}.{token}", key=f"{JOB}-{company.pk}")
    return token


def import_of(company: Company, token: str) -> Import | None:
    """Return an import of a company, None for an unknown token."""
    path = _path(company.pk, token)
    if not _TOKEN.fullmatch(token) or not path.exists():
        return None
    return Import(**json.loads(path.read_text("utf-8")))


def import_do(company: Company, token: str) -> str:
    """Take a file in from its beginning, and return how the import stands then."""
    made = import_of(company, token)
    if made is None or made.state in {"done", "refused"}:
        return "gone"
    path = _path(company.pk, token)
    made = replace(made, state="working")
    after = replace(made, state="stopped")  # what stands there when an error ends this
    try:
        after = _taken(company, path, made)
    finally:
        _keep(path, after)
    path.with_suffix(".csv").unlink(missing_ok=True)
    return after.state


def advance(job_id: str) -> jobs.Standing:
    """Take the file of a job in."""
    close_old_connections()
    number, _dot, token = job_id.partition(".")
    company = Company.objects.filter(pk=int(number)).first()
    return jobs.Standing(finished=True, word=import_do(company, token) if company else "gone")


def _taken(company: Company, path: Path, made: Import) -> Import:
    def tell(done: int, total: int) -> None:
        _keep(path, replace(made, done=done, total=total))

    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        text = file.read()
    try:
        found = import_parts(text, company, made.by, made.name, tell)
    except InputError as error:
        return replace(made, state="refused", error=str(error))
    return replace(made, state="done", result=asdict(found))


def _path(company: int, token: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "selling" / "imports" / f"{company}-{token}.json"


def _keep(path: Path, made: Import) -> None:
    facts: dict[str, Any] = asdict(made)
    _written(path, json.dumps(facts, ensure_ascii=False))


def _written(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    new.touch(mode=0o600)
    with new.open("w", encoding="utf-8", newline="") as out:
        out.write(text)
    new.replace(path)


def _tidied(company: Company) -> None:
    """Remove what former imports of the company left, once they have ended."""
    for path in _path(company.pk, "*").parent.glob(f"{company.pk}-*.json"):
        made = import_of(company, path.stem.partition("-")[2])
        if made is not None and not made.lives:
            path.unlink(missing_ok=True)


jobs.define_kind(JOB, advance, (OSError, OperationalError))
