"""The safeguards that the mutation check takes away one by one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Safeguards:
    """Each is on in the product; a mutation turns one off in the simulation's hands or planner."""

    request_id: bool = True  # requests carry their request id
    intent: bool = True  # intents are durable before sending
    lease: bool = True  # one writer, fenced
    tombstone: bool = True  # what a person deleted is not made again
    plan_check: bool = True  # a stale plan is refused
    probe: bool = True  # the books are asked before anything is sent again
    ownership: bool = True  # what a person changed is not overwritten
    dispute: bool = True  # a payout that does not add up is held
    audit: bool = True  # every write has its line in the audit log
    errors: bool = True  # every failure has its row in the error log
    fence: bool = True  # a write with a lost lease is refused
    token_kept: bool = True  # the old refresh token is kept until the new one worked


ALL = Safeguards()
