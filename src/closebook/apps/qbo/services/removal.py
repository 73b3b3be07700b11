"""Taking an embedded company out with everything it holds, as when the sample is reset."""

from __future__ import annotations

from django.apps import apps
from django.db import connections, transaction
from django.db.models import Model

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany, Record

_APPS = ("books", "qbo")


def company_remove(realm_id: str) -> bool:
    """Delete a company's records, journal and access; False when there is no such company.

    The journal refuses to lose an entry of a company that exists, so the company's own row goes first and
    the database takes the journal with it.
    """
    company = BooksCompany.objects.using(BOOKS).filter(realm_id=realm_id).first()
    if company is None:
        return False
    with transaction.atomic(using=BOOKS), connections[BOOKS].cursor() as cursor:
        for table, condition in _tables():
            cursor.execute(f"DELETE FROM {table} WHERE {condition}", [company.pk])
        cursor.execute("DELETE FROM books_bookscompany WHERE id = %s", [company.pk])
        cursor.execute("DELETE FROM books_record WHERE company_id = %s", [company.pk])
    return True


def _tables() -> list[tuple[str, str]]:
    """Return (table, condition) of everything that hangs on a company, what hangs on other tables first."""
    models = [model for label in _APPS for model in apps.get_app_config(label).get_models()]
    found = [
        (model._meta.db_table, *_condition(model)) for model in models if model not in {BooksCompany, Record}
    ]
    deepest_first = sorted((row for row in found if row[1]), key=lambda row: -row[2])
    return [(table, condition) for table, condition, _depth in deepest_first]


def _condition(model: type[Model]) -> tuple[str, int]:
    """Return the condition of a model's rows that hang on a company and over how many tables, ("", 0) when
    none do.
    """
    for field in model._meta.concrete_fields:
        target = field.related_model
        if target is BooksCompany:
            return f"{field.column} = %s", 1
        if isinstance(target, type) and target._meta.app_label in _APPS:
            condition, depth = _condition(target)
            if condition:
                table, key = target._meta.db_table, target._meta.pk.column
                return f"{field.column} IN (SELECT {key} FROM {table} WHERE {condition})", depth + 1
    return "", 0
