"""Webhooks through the API: made with a secret shown once, listed, watched, sent again, deleted."""

from __future__ import annotations

from closebook.apps.companies.models import ApiAnswer, Role
from closebook.apps.hooks.models import Delivery, Endpoint
from tests.api.caller import caller

WISH = {"url": "https://example.com/in", "events": ["run.done"], "note": "chat"}


def test_a_webhook_is_made_tested_replayed_and_deleted(owner):
    assert "run.done" in owner.get("webhooks/events")["events"]
    made = owner.post("webhooks", WISH, key="once")
    assert made["secret"].startswith("whsec_")
    assert owner.post("webhooks", WISH, key="once") == made
    assert made["secret"] not in ApiAnswer.objects.get(key="once").body
    (listed,) = owner.all("webhooks", 1)
    assert listed.keys() == made.keys() - {"secret"}
    assert (listed["webhook"], listed["url"]) == (made["webhook"], WISH["url"])
    tried = owner.post(f"webhooks/{made['webhook']}/test")
    assert (tried["event"], tried["state"]) == ("test", "waiting")
    Delivery.objects.update(state="failed", next_at=None)
    assert owner.post(f"webhooks/{made['webhook']}/replay", {}) == {"replayed": 1}
    assert owner.post(f"webhooks/{made['webhook']}/replay", {"delivery": tried["delivery"]})["replayed"] == 1
    (seen,) = owner.all(f"webhooks/{made['webhook']}/deliveries?state=waiting", 5)
    assert seen["delivery"] == tried["delivery"]
    owner.call("DELETE", f"webhooks/{made['webhook']}")
    assert not Endpoint.objects.exists()


def test_an_address_that_may_not_be_posted_to_is_a_problem_with_a_remedy(owner):
    for url in ("http://example.com/", "https://127.0.0.1/", "https://169.254.169.254/latest"):
        answer = owner.call("POST", "webhooks", {**WISH, "url": url})
        assert answer.status_code in {400, 422}
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert not Endpoint.objects.exists()


def test_another_companys_webhook_and_delivery_are_not_found(companies, owner):
    other = caller(companies[1])
    theirs = other.post("webhooks", WISH)["webhook"]
    tried = other.post(f"webhooks/{theirs}/test")["delivery"]
    mine = owner.post("webhooks", WISH)["webhook"]
    for method, path, body in (
        ("DELETE", f"webhooks/{theirs}", None),
        ("GET", f"webhooks/{theirs}/deliveries", None),
        ("POST", f"webhooks/{theirs}/test", None),
        ("POST", f"webhooks/{theirs}/replay", {}),
        ("POST", f"webhooks/{mine}/replay", {"delivery": tried}),
    ):
        assert owner.call(method, path, body).status_code == 404, path
    assert Endpoint.objects.filter(pk=theirs).exists()


def test_a_bookkeeper_may_not(companies):
    assert caller(companies[0], Role.BOOKKEEPER).call("GET", "webhooks").status_code == 403
