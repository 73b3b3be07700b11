"""The page on which another app's documents are chosen to be taken out."""

from __future__ import annotations

from closebook.apps.companies.models import Role
from closebook.apps.sync.models import Run
from tests.apps.sync.test_cleaning_up import doubled  # noqa: F401 - a fixture
from tests.web.sync.conftest import Site, other_company, worked


def test_it_looks_only_when_asked_and_plans_what_is_ticked(doubled):  # noqa: F811 - the fixture
    world, count = doubled
    connection = world.connection
    site, path = Site(connection.company), f"connections/{connection.pk}/clean-up/"
    assert "Can be taken out" not in site.get(path)
    page = site.get(f"{path}?look=1")
    assert page.count('name="document"') == count
    refs = [part.split('"')[0] for part in page.split('name="document" value="')[1:]]
    assert "nothing" in site.follow(path, {}).lower()
    site.post(path, {"document": refs[:2]})
    run = Run.objects.latest("pk")
    assert run.actions.filter(kind="delete").count() == 2
    shown = site.get(f"runs/{run.pk}/")
    assert "clean-up" in shown
    site.post(f"runs/{run.pk}/apply/", {})
    assert worked(run).state == "done"
    assert site.get(f"{path}?look=1").count('name="document"') == count - 2


def test_others_and_readers_do_not_come_in(fresh):
    path = f"connections/{fresh.connection.pk}/clean-up/"
    Site(fresh.company(), Role.READER, "guest").get(path, code=403)
    Site(other_company(), name="else").get(path, code=404)
