"""The form over a posting profile's JSON: every field that a person may change, with what is wrong at it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from closebook.core.errors import InputError
from closebook.core.ledger.account_types import LedgerAccountType, is_balance_sheet
from closebook.core.money import decimal_from_minor, minor_from_decimal
from closebook.core.planning.profile import LedgerAccountUse, ProfileError
from closebook.core.planning.profile_json import profile_from_json
from closebook.web.kit.said import said
from closebook.web.sync.profile_words import (
    FEE_POLICIES,
    FIELDS,
    ITEM_POLICIES,
    ITEMS,
    MODES,
    POLICIES,
    RAILS,
    ROLES,
    TAX_RULES,
    TILL_ITEMS,
    TILL_ROLES,
)

_MOST_MODES = 40
_TEXTS = ("customer", "vendor", "number_prefix")
_MONEY_ROLES = (
    "clearing", "bank", "card", "opening", "unclassified", "cash", "other-tender", "gift-cards", "reserve",
    "disputes", "loan", "savings", "payroll",
)  # fmt: skip
_TILL_FIELDS = ("item_policy", "tax_rule", "rounding_limit_minor")
_EITHER = ("tips", "service-charges")  # what is owed to others in one business is income in another
Chart = Mapping[str, LedgerAccountUse]


def field_of(path: str) -> str:
    """Return the form's field for a path in the profile.

    >>> field_of("ledger_accounts.fee:listing"), field_of("rails.free"), field_of("modes.2")
    ('account_fee:listing', 'rails_free', 'mode_2')
    """
    head, _dot, rest = path.partition(".")
    heads = {"ledger_accounts": "account", "items": "item", "rails": "rails", "modes": "mode"}
    if head in heads:
        return f"{heads[head]}_{rest.partition('.')[0] or 'clearing'}"
    return "opening" if head == "opening_minor" else head


def path_text(path: str) -> str:
    """Return a ledger account's full name as it is shown, such as ``Etsy: The Shop``."""
    return path.replace(":", ": ")


