"""PayPal and Wise by their interfaces: nothing is paid twice, whatever gets lost."""

from __future__ import annotations

import pytest

from closebook.connectors.payouts.base import Payout
from closebook.connectors.payouts.paypal import PayPal
from closebook.connectors.payouts.wise import GroupPlace, Wise
from closebook.core.errors import LoginError, RetryError
from closebook.core.money import Money
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.payruns import Absent, Accepted, Found, Lost, NotNow, Rejected
from closebook.transport.http import http_client
from tests.fakes.payouts.server import FakePayPal, FakeWise, serving


@pytest.fixture
def http():
    with http_client(read_seconds=5) as made:
        yield made


@pytest.fixture
def far():
    with serving(FakePayPal()) as service:
        yield service


@pytest.fixture
def wise_far():
    with serving(FakeWise()) as service:
        yield service


def payout(number=1, **account):
    known = account or {"email": "zoe@example.com", "recipient": "991"}
    return Payout(f"CB{number:022d}", "Zoe", known, Money(12345, "USD"), f"Bill B{number}")


def paypal(http, far):
    return PayPal(http, far.url, "c", "s")


def test_a_lost_reply_is_answered_by_the_same_id_and_pays_once(http, far):
    service = paypal(http, far)
    service.ready()
    for fault in ("lost", "cut"):
        far.faults = [fault]
        one = payout(len(fault))
        assert service.send(one) == Lost()
        assert service.probe(one, "") == NotNow(0)
        again = service.send(one)
        assert isinstance(again, Accepted)
        assert again.provider_ref == far.batches[one.reference]
        assert far.moved[one.reference] == 1


def test_what_was_not_carried_out_is_told_from_what_may_have_been(http, far):
    service = paypal(http, far)
    far.faults = ["429", "503", "unseen"]
    assert service.send(payout()) == NotNow(7)
    assert service.send(payout()) == Lost()
    assert service.send(payout()) == Lost()
    assert not far.moved
    far.refuses = {"zoe@example.com"}
    assert service.send(payout()) == Rejected("INSUFFICIENT_FUNDS")
    assert service.send(payout(email="nobody")) == Rejected("pay-no-address")
    assert isinstance(PayPal(http, "http://127.0.0.1:1", "c", "s").probe(payout(), ""), NotNow)
    with pytest.raises(RetryError):
        PayPal(http, "http://127.0.0.1:1", "c", "s").ready()


def test_a_batch_that_succeeded_says_nothing_of_its_item(http, far):
    service = paypal(http, far)
    sent = service.send(payout())
    assert service.probe(payout(), sent.provider_ref) == Found(LineState.SENT, sent.provider_ref)
    for word, state in (
        ("UNCLAIMED", LineState.UNCLAIMED),
        ("RETURNED", LineState.RETURNED),
        ("SUCCESS", LineState.PAID),
    ):
        far.settle(word)
        found = service.standing(payout(), sent.provider_ref)
        assert (found.state, found.fee_minor, found.fee_currency) == (state, 25, "USD")
    assert isinstance(service.probe(payout(), "PP99"), Absent)
    assert service.standing(payout(), "") is None


def test_a_token_that_ended_is_fetched_once_more_and_wrong_keys_are_said(http, far):
    service = paypal(http, far)
    service.ready()
    far.token = "t2"
    assert isinstance(service.send(payout()), Accepted)
    far.let_in = lambda *_args: False
    with pytest.raises(LoginError):
        service.send(payout(2))
    far.let_in, far.faults = (lambda *_args: True), ["403"]
    with pytest.raises(LoginError, match="does not allow"):
        service.send(payout(2))


def wise(http, far, kept, profile="77"):
    place = GroupPlace("Run 1", lambda: kept.get("g", ""), lambda ref: kept.update(g=ref))
    return Wise(http, far.url, "t1", profile, "EUR", place)


def test_wise_drafts_once_into_one_group_and_leaves_it_to_the_owner(http, wise_far):
    kept = {}
    service = wise(http, wise_far, kept)
    service.ready()
    wise_far.faults = ["", "lost"]
    assert service.send(payout()) == Lost()
    wise(http, wise_far, kept).ready()
    assert list(wise_far.groups) == ["g1"]
    found = service.probe(payout(), "")
    assert found == Found(LineState.SENT, "5000")
    assert service.send(payout()) == Accepted("5000")
    assert isinstance(service.probe(payout(2), ""), Absent)
    wise_far.faults = ["lost"]
    assert service.send(payout(2)) == NotNow(30)
    wise_far.faults = ["", "429"]
    assert service.send(payout(2)) == NotNow(7)
    wise_far.refuses = {5}
    assert service.send(payout(3, recipient="5")) == Rejected("RECIPIENT_INACTIVE")
    assert service.send(payout(3, email="a@b.nl")) == Rejected("recipient-missing")
    wise_far.newer = 1
    service.finish()
    assert wise_far.groups["g1"]["status"] == "COMPLETED"
    assert set(wise_far.moved.values()) == {1}
    wise_far.transfers[5000]["status"] = "outgoing_payment_sent"
    assert service.standing(payout(), "5000").state is LineState.PAID
    assert service.standing(payout(), "9") is None


def test_wise_says_what_is_wrong_with_its_settings(http, wise_far):
    with pytest.raises(LoginError):
        wise(http, wise_far, {}, profile="1").ready()
    wise_far.token = "other"
    with pytest.raises(LoginError):
        wise(http, wise_far, {}).ready()
    with pytest.raises(RetryError):
        Wise(http, "http://127.0.0.1:1", "t", "77", "EUR", GroupPlace("x", str, print)).ready()
