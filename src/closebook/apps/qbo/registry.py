"""The list of all kinds of objects, by canonical name."""

from __future__ import annotations

from closebook.apps.qbo.entities.account import Account
from closebook.apps.qbo.entities.attachable import Attachable
from closebook.apps.qbo.entities.base import Entity
from closebook.apps.qbo.entities.company import CompanyInfo, Preferences
from closebook.apps.qbo.entities.currency import CompanyCurrency, ExchangeRate
from closebook.apps.qbo.entities.customer import Customer
from closebook.apps.qbo.entities.empty_lists import EMPTY_LISTS
from closebook.apps.qbo.entities.item import Item
from closebook.apps.qbo.entities.tax_lists import TaxAgency, TaxCode, TaxRate
from closebook.apps.qbo.entities.terms import PaymentMethod, Term
from closebook.apps.qbo.entities.tracking import Class, Department
from closebook.apps.qbo.entities.transactions import TRANSACTIONS
from closebook.apps.qbo.entities.vendor import Employee, Vendor

_ALL: tuple[Entity, ...] = (
    CompanyInfo(),
    Preferences(),
    Account(),
    Customer(),
    Vendor(),
    Employee(),
    Class(),
    Department(),
    Item(),
    Term(),
    PaymentMethod(),
    TaxAgency(),
    TaxRate(),
    TaxCode(),
    ExchangeRate(),
    CompanyCurrency(),
    Attachable(),
    *TRANSACTIONS,
    *EMPTY_LISTS,
)

ENTITIES: dict[str, Entity] = {entity.name: entity for entity in _ALL}
BY_SEGMENT: dict[str, Entity] = {
    word: entity for entity in _ALL for word in (entity.segment, entity.name.lower())
}


def find(name: str) -> Entity | None:
    """Return the entity of a name in any letter case, None when there is none."""
    return BY_SEGMENT.get(name.lower())
