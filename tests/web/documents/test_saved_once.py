"""A form that was saved and is sent again, by the browser's Back or a second click, makes nothing more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, connections

from closebook.apps.companies.models import AuditEvent, FormUse
from closebook.apps.companies.services.form_uses import FormUsedError, form_saved
from closebook.transport import clock
from tests.web.documents.site import DAY, Site, errors_of, text_of

WORDS = "This form was saved before"
QUIET = ("django_", "axes_", "usersessions_", "sqlite_")
FORMS: dict[str, dict[str, Any]] = {
    "customer-new": {"name": "Anew"},
    "vendor-new": {"name": "Anew"},
    "item-new": {"name": "Anew"},
    "ledger-account-new": {"name": "Anew"},
    "token-new": {"name": "Till", "abilities": ["see-company"], "days": "9"},
    "invitations": {"email": "kim@example.org", "role": "reader"},
    "webhook-new": {"url": "https://example.org/told", "note": "chat"},
    "bank_new": {"name": "Savings", "number": ""},
    "bank_rule_new": {"name": "Coffee", "words": "coffee", "excludes": "on", "save": ""},
}


def counts() -> dict[str, int]:
    """Return the number of rows of each table that keeps what people make."""
    found = {}
    for alias in ("default", "books"):
        own = connections[alias]
        with own.cursor() as cursor:
            for table in own.introspection.table_names(cursor):
                if not table.startswith(QUIET):
                    cursor.execute(f'SELECT count(*) FROM "{table}"')
                    found[f"{alias}.{table}"] = cursor.fetchone()[0]
    return found


def twice(site: Site, view: str, *args: Any, **typed: Any) -> None:
    fields = site.fields(view, *args) | {name.replace("__", "-"): value for name, value in typed.items()}
    assert fields["request_id"].startswith("page-"), view
    address = site.address(view, *args)
    before = counts()
    first = site.client.post(address, fields)
    assert first.status_code in {200, 302}, (view, errors_of(text_of(first)))
    made = counts()
    assert made != before, view
    again = site.client.post(address, fields | {"name": "Changed after the way back"})
    assert again.status_code == 302, view
    assert counts() == made, view
    page = text_of(site.client.get(again["Location"]))
    assert WORDS in page, view


@pytest.mark.parametrize("view", FORMS)
def test_a_form_that_was_saved_is_answered_with_what_it_made(site: Site, view: str):
    typed = dict(FORMS[view])
    if view == "bank_new":
        typed["ledger_account"] = site.account("checking")
    if view == "item-new":
        typed["income"] = "Services"
    twice(site, view, **typed)


def test_a_document_that_was_saved_is_not_saved_again(site: Site):
    line = {"lines__0__item": "Mugs mug", "lines__0__amount": "12.00", "day": DAY}
    for kind in ("salesreceipt", "invoice"):
        twice(site, "document-new", kind, customer="Mugs customer", **line)
    assert site.proved()


def test_more_lines_and_sums_are_no_saving(site: Site):
    fields = site.fields("document-new", "salesreceipt")
    with form_saved(site.company, fields["request_id"]) as use:
        use.address = "/"
    for button in ("more", "sums", "open"):
        answer = site.client.post(site.address("document-new", "salesreceipt"), fields | {button: "1"})
        assert answer.status_code == 200, button


def test_what_fails_leaves_the_form_unused(site: Site):
    with pytest.raises(ZeroDivisionError), form_saved(site.company, "page-12345678"):
        1 // 0  # noqa: B018 - what goes wrong while a form saves
    assert not FormUse.objects.exists()
    lines = AuditEvent.objects.count()
    with form_saved(site.company, "page-12345678") as use:
        use.address = "/made/"
    with pytest.raises(FormUsedError), form_saved(site.company, "page-12345678"):
        raise AssertionError
    assert AuditEvent.objects.count() == lines
    assert not connection.in_atomic_block


def test_a_form_of_one_company_says_nothing_about_another(both: tuple[Site, Site]):
    ours, theirs = both
    with form_saved(theirs.company, "page-12345678") as use:
        use.address = "/theirs/"
    fields = ours.fields("customer-new") | {"name": "Anew", "request_id": "page-12345678"}
    assert ours.send("customer-new", **fields)["Location"] != "/theirs/"


def test_uses_are_forgotten_after_two_months(site: Site, monkeypatch: pytest.MonkeyPatch):
    with form_saved(site.company, "page-12345678") as use:
        use.address = "/"
    later = clock.now().replace(year=clock.now().year + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with form_saved(site.company, "page-87654321") as use:
        use.address = "/"
    assert FormUse.objects.count() == 1
