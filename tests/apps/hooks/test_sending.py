"""What is sent, how it is signed, what each answer means, and sending again."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.db import transaction

from closebook.apps.companies.models import AuditEvent, Company, Membership, Person, Role
from closebook.apps.hooks.models import Attempt, Delivery, Endpoint, Event
from closebook.apps.hooks.rules import RETRY_SECONDS, wait_seconds
from closebook.apps.hooks.selectors.endpoints import deliveries_of, delivery_in, endpoints_of
from closebook.apps.hooks.services import endpoints, replaying
from closebook.apps.hooks.services.attempts import deliver
from closebook.apps.hooks.services.events import events_tell
from closebook.core.errors import InputError
from closebook.transport import clock, outward
from tests.project.sources import ROOT

pytestmark = pytest.mark.django_db


def endpoint_at(company, url, *events):
    return endpoints.endpoint_make(company, url, events, "till", "ada")[0]


def told(company, event=Event.RUN_DONE, **fact):
    with transaction.atomic():
        events_tell(company.pk, event, lambda: [fact])
    return list(Delivery.objects.filter(event=event).order_by("pk"))


def member(company, name, role):
    person = Person.objects.create(username=name, email=f"{name}@example.com")
    Membership.objects.create(person=person, company=company, role=role)


def send(delivery, chance=0):
    deliver(Delivery.objects.select_related("endpoint").get(pk=delivery.pk), chance)
    delivery.refresh_from_db()
    return delivery


def test_an_event_reaches_those_who_want_it_with_a_signature_that_holds(company, receiver):
    made, secret = endpoints.endpoint_make(company, receiver.url, ["run.done"], "", "ada")
    endpoint_at(company, receiver.url, "run.held")
    foreign = Company.objects.create(name="Two", realm_id="Two", created_at=clock.now())
    endpoint_at(foreign, receiver.url)
    (delivery,) = told(company, run=7, reason="é")
    assert send(delivery).state == "done"
    ((path, headers, body),) = receiver.got
    assert json.loads(body) | {"id": "", "created_at": ""} == {
        "id": "",
        "type": "run.done",
        "version": 1,
        "created_at": "",
        "company": company.pk,
        "data": {"run": 7, "reason": "é"},
    }
    moment, digest = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["Closebook-Signature"]).groups()
    assert digest == hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (headers["Closebook-Event"], headers["Closebook-Delivery"]) == ("run.done", str(delivery.pk))
    (attempt,) = Attempt.objects.all()
    assert (attempt.status, attempt.reply, attempt.error) == (200, "thanks", "")
    assert (path, delivery.endpoint_id) == ("/in", made.pk)


def test_the_secret_is_not_readable_in_the_database(company, receiver):
    from django.db import connection

    _made, secret = endpoints.endpoint_make(company, receiver.url, (), "", "ada")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hooks_endpoint")
        assert secret not in str(cursor.fetchall())
    assert secret not in str(list(AuditEvent.objects.values()))


def test_an_event_that_is_rolled_back_was_never_told(company, receiver):
    endpoint_at(company, receiver.url)
    with transaction.atomic():
        assert events_tell(company.pk, Event.RUN_DONE, lambda: [{}]) == 1
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_nobody_is_asked_for_facts_when_nobody_listens(company, receiver):
    endpoint_at(company, receiver.url, "run.held")
    with transaction.atomic():
        assert events_tell(company.pk, Event.RUN_DONE, lambda: pytest.fail("asked")) == 0


def test_it_is_tried_again_at_longer_and_longer_intervals_and_then_given_up(company, receiver):
    Membership.objects.create(
        person=Person.objects.create(username="ada", email="ada@example.com"),
        company=company,
        role=Role.OWNER,
    )
    Membership.objects.create(
        person=Person.objects.create(username="bob", email="bob@example.com"),
        company=company,
        role=Role.BOOKKEEPER,
    )
    endpoint = endpoint_at(company, receiver.url)
    receiver.statuses = [500]
    delivery, other = [told(company)[0], told(company)[1]]
    for wait in RETRY_SECONDS:
        send(delivery)
        assert delivery.state == "waiting"
        assert delivery.next_at - delivery.attempts.last().at == dt.timedelta(seconds=wait)
    assert send(delivery).state == "failed"
    Delivery.objects.filter(pk=other.pk).update(tries=8)
    assert send(other).state == "failed"
    assert [each.to for each in mail.outbox] == [["ada@example.com"]]
    assert str(endpoint.pk) in mail.outbox[0].body
    assert "HTTP 500" in mail.outbox[0].body
    receiver.statuses = [204]
    send(told(company)[2])
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.told_at, endpoint.state) == (None, None, "active")


def test_waiting_is_shifted_by_a_fifth_at_most():
    for tries in range(1, 9):
        known = [wait_seconds(tries, chance) for chance in (0, 500, 999)]
        assert known == sorted(known)
        assert RETRY_SECONDS[tries - 1] <= known[-1] <= RETRY_SECONDS[tries - 1] * 1.2


def test_three_days_of_failing_pause_an_endpoint(company, receiver):
    Membership.objects.create(
        person=Person.objects.create(username="ada", email="ada@example.com"),
        company=company,
        role=Role.OWNER,
    )
    endpoint = endpoint_at(company, receiver.url)
    receiver.statuses = [503]
    first, second = told(company)[0], told(company)[1]
    Endpoint.objects.update(failing_since=clock.now() - dt.timedelta(days=3))
    send(first)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why) == ("paused", "failing")
    second.refresh_from_db()
    assert {first.state, second.state} == {"unsent"}
    assert "paused" in mail.outbox[0].subject


def test_an_endpoint_that_says_it_is_gone_is_paused_at_once(company, receiver):
    endpoint = endpoint_at(company, receiver.url)
    receiver.statuses = [410]
    assert send(told(company)[0]).state == "failed"
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why) == ("paused", "gone")
    with pytest.raises(InputError):
        replaying.trial_send(endpoint, "ada")
    assert [each.state for each in told(company)] == ["failed", "unsent"]
    assert endpoints.endpoint_resume(endpoint, "ada")
    endpoint.refresh_from_db()
    receiver.statuses = [200]
    day = dt.timedelta(days=1)
    assert replaying.missed_replay(endpoint, clock.now() - day, clock.now(), "ada") == 2
    assert {send(each).state for each in Delivery.objects.all()} == {"done"}
    assert len(receiver.got) == 3


def test_a_redirect_is_not_followed_and_tried_again(company, receiver):
    endpoint_at(company, receiver.url)
    receiver.statuses, receiver.headers = [307], {"Location": receiver.url + "/other"}
    assert send(told(company)[0]).state == "waiting"
    assert [path for path, _headers, _body in receiver.got] == ["/in"]
    assert Attempt.objects.get().status == 307


def test_a_slow_receiver_is_an_attempt_without_an_answer(company, receiver, monkeypatch):
    monkeypatch.setitem(outward.post_outward.__kwdefaults__, "seconds", 1)
    endpoint_at(company, receiver.url)
    receiver.wait = threading.Event()
    assert send(told(company)[0]).state == "waiting"
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.milliseconds >= 900) == (0, True)
    assert "lost" in attempt.error


def test_a_reply_is_kept_to_five_hundred_letters_without_what_no_column_takes(company, receiver):
    endpoint_at(company, receiver.url)
    receiver.reply = b"\0\xff" * 900
    send(told(company)[0])
    reply = Attempt.objects.get().reply
    assert len(reply) == 500
    assert "\0" not in reply


def test_an_address_that_has_become_private_is_refused_when_it_is_sent(company, receiver, settings):
    endpoint_at(company, receiver.url)
    settings.DEBUG = False
    assert send(told(company)[0]).state == "waiting"
    assert "public" in Attempt.objects.get().error
    assert not receiver.got


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://2130706433/", "http://example.com/", "x"])
def test_an_address_that_may_not_be_posted_to_is_refused_when_it_is_made(company, url):
    with pytest.raises(InputError):
        endpoint_at(company, url)
    assert not Endpoint.objects.exists()


def test_unknown_events_and_too_many_endpoints_are_refused(company):
    for events in (["run.dance"], ["test"]):
        with pytest.raises(InputError):
            endpoint_at(company, "https://example.com/", *events)
    for _ in range(endpoints.MOST_ENDPOINTS):
        endpoint_at(company, "https://example.com/")
    with pytest.raises(InputError):
        endpoint_at(company, "https://example.com/")


def test_for_a_day_both_secrets_sign(company, receiver):
    endpoint, former = endpoints.endpoint_make(company, receiver.url, (), "", "ada")
    latter = endpoints.endpoint_rotate(endpoint, "ada")
    assert former != latter
    send(told(company)[0])
    Endpoint.objects.update(previous_until=clock.now() - dt.timedelta(seconds=1))
    send(told(company)[1])
    verify = example()
    for (_path, headers, body), good in zip(receiver.got, ([former, latter], [latter]), strict=True):
        header, moment = headers["Closebook-Signature"], int(clock.now().timestamp())
        assert [secret for secret in (former, latter) if verify(secret, header, body, moment)] == good
        assert header.count("v1=") == len(good)


def example():
    """Return the function that docs/webhooks.md shows to receivers."""
    (text,) = re.findall(r"```python\n(.*?)```", (Path(ROOT) / "docs/webhooks.md").read_text(), re.DOTALL)
    names: dict[str, object] = {}
    exec(text, names)  # noqa: S102 - our own page
    return names["signed"]


def test_the_example_for_receivers_refuses_what_is_wrong(company, receiver):
    _made, secret = endpoints.endpoint_make(company, receiver.url, (), "", "ada")
    send(told(company)[0])
    ((_path, headers, body),) = receiver.got
    header, now, verify = headers["Closebook-Signature"], int(clock.now().timestamp()), example()
    assert verify(secret, header, body, now)
    assert not verify("whsec_other", header, body, now)
    assert not verify(secret, header, body + b" ", now)
    assert not verify(secret, header, body, now + 3600)
    assert not verify(secret, header.replace("v1=", "v1=0"), body, now)


def test_one_delivery_is_replayed_under_the_same_numbers(company, receiver):
    endpoint_at(company, receiver.url)
    delivery = send(told(company)[0])
    delivery.endpoint.refresh_from_db()
    replaying.delivery_replay(delivery, "ada")
    assert send(delivery).state == "done"
    first, second = receiver.got
    assert first[2] == second[2]
    assert first[1]["Closebook-Delivery"] == second[1]["Closebook-Delivery"]
    assert AuditEvent.objects.filter(action="webhook-replayed", actor="ada").count() == 1


def test_old_deliveries_are_forgotten_and_waiting_ones_stay(company, receiver):
    endpoint_at(company, receiver.url)
    send(told(company)[0])
    told(company)
    Delivery.objects.update(created_at=clock.now() - dt.timedelta(days=31))
    assert replaying.deliveries_forget(clock.now()) == 1
    assert [each.state for each in Delivery.objects.all()] == ["waiting"]
    assert not Attempt.objects.exists()


def test_a_deleted_endpoint_takes_its_log_along_and_a_delivery_under_way_is_let_go(company, receiver):
    endpoint = endpoint_at(company, receiver.url)
    delivery = Delivery.objects.select_related("endpoint").get(pk=told(company)[0].pk)
    endpoints.endpoint_delete(endpoint, "ada")
    deliver(delivery, 0)
    assert not Delivery.objects.exists()
    assert not Attempt.objects.exists()


def test_a_secret_that_no_key_opens_is_said_and_closes_no_page(company, receiver, settings):
    made = endpoint_at(company, receiver.url)
    (delivery,) = told(company)
    settings.CLOSEBOOK_FIELD_KEYS = [Fernet.generate_key().decode()]
    deliver(delivery_in(company, delivery.pk), 0)
    delivery.refresh_from_db(fields=["state", "tries"])
    assert (delivery.state, delivery.tries) == ("waiting", 1)
    assert not receiver.got
    assert "cannot be read" in Attempt.objects.get().error
    assert [each.pk for each in endpoints_of(company)] == [made.pk]
    assert [each.endpoint.url for each in deliveries_of(made)] == [receiver.url]
