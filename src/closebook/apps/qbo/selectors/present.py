"""Shows stored bodies: derived members are computed, and references bear the present names of what they
refer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.base import Entity

REFERRED = {
    "AccountRef": "Account",
    "DepositToAccountRef": "Account",
    "APAccountRef": "Account",
    "ARAccountRef": "Account",
    "FromAccountRef": "Account",
    "ToAccountRef": "Account",
    "BankAccountRef": "Account",
    "CCAccountRef": "Account",
    "DiscountAccountRef": "Account",
    "IncomeAccountRef": "Account",
    "ExpenseAccountRef": "Account",
    "AssetAccountRef": "Account",
    "ItemAccountRef": "Account",
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "SalesTermRef": "Term",
    "TermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
}
_TYPED = frozenset({"EntityRef", "Entity"})


def renamed(ctx: Context) -> dict[tuple[str, str], str]:
    """Return the present name of each object whose name changed since it was made; read once in a request."""
    known: dict[tuple[str, str], str] | None = ctx.memo.get("renamed")
    if known is None:
        ctx.cursor.execute(
            "SELECT entity, wire_id, name FROM qbo_renamed WHERE company_id = %s", [ctx.company_id]
        )
        known = {(entity, wire_id): name for entity, wire_id, name in ctx.cursor.fetchall()}
        ctx.memo["renamed"] = known
    return known


def is_plain(ctx: Context, entity: Entity) -> bool:
    """Tell whether bodies of an entity are shown exactly as they are stored."""
    return not entity.derives and not renamed(ctx)


def present(ctx: Context, entity: Entity, body: Body) -> Body:
    """Return a body as a read shows it."""
    names = renamed(ctx)
    if names:
        _rename(body, names)
    return entity.present(ctx, body) if entity.derives else body


def _rename(value: Any, names: dict[tuple[str, str], str]) -> None:
    if isinstance(value, list):
        for element in value:
            if isinstance(element, dict):
                _rename(element, names)
        return
    for member, part in value.items():
        if not isinstance(part, dict | list):
            continue
        entity = REFERRED.get(member, "")
        if not entity and member in _TYPED and isinstance(part, dict):
            entity = str(part.get("type") or value.get("Type") or "").capitalize()
        if entity and isinstance(part, dict) and "name" in part:
            part["name"] = names.get((entity, str(part.get("value"))), part["name"])
        else:
            _rename(part, names)
