"""The people of a company: who they are, another role, an end, and both taken back."""

from __future__ import annotations

import threading

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail, signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import Membership, Role
from closebook.apps.companies.services.audit import audit_broken_at
from closebook.apps.companies.services.members import role_change
from closebook.core.errors import HeldError

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def change(client, member, role, expected=None, **more):
    address = f"/c/{member.company_id}/people/{member.pk}/role/"
    return client.post(address, {"role": role, "expected": expected or member.role, **more}, follow=True)


def remove(client, member, **more):
    return client.post(f"/c/{member.company_id}/people/{member.pk}/remove/", more, follow=True)


def test_the_list_names_everybody_of_this_company_and_nobody_else(world):
    bob = world.member("bob", Role.BOOKKEEPER)
    Authenticator.objects.create(user=bob.person, type="totp", data={})
    page = world.client().get(f"/c/{world.company.pk}/people/").content.decode()
    assert "bob@example.org" in page
    assert "ada@example.org" in page
    assert "eve@example.org" not in page
    exported = world.client().get(f"/c/{world.company.pk}/people/?export=csv")
    lines = b"".join(exported.streaming_content).decode().splitlines()
    assert [line for line in lines if line.startswith("bob")] == ["bob,Bookkeeper,bob@example.org,,yes"]


def test_recovery_codes_alone_are_no_second_factor(world):
    bob = world.member("bob")
    Authenticator.objects.create(user=bob.person, type="recovery_codes", data={})
    page = world.client().get(f"/c/{world.company.pk}/people/{bob.pk}/").content.decode()
    assert "<dt>Second factor</dt><dd>no</dd>" in page


def test_the_queries_do_not_grow_with_the_people(world):
    client, address = world.client(), f"/c/{world.company.pk}/people/"
    client.get(address)
    counts = []
    for number in (1, 30):
        for each in range(number):
            world.member(f"person-{number}-{each}")
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_another_role_is_kept_told_logged_and_taken_back(world, undo):
    bob, client = world.member("bob"), world.client()
    bob.person.language = "nl"
    bob.person.save()
    page = change(client, bob, "bookkeeper").content.decode()
    assert world.role("bob") == "bookkeeper"
    [sent] = mail.outbox
    assert sent.to == ["bob@example.org"]
    assert f"http://testserver/c/{world.company.pk}/" in sent.body
    assert sent.alternatives[0].mimetype == "text/html"
    assert 'lang="nl"' in sent.alternatives[0].content
    undo(client, page)
    assert world.role("bob") == "reader"
    assert world.log() == [("ada", "role-changed", "bob")] * 2
    assert audit_broken_at(world.company.pk) is None


def test_a_role_that_somebody_else_changed_meanwhile_stays(world):
    bob = world.member("bob")
    page = change(world.client(), bob, "bookkeeper", expected="assistant").content.decode()
    assert "Somebody changed this role meanwhile" in page
    assert world.role("bob") == "reader"
    assert not world.log()


def test_a_word_that_is_no_role_is_refused_at_its_field(world):
    bob = world.member("bob")
    answer = change(world.client(), bob, "emperor")
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert world.role("bob") == "reader"


def test_who_is_removed_finds_nothing_and_comes_back_by_undo(world, undo):
    bob, client = world.member("bob", Role.BOOKKEEPER), world.client()
    bob.digest = "daily"
    bob.save()
    page = remove(client, bob).content.decode()
    assert world.role("bob") == ""
    assert world.client(bob.person).get(f"/c/{world.company.pk}/").status_code == 404
    undo(client, page)
    assert world.role("bob") == "bookkeeper"
    assert Membership.objects.get(person=bob.person).digest == "daily"
    assert [line[1] for line in world.log()] == ["member-removed", "member-restored"]
    again = client.post(
        f"/c/{world.company.pk}/people/back/",
        {
            "member": signing.dumps(
                [world.company.pk, bob.person_id, "owner", "never"], salt="closebook.member-restore"
            )
        },
        follow=True,
    )
    assert "already" in again.content.decode()
    assert world.role("bob") == "bookkeeper"


@pytest.mark.parametrize("salt", ["closebook.member-restore", "something-else"])
def test_undo_takes_nobody_in_whom_this_company_did_not_remove(world, salt):
    facts = [world.other.pk, world.eve.pk, "owner", "never"]
    answer = world.client().post(
        f"/c/{world.company.pk}/people/back/", {"member": signing.dumps(facts, salt=salt)}
    )
    assert answer.status_code == (404 if salt.startswith("closebook") else 302)
    assert world.client().post(f"/c/{world.company.pk}/people/back/", {}).status_code == 302
    assert world.role("eve") == ""


def test_the_last_owner_stays_owner_and_member(world):
    ada, client = Membership.objects.get(person=world.ada), world.client()
    for answer in (change(client, ada, "reader", sure="on"), remove(client, ada, sure="on")):
        assert "only owner" in answer.content.decode()
    assert world.role("ada") == "owner"
    second = world.member("bob", Role.OWNER)
    second.person.is_active = False
    second.person.save()
    assert "only owner" in remove(client, ada, sure="on").content.decode()


def test_nobody_demotes_or_removes_themselves_without_a_tick(world):
    world.member("bob", Role.OWNER)
    ada, client = Membership.objects.get(person=world.ada), world.client()
    for answer in (change(client, ada, "reader"), remove(client, ada)):
        assert answer.status_code == 400
        assert "errorlist" in answer.content.decode()
    assert world.role("ada") == "owner"
    assert change(client, ada, "reader", sure="on").status_code == 200
    assert world.role("ada") == "reader"
    assert client.get(f"/c/{world.company.pk}/people/").status_code == 403


def test_who_leaves_keeps_the_account(world):
    world.member("bob", Role.OWNER)
    ada = Membership.objects.get(person=world.ada)
    assert remove(world.client(), ada, sure="on").status_code == 200
    assert world.role("ada") == ""
    world.ada.refresh_from_db()
    assert world.ada.is_active


def test_a_member_of_another_company_is_not_found(world):
    foreign = world.member("bob", company=world.other)
    client, base = world.client(), f"/c/{world.company.pk}/people/{foreign.pk}/"
    assert client.get(base).status_code == 404
    assert client.post(base + "role/", {"role": "owner", "expected": "reader"}).status_code == 404
    assert client.post(base + "remove/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.role == "reader"


def test_the_palette_finds_people_for_those_who_manage_them(world):
    bob = world.member("bob", Role.BOOKKEEPER)
    address = f"/c/{world.company.pk}/find/?q=bob"
    assert f"/people/{bob.pk}/" in world.client().get(address).content.decode()
    assert f"/people/{bob.pk}/" not in world.client(bob.person).get(address).content.decode()
    world.member("bobina", company=world.other)
    assert "bobina" not in world.client().get(address).content.decode()


@pytest.mark.django_db(transaction=True, databases=["default", "books"])
def test_two_owners_who_demote_each_other_at_once_leave_one(world):
    bob = world.member("bob", Role.OWNER)
    ada, outcomes = Membership.objects.get(person=world.ada), []

    def demote(member, actor):
        try:
            role_change(world.company, member.pk, Role.READER, expected="owner", actor=actor)
            outcomes.append("changed")
        except HeldError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=pair) for pair in ((ada, bob.person), (bob, world.ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "last-owner"]
    assert Membership.objects.filter(company=world.company, role=Role.OWNER).count() == 1
