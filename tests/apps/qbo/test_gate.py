"""Who may call, how often, and what faults the switchboard injects."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from closebook.apps.qbo.calls import Answer, Call
from closebook.apps.qbo.gate import Caller as Known
from closebook.apps.qbo.gate import Throttle
from closebook.apps.qbo.gateway_faults import GatewayFault
from closebook.apps.qbo.services import oauth
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.switchboard import KINDS, Switchboard, switchboard

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def gateway(answer):
    body = json.loads(answer.body)
    error = body["fault"]["error"][0]
    return answer.status, error["code"], error["detail"]


@pytest.mark.parametrize(
    ("token", "detail"),
    [
        ("", "AuthenticationFailed"),
        ("short", "Malformed bearer token: too short or too long"),
        ("x" * 5000, "Malformed bearer token: too short or too long"),
        ("x" * 100, "Token invalid"),
    ],
)
def test_bad_token(caller, token, detail):
    assert gateway(caller.call("GET", "customer/1", token=token)) == (401, "3200", detail)


def test_expired_token(caller):
    caller.now = NOW + dt.timedelta(seconds=3600)
    assert gateway(caller.call("GET", "customer/1")) == (401, "3200", "Token expired")


def test_revoked_token(caller):
    client = oauth.ApiClient.objects.using("books").get()
    oauth.revoke(client, caller.credentials.refresh_token, NOW)
    assert gateway(caller.call("GET", "customer/1")) == (401, "3200", "Token revoked")


def test_token_of_another_company(caller):
    company_create("Other", "77", now=NOW)
    assert gateway(caller.call("GET", "customer/1", realm="77"))[:2] == (403, "3100")
    assert gateway(caller.call("GET", "customer/1", realm="78"))[:2] == (403, "3100")


def test_gateway_body_has_lower_case_members_and_milliseconds(caller):
    body = json.loads(caller.call("GET", "customer/1", token="").body)
    assert body["time"] == int(NOW.timestamp() * 1000)
    assert "Fault" not in body


def call_at(moment, path="query", realm="1"):
    return Call("GET", realm, (path,), {}, b"", "", "", moment)


KNOWN = Known("client", "actor", 1)


def count_until_refused(throttle, step, path="query"):
    for number in range(2000):
        try:
            throttle.check(call_at(NOW + number * step, path), KNOWN)
        except GatewayFault as fault:
            return number if fault.status == 429 else -2
    return -1


@pytest.mark.parametrize(
    ("step", "path", "allowed"),
    [
        (dt.timedelta(0), "query", 10),
        (dt.timedelta(milliseconds=101), "query", 500),
        (dt.timedelta(milliseconds=200), "batch", 40),
        (dt.timedelta(seconds=1), "query", -1),
    ],
)
def test_throttle(step, path, allowed):
    assert count_until_refused(Throttle(), step, path) == allowed


def test_throttle_recovers_after_a_minute():
    throttle = Throttle(per_minute=2, per_second=9)
    throttle.check(call_at(NOW), KNOWN)
    throttle.check(call_at(NOW), KNOWN)
    with pytest.raises(GatewayFault):
        throttle.check(call_at(NOW + dt.timedelta(seconds=59)), KNOWN)
    throttle.check(call_at(NOW + dt.timedelta(seconds=61)), KNOWN)


def test_throttle_counts_each_company_alone():
    throttle = Throttle(per_second=1)
    throttle.check(call_at(NOW), KNOWN)
    throttle.check(call_at(NOW, realm="2"), KNOWN)


def test_throttle_is_off_unless_set(caller, settings):
    settings.CLOSEBOOK_THROTTLE = False
    assert {caller.get("companyinfo/1")[0] for _ in range(15)} == {200}


def test_same_seed_gives_the_same_faults():
    first, second = (Switchboard.parse("seed=7,rate=0.3") for _ in range(2))
    drawn = [first.draw() for _ in range(200)]
    assert drawn == [second.draw() for _ in range(200)]
    assert 30 < sum(map(bool, drawn)) < 90
    assert set(drawn) == {"", *KINDS}
    assert drawn != [Switchboard.parse("seed=8,rate=0.3").draw() for _ in range(200)]


@pytest.mark.parametrize(
    ("kind", "done", "status"),
    [
        ("reply-lost", True, 504),
        ("lost", False, 504),
        ("500", False, 500),
        ("503-html", False, 503),
        ("429", False, 429),
        ("429-retry-after", False, 429),
        ("truncated", True, 200),
        ("fault-200", False, 200),
    ],
)
def test_each_kind_of_fault(kind, done, status):
    calls = []

    def work(call):
        calls.append(call)
        return Answer(b'{"Customer":{}}')

    answer = Switchboard(1, 1.0, (kind,)).run(call_at(NOW), work)
    assert (bool(calls), answer.status) == (done, status)
    if status == 200:
        assert answer.body != b'{"Customer":{}}'


def test_faults_hit_real_calls(caller, settings):
    settings.DEBUG = True
    settings.CLOSEBOOK_FAULTS = "seed=1,rate=1.0,kinds=reply-lost"
    assert caller.call("POST", "customer", body=b'{"DisplayName":"Ada"}').status == 504
    settings.CLOSEBOOK_FAULTS = ""
    assert len(caller.rows("select * from Customer")) == 1


def test_faults_are_refused_outside_debug(settings):
    settings.DEBUG = False
    settings.CLOSEBOOK_FAULTS = "seed=1,rate=1.0"
    with pytest.raises(ImproperlyConfigured):
        switchboard()


@pytest.mark.parametrize("text", ["rate=0.5", "seed=x", "seed=1,kinds=meteor"])
def test_setting_that_is_not_understood(text):
    with pytest.raises(ImproperlyConfigured):
        Switchboard.parse(text)
