"""What a digest says of how a company stands, as a plain function, and whom it is sent to."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.core import mail
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from closebook.apps.companies.models import Company, DigestWish, Membership, Person
from closebook.apps.sync.digest import MOST, things_to_do
from closebook.apps.sync.models import Connection, Run, RunState, SyncError
from closebook.apps.sync.selectors.standing import Cause, RunFacts, Standing, company_standing
from closebook.apps.sync.services.connecting import connection_create
from closebook.apps.sync.services.digests import digests_send
from closebook.transport import clock

DAY = dt.date(2026, 11, 22)


def texts(standing: Standing) -> list[str]:
    return [todo.text for todo in things_to_do(standing)]


def test_nothing_waits():
    assert things_to_do(Standing()) == ()


def test_the_most_urgent_stands_first():
    standing = Standing(
        failed=(RunFacts(7, "Quill"),),
        plans=(RunFacts(8, "Mugs", 1),),
        held=2,
        causes=(Cause("not-a-date", "The date is no date.", 3), Cause("x", "One more.", 1)),
    )
    assert texts(standing) == [
        "The last run of Quill failed (run 7).",
        "The plan for Mugs waits for you: 1 action.",
        "2 sales are held until you decide.",
        "3 errors: The date is no date.",
        "1 error: One more.",
    ]
    pages = [(todo.page, todo.parts) for todo in things_to_do(standing)]
    assert pages == [("run", (7,)), ("run", (8,)), ("holds", ()), ("errors", ()), ("errors", ())]


def test_a_long_sentence_is_cut_and_stays_on_one_line():
    [text] = texts(Standing(causes=(Cause("x", "word \n" * 100, 1),)))
    assert len(text) <= 170
    assert "\n" not in text
    assert text.endswith("…")


def test_percent_signs_of_names_are_text():
    assert "100% wool" in texts(Standing(plans=(RunFacts(1, "100% wool", 3),)))[0]


def test_each_thing_is_said_once_whatever_waits():
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    for _ in range(200):
        runs = [RunFacts(number, f"shop {number}", number) for number in range(1, chance.randrange(1, 5))]
        causes = [Cause(f"c{n}", f"Cause {n}.", n + 1) for n in range(chance.randrange(4))]
        held = chance.randrange(3)
        standing = Standing(tuple(runs), tuple(runs), held, tuple(causes))
        said = texts(standing)
        assert len(said) == len(set(said)) == 2 * len(runs) + bool(held) + len(causes), f"seed {seed}"


def company(name: str) -> Company:
    return Company.objects.create(name=name, realm_id=name, created_at=clock.now())


def shop(owner: Company, name: str = "Quill") -> Connection:
    return connection_create(owner, name, "etsy", "USD")


def run_of(connection: Connection, state: RunState, total: int = 5) -> Run:
    return Run.objects.create(connection=connection, state=state, total=total, created_at=clock.now())


def error_of(connection: Connection, code: str, *, held: bool = False, key: str = "") -> SyncError:
    return SyncError.objects.create(
        connection=connection,
        code=code,
        cause=f"What {code} means.",
        who_acts="user",
        held=held,
        key=key,
        created_at=clock.now(),
    )


def member(owner: Company, name: str, wish: str, role: str = "owner", **facts) -> Membership:
    person, _made = Person.objects.get_or_create(
        username=name, defaults={"email": f"{name}@example.org", **facts}
    )
    return Membership.objects.create(person=person, company=owner, role=role, digest=wish)


@pytest.mark.django_db
def test_the_standing_counts_what_is_this_companys_and_still_open():
    mine, other = company("Mugs"), company("Hats")
    connection, foreign = shop(mine), shop(other)
    run_of(connection, RunState.FAILED)
    plan = run_of(connection, RunState.PLANNED)
    failed = run_of(shop(mine, "Second"), RunState.FAILED)
    run_of(shop(mine, "Third"), RunState.PLANNED, total=0)
    run_of(foreign, RunState.FAILED)
    for code in ("a", "b", "b"):
        error_of(connection, code)
    error_of(connection, "hold", held=True)
    error_of(foreign, "a")
    SyncError.objects.create(
        connection=connection,
        code="a",
        cause="",
        who_acts="user",
        created_at=clock.now(),
        resolved_at=clock.now(),
    )
    with CaptureQueriesContext(database) as asked:
        standing = company_standing(mine)
    assert len(asked) == 3
    assert standing == Standing(
        failed=(RunFacts(failed.pk, "Second", 5),),
        plans=(RunFacts(plan.pk, "Quill", 5),),
        held=1,
        causes=(Cause("b", "What b means.", 2), Cause("a", "What a means.", 1)),
    )


@pytest.mark.django_db
def test_the_digest_goes_to_whom_it_should_once_a_day(settings):
    settings.CLOSEBOOK_BASE_URL = "https://books.example.org"
    busy, quiet = company("Mugs"), company("Hats")
    connection = shop(busy)
    for number in range(MOST + 2):
        error_of(connection, f"code-{number}")
    for place in (busy, quiet):
        member(place, "ada", DigestWish.DAILY)
        member(place, "bob", DigestWish.SOMETHING, language="nl")
        member(place, "eve", DigestWish.NEVER)
    member(busy, "sam", DigestWish.DAILY, "salesperson")
    member(busy, "gone", DigestWish.DAILY, is_active=False)
    Person.objects.create(username="mute")
    member(busy, "mute", DigestWish.DAILY)
    assert digests_send(DAY) == 3
    assert sorted((sent.to[0], "Mugs" in sent.subject) for sent in mail.outbox) == [
        ("ada@example.org", False),
        ("ada@example.org", True),
        ("bob@example.org", True),
    ]
    told = next(sent for sent in mail.outbox if sent.to == ["ada@example.org"] and "Mugs" in sent.subject)
    assert told.subject == "Mugs: 5 things to do"
    assert told.body.count(f"https://books.example.org/c/{busy.pk}/") == MOST
    assert "2 more things wait" in told.body
    assert "https://books.example.org/preferences/" in told.body
    calm = next(sent for sent in mail.outbox if "Hats" in sent.subject)
    assert "Nothing to do" in calm.body
    dutch = next(sent for sent in mail.outbox if sent.to == ["bob@example.org"])
    assert "te doen" in dutch.subject
    assert '<html lang="nl">' in dutch.alternatives[0].content
    assert digests_send(DAY) == 0
    assert digests_send(DAY + dt.timedelta(days=1)) == 3


@pytest.mark.django_db
def test_what_the_server_does_not_take_goes_off_the_next_time(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    member(company("Mugs"), "ada", DigestWish.DAILY)
    assert digests_send(DAY) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert digests_send(DAY) == 1


@pytest.mark.django_db
def test_each_link_of_a_digest_leads_to_a_page(client, settings):
    settings.CLOSEBOOK_BASE_URL = "http://testserver"
    busy = company("Mugs")
    connection = shop(busy)
    run_of(connection, RunState.FAILED)
    error_of(connection, "held", held=True)
    error_of(connection, "a")
    ada = member(busy, "ada", DigestWish.DAILY)
    digests_send(DAY)
    client.force_login(ada.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    links = [word for word in mail.outbox[0].body.split() if word.startswith("http://testserver")]
    assert len(links) == 4
    assert [client.get(link.removeprefix("http://testserver")).status_code for link in links] == [200] * 4