def day_field(label: str) -> forms.DateField:
    """Return a field for a day that may be left open."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ProfileForm(forms.Form):
    """Made over a profile's JSON; once valid, ``body`` is the changed JSON."""

    def __init__(
        self, data: Any = None, *, former: dict[str, Any], chart: Chart, currency: str, number: int
    ) -> None:
        """Make the fields from what the profile says."""
        super().__init__(data)
        self.former, self.chart, self.currency = former, chart, currency
        self.body = copy.deepcopy(former)
        self.fields["base"] = forms.IntegerField(widget=forms.HiddenInput, initial=number)
        self._number = number
        self._day_fields()
        self._texts()
        self._modes(data)
        self._roles = {
            **ROLES,
            **{role: w for role, w in TILL_ROLES.items() if role in former["ledger_accounts"]},
        }
        self._items = {**ITEMS, **{item: w for item, w in TILL_ITEMS.items() if item in former["items"]}}
        for role, words in self._roles.items():
            self.fields[f"account_{role}"] = self._account_field(role, words)
        for item, words in self._items.items():
            self.fields[f"item_{item}"] = forms.CharField(
                label=str(words), max_length=100, initial=former["items"].get(item, "")
            )
        self._till()
        self._rails()

    @property
    def is_till(self) -> bool:
        """Tell whether the profile is a till's."""
        return set(TILL_ROLES) <= set(self._roles)

    def _till(self) -> None:
        if not self.is_till:
            return
        for name, choices, usual in (
            ("item_policy", ITEM_POLICIES, "one-item"),
            ("tax_rule", TAX_RULES, "source"),
        ):
            self.fields[name] = forms.ChoiceField(
                label=str(FIELDS[name]), choices=list(choices.items()), initial=self.former.get(name, usual)
            )
        self.fields["rounding_limit_minor"] = forms.IntegerField(
            label=str(FIELDS["rounding_limit_minor"]),
            min_value=0,
            max_value=100,
            initial=self.former.get("rounding_limit_minor", 0),
        )

    def _day_fields(self) -> None:
        for name in ("since", "until"):
            self.fields[name] = day_field(str(FIELDS[name]))
            self.fields[name].initial = self.former.get(name)
        held = decimal_from_minor(self.former.get("opening_minor", 0), self.currency)
        self.fields["opening"] = forms.CharField(
            label=str(FIELDS["opening"]), max_length=18, required=False, initial=str(held)
        )

    def _texts(self) -> None:
        choices = [(key, words) for key, words in POLICIES.items()]
        self.fields["customer_policy"] = forms.ChoiceField(
            label=str(FIELDS["customer_policy"]), choices=choices
        )
        self.fields["customer_policy"].initial = self.former.get("customer_policy")
        self.fields["fee_policy"] = forms.ChoiceField(
            label=str(FIELDS["fee_policy"]),
            choices=list(FEE_POLICIES.items()),
            initial=self.former.get("fee_policy", "by-ledger-account"),
        )
        for name in _TEXTS:
            self.fields[name] = forms.CharField(
                label=str(FIELDS[name]), max_length=100, initial=self.former.get(name)
            )

    def _modes(self, data: Any) -> None:
        """Make a row of fields for each range of days, and an empty one to add another."""
        kept = self.former.get("modes", [])
        typed = sum(name.startswith("mode_") for name in data) if data else 0
        self._mode_rows = min(max(len(kept) + 1, typed), _MOST_MODES)
        choices = [("", _("no range")), *MODES.items()]
        for index in range(self._mode_rows):
            part = kept[index] if index < len(kept) else {}
            mode = forms.ChoiceField(label=_("Posted"), choices=choices, required=False)
            mode.initial = part.get("mode", "")
            self.fields[f"mode_{index}"] = mode
            for side, words in (("start", _("From")), ("end", _("To"))):
                self.fields[f"{side}_{index}"] = day_field(str(words))
                self.fields[f"{side}_{index}"].initial = part.get(side)

    def _account_field(self, role: str, words: Promise) -> forms.CharField:
        use = self.former["ledger_accounts"].get(role, {})
        return forms.CharField(
            label=str(words),
            max_length=300,
            initial=path_text(_path(use)),
            widget=forms.TextInput(attrs={"list": "chart", "autocomplete": "off"}),
        )

    def _rails(self) -> None:
        rails = self.former.get("rails", {})
        for name, words in RAILS.items():
            if name == "closed_period":
                field: forms.Field = forms.BooleanField(label=str(words), required=False)
            else:
                field = forms.IntegerField(label=str(words), min_value=0, max_value=10_000_000)
            field.initial = rails.get(name)
            self.fields[f"rails_{name}"] = field

    # What the page shows

    @property
    def mode_rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """Yield the fields of each range of days."""
        for index in range(self._mode_rows):
            yield self[f"mode_{index}"], self[f"start_{index}"], self[f"end_{index}"]

    @property
    def sections(self) -> Iterator[tuple[Promise, Promise, list[BoundField]]]:
        """Yield the sections after the modes: title, explanation and fields."""
        yield (
            _("Cut-off"),
            _(
                "Nothing dated before the first day or after the last one is posted."
                " Write the amount as 120.50."
            ),
            [self[name] for name in ("since", "until", "opening")],
        )
        yield (
            _("Customers and numbers"),
            _("With one customer for all sales, buyers' names stay out of the books."),
            [self[name] for name in ("customer_policy", *_TEXTS)],
        )
        yield (
            _("Ledger accounts for money"),
            _("The clearing account is for itself; clearing, bank and card are three."),
            [self[f"account_{role}"] for role in self._roles if role in _MONEY_ROLES],
        )
        yield (
            _("Ledger accounts for sales and tax"),
            _("Choose one of the books or write a new name; a colon stands between parent and child."),
            [self[f"account_{role}"] for role in self._roles if ":" not in role and role not in _MONEY_ROLES],
        )
        if self.is_till:
            yield (
                _("Items and tax of the till"),
                _("The till's tax is what was collected: then the bank match fits to the cent."),
                [self[name] for name in _TILL_FIELDS],
            )
        yield (
            _("Ledger accounts for fees"),
            _("A new name is a new ledger account: documents are changed over, the old one stays."),
            [self["fee_policy"], *(self[f"account_{role}"] for role in self._roles if ":" in role)],
        )
        yield (
            _("Items"),
            _("The names of the items on receipts."),
            [self[f"item_{name}"] for name in self._items],
        )
        yield (
            _("Rails"),
            _("A plan beyond these is held as a whole and says by how much."),
            [self[f"rails_{name}"] for name in RAILS],
        )

    # What was typed

    def clean_base(self) -> int:
        """Return the version that the form was made from, if it is still in force."""
        if self.cleaned_data["base"] != self._number:
            raise forms.ValidationError(
                gettext("Somebody saved version {number} meanwhile. Open the profile again.").format(
                    number=self._number
                )
            )
        return self._number

    def clean_opening(self) -> int:
        """Return minor units."""
        text = str(self.cleaned_data["opening"]).replace(" ", "") or "0"
        if not re.fullmatch(r"-?\d+([.,]\d+)?", text):
            raise forms.ValidationError(gettext("Write an amount of money, such as 120.50."))
        return minor_from_decimal(text.replace(",", "."), self.currency)

    def clean(self) -> dict[str, Any]:
        """Make the changed profile and put what is wrong with it at its field."""
        if not self.errors:
            self.body = self._changed()
        if not self.errors:
            try:
                profile_from_json(self.body)
            except InputError as error:
                self._place(error)
        return self.cleaned_data

    def _place(self, error: InputError) -> None:
        if not isinstance(error, ProfileError):
            self.add_error(None, said(f"{error.message} {error.remedy}".strip()))
            return
        name = field_of(error.field)
        what = said(error.what)
        words = f"{what[:1].upper()}{what[1:]}. {said(error.remedy)}".strip()
        self.add_error(name if name in self.fields else None, words)

    def _changed(self) -> dict[str, Any]:
        typed, body = self.cleaned_data, copy.deepcopy(self.former)
        for name in ("since", "until"):
            body[name] = typed[name].isoformat() if typed[name] else None
        body["opening_minor"] = typed["opening"]
        for name in ("customer_policy", "fee_policy", *_TEXTS):
            body[name] = typed[name]
        body["modes"] = [
            {"mode": typed[f"mode_{index}"], **self._range(index)}
            for index in range(self._mode_rows)
            if typed[f"mode_{index}"]
        ]
        body["items"] = {**body["items"], **{item: typed[f"item_{item}"] for item in self._items}}
        body["rails"] = {name: typed[f"rails_{name}"] for name in RAILS}
        for name in _TILL_FIELDS if self.is_till else ():
            body[name] = typed[name]
        for role in self._roles:
            body["ledger_accounts"][role] = self._use(role, typed[f"account_{role}"])
        return body

    def _range(self, index: int) -> dict[str, str | None]:
        days = ((side, self.cleaned_data[f"{side}_{index}"]) for side in ("start", "end"))
        return {side: day.isoformat() if day else None for side, day in days}

    def _use(self, role: str, text: str) -> dict[str, str]:
        """Return the ledger account that was typed for a role: one of the books with its own type, the one it
        had, or a new one of the role's type.
        """
        former: dict[str, str] = self.former["ledger_accounts"][role]
        path = ":".join(part.strip() for part in text.split(":"))
        if path == _path(former):
            return former
        known = self.chart.get(path.casefold())
        if known is not None:
            self._check_statement(role, known, LedgerAccountType(former["type"]))
            return {
                "name": known.name,
                "type": known.type.value,
                "sub_type": known.sub_type,
                "parent": known.parent,
            }
        parent, _colon, name = path.rpartition(":")
        above = self.chart.get(parent.casefold())
        if above is not None and above.type.value != former["type"]:
            words = gettext("{parent} is of the type {type}; a child below it would be too.")
            self.add_error(f"account_{role}", words.format(parent=above.path, type=above.type.value))
        return {**former, "name": name, "parent": parent}

    def _check_statement(self, role: str, known: LedgerAccountUse, former: LedgerAccountType) -> None:
        """Refuse a ledger account of the balance sheet for a role of profit and loss, and the reverse."""
        if role not in _EITHER and is_balance_sheet(known.type) != is_balance_sheet(former):
            words = gettext("{name} is of the type {type}; this needs one such as {wanted}.")
            self.add_error(
                f"account_{role}",
                words.format(name=path_text(known.path), type=known.type.value, wanted=former.value),
            )


def _path(use: Mapping[str, str]) -> str:
    return f"{use['parent']}:{use['name']}" if use.get("parent") else use.get("name", "")
