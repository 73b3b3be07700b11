"""Which runs wrote a record, and the page of a document that a run wrote."""

from __future__ import annotations

from django.test import Client

from closebook.apps.companies.models import Membership, Person
from closebook.apps.sync.models import Run
from closebook.apps.sync.selectors.record_runs import link_of, runs_of
from tests.apps.sync.harness import World


def test_a_record_knows_its_run_and_its_rows(synced: World):
    link = synced.link(kind="sales-receipt")
    company = synced.company()
    found = link_of(company.pk, "SalesReceipt", link.remote_id)
    assert found == link
    assert runs_of(found) == {"0": Run.objects.get().pk}
    assert link_of(company.pk + 1, "SalesReceipt", link.remote_id) is None
    assert link_of(company.pk, "Estimate", link.remote_id) is None


def test_a_documents_page_says_where_it_came_from_and_who_changed_it(synced: World):
    link, company = synced.link(kind="sales-receipt"), synced.company()
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="by a program")
    person = Person.objects.create(username="ada")
    Membership.objects.create(person=person, company=company, role="reader")
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/c/{company.pk}/documents/salesreceipt/{link.remote_id}/").content.decode()
    assert "Quill prints" in page
    assert ".csv" in page.partition("Where it came from")[2]
    history = page.partition("<h2>History</h2>")[2]
    assert "version 1" in history
    assert f"run {Run.objects.get().pk}" in history
