"""A till's plan says which document's tax is not what the books reckon: by which cent, and why."""

from __future__ import annotations

from closebook.apps.sync.models import Connection
from closebook.apps.sync.services import pulling
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.tax_checking import connection_tax_check
from tests.apps.sync.test_service_pull import square, till  # noqa: F401 - fixtures
from tests.web.sync.conftest import Site, other_company


def test_the_plan_of_a_till_leads_to_its_tax_differences(till):  # noqa: F811 - the fixture
    connection = Connection.objects.select_related("company").get()
    pulling.service_pull(connection)
    run = plan_make(connection)
    assert run is not None
    site = Site(connection.company)
    assert f"runs/{run.pk}/tax/" in site.get(f"runs/{run.pk}/")
    findings = connection_tax_check(connection).findings
    page = site.get(f"runs/{run.pk}/tax/")
    for one in findings[:50]:
        assert one.ref in page
    if findings:
        assert "rounds each line" in page
        assert "in this plan" in page
    else:
        assert "to the cent" in page
    Site(other_company(), name="stranger").get(f"runs/{run.pk}/tax/", code=404)


def test_a_marketplace_has_no_tax_check(synced_site: Site):
    run = Connection.objects.get().run_set.latest("pk")
    assert "/tax/" not in synced_site.get(f"runs/{run.pk}/")
    assert (
        "is no till"
        in synced_site.client.get(synced_site.address(f"runs/{run.pk}/tax/"), follow=True).content.decode()
    )
