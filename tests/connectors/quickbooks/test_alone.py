"""One item sent by itself: the item's own refusal is its answer, the request's troubles are raised."""

from __future__ import annotations

import pytest

from closebook.connectors.quickbooks.alone import sent_alone
from closebook.connectors.quickbooks.batch import BatchItem
from closebook.core.errors import RejectedError, RemoteError, RetryError, UnknownOutcomeError
from tests.connectors.quickbooks.service import GATEWAY_429, HTML_504, Reply, fault

ITEM = BatchItem("create", "Customer", {"DisplayName": "Bo"})


def test_what_is_made_is_the_answer(client):
    answer = sent_alone(client, ITEM, "s-1")
    assert answer.ok
    assert answer.body["DisplayName"] == "Bo"


@pytest.mark.parametrize("code", ["6240", "2010", "5010"])
def test_a_refusal_of_the_item_is_its_answer(client, service, code):
    service.script.append(Reply(status=400, body=fault(code)))
    answer = sent_alone(client, ITEM, "s-2")
    assert not answer.ok
    assert answer.error is not None


def test_an_id_that_was_used_is_for_the_run_to_look_at(client, service):
    service.script.append(Reply(status=400, body=fault("600")))
    with pytest.raises(RejectedError) as caught:
        sent_alone(client, ITEM, "s-3")
    assert caught.value.code == "request-id-used"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(drop=True, work=True), UnknownOutcomeError),
        (Reply(status=504, body=HTML_504), UnknownOutcomeError),
        (Reply(status=429, body=GATEWAY_429), RetryError),
        (Reply(status=403, body=fault("3100")), RemoteError),
    ],
    ids=["lost", "504", "429", "403"],
)
def test_what_concerns_the_request_is_raised(client, service, reply, kind):
    service.script.append(reply)
    with pytest.raises(kind):
        sent_alone(client, ITEM, "s-4")
