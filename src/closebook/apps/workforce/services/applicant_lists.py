"""A marketplace's list of applicants; a row that cannot be right is named and left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Posting
from closebook.apps.workforce.services.finding import apply
from closebook.core.errors import InputError
from closebook.core.selling.crm_table import table_of, text_of

MOST_ROWS = 2000
MOST_LETTERS = 5000
_HEADS = {
    "name": ("name", "full name", "applicant", "candidate", "naam", "姓名"),
    "email": ("email", "e-mail", "mail", "email address", "e-mailadres", "邮箱"),
    "phone": ("phone", "telephone", "mobile", "telefoon", "电话"),
    "country": ("country", "location", "land", "国家"),
    "letter": ("cover letter", "letter", "message", "proposal", "motivatie", "求职信"),
}
"""What marketplaces call the columns that are read."""
_LENGTHS = {"name": 200, "phone": 40, "country": 80}
"""How much of each column a person's row holds."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list of applicants came to: new applications, people who had applied, and (row, why) of what was
    left out: ``no-name``, ``bad-mail`` or ``too-long``.
    """

    new: int
    known: int
    left_out: tuple[tuple[int, str], ...]


@transaction.atomic
def applicants_import(posting: Posting, data: bytes, actor: str, name: str = "") -> Taken:
    """Take a marketplace's list of applicants (CSV with a header) in; people are joined by mail or telephone.

    Raises InputError for what is no table, when no column holds names, or above two thousand rows.
    """
    table = table_of(text_of(data, name).text, name)
    heads = {
        field: head
        for field, words in _HEADS.items()
        for head in table.columns
        if head.strip().casefold() in words
    }
    if "name" not in heads:
        raise InputError(
            "no-names",
            "The file has no column with names.",
            remedy="Give it a first line with Name and Email.",
        )
    rows = [
        (number, {field: (row.get(head) or "").strip() for field, head in heads.items()})
        for number, row in table.rows
    ]
    if len(rows) > MOST_ROWS:
        raise InputError("too-many-rows", "The file has too many rows.", remedy="Take two thousand at most.")
    faults = {number: fault for number, row in rows if (fault := _fault(row))}
    results = [apply(posting, row, source="list")[1] for number, row in rows if number not in faults]
    taken = Taken(sum(results), len(results) - sum(results), tuple(faults.items()))
    facts = {"posting": posting.pk, "new": taken.new, "known": taken.known, "left_out": len(faults)}
    audit_append(posting.company_id, actor, "applicants-imported", posting.title, facts)
    return taken


def _fault(row: Mapping[str, str]) -> str:
    """Return why a row cannot be right, "" when it can."""
    if not row["name"]:
        return "no-name"
    if len(row.get("letter", "")) > MOST_LETTERS:
        return "too-long"
    if any(len(row.get(field, "")) > most for field, most in _LENGTHS.items()):
        return "too-long"
    if row.get("email"):
        try:
            validate_email(row["email"])
        except ValidationError:
            return "bad-mail"
    return ""
