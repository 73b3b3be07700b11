"""The posting profile as JSON values and back; what is wrong is named with its field."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from closebook.core.errors import InputError
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.planning.profile import (
    CustomerPolicy,
    FeePolicy,
    ItemPolicy,
    LedgerAccountUse,
    Mode,
    ModeRange,
    Profile,
    ProfileError,
    TaxRule,
)
from closebook.core.planning.rails import Rails

_Word = TypeVar("_Word", bound=StrEnum)


def profile_to_json(profile: Profile) -> dict[str, Any]:
    """Return the profile as JSON values; ``profile_from_json`` gives the same profile back.

    What few change, or only tills use, stands in it when it differs from its default.
    """
    return {
        "connection": profile.connection,
        "shop": profile.shop,
        "currency": profile.currency,
        "version": profile.version,
        "platform": profile.platform,
        "since": _day_text(profile.since),
        "until": _day_text(profile.until),
        "opening_minor": profile.opening_minor,
        "modes": [
            {"mode": part.mode.value, "start": _day_text(part.start), "end": _day_text(part.end)}
            for part in profile.modes
        ],
        "customer_policy": profile.customer_policy.value,
        "customer": profile.customer,
        "vendor": profile.vendor,
        "number_prefix": profile.number_prefix,
        "ledger_accounts": {role: _use_to_json(use) for role, use in profile.ledger_accounts.items()},
        "items": dict(profile.items),
        "rails": {part.name: getattr(profile.rails, part.name) for part in fields(Rails)},
        **_chosen_values(profile),
    }


def _chosen_values(profile: Profile) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if profile.fee_policy is not FeePolicy.BY_LEDGER_ACCOUNT:
        values["fee_policy"] = profile.fee_policy.value
    if profile.item_policy is not ItemPolicy.ONE_ITEM:
        values["item_policy"] = profile.item_policy.value
    if profile.tax_rule is not TaxRule.SOURCE:
        values["tax_rule"] = profile.tax_rule.value
    if profile.rounding_limit_minor:
        values["rounding_limit_minor"] = profile.rounding_limit_minor
    return values


def profile_fingerprint(profile: Profile) -> str:
    """Return 32 hex digits that change with anything but the version number."""
    body = profile_to_json(profile)
    del body["version"]
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=16).hexdigest()


def profile_from_json(body: object) -> Profile:
    """Return the checked profile of JSON values.

    ``connection``, ``shop``, ``currency``, ``ledger_accounts`` and ``items`` are required, the rest has
    defaults. Raises InputError that names the field for an unknown key, a wrong type or a value that cannot
    be used.
    """
    reader = _Reader(body, "")
    profile = Profile(
        connection=reader.text("connection"),
        shop=reader.text("shop"),
        currency=reader.text("currency"),
        ledger_accounts=_uses(reader.mapping("ledger_accounts")),
        items=_names(reader.mapping("items")),
        version=reader.number("version", 1),
        platform=reader.text("platform", "Etsy"),
        since=reader.day("since"),
        until=reader.day("until"),
        opening_minor=reader.number("opening_minor", 0),
        modes=tuple(_mode(part, index) for index, part in enumerate(reader.items("modes"))),
        customer_policy=reader.word("customer_policy", CustomerPolicy, CustomerPolicy.PER_BUYER),
        customer=reader.text("customer", "Etsy buyers"),
        vendor=reader.text("vendor", "Etsy"),
        number_prefix=reader.text("number_prefix", "E"),
        rails=_rails(reader.mapping("rails", {})),
        item_policy=reader.word("item_policy", ItemPolicy, ItemPolicy.ONE_ITEM),
        fee_policy=reader.word("fee_policy", FeePolicy, FeePolicy.BY_LEDGER_ACCOUNT),
        tax_rule=reader.word("tax_rule", TaxRule, TaxRule.SOURCE),
        rounding_limit_minor=reader.number("rounding_limit_minor", 0),
    )
    reader.finish()
    profile.check()
    return profile


_MISSING: Any = object()


class _Reader:
    """Takes the values of one JSON object and knows the path of each for its errors."""

    def __init__(self, body: object, path: str) -> None:
        self.path = path
        if not isinstance(body, Mapping):
            raise self.wrong("", "must be an object")
        self.body = body
        self.taken: set[str] = set()

    def wrong(self, name: str, what: str) -> InputError:
        where = ".".join(part for part in (self.path, name) if part)
        return ProfileError(where, what)

    def take(self, name: str, default: Any, right: Callable[[Any], bool], what: str) -> Any:
        self.taken.add(name)
        value = self.body.get(name, default)
        if value is _MISSING:
            raise self.wrong(name, "is missing")
        if not right(value):
            raise self.wrong(name, f"must be {what}")
        return value

    def text(self, name: str, default: Any = _MISSING) -> str:
        value: str = self.take(name, default, lambda value: isinstance(value, str), "a text")
        return value

    def number(self, name: str, default: Any = _MISSING) -> int:
        value: int = self.take(name, default, lambda value: type(value) is int, "a whole number")
        return value

    def flag(self, name: str, default: Any = _MISSING) -> bool:
        value: bool = self.take(name, default, lambda value: isinstance(value, bool), "true or false")
        return value

    def mapping(self, name: str, default: Any = _MISSING) -> Mapping[str, object]:
        value: Mapping[str, object] = self.take(
            name, default, lambda value: isinstance(value, Mapping), "an object"
        )
        return value

    def items(self, name: str) -> list[object]:
        value: list[object] = self.take(name, [], lambda value: isinstance(value, list), "a list")
        return value

    def day(self, name: str) -> dt.date | None:
        value = self.take(name, None, lambda value: value is None or isinstance(value, str), "a day or null")
        try:
            return dt.date.fromisoformat(value) if value is not None else None
        except ValueError:
            raise self.wrong(name, "must be a day such as 2026-03-04, or null") from None

    def word(self, name: str, words: type[_Word], default: Any = _MISSING) -> _Word:
        allowed = ", ".join(word.value for word in words)
        value = self.take(
            name, default, lambda value: isinstance(value, str) and value in set(words), f"one of {allowed}"
        )
        return words(value)

    def finish(self) -> None:
        unknown = sorted(str(name) for name in self.body if name not in self.taken)
        if unknown:
            raise self.wrong(unknown[0], "is not known")


def _mode(body: object, index: int) -> ModeRange:
    reader = _Reader(body, f"modes.{index}")
    part = ModeRange(reader.word("mode", Mode), reader.day("start"), reader.day("end"))
    reader.finish()
    return part


def _uses(body: Mapping[str, object]) -> dict[str, LedgerAccountUse]:
    uses = {}
    for role, value in body.items():
        reader = _Reader(value, f"ledger_accounts.{role}")
        uses[str(role)] = LedgerAccountUse(
            name=reader.text("name"),
            type=reader.word("type", LedgerAccountType),
            sub_type=reader.text("sub_type", ""),
            parent=reader.text("parent", ""),
        )
        reader.finish()
    return uses


def _use_to_json(use: LedgerAccountUse) -> dict[str, str]:
    return {"name": use.name, "type": use.type.value, "sub_type": use.sub_type, "parent": use.parent}


def _names(body: Mapping[str, object]) -> dict[str, str]:
    reader = _Reader(body, "items")
    return {str(role): reader.text(role) for role in body}


def _rails(body: Mapping[str, object]) -> Rails:
    reader, default = _Reader(body, "rails"), Rails()
    rails = Rails(
        max_removed=reader.number("max_removed", default.max_removed),
        max_removed_percent=reader.number("max_removed_percent", default.max_removed_percent),
        max_changed_percent=reader.number("max_changed_percent", default.max_changed_percent),
        free=reader.number("free", default.free),
        closed_period=reader.flag("closed_period", default.closed_period),
    )
    reader.finish()
    return rails


def _day_text(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
