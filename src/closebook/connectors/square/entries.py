"""Payouts and their entries: what each type of entry is. A type that can be more than one thing stays
unclassified.

Source: Square Payouts API, ActivityType.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from closebook.connectors.square.money import day_in, money_of
from closebook.connectors.square.service import Json, objects
from closebook.core.commerce.records import FeeKind, Movement, MovementKind
from closebook.core.commerce.sales import PayoutDetail, PayoutEntry

_M = MovementKind
_FEES: dict[str, FeeKind] = {
    **dict.fromkeys(
        ("FEE", "PROCESSING_FEE", "PROCESSING_FEE_REFUND", "UNDO_PROCESSING_FEE_REFUND", "FREE_PROCESSING"),
        FeeKind.PROCESSING,
    ),
    "TAX_ON_FEE": FeeKind.TAX_ON_FEES,
    **dict.fromkeys(
        (
            "SUBSCRIPTION_FEE",
            "SUBSCRIPTION_FEE_REFUND",
            "SUBSCRIPTION_FEE_PAID_REFUND",
            "PAID_SERVICE_FEE",
            "PAID_SERVICE_FEE_REFUND",
        ),
        FeeKind.SUBSCRIPTION,
    ),
    **dict.fromkeys(("LOCAL_OFFERS_CASHBACK", "LOCAL_OFFERS_FEE"), FeeKind.ADS),
    **dict.fromkeys(
        (
            "THIRD_PARTY_FEE",
            "THIRD_PARTY_FEE_REFUND",
            "DEPOSIT_FEE",
            "DEPOSIT_FEE_REVERSED",
            "GIFT_CARD_LOAD_FEE",
            "GIFT_CARD_LOAD_FEE_REFUND",
            "UNDO_GIFT_CARD_LOAD_FEE_REFUND",
        ),
        FeeKind.OTHER,
    ),
}
_KINDS: dict[str, MovementKind] = {
    **dict.fromkeys(("APP_FEE_REVENUE", "APP_FEE_REFUND"), _M.OTHER_INCOME),
    **dict.fromkeys(("DISPUTE", "OPEN_DISPUTE"), _M.DISPUTE),
    **dict.fromkeys(("HOLD_ADJUSTMENT", "RELEASE_ADJUSTMENT", "RESERVE_HOLD", "RESERVE_RELEASE"), _M.RESERVE),
    "RETURNED_PAYOUT": _M.RETURNED_PAYOUT,
    **dict.fromkeys(("SQUARE_CAPITAL_PAYMENT", "SQUARE_CAPITAL_REVERSED_PAYMENT"), _M.LOAN),
    **dict.fromkeys(("SQUARE_PAYROLL_TRANSFER", "SQUARE_PAYROLL_TRANSFER_REVERSED"), _M.PAYROLL),
    **dict.fromkeys(
        (
            "AUTOMATIC_SAVINGS",
            "AUTOMATIC_SAVINGS_REVERSED",
            "BALANCE_FOLDERS_TRANSFER",
            "BALANCE_FOLDERS_TRANSFER_REVERSED",
        ),
        _M.SAVINGS,
    ),
    **dict.fromkeys(("CREDIT_CARD_REPAYMENT", "CREDIT_CARD_REPAYMENT_REVERSED"), _M.CARD_PAYMENT),
}
HELD = frozenset(
    {
        "ADJUSTMENT", "OTHER", "OTHER_ADJUSTMENT", "INITIAL_BALANCE_CHANGE", "MONEY_TRANSFER",
        "MONEY_TRANSFER_REVERSAL", "PAYOUT", "ESCHEATMENT", "REDEMPTION_CODE",
        "AUTOMATIC_BITCOIN_CONVERSIONS", "AUTOMATIC_BITCOIN_CONVERSIONS_REVERSED",
        "PERCENTAGE_PROCESSING_ENROLLMENT",
        "PERCENTAGE_PROCESSING_DEACTIVATION", "PERCENTAGE_PROCESSING_REPAYMENT",
        "PERCENTAGE_PROCESSING_REPAYMENT_REVERSED", "GIFT_CARD_POOL_TRANSFER",
        "GIFT_CARD_POOL_TRANSFER_REVERSED",
    }
)  # fmt: skip
"""Types that can be more than one thing; any type that is not known is treated the same."""
RECEIPTS = frozenset({"CHARGE", "REFUND"})
"""Types whose money the payment or refund tells itself."""
MAPPED = frozenset({*_FEES, *_KINDS, *RECEIPTS})
"""Types that have a ledger account of their own."""

_PAID = frozenset({"SENT", "PAID"})
_STAYS = frozenset({"SQUARE_BALANCE", "SQUARE_STORED_BALANCE"})


@dataclass(slots=True)
class Settled:
    """What payouts come to. ``fees`` has the fee that an entry names, by payment; ``disputed`` the
    disputes.
    """

    payouts: list[PayoutDetail] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    fees: dict[str, int] = field(default_factory=dict)
    disputed: set[str] = field(default_factory=set)


def settled(
    payouts: dict[str, Json],
    entries: dict[str, Json],
    zone_of: Callable[[str, str], dt.date],
    amounts: Callable[[str, str], int | None],
) -> Settled:
    """Return the payouts with their entries.

    ``zone_of`` gives the day of a moment at a location; ``amounts`` what a payment or refund is over, None
    when it is not among the records.
    """
    found = Settled()
    of_payout: dict[str, list[tuple[str, Json]]] = {}
    for key, entry in entries.items():
        of_payout.setdefault(str(entry.get("payout_id", "")), []).append((key, entry))
    for key, body in payouts.items():
        if body.get("status") not in _PAID:
            continue
        location = str(body.get("location_id", ""))
        amount, currency = money_of(body.get("amount_money"))
        own = [
            _entry(found, each, entry, (location, currency), zone_of, amounts)
            for each, entry in sorted(of_payout.get(key, []))
        ]
        day = _arrival(body, location, zone_of)
        listed = body.get("type") != "SIMPLE"
        found.payouts.append(PayoutDetail(key, day, amount, currency, own, key, listed=listed))
        stays = str((body.get("destination") or {}).get("type", "")) in _STAYS
        kind = _M.SAVINGS if stays else _M.PAYOUT
        found.movements.append(Movement(key, kind, None, day, -amount, currency, "", f"Payout {key}"))
        if not listed:
            _payout_fees(found, key, body, day)
    return found


def _arrival(body: Json, location: str, zone_of: Callable[[str, str], dt.date]) -> dt.date:
    """Return the day on which a payout reaches the bank, as Square names it."""
    text = str(body.get("arrival_date") or "")
    return day_in(text) or zone_of(str(body.get("created_at", "")), location)


def _payout_fees(found: Settled, key: str, body: Json, day: dt.date) -> None:
    """Note the fees of an instant transfer: it lists no entries that would name them."""
    for fee in objects(body.get("payout_fee")):
        amount, currency = money_of(fee.get("amount_money"))
        tax = fee.get("type") == "TAX_ON_TRANSFER_FEE"
        kind = FeeKind.TAX_ON_FEES if tax else FeeKind.OTHER
        found.movements.append(
            Movement(key, _M.FEE, kind, day, -amount, currency, "", "Fee of an instant transfer")
        )


def _entry(
    found: Settled,
    key: str,
    body: Json,
    where: tuple[str, str],
    zone_of: Callable[[str, str], dt.date],
    amounts: Callable[[str, str], int | None],
) -> PayoutEntry:
    location, currency = where
    word = str(body.get("type", ""))
    gross, fee, net = (
        money_of(body.get(name), currency)[0]
        for name in ("gross_amount_money", "fee_amount_money", "net_amount_money")
    )
    day = zone_of(str(body.get("effective_at", "")), location)
    details = next(
        (value for name, value in body.items() if name.startswith("type_") and isinstance(value, dict)), {}
    )
    payment, refund = str(details.get("payment_id", "")), str(details.get("refund_id", ""))
    entry = PayoutEntry(key, word, day, gross, fee, net, key, refund or payment)
    if word in RECEIPTS:
        over = amounts(word, refund if word == "REFUND" else payment)
        entry.known, entry.agrees = over is not None, over is None or over == abs(gross)
        if fee:
            found.fees[refund or payment] = fee
    else:
        if details.get("dispute_id"):
            found.disputed.add(str(details["dispute_id"]))
        found.movements += _moves(key, word, day, currency, (gross, fee, net))
    return entry


def _moves(key: str, word: str, day: dt.date, currency: str, money: tuple[int, int, int]) -> list[Movement]:
    """Return the movements of an entry that is neither a payment nor a refund."""
    gross, fee, net = money
    title = word.replace("_", " ").capitalize()
    if word in _FEES:
        return [Movement(key, _M.FEE, _FEES[word], day, net, currency, "", title)]
    kind = _KINDS.get(word, _M.UNCLASSIFIED)
    moves = [Movement(key, kind, None, day, gross, currency, "", title)] if gross else []
    if fee:
        moves.append(Movement(key, _M.FEE, FeeKind.PROCESSING, day, -fee, currency, "", f"Fee: {title}"))
    return moves
