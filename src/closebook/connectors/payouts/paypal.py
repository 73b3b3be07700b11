"""PayPal Payouts by its interface: each payment is a batch of its own, whose id is our reference.

A batch id is taken once in 30 days, so a repeated request never pays twice. There is no way to ask for a
batch by our id: a lost reply is answered by sending the same id again, and PayPal names the first batch.
Source: PayPal Payouts API v1, create payout, show payout batch, cancel unclaimed item; states of items.
"""

from __future__ import annotations

import base64
import re

import msgspec

from closebook.connectors.payouts.base import Payout, email_of, plain_text
from closebook.connectors.payouts.lists import paypal_amount
from closebook.connectors.payouts.service import Caller, Json, Standing, inner, object_of
from closebook.core.errors import InputError, LoginError, RetryError
from closebook.core.money import minor_from_decimal
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.payruns import Absent, Accepted, Found, Lost, NotNow, Rejected
from closebook.transport import clock
from closebook.transport.http import HttpClient, Reply, Request, exchange

ADDRESSES = {"production": "https://api-m.paypal.com", "sandbox": "https://api-m.sandbox.paypal.com"}
_BATCH = re.compile(r"/payments/payouts/([A-Za-z0-9_-]+)")
_ITEMS = {
    "SUCCESS": LineState.PAID, "FAILED": LineState.FAILED, "DENIED": LineState.FAILED,
    "BLOCKED": LineState.FAILED, "CANCELED": LineState.FAILED, "PENDING": LineState.SENT,
    "ONHOLD": LineState.SENT, "UNCLAIMED": LineState.UNCLAIMED, "RETURNED": LineState.RETURNED,
    "REFUNDED": LineState.RETURNED, "REVERSED": LineState.RETURNED,
}  # fmt: skip
_BATCHES = {"DENIED": LineState.FAILED, "CANCELED": LineState.FAILED}
"""A batch that succeeded says nothing about its item; one that was refused does."""


class PayPal:
    """One PayPal account."""

    def __init__(self, http: HttpClient, base: str, client: str, secret: str) -> None:
        """Keep the user's own keys."""
        self._http, self._base, self._keys = http, base.rstrip("/"), (client, secret)
        self._caller = Caller(http, self._base, "PayPal", self._fetched)

    def ready(self) -> None:
        """Return when PayPal gives a token. Raises LoginError or RetryError."""
        self._caller.renew()

    def _fetched(self) -> str:
        keys = base64.b64encode(":".join(self._keys).encode()).decode()
        headers = {"Authorization": f"Basic {keys}", "Content-Type": "application/x-www-form-urlencoded"}
        url, body = f"{self._base}/v1/oauth2/token", b"grant_type=client_credentials"
        reply = exchange(self._http, Request("POST", url, {}, headers, body))
        token = object_of(reply).get("access_token")
        if reply.status == 200 and token:
            return str(token)
        if reply.status in {400, 401, 403}:
            raise LoginError(
                "pay-login", "PayPal refused the keys.", remedy="Enter them again in the settings."
            )
        raise RetryError("pay-silent", "PayPal did not answer.", status=reply.status)

    def send(self, payout: Payout) -> Accepted | Rejected | NotNow | Lost:
        """Send a payment; a batch that is there already counts as sent."""
        try:
            body = _body(payout)
        except InputError as error:
            return Rejected(error.code)
        reply = self._caller.ask("POST", "/v1/payments/payouts", body)
        return _sent(reply) if isinstance(reply, Reply) else reply

    def probe(self, payout: Payout, provider_ref: str) -> Found | Absent | NotNow | Lost:
        """Ask for a batch by PayPal's id; without one PayPal cannot say."""
        if not provider_ref:
            return NotNow(0)
        reply = self._asked(provider_ref)
        if not isinstance(reply, Reply):
            return reply
        found = self._standing(payout, provider_ref, reply)
        if found is not None:
            return Found(found.state, provider_ref)
        return Absent(int(clock.now().timestamp()) * 1000) if reply.status == 404 else Lost()

    def standing(self, payout: Payout, provider_ref: str) -> Standing | None:
        """Return how the item of a batch stands."""
        reply = self._asked(provider_ref) if provider_ref else None
        return self._standing(payout, provider_ref, reply) if isinstance(reply, Reply) else None

    def recall(self, payout: Payout, provider_ref: str) -> Standing | None:
        """Cancel an item that nobody has claimed, and return how it stands then."""
        reply = self._asked(provider_ref)
        item = _mine(reply, payout) if isinstance(reply, Reply) else {}
        number = str(item.get("payout_item_id") or "")
        if number and item.get("transaction_status") == "UNCLAIMED":
            self._caller.ask("POST", f"/v1/payments/payouts-item/{number}/cancel")
        return self.standing(payout, provider_ref)

    def finish(self) -> None:
        """Do nothing: PayPal pays what it took."""

    def _asked(self, batch: str) -> Reply | NotNow | Lost:
        return self._caller.ask("GET", f"/v1/payments/payouts/{batch}")

    def _standing(self, payout: Payout, batch: str, reply: Reply) -> Standing | None:
        if reply.status != 200:
            return None
        found, item = object_of(reply), _mine(reply, payout)
        if item:
            return _item(item, batch)
        state = _BATCHES.get(str(inner(found, "batch_header").get("batch_status")), LineState.SENT)
        return Standing(state, batch) if found else None


def _mine(reply: Reply, payout: Payout) -> Json:
    """Return the item of a batch that is a payment, an empty one when it is not there."""
    for item in object_of(reply).get("items") or []:
        if inner(item, "payout_item").get("sender_item_id") == payout.reference:
            return dict(item)
    return {}


def _body(payout: Payout) -> Json:
    item = {
        "recipient_type": "EMAIL",
        "receiver": email_of(payout),
        "amount": {"value": paypal_amount(payout), "currency": payout.amount.currency},
        "note": plain_text(payout.text, 400),
        "sender_item_id": payout.reference,
        "recipient_wallet": "PAYPAL",
    }
    head = {"sender_batch_id": payout.reference, "email_subject": plain_text(payout.text, 255)}
    return {"sender_batch_header": head, "items": [item]}


def _sent(reply: Reply) -> Accepted | Rejected | Lost:
    found = object_of(reply)
    batch = str(inner(found, "batch_header").get("payout_batch_id") or "")
    if reply.status in {200, 201, 202}:
        return Accepted(batch) if batch else Lost()
    text = msgspec.json.encode(found).decode()
    first = _BATCH.search(text)
    if first or ("sender_batch_id" in text.lower() and "exist" in text.lower()):
        return Accepted(first[1] if first else "")
    details = found.get("details") or [{}]
    issue = details[0].get("issue") if isinstance(details[0], dict) else ""
    return Rejected(str(issue or found.get("name") or reply.status)[:100])


def _item(item: Json, batch: str) -> Standing:
    state = _ITEMS.get(str(item.get("transaction_status")), LineState.SENT)
    fee = inner(item, "payout_item_fee")
    currency = str(fee.get("currency") or "")
    minor = minor_from_decimal(str(fee.get("value") or "0"), currency) if currency else 0
    return Standing(state, batch, str(inner(item, "errors").get("name") or ""), minor, currency)
