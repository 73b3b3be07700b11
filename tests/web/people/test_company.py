"""The company's page and the preferences: a name, and who gets the digest."""

from __future__ import annotations

import pytest

from closebook.apps.companies.models import Company, Membership, Role
from tests.web.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def rename(world, name):
    return world.client().post(f"/c/{world.company.pk}/company/", {"name": name}, follow=True)


def test_a_company_gets_another_name_and_its_former_one_back(world, undo):
    page = rename(world, "  Cups & Mugs ").content.decode()
    assert Company.objects.filter(name="Cups & Mugs", pk=world.company.pk).exists()
    assert world.log() == [("ada", "company-renamed", "Cups & Mugs")]
    undo(world.client(), page)
    assert Company.objects.filter(name="Mugs", pk=world.company.pk).exists()


def test_the_same_name_changes_nothing(world):
    assert "undo" not in rename(world, "Mugs").content.decode()
    assert not world.log()


def test_a_company_gets_a_time_zone_and_its_former_one_back(world, undo):
    address = f"/c/{world.company.pk}/company/"
    page = world.client().post(address, {"zone": "America/New_York"}, follow=True).content.decode()
    assert Company.objects.get(pk=world.company.pk).zone == "America/New_York"
    assert world.log() == [("ada", "company-zone", "Mugs")]
    assert 'value="America/New_York" selected' in page
    undo(world.client(), page)
    assert Company.objects.get(pk=world.company.pk).zone == ""
    wrong = world.client().post(address, {"zone": "Mars/Base"})
    assert wrong.status_code == 400
    assert "errorlist" in wrong.content.decode()


@pytest.mark.parametrize("name", ["Hats", "", " ", "x" * 201])
def test_a_name_that_cannot_be_is_refused_at_its_field(world, name):
    answer = rename(world, name)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert Company.objects.get(pk=world.company.pk).name == "Mugs"


def test_the_sample_says_that_it_is_one(world):
    address = f"/c/{world.company.pk}/company/"
    assert "invented" not in world.client().get(address).content.decode()
    Company.objects.filter(pk=world.company.pk).update(is_sample=True)
    assert "invented" in world.client().get(address).content.decode()


def test_a_person_chooses_the_digest_of_each_company(world):
    Membership.objects.create(person=world.ada, company=world.other, role=Role.SALESPERSON)
    page = world.client().get("/preferences/").content.decode()
    assert "Mail about Mugs" in page
    assert "Mail about Hats" not in page
    chosen = {"language": "", "theme": "", f"digest_{world.company.pk}": "something"}
    foreign = {f"digest_{world.other.pk}": "daily"}
    assert world.client().post("/preferences/", {**chosen, **foreign}).status_code == 302
    kept = dict(Membership.objects.filter(person=world.ada).values_list("company__name", "digest"))
    assert kept == {"Mugs": "something", "Hats": "never"}
    wrong = world.client().post("/preferences/", {**chosen, f"digest_{world.company.pk}": "hourly"})
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/accounts/email/",
        "/accounts/2fa/webauthn/",
    ],
)
def test_the_pages_of_ones_own_account_stand_within_the_frame(world, address):
    page = world.client().get(address).content.decode()
    assert 'class="side"' in page
    assert "style=" not in page


def test_a_session_is_named_by_its_browser(client, world):
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    headers = {"User-Agent": agent}
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD}, headers=headers)
    assert "Safari, iPhone" in client.get("/accounts/sessions/", headers=headers).content.decode()
