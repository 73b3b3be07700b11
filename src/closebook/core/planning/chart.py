"""The list objects that a profile's documents use: ledger accounts, items, customers, the payee of fees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from closebook.core.commerce.records import Buyer, FeeKind, Order
from closebook.core.commerce.sales import SaleLine
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.planning.documents import Document, ListKind, ListObject
from closebook.core.planning.naming import clean_name, list_key
from closebook.core.planning.profile import (
    ITEM_ROLES,
    RECEIVABLE,
    TILL_ITEM_ROLES,
    CustomerPolicy,
    FeePolicy,
    ItemPolicy,
    LedgerAccountUse,
    Profile,
    Role,
    TillRole,
    fee_role,
)


class Chart:
    """The keys of a profile's list objects, looked up once; collects the customers that documents use."""

    def __init__(self, profile: Profile) -> None:
        """Resolve every role and item of a checked profile."""
        self.profile = profile
        keys = {role: use.key for role, use in profile.ledger_accounts.items()}
        self.clearing = keys[Role.CLEARING]
        self.refunds = keys[Role.REFUNDS]
        self.tax_in_transit = keys[Role.TAX_IN_TRANSIT]
        self.seller_tax = keys[Role.SELLER_TAX]
        self.bank = keys[Role.BANK]
        self.card = keys[Role.CARD]
        self.unclassified = keys[Role.UNCLASSIFIED]
        self.opening = keys[Role.OPENING]
        self.receivable = profile.ledger_account(RECEIVABLE).key
        self.fees = {kind: keys[fee_role(kind)] for kind in FeeKind}
        self.items = {role: list_key("item", profile.items[role]) for role in ITEM_ROLES}
        self.income = {role: keys[ITEM_ROLES[role]] for role in ITEM_ROLES}
        self.fee_items: dict[FeeKind, str] = {}
        if profile.fee_policy is FeePolicy.BY_ITEM:
            self.fee_items = {kind: list_key("item", profile.fee_item(kind)) for kind in FeeKind}
        self.till: dict[TillRole, str] = {}
        if profile.is_till:
            self.till = {role: keys[role] for role in TillRole}
            self.items |= {role: list_key("item", profile.items[role]) for role in TILL_ITEM_ROLES}
            self.income |= {role: keys[TILL_ITEM_ROLES[role]] for role in TILL_ITEM_ROLES}
        self.lines = {role: (self.income[role], self.items[role]) for role in self.items}
        self.goods: dict[str, ListObject] = {}
        self.others: dict[str, LedgerAccountUse] = {}
        self.vendor = list_key("vendor", profile.vendor)
        self.fallback = list_key("customers", profile.customer)
        self._item_names = {name.casefold() for name in profile.items.values()}
        self._taken = {profile.customer.casefold(), profile.vendor.casefold()}
        self._keys: dict[tuple[str, str], str] = {}
        self._latest: dict[str, Order] = {}

    def customer(self, order: Order | None) -> str:
        """Return the key of the customer of an order, by the profile's policy."""
        if order is None or self.profile.customer_policy is CustomerPolicy.ONE_CUSTOMER:
            return self.fallback
        buyer = order.buyer
        key = self._keys.get((buyer.name, buyer.username))
        if key is None:
            key = self._keys[buyer.name, buyer.username] = self._key_of(buyer)
        latest = self._latest.get(key)
        if latest is None or (latest.day, latest.order_ref) < (order.day, order.order_ref):
            self._latest[key] = order
        return key

    def good(self, line: SaleLine) -> tuple[str, str]:
        """Return (ledger account, item) of what a line sold, by the profile's policy."""
        name = clean_name(line.title)
        if (
            line.is_sum
            or self.profile.item_policy is ItemPolicy.ONE_ITEM
            or not name
            or name.casefold() in self._item_names
        ):
            return self.lines["sale"]
        key = list_key("item", f"@{line.item_ref}" if line.item_ref else f"={name}")
        if key not in self.goods:
            fields = (("sku", line.sku),) if line.sku else ()
            self.goods[key] = ListObject(
                ListKind.ITEM, key, self._free_item(name), ledger_account=self.income["sale"], fields=fields
            )
        return self.income["sale"], key

    def _free_item(self, name: str) -> str:
        taken = {one.name.casefold() for one in self.goods.values()}
        if name.casefold() not in taken:
            return name
        number = next(n for n in count(2) if f"{name} ({n})".casefold() not in taken)
        return clean_name(f"{name[:90]} ({number})")

    def _key_of(self, buyer: Buyer) -> str:
        name = clean_name(buyer.name or buyer.username)
        if not name or name.casefold() in self._taken:
            return self.fallback
        return list_key("customer", f"@{buyer.username}" if buyer.username else name)

    def used_by(self, documents: Sequence[Document]) -> list[ListObject]:
        """Return the list objects that documents use in the order of their making: parents first."""
        accounts, items, parties = _references(documents)
        found = _item_objects(self, items)
        accounts.update(item.ledger_account for item in found)
        return [*_account_objects(self, accounts), *found, *self._parties(parties)]

    def other_account(self, path: str, type_: str) -> str:
        """Return the key of a ledger account that the books hold, by path and type."""
        parent, _, name = path.rpartition(":")
        use = LedgerAccountUse(name, LedgerAccountType(type_), "", parent)
        self.others[use.key] = use
        return use.key

    def _parties(self, keys: set[str]) -> list[ListObject]:
        buyers = keys & self._latest.keys() - {self.fallback}
        found = [_customer(key, self._latest[key].buyer) for key in sorted(buyers)]
        if self.fallback in keys:
            found.insert(0, ListObject(ListKind.CUSTOMER, self.fallback, self.profile.customer))
        if self.vendor in keys:
            found.insert(0, ListObject(ListKind.VENDOR, self.vendor, self.profile.vendor))
        return found


