"""Long lists are read by the worker while a page shows how far they are; a connection's buyers are a list."""

from __future__ import annotations

from closebook.apps.matching.models import MatchList
from closebook.apps.sync.models import Connection, MatchReading
from closebook.apps.sync.services import match_reading
from tests.web.matching.test_desk import hand_in, site, world  # noqa: F401 - fixtures
from tests.web.sync.conftest import Site, other_company, synced_site  # noqa: F401 - a fixture


def test_a_long_list_is_followed_until_the_desk_is_there(site: Site, settings):  # noqa: F811
    settings.CLOSEBOOK_SMALL_ROWS = 1
    hand_in(site)
    made = MatchReading.objects.get()
    path = f"matching/readings/{made.pk}/"
    assert f"{path}progress/" in site.get(path)
    assert "Waiting for the worker" in site.get(f"{path}progress/")
    match_reading.advance(str(made.pk))
    site.get(path, code=302)
    answer = site.client.get(site.address(f"{path}progress/"))
    assert answer["HX-Refresh"] == "true"
    assert MatchList.objects.get().rows.count() == 4
    Site(other_company(), name="stranger").get(path, code=404)


def test_the_buyers_of_a_connection_need_no_file(synced_site: Site):  # noqa: F811
    connection = Connection.objects.get()
    page = synced_site.get("matching/new/")
    assert connection.name in page
    synced_site.client.post(
        synced_site.address("matching/new/"), {"kind": "item", "connection": str(connection.pk)}
    )
    made = MatchReading.objects.get()
    match_reading.reading_do(made)
    assert MatchList.objects.get().source == connection.name
    refused = {"kind": "vendor", "connection": str(connection.pk)}
    assert "cannot be matched here" in synced_site.post("matching/new/", refused, code=400)
    assert "required" in synced_site.post("matching/new/", {"kind": "item"}, code=400)
