"""The page on which a person says what is done about the same business posted by others."""

from __future__ import annotations

from closebook.apps.companies.models import Role
from closebook.apps.sync.models import Connection
from tests.web.sync.conftest import Site

POSTER = {
    "name": "Synder", "pattern": "", "documents": 412, "amount_minor": 1_834_411, "first_day": "2026-01-02",
    "last_day": "2026-01-31", "example": "SalesReceipt SY-20431", "reason": "It names order 3900112233.",
}  # fmt: skip


def found(world) -> Connection:
    """Return the world's connection, of whose business an app has posted January."""
    connection = world.connection
    connection.foreign, connection.foreign_posters = "found", [POSTER]
    connection.save()
    return connection


def test_the_page_names_the_app_and_a_choice_moves_the_first_day(fresh):
    connection = found(fresh)
    site, path = Site(connection.company), f"connections/{connection.pk}/overlap/"
    page = site.get(path)
    for text in ("Synder", "18,344.11", "It names order 3900112233.", "1 Feb 2026", "Post everything"):
        assert text in page
    site.post(path, {"choice": "start-after"})
    assert connection.profiles.latest("number").body["since"] == "2026-02-01"
    assert "A choice was made already" in site.get(path)


def test_a_wrong_choice_and_a_role_without_the_right_change_nothing(fresh):
    connection = found(fresh)
    path = f"connections/{connection.pk}/overlap/"
    assert "not in this way" in Site(connection.company).follow(path, {"choice": "double"})
    viewer = Site(connection.company, Role.READER, "guest")
    viewer.post(path, {"choice": "ignore"}, code=403)
    connection.refresh_from_db()
    assert connection.foreign == "found"


def test_without_others_the_page_says_so(fresh):
    assert "Nothing in the books seems" in Site(fresh.connection.company).get(
        f"connections/{fresh.connection.pk}/overlap/"
    )
