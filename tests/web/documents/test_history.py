"""Who changed a record: the books themselves keep the person, and nobody outside can say to be another."""

from __future__ import annotations

import json

from django.test import Client

from closebook.apps.books.models import Record, RecordVersion
from closebook.apps.qbo.services.oauth import client_create
from closebook.apps.sync.services.access import books_client
from closebook.transport import clock
from tests.web.documents.site import Site


def test_the_books_keep_the_person_or_the_run_that_changed_a_record(site: Site):
    record = Record.objects.get(company=site.books, entity="Vendor", name_key="mugs vendor")
    for actor, name in (("ada", "Mugs vendor 2"), ("run 12", "Mugs vendor 3")):
        record.refresh_from_db()
        head = {"Id": record.wire_id, "SyncToken": str(record.sync_token), "sparse": True}
        with books_client(site.company, actor) as client:
            client.update("Vendor", {**head, "DisplayName": name}, f"by-{name[-1]}")
    kept = RecordVersion.objects.filter(record=record).order_by("sync_token")
    assert [version.changed_by for version in kept] == ["ada", "run 12"]


def test_a_program_outside_cannot_name_another(site: Site):
    record = Record.objects.get(company=site.books, entity="Vendor", name_key="mugs vendor")
    keys = client_create(site.books, now=clock.now(), name="Till")
    body = {"Id": record.wire_id, "SyncToken": str(record.sync_token), "DisplayName": "X", "sparse": True}
    forged = {
        "Authorization": f"Bearer {keys.access_token}",
        "closebook.actor": "ada",
        "Closebook-Actor": "ada",
        "Closebook_Actor": "ada",
    }
    address = f"/v3/company/{site.company.realm_id}/vendor?closebook.actor=ada"
    answer = Client().post(address, json.dumps(body), content_type="application/json", headers=forged)
    assert answer.status_code == 200, answer.content
    assert RecordVersion.objects.get(record=record).changed_by == "Till"
