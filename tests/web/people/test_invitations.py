"""Invitations: made, sent, resent, withdrawn, accepted by a new person and by one who is signed in, once."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client

from closebook.apps.companies.models import AuditEvent, Invitation, Membership, Person, Role
from closebook.apps.companies.services.invitations import (
    invitation_accept,
    invitation_make,
    invitation_withdraw,
)
from closebook.core.errors import InputError
from closebook.transport import clock
from tests.web.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "books"])

WANTED = {"email": "Mei@Example.org", "role": "bookkeeper", "language": "en"}
ACCOUNT = {"username": "mei", "name": "Mei Chen", "password": PASSWORD}


@pytest.fixture(autouse=True)
def server(settings):
    """A mail server is set up, as far as pages know; mails are caught."""
    settings.CLOSEBOOK_MAIL_SERVER = "mail.example.org:587"


def invite(world, **more):
    return world.client().post(f"/c/{world.company.pk}/people/invitations/", {**WANTED, **more}, follow=True)


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/invitation/\d+/[\w-]+/)", text)
    assert found is not None, text
    return found[1]


def offer(world, **more) -> str:
    """Return the link of a new invitation."""
    made = invitation_make(
        world.company, more.get("email", "mei@example.org"), Role.BOOKKEEPER, actor=world.ada
    )
    return f"/invitation/{made.invitation.pk}/{made.token}/"


def test_a_new_person_comes_in_by_the_mail(world):
    page = invite(world).content.decode()
    assert "on its way to mei@example.org" in page
    assert "http://testserver/invitation" not in page
    [sent] = mail.outbox
    link = link_in(sent.body)
    assert link in sent.alternatives[0].content
    stored = Invitation.objects.get()
    assert link.split("/")[3] not in str(Invitation.objects.values().get())
    assert (stored.expires_at - stored.created_at) == dt.timedelta(days=7)
    guest = Client()
    assert "Mugs" in guest.get(link).content.decode()
    answer = guest.post(link, ACCOUNT)
    assert (answer.status_code, answer["Location"]) == (302, f"/c/{world.company.pk}/")
    assert guest.get(answer["Location"]).status_code == 200
    assert world.role("mei") == "bookkeeper"
    mei = Person.objects.get(username="mei")
    assert (mei.email, mei.first_name, mei.check_password(PASSWORD)) == ("mei@example.org", "Mei Chen", True)
    assert [line[1] for line in world.log()] == ["invited", "invitation-accepted"]
    assert stored.token_digest not in str(list(AuditEvent.objects.values()))


def test_somebody_who_is_signed_in_joins_with_their_account(world):
    link, client = offer(world), world.client(world.eve)
    assert "signed in as eve" in client.get(link).content.decode()
    assert client.post(link).status_code == 302
    assert world.role("eve") == "bookkeeper"
    assert not Person.objects.filter(username="mei").exists()


def test_an_account_that_is_there_signs_in_and_comes_back(world):
    page = Client().get(offer(world)).content.decode()
    found = re.search(r'href="(/accounts/login/\?next=[^"]+)"', page)
    assert found is not None
    client = Client()
    answer = client.post(found[1], {"login": "eve", "password": PASSWORD, "next": found[1].partition("=")[2]})
    assert answer["Location"].startswith("/invitation/")


def test_an_address_that_has_an_account_is_asked_to_sign_in(world):
    link = offer(world, email="eve@example.org")
    answer = Client().post(link, ACCOUNT)
    assert answer.status_code == 400
    assert "Sign in with it" in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "short"},
        {"password": "mei@example.org"},
        {"password": ""},
        {"username": "ada"},
        {"username": "ADA"},
        {"username": "closebook"},
        {"username": "a b"},
        {"username": ""},
    ],
)
def test_a_wrong_name_or_password_is_said_at_its_field(world, wrong):
    link = offer(world)
    answer = Client().post(link, {**ACCOUNT, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "errorlist" in page
    assert "Mei Chen" in page
    assert Person.objects.count() == 2
    assert Client().post(link, ACCOUNT).status_code == 302


def test_a_link_works_once(world):
    link = offer(world)
    assert Client().post(link, ACCOUNT).status_code == 302
    for client in (Client(), world.client(world.eve)):
        for answer in (client.get(link), client.post(link, {**ACCOUNT, "username": "second"})):
            assert answer.status_code == 410
            assert "accepted already" in answer.content.decode()
    assert Membership.objects.filter(company=world.company).count() == 2


def test_an_expired_or_withdrawn_link_says_so(world):
    link = offer(world)
    Invitation.objects.update(expires_at=clock.now())
    answer = Client().post(link, ACCOUNT)
    assert (answer.status_code, "has expired" in answer.content.decode()) == (410, True)
    second = offer(world)
    invitation_withdraw(world.company, Invitation.objects.latest("pk").pk, actor=world.ada)
    answer = Client().post(second, ACCOUNT)
    assert (answer.status_code, "was withdrawn" in answer.content.decode()) == (410, True)
    assert Person.objects.count() == 2


def test_a_token_of_another_invitation_or_an_invented_one_opens_nothing(world):
    first, second = offer(world), offer(world, email="other@example.org")
    mixed = "/".join([*first.split("/")[:3], second.split("/")[3], ""])
    for link in (mixed, "/invitation/1/x/", "/invitation/999999/x/", first[:-4] + "xyz/"):
        answer = Client().get(link)
        assert answer.status_code == 404
        assert "not that of an invitation" in answer.content.decode()


def test_a_member_who_opens_the_link_leaves_it_to_whom_it_is_meant_for(world):
    link = offer(world)
    answer = world.client().post(link)
    assert (answer.status_code, "a member already" in answer.content.decode()) == (400, True)
    assert world.role("ada") == "owner"
    assert Client().post(link, ACCOUNT).status_code == 302


def test_sending_again_makes_a_new_link_and_ends_the_former(world):
    invite(world)
    former, row = link_in(mail.outbox[0].body), Invitation.objects.get()
    Invitation.objects.update(expires_at=clock.now())
    again = f"/c/{world.company.pk}/people/invitations/{row.pk}/again/"
    assert world.client().post(again).status_code == 302
    latest = link_in(mail.outbox[1].body)
    assert Client().get(former).status_code == 404
    assert Client().post(latest, ACCOUNT).status_code == 302
    assert "meanwhile" in world.client().post(again, follow=True).content.decode()


def test_inviting_an_address_again_takes_the_place_of_the_former(world):
    former = offer(world)
    invite(world, role="reader")
    assert Client().get(former).status_code == 410
    page = world.client().get(f"/c/{world.company.pk}/people/invitations/").content.decode()
    assert page.count('<th scope="row">mei@example.org') == 1
    row = Invitation.objects.latest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            company=row.company,
            email=row.email,
            role="reader",
            token_digest="x",
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


def test_withdrawing_from_the_page(world):
    offer(world)
    row = Invitation.objects.get()
    address = f"/c/{world.company.pk}/people/invitations/{row.pk}/withdraw/"
    assert "is withdrawn" in world.client().post(address, follow=True).content.decode()
    assert "meanwhile" in world.client().post(address, follow=True).content.decode()
    assert [line[1] for line in world.log()] == ["invited", "invitation-withdrawn"]


def test_an_invitation_of_another_company_is_not_found(world):
    made = invitation_make(world.other, "mei@example.org", Role.OWNER, actor=world.eve)
    base = f"/c/{world.company.pk}/people/invitations/"
    for action in ("again", "withdraw"):
        assert world.client().post(f"{base}{made.invitation.pk}/{action}/").status_code == 404
    assert "mei@example.org" not in world.client().get(base).content.decode()
    assert Invitation.objects.get().withdrawn_at is None


def test_without_a_mail_server_the_link_is_shown_once(world, settings, tmp_path):
    settings.CLOSEBOOK_MAIL_SERVER = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    answer = invite(world)
    link = link_in(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    [written] = (tmp_path / "mail").iterdir()
    assert "To: mei@example.org" in written.read_text()
    page = world.client().get(f"/c/{world.company.pk}/people/invitations/").content.decode()
    assert link not in page
    assert Client().post(link, ACCOUNT).status_code == 302


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"email": ""}, {"role": "emperor"}, {"role": ""}])
def test_a_form_that_is_wrong_invites_nobody(world, wrong):
    answer = invite(world, **wrong)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_a_member_is_not_invited_again(world):
    answer = invite(world, email="ADA@example.org")
    assert answer.status_code == 400
    assert "a member already" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_the_mail_is_in_the_language_that_was_chosen(world):
    invite(world, language="nl")
    assert mail.outbox[0].subject.startswith("U bent uitgenodigd voor ")
    assert 'lang="nl"' in mail.outbox[0].alternatives[0].content


def test_markup_in_a_name_stays_text(world):
    world.company.name = "<b>Mugs</b> & Co"
    world.company.save()
    invite(world)
    sent = mail.outbox[0]
    assert "<b>Mugs</b> & Co" in sent.subject
    assert "&lt;b&gt;Mugs&lt;/b&gt; &amp; Co" in sent.alternatives[0].content
    assert "<b>Mugs" not in Client().get(link_in(sent.body)).content.decode()


@pytest.mark.django_db(transaction=True, databases=["default", "books"])
def test_two_people_with_one_link_at_once_make_one_member(world):
    made = invitation_make(world.company, "mei@example.org", Role.READER, actor=world.ada)
    people = [Person.objects.create(username=name) for name in ("one", "two")]
    outcomes = []

    def accept(person):
        try:
            invitation_accept(made.invitation.pk, made.token, person)
            outcomes.append("joined")
        except InputError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["invitation-used", "joined"]
    assert Membership.objects.filter(company=world.company).count() == 2
