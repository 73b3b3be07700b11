"""Wise by its interface: each payment is drafted in one batch group, which the owner releases in Wise.

A personal token may draft but not pay. A transfer carries our own number, by which Wise knows a repetition.
Source: Wise Platform API, batch groups, quotes v3, transfers; states of transfers.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from closebook.connectors.payouts.base import Payout, plain_text
from closebook.connectors.payouts.service import Caller, Json, Standing, object_of
from closebook.core.errors import LoginError, RetryError
from closebook.core.money import decimal_from_minor
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.payruns import Absent, Accepted, Found, Lost, NotNow, Rejected
from closebook.transport import clock
from closebook.transport.http import HttpClient, Reply

ADDRESSES = {"production": "https://api.wise.com", "sandbox": "https://api.wise-sandbox.com"}
_SPACE = uuid.UUID("8e0f4f5c-2d6a-4d57-9b0e-6a3f0f7f8a11")
_STATES = {
    "outgoing_payment_sent": LineState.PAID, "cancelled": LineState.FAILED,
    "funds_refunded": LineState.RETURNED, "bounced_back": LineState.RETURNED,
    "charged_back": LineState.RETURNED,
}  # fmt: skip
_TRIES = 3
_PROFILES, _TRANSFERS = "/v3/profiles", "/v1/transfers"
"""Where profiles and transfers stand: the versions of Wise's interface."""


@dataclass(slots=True)
class GroupPlace:
    """Where the number of the run's batch group is kept, so that a resumed run drafts into the same one."""

    title: str
    read: Callable[[], str]
    write: Callable[[str], None]


class Wise:
    """One Wise profile, drafting from one currency into one batch group."""

    def __init__(
        self, http: HttpClient, base: str, token: str, profile: str, source: str, group: GroupPlace
    ) -> None:
        """Keep the user's own token and where the group's number is kept."""
        self._caller = Caller(http, base.rstrip("/"), "Wise", lambda: token)
        self._profile, self._source, self._group = profile, source, group

    def ready(self) -> None:
        """Return when Wise knows the token and the group is there. Raises LoginError or RetryError."""
        if self._group.read():
            return
        body = {"name": self._group.title[:100], "sourceCurrency": self._source}
        reply = self._caller.ask("POST", f"{_PROFILES}/{self._profile}/batch-groups", body)
        found = object_of(reply) if isinstance(reply, Reply) else {}
        if not found.get("id"):
            if isinstance(reply, Reply) and reply.status in {400, 404, 422}:
                raise LoginError("pay-login", "Wise knows no such profile.", remedy="Look at the settings.")
            raise RetryError("pay-silent", "Wise did not answer.")
        self._group.write(str(found["id"]))

    def send(self, payout: Payout) -> Accepted | Rejected | NotNow | Lost:
        """Draft a transfer. A group that nobody released moves no money."""
        recipient = payout.account.get("recipient", "")
        if not recipient:
            return Rejected("recipient-missing")
        quote = self._caller.ask(
            "POST", f"{_PROFILES}/{self._profile}/quotes", self._quote(payout, recipient)
        )
        if not isinstance(quote, Reply):
            return NotNow(30) if isinstance(quote, Lost) else quote
        if quote.status not in {200, 201}:
            return Rejected(_code(quote))
        body = {
            "targetAccount": int(recipient),
            "quoteUuid": object_of(quote).get("id"),
            "customerTransactionId": transaction_id(payout.reference),
            "details": {"reference": plain_text(payout.text, 35)},
        }
        place = f"{_PROFILES}/{self._profile}/batch-groups/{self._group.read()}/transfers"
        reply = self._caller.ask("POST", place, body)
        if not isinstance(reply, Reply):
            return reply
        if reply.status not in {200, 201}:
            return Rejected(_code(reply))
        number = object_of(reply).get("id")
        return Accepted(str(number)) if number else Lost()

    def _quote(self, payout: Payout, recipient: str) -> Json:
        currency = payout.amount.currency
        return {
            "sourceCurrency": self._source,
            "targetCurrency": currency,
            "targetAmount": decimal_from_minor(payout.amount.amount_minor, currency),
            "targetAccount": int(recipient),
        }

    def probe(self, payout: Payout, provider_ref: str) -> Found | Absent | NotNow | Lost:
        """Look for our number among the transfers of the group."""
        found = self._caller.ask("GET", self._group_path())
        if not isinstance(found, Reply):
            return found
        if found.status != 200:
            return Lost()
        wanted = transaction_id(payout.reference)
        for number in object_of(found).get("transferIds") or []:
            one = self._caller.ask("GET", f"{_TRANSFERS}/{number}")
            if not isinstance(one, Reply):
                return one
            if object_of(one).get("customerTransactionId") == wanted:
                return Found(_state(object_of(one)), str(number))
        return Absent(int(clock.now().timestamp()) * 1000)

    def standing(self, payout: Payout, provider_ref: str) -> Standing | None:
        """Return how a transfer stands."""
        reply = self._caller.ask("GET", f"{_TRANSFERS}/{provider_ref}") if provider_ref else None
        if not isinstance(reply, Reply) or reply.status != 200:
            return None
        return Standing(_state(object_of(reply)), provider_ref, str(object_of(reply).get("status") or ""))

    def recall(self, payout: Payout, provider_ref: str) -> Standing | None:
        """Return None: a draft is cancelled in Wise, before it is released."""
        return None

    def finish(self) -> None:
        """Close the group, so that it waits for the owner in Wise; another version is read once more."""
        for _again in range(_TRIES):
            reply = self._caller.ask("GET", self._group_path())
            group = object_of(reply) if isinstance(reply, Reply) else {}
            if not group or group.get("status") != "NEW":
                return
            body = {"status": "COMPLETED", "version": group.get("version")}
            done = self._caller.ask("PATCH", self._group_path(), body)
            if isinstance(done, Reply) and done.status == 200:
                return

    def _group_path(self) -> str:
        return f"{_PROFILES}/{self._profile}/batch-groups/{self._group.read()}"


def transaction_id(reference: str) -> str:
    """Return the number under which Wise keeps a reference, the same for every try."""
    return str(uuid.uuid5(_SPACE, reference))


def _state(transfer: Json) -> LineState:
    return _STATES.get(str(transfer.get("status")), LineState.SENT)


def _code(reply: Reply) -> str:
    errors = object_of(reply).get("errors") or [{}]
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    return str(first.get("code") or reply.status)[:100]