def _references(documents: Sequence[Document]) -> tuple[set[str], set[str], set[str]]:
    accounts = {line.ledger_account for document in documents for line in document.lines}
    accounts.update({document.money_account for document in documents})
    accounts.update({document.other_account for document in documents})
    items = {line.item for document in documents for line in document.lines}
    parties = {document.party for document in documents}
    return accounts - {""}, items - {""}, parties - {""}


def _item_objects(chart: Chart, keys: set[str]) -> list[ListObject]:
    found = {}
    for role, key in chart.items.items():
        if key in keys and key not in found:
            name = chart.profile.items[role]
            found[key] = ListObject(ListKind.ITEM, key, name, ledger_account=chart.income[role])
    goods = [one for key, one in chart.goods.items() if key in keys]
    return [*found.values(), *goods, *_fee_items(chart, keys)]


def _fee_items(chart: Chart, keys: set[str]) -> list[ListObject]:
    found = {}
    for kind, key in chart.fee_items.items():
        if key in keys and key not in found:
            found[key] = ListObject(
                ListKind.ITEM, key, chart.profile.fee_item(kind), "", chart.fees[kind], (("bought", "yes"),)
            )
    return list(found.values())


def _account_objects(chart: Chart, keys: set[str]) -> list[ListObject]:
    found: dict[str, ListObject] = {}
    profile = chart.profile
    uses = (*profile.ledger_accounts.values(), profile.ledger_account(RECEIVABLE), *chart.others.values())
    for use in uses:
        if use.key in keys:
            _add_with_parents(found, use)
    return list(found.values())


def _add_with_parents(found: dict[str, ListObject], use: LedgerAccountUse) -> None:
    parent = _parent(use)
    if parent:
        _add_with_parents(found, parent)
    if use.key not in found:
        fields = (("type", use.type.value), ("sub_type", use.sub_type))
        found[use.key] = ListObject(
            ListKind.LEDGER_ACCOUNT, use.key, use.name, parent=parent.key if parent else "", fields=fields
        )


def _parent(use: LedgerAccountUse) -> LedgerAccountUse | None:
    if not use.parent:
        return None
    above, _, name = use.parent.rpartition(":")
    sub_type = use.sub_type if use.type is not LedgerAccountType.BANK else "Checking"
    return LedgerAccountUse(name, use.type, sub_type, above)


def _customer(key: str, buyer: Buyer) -> ListObject:
    fields = (
        ("email", buyer.email),
        ("street", buyer.street),
        ("city", buyer.city),
        ("region", buyer.region),
        ("postal_code", buyer.postal_code),
        ("country", buyer.country),
    )
    known = tuple([pair for pair in fields if pair[1]])
    return ListObject(ListKind.CUSTOMER, key, clean_name(buyer.name or buyer.username), fields=known)
