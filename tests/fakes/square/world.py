"""A simulated Square account of some days: orders, payments, refunds, payouts, disputes, by seed.

Every figure adds up as Square's do: tax rounded per line and rate, fees two hours after the payment,
payouts of what was settled by the evening before. ``facts`` are the sums against which a proof can be held.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
FEE_AFTER = dt.timedelta(hours=2)
LOCATIONS = (
    ("LHARBOUR", "Harbour Street", "America/New_York", "7.75"),
    ("LSUNSET", "Sunset Pier", "America/Los_Angeles", "9.5"),
)
GOODS = (
    ("Candle", 1200, "CAN-1"), ("Mug", 950, "MUG-1"), ("Tea", 395, "TEA-1"), ("Lamp", 11450, "LMP-1"),
    ("Sticker", 95, "STK-1"), ("Workshop", 4500, ""),
)  # fmt: skip
PEOPLE = ("Imke Vos", "Tomas Reyes", "Ada Quill", "Lin Wei", "Noor Haddad", "Piet Bakker")


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def half_up(amount: int, percent: str) -> int:
    whole, _, part = percent.partition(".")
    return (amount * int(whole + part.ljust(2, "0")) * 2 + 10**4) // (2 * 10**4)


@dataclass
class World:
    """The account. ``now`` is its clock: what lies later is not there yet. After ``days`` of business come
    ``quiet`` ones with payouts alone.
    """

    seed: int
    first: dt.date
    days: int = 30
    per_day: int = 4
    currency: str = "USD"
    now: dt.datetime = dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
    orders: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    payouts: dict[str, Json] = field(default_factory=dict)
    entries: dict[str, list[Json]] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    disputes: dict[str, Json] = field(default_factory=dict)
    invoices: dict[str, Json] = field(default_factory=dict)
    activities: dict[str, Json] = field(default_factory=dict)
    facts: Counter[str] = field(default_factory=Counter)
    odd: bool = True
    quiet: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self._unsettled: dict[str, list[Json]] = {location[0]: [] for location in LOCATIONS}
        for number, name in enumerate(PEOPLE):
            given, family = name.split()
            ref = f"CUST{number:04d}"
            mail = f"{given.lower()}@example.com"
            self.customers[ref] = {
                "id": ref, "given_name": given, "family_name": family, "email_address": mail,
                "created_at": stamp(self._at(self.first, 1)),
            }  # fmt: skip
        for offset in range(self.days):
            self._day(self.first + dt.timedelta(days=offset), offset)
        for offset in range(self.days, self.days + self.quiet):
            for location, *_more in LOCATIONS:
                self._payout(location, self.first + dt.timedelta(days=offset))

    def money(self, amount: int) -> Json:
        return {"amount": amount, "currency": self.currency}

    def catalogue(self) -> list[Json]:
        found: list[Json] = [
            {
                "type": "ITEM", "id": f"ITEM{number}",
                "item_data": {
                    "name": name,
                    "variations": [{"id": f"VAR{number}", "item_variation_data": {"sku": sku}}],
                },
            }
            for number, (name, _price, sku) in enumerate(GOODS)
        ]  # fmt: skip
        taxes = [
            {"type": "TAX", "id": f"TAX{ref}", "tax_data": {"percentage": rate}}
            for ref, _, _, rate in LOCATIONS
        ]
        return found + taxes

    def locations(self) -> list[Json]:
        return [
            {"id": ref, "name": name, "timezone": zone, "currency": self.currency, "status": "ACTIVE"}
            for ref, name, zone, _rate in LOCATIONS
        ]

    def payment_now(self, body: Json) -> Json | None:
        """Return a payment as the service shows it now: not at all, without its fee, or whole."""
        made = dt.datetime.fromisoformat(body["created_at"])
        if self.now < made + dt.timedelta(seconds=5):
            return None
        fees = body.get("processing_fee", [])
        there = [fee for fee in fees if dt.datetime.fromisoformat(fee["effective_at"]) <= self.now]
        shown = {name: value for name, value in body.items() if name != "processing_fee"}
        shown["updated_at"] = max([body["created_at"], *(fee["effective_at"] for fee in there)])
        if there:
            shown["processing_fee"] = there
        return shown

    def payout_now(self, body: Json) -> Json | None:
        """Return a payout as the service shows it now: SENT until it arrives."""
        made = dt.datetime.fromisoformat(body["created_at"])
        if self.now < made:
            return None
        arrived = self.now.date() >= dt.date.fromisoformat(body["arrival_date"])
        return {**body, "status": "PAID" if arrived else "SENT"}

    def dispute_now(self, body: Json) -> Json | None:
        """Return a dispute as the service shows it now: not at all, under way, or ended."""
        ended = dt.datetime.fromisoformat(body["updated_at"])
        opened = dt.datetime.fromisoformat(body["created_at"])
        if self.now < opened:
            return None
        return (
            body if ended <= self.now else {**body, "state": "PROCESSING", "updated_at": body["created_at"]}
        )

    # A day

    def _at(self, day: dt.date, hour: int) -> dt.datetime:
        minute, second = self.chance.randrange(60), self.chance.randrange(60)
        return dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=dt.UTC)

    def _day(self, day: dt.date, offset: int) -> None:
        for location, _name, _zone, rate in LOCATIONS:
            self._payout(location, day)
            for number in range(self.per_day):
                ref = f"{location[1:4]}{offset:04d}{number:03d}"
                self._sale(ref, location, rate, self._at(day, 14 + self.chance.randrange(9)))
        if self.odd:
            self._odd(day, offset)

    def _sale(self, ref: str, location: str, rate: str, at: dt.datetime) -> None:
        lines, taxes = self._lines(ref, rate)
        goods = sum(line["gross_sales_money"]["amount"] for line in lines)
        discount = sum(line["total_discount_money"]["amount"] for line in lines)
        tax = sum(line["total_tax_money"]["amount"] for line in lines)
        service = half_up(goods, "10") if self.chance.random() < 0.1 else 0
        due = goods - discount + tax + service
        kind = self.chance.choices(("card", "cash", "split", "gift", "check"), (70, 12, 8, 5, 5))[0]
        tip = half_up(goods, "15") if kind == "card" and self.chance.random() < 0.4 else 0
        charges = [{"uid": "sc", "name": "Service", "applied_money": self.money(service)}] if service else []
        order = {
            "id": f"ORD{ref}", "location_id": location, "state": "COMPLETED", "created_at": stamp(at),
            "updated_at": stamp(at), "closed_at": stamp(at), "line_items": lines, "taxes": taxes,
            "service_charges": charges, "total_money": self.money(due + tip),
            "source": {"name": ""},
            "total_tip_money": self.money(tip), "total_tax_money": self.money(tax),
        }  # fmt: skip
        self.orders[order["id"]] = order
        customer = self.chance.choice([*self.customers, "", ""])
        for place, (word, amount, extra) in enumerate(_tenders(kind, due + tip)):
            whole = {**extra, "tip_money": self.money(tip)} if tip and not place else extra
            self._payment(f"PAY{ref}{place}", order, (word, amount, whole), at, customer)
        if kind == "check":
            self._invoice(ref, order)
        cards = sum(one["gross_sales_money"]["amount"] for one in lines if one["item_type"] == "GIFT_CARD")
        for word, amount in (
            ("goods", goods - cards), ("discount", discount), ("tax", tax), ("tips", tip),
            ("service", service),
            ("gift cards", cards),
        ):  # fmt: skip
            self.facts[word] += amount
        if kind == "card" and self.chance.random() < 0.08:
            self._refund(ref, order, lines, at + dt.timedelta(days=self.chance.randrange(1, 12)))

    def _invoice(self, ref: str, order: Json) -> None:
        self.invoices[f"INV{ref}"] = {
            "id": f"INV{ref}", "order_id": order["id"], "location_id": order["location_id"], "status": "PAID",
            "created_at": order["created_at"], "invoice_number": ref,
        }  # fmt: skip
        self.activities[f"ACT{ref}"] = {
            "id": f"ACT{ref}", "type": "ADJUST_INCREMENT", "location_id": order["location_id"],
            "created_at": order["created_at"],
        }  # fmt: skip

    def _lines(self, ref: str, rate: str) -> tuple[list[Json], list[Json]]:
        lines, total_tax = [], 0
        for number in range(self.chance.randrange(1, 4)):
            index = self.chance.randrange(len(GOODS))
            name, price, _sku = GOODS[index]
            quantity = self.chance.randrange(1, 4)
            gross = price * quantity
            discount = half_up(gross, "10") if self.chance.random() < 0.15 else 0
            tax = half_up(gross - discount, rate)
            total_tax += tax
            lines.append(
                {
                    "uid": f"{ref}-{number}", "name": name, "quantity": str(quantity), "item_type": "ITEM",
                    "catalog_object_id": f"VAR{index}", "gross_sales_money": self.money(gross),
                    "total_discount_money": self.money(discount), "total_tax_money": self.money(tax),
                    "total_money": self.money(gross - discount + tax),
                    "applied_taxes": [{"tax_uid": "state", "applied_money": self.money(tax)}],
                }
            )  # fmt: skip
        if self.chance.random() < 0.05:
            lines.append(
                {
                    "uid": f"{ref}-card", "name": "Gift card", "quantity": "1", "item_type": "GIFT_CARD",
                    "gross_sales_money": self.money(5000), "total_discount_money": self.money(0),
                    "total_tax_money": self.money(0), "total_money": self.money(5000), "applied_taxes": [],
                }
            )  # fmt: skip
        tax_ = {
            "uid": "state", "name": "State tax", "percentage": rate, "type": "ADDITIVE",
            "applied_money": self.money(total_tax),
        }  # fmt: skip
        return lines, [tax_]

    def _payment(
        self, ref: str, order: Json, tender: tuple[str, int, Json], at: dt.datetime, customer: str
    ) -> None:
        word, amount, extra = tender
        late = self.odd and word == "CARD" and self.chance.random() < 0.03
        made = at + dt.timedelta(hours=self.chance.randrange(12, 70)) if late else at
        body = {
            "id": ref, "order_id": order["id"], "location_id": order["location_id"], "status": "COMPLETED",
            "source_type": word, "total_money": self.money(amount), "created_at": stamp(made), **extra,
        }  # fmt: skip
        if late:
            body["offline_payment_details"] = {"client_created_at": stamp(at)}
        if customer:
            body["customer_id"] = customer
        self.facts[{"CARD": "card", "CASH": "cash", "EXTERNAL": "other"}[word]] += amount
        if word == "CARD" and "card_details" not in extra:
            fee = half_up(amount, "2.6") + 10
            body["processing_fee"] = [
                {"type": "INITIAL", "effective_at": stamp(made + FEE_AFTER), "amount_money": self.money(fee)}
            ]
            self.facts["fees"] += fee
            details = {"type_charge_details": {"payment_id": ref}}
            self._entry(order["location_id"], "CHARGE", made + FEE_AFTER, (amount, fee), details)
        elif word == "CARD":
            self.facts["card"] -= amount
            self.facts["gift used"] += amount
        self.payments[ref] = body

    def _refund(self, ref: str, order: Json, lines: list[Json], at: dt.datetime) -> None:
        line = lines[0]
        total, tax = line["total_money"]["amount"], line["total_tax_money"]["amount"]
        back = {
            "id": f"RET{ref}", "location_id": order["location_id"], "state": "COMPLETED",
            "created_at": stamp(at), "updated_at": stamp(at),
            "returns": [
                {
                    "source_order_id": order["id"], "return_line_items": [{"item_type": line["item_type"]}],
                    "return_taxes": [{**order["taxes"][0], "applied_money": self.money(tax)}],
                    "return_amounts": {"total_money": self.money(total), "tax_money": self.money(tax)},
                }
            ],
        }  # fmt: skip
        self.orders[back["id"]] = back
        key = f"REF{ref}"
        self.refunds[key] = {
            "id": key, "payment_id": f"PAY{ref}0", "order_id": back["id"],
            "location_id": order["location_id"], "status": "COMPLETED", "amount_money": self.money(total),
            "created_at": stamp(at),
            "updated_at": stamp(at), "reason": "Chipped",
        }  # fmt: skip
        self.facts["refunds"] += total - tax
        self.facts["tax"] -= tax
        self.facts["refunded"] += total
        details = {"type_refund_details": {"payment_id": f"PAY{ref}0", "refund_id": key}}
        self._entry(order["location_id"], "REFUND", at, (-total, 0), details)

    def _entry(self, location: str, word: str, at: dt.datetime, money: tuple[int, int], more: Json) -> None:
        gross, fee = money
        self._unsettled[location].append(
            {
                "type": word, "effective_at": stamp(at), "gross_amount_money": self.money(gross),
                "fee_amount_money": self.money(fee), "net_amount_money": self.money(gross - fee), **more,
            }
        )  # fmt: skip

    def _payout(self, location: str, day: dt.date) -> None:
        """Send what was settled before the day begins; a day of refunds alone is taken from the bank."""
        cut = stamp(dt.datetime(day.year, day.month, day.day, 8, tzinfo=dt.UTC))
        due = [one for one in self._unsettled[location] if one["effective_at"] < cut]
        if not due:
            return
        self._unsettled[location] = [one for one in self._unsettled[location] if one["effective_at"] >= cut]
        ref = f"PO{location[1:4]}{day:%y%m%d}"
        for number, entry in enumerate(due):
            entry.update(id=f"{ref}E{number:03d}", payout_id=ref)
        amount = sum(one["net_amount_money"]["amount"] for one in due)
        self.entries[ref] = due
        self.payouts[ref] = {
            "id": ref, "location_id": location, "type": "BATCH", "created_at": cut,
            "arrival_date": (day + dt.timedelta(days=1)).isoformat(), "amount_money": self.money(amount),
            "destination": {"type": "BANK_ACCOUNT", "id": "bact1"}, "end_to_end_id": f"E2E{ref}",
        }  # fmt: skip
        self.facts["payouts"] += amount

    def _odd(self, day: dt.date, offset: int) -> None:
        """Make what happens seldom: a hold and its release, a loan, a subscription, a dispute."""
        location, at = LOCATIONS[0][0], self._at(day, 20)
        happens = {
            6: ("RESERVE_HOLD", -5000), 16: ("RESERVE_RELEASE", 5000), 8: ("SQUARE_CAPITAL_PAYMENT", -1500),
            10: ("SUBSCRIPTION_FEE", -2900), 12: ("OPEN_DISPUTE", -1200),
        }  # fmt: skip
        word, amount = happens.get(offset % 28, ("", 0))
        if not word:
            return
        more: Json = {}
        if word == "OPEN_DISPUTE":
            ref = f"DIS{offset:04d}"
            more = {"type_open_dispute_details": {"dispute_id": ref}}
            state, ended = ("LOST", day + dt.timedelta(days=9)) if offset % 56 == 12 else ("PROCESSING", day)
            self.disputes[ref] = {
                "id": ref, "state": state, "amount_money": self.money(-amount), "location_id": location,
                "created_at": stamp(at), "updated_at": stamp(max(at, self._at(ended, 15))),
            }  # fmt: skip
        self.facts[word] += amount
        self._entry(location, word, at, (amount, 0), more)

    def bank_lines(self) -> list[tuple[dt.date, int, str]]:
        """Return what the bank's statement shows: day, amount (negative when taken), text."""
        return [
            (dt.date.fromisoformat(one["arrival_date"]), one["amount_money"]["amount"], f"SQ *CORNER {ref}")
            for ref, one in self.payouts.items()
            if one["amount_money"]["amount"]
        ]

    def unsettled_minor(self) -> int:
        """Return what Square still holds: settled entries that no payout has sent."""
        return sum(one["net_amount_money"]["amount"] for part in self._unsettled.values() for one in part)


def _tenders(kind: str, total: int) -> list[tuple[str, int, Json]]:
    card = {"card_details": {"card": {"card_brand": "SQUARE_GIFT_CARD"}}}
    if kind == "split":
        third = total // 3
        return [("CARD", total - 2 * third, {}), ("CASH", third, {}), ("CARD", third, card)]
    return {
        "card": [("CARD", total, {})],
        "cash": [("CASH", total, {})],
        "gift": [("CARD", total, card)],
        "check": [("EXTERNAL", total, {"external_details": {"type": "CHECK"}})],
    }[kind]
