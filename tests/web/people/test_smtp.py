"""Mails over a real mail server on this machine: what arrives, and that its link works to the end."""

from __future__ import annotations

import email
import re
import socket
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.test import Client

from closebook.apps.companies.models import Invitation, Person
from closebook.config.mail import MailServer, mail_from, mail_server
from closebook.core.errors import InputError
from tests.web.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "books"])

OTHER = "quite another sentence"


class Inbox:
    """Keeps what arrives; refuses addresses of ``refused.example``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - its name
        if address.endswith("@refused.example"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - its name
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def text(self, number: int = -1, kind: str = "plain") -> str:
        body = self.mails[number].get_body((kind,))
        assert body is not None
        return str(body.get_content())


@pytest.fixture
def inbox(settings):
    """Return the inbox of a mail server that the site sends through."""
    cache.clear()
    made = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    use(settings, mail_server(f"smtp://127.0.0.1:{port}"))
    yield made
    server.stop()


def use(settings, server: MailServer) -> None:
    settings.EMAIL_BACKEND, settings.CLOSEBOOK_MAIL_SERVER = server.backend, server.place
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = server.user, server.password
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = server.starttls, server.tls


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/\S+/)", text)
    assert found is not None, text
    return found[1]


def invite(world, address: str = "mei@example.org"):
    wanted = {"email": address, "role": "reader", "language": "en"}
    return world.client().post(f"/c/{world.company.pk}/people/invitations/", wanted, follow=True)


def test_an_invitation_arrives_and_makes_a_member(world, inbox):
    invite(world)
    [arrived] = inbox.mails
    assert arrived["To"] == "mei@example.org"
    assert arrived["Subject"] == "You are invited to Mugs"
    assert link_in(inbox.text()) in inbox.text(kind="html")
    account = {"username": "mei", "password": PASSWORD}
    assert Client().post(link_in(inbox.text()), account).status_code == 302
    assert world.role("mei") == "reader"


def test_a_forgotten_password_is_replaced_by_the_mail(world, inbox):
    page = Client().get("/accounts/login/").content.decode()
    assert "/accounts/password/reset/" in page
    client = Client()
    answer = client.post("/accounts/password/reset/", {"email": "ADA@example.org"})
    assert answer.status_code == 302
    assert "Look at your mail" in client.get(answer["Location"]).content.decode()
    link = link_in(inbox.text())
    assert link in inbox.text(kind="html")
    form = client.get(link)["Location"]
    assert "Choose a password" in client.get(form).content.decode()
    short = client.post(form, {"password1": "short", "password2": "short"})
    assert "errorlist" in short.content.decode()
    assert client.post(form, {"password1": OTHER, "password2": OTHER}).status_code == 302
    world.ada.refresh_from_db()
    assert world.ada.check_password(OTHER)
    again = Client().get(link, follow=True).content.decode()
    assert "no longer works" in again
    signed = Client().post("/accounts/login/", {"login": "ada@example.org", "password": OTHER})
    assert signed.status_code == 302


def test_an_unknown_address_gets_the_same_answer(world, inbox):
    answers = []
    for address in ("ada@example.org", "nobody@example.org"):
        client = Client()
        answer = client.post("/accounts/password/reset/", {"email": address})
        page = client.get(answer["Location"])
        text = re.sub(r'value="[\w-]{64}"', "", page.content.decode())
        answers.append((answer.status_code, answer["Location"], dict(answer.items()), page.status_code, text))
    assert answers[0] == answers[1]
    known, unknown = inbox.mails
    assert known["Subject"] == unknown["Subject"]
    assert "nobody here has this address" in inbox.text(1)
    assert "/password/reset/key/" not in inbox.text(1)
    assert not Person.objects.filter(email="nobody@example.org").exists()


def test_too_many_wishes_are_slowed_down_alike(world, inbox):
    for address in ("ada@example.org", "nobody@example.org"):
        cache.clear()
        statuses = [
            Client().post("/accounts/password/reset/", {"email": address}).status_code for _ in range(6)
        ]
        assert statuses == [302] * 5 + [429]


def test_a_link_leads_to_the_site_whatever_host_was_asked_for(world, inbox, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post("/accounts/password/reset/", {"email": "ada@example.org"}, headers={"Host": "evil.example"})
    assert "evil.example" not in inbox.mails[0].as_string()
    assert link_in(inbox.text())


def test_the_reset_mail_is_in_the_persons_language(world, inbox):
    world.ada.language = "nl"
    world.ada.save()
    Client().post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert '<html lang="nl">' in inbox.text(kind="html")


def test_an_address_that_the_server_refuses_leaves_the_link_to_hand_over(world, inbox):
    page = invite(world, "mei@refused.example").content.decode()
    assert "could not be sent" in page
    assert link_in(page).startswith(f"/invitation/{Invitation.objects.get().pk}/")


def test_a_server_that_is_away_breaks_no_page(world, inbox, settings):
    settings.EMAIL_PORT = 1
    assert "could not be sent" in invite(world).content.decode()
    for address in ("ada@example.org", "nobody@example.org"):
        assert Client().post("/accounts/password/reset/", {"email": address}).status_code == 302
    bob = world.member("bob")
    address = f"/c/{world.company.pk}/people/{bob.pk}/role/"
    page = world.client().post(address, {"role": "bookkeeper", "expected": "reader"}, follow=True)
    assert "could not be sent" in page.content.decode()
    assert world.role("bob") == "bookkeeper"


def test_a_password_is_never_sent_in_the_clear(world, inbox, settings):
    port = settings.EMAIL_PORT
    use(settings, mail_server(f"smtp://ada:secret@127.0.0.1:{port}"))
    assert "could not be sent" in invite(world).content.decode()
    assert not inbox.mails


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("", MailServer()),
        ("smtp://mail.example", MailServer("mail.example", 587)),
        ("smtp://a%40b:p%3Aw@mail.example:25", MailServer("mail.example", 25, "a@b", "p:w", starttls=True)),
        ("smtps://ada:pw@mail.example", MailServer("mail.example", 465, "ada", "pw", tls=True)),
    ],
)
def test_addresses_of_mail_servers(address, server):
    assert mail_server(address) == server


@pytest.mark.parametrize("address", ["mail.example:25", "http://mail.example", "smtp://", "smtp://m:port"])
def test_what_is_no_address_of_a_mail_server_is_refused(address):
    with pytest.raises(InputError, match="smtp://"):
        mail_server(address)


def test_the_sender():
    assert mail_from("Books <b@example.org>", "http://x") == "Books <b@example.org>"
    assert mail_from("", "http://127.0.0.1:8000") == "Closebook <closebook@127.0.0.1>"
