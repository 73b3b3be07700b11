"""Certificates of a synchronised month: to the cent, with whoever printed it and the audit log's digest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from closebook.apps.books.selectors.companies import books_of
from closebook.apps.companies.models import AuditEvent, Company, Membership, Person, Role
from closebook.apps.sync.models import SyncError
from closebook.connectors.etsy.sample import write_sample
from closebook.core.periods import DateRange, Month
from closebook.core.planning.documents import DocumentKind
from closebook.transport import clock
from closebook.web.books.standing import standing_of
from tests.apps.books.factories import day
from tests.apps.sync.harness import SHOP, World, copied, data_folder
from tests.web.statements.conftest import BACKEND


@pytest.fixture(scope="module")
def world(
    bare_template: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[World]:
    """A shop whose month is posted."""
    folder: Path = copied(bare_template, tmp_path_factory.mktemp("certified"))
    facts = write_sample(folder / "files", rows=60, seed=14, first_month="2026-01", months=1)
    with data_folder(folder, django_db_blocker) as made:
        made.command("connect", "etsy", SHOP)
        run = made.sync(*(path for paths in facts.files.values() for path in paths))
        assert run.state == "done", run.reason
        yield made


@pytest.fixture(scope="module")
def client(world: World) -> Client:
    person = Person.objects.create(username="Ada Quill")
    Membership.objects.create(person=person, company=world.connection.company, role=Role.BOOKKEEPER)
    made = Client()
    made.force_login(person, backend=BACKEND)
    return made


def address(world: World, month: str = "2026-01") -> str:
    return f"/c/{world.connection.company_id}/statements/tie-out/{world.connection.pk}/{month}/"


def test_a_month_that_ties_says_so_with_who_printed_it_and_the_digest(world, client):
    answer = client.get(address(world))
    page = answer.content.decode()
    last = AuditEvent.objects.filter(company=world.connection.company).order_by("-number").first()
    assert answer.status_code == 200
    assert "Source and books agree to the cent." in page
    assert "Ada Quill" in page
    assert last is None or last.digest in page
    made = answer.context["made"]
    assert made.rows
    assert made.ties
    assert made.payouts == made.explained
    assert {row.month for row in made.rows} == {Month(2026, 1)}
    for row in made.rows:
        assert f'<th scope="row">{row.kind}</th>' in page


def test_a_certificate_is_printed_as_pdf(world, client):
    answer = client.get(address(world) + "?export=pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"Tie-out certificate" in answer.content


def test_months_are_listed_by_connection(world, client):
    page = client.get(f"/c/{world.connection.company_id}/statements/tie-out/").content.decode()
    assert SHOP in page
    assert address(world) in page


def test_the_home_tells_what_is_on_its_way_and_what_fees_were(world, client):
    made = client.get(address(world)).context["made"]
    page = client.get(f"/c/{world.connection.company_id}/")
    assert page.context["holdings"][0].minor == made.clearing_minor
    books = books_of(world.connection.company.realm_id)
    assert books is not None
    month = standing_of(world.connection.company, books).months(
        DateRange(day("2026-01-01"), day("2026-01-31"))
    )
    fees = -sum(row.books_minor for row in made.rows if row.kind.startswith("fees"))
    refunds = -sum(row.books_minor for row in made.rows if row.kind == "refunds")
    assert (month[Month(2026, 1)].fees_minor, month[Month(2026, 1)].refunds_minor) == (fees, refunds)
    assert fees > 0
    assert page.context["runs"]


@pytest.mark.parametrize("month", ["2026-13", "january", "1"])
def test_what_is_no_month_is_not_found(world, client, month):
    assert client.get(address(world, month)).status_code == 404


def test_a_month_without_anything_is_not_called_tied(world, client):
    page = client.get(address(world, "2019-05")).content.decode()
    assert "Neither the files nor the books have anything" in page
    assert "agree to the cent" not in page


def test_rows_that_are_in_no_figure_keep_a_certificate_open(world, client):
    file = world.connection.sourcefile_set.filter(stream="statement").first()
    gap = SyncError.objects.create(
        connection=world.connection, code="bad", cause="x", who_acts="user", file=file.name, row=3,
        created_at=clock.now(),
    )  # fmt: skip
    page = client.get(address(world)).content.decode()
    gap.delete()
    assert "Not everything of the source is in these figures." in page
    assert "could not be read and are in no figure: 1" in page


def test_a_document_that_somebody_deleted_makes_the_month_differ(world, client):
    receipt = world.link(kind=DocumentKind.SALES_RECEIPT)
    world.delete("SalesReceipt", receipt.remote_id)
    answer = client.get(address(world))
    assert not answer.context["made"].ties
    assert "Source and books do not agree" in answer.content.decode()


def test_a_connection_of_another_company_is_not_found(world, client):
    other = Company.objects.create(name="Other", realm_id="77", created_at=clock.now())
    person = Person.objects.get(username="Ada Quill")
    Membership.objects.create(person=person, company=other, role=Role.OWNER)
    theirs = address(world).replace(f"/c/{world.connection.company_id}/", f"/c/{other.pk}/")
    assert client.get(theirs).status_code == 404
    assert SHOP not in client.get(f"/c/{other.pk}/statements/tie-out/").content.decode()
