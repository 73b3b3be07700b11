"""The tax service: makes a tax code with its rates in one call.

Source: QuickBooks Online Accounting API, TaxService entity. The first code turns sales tax on in the
company's Preferences.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities.base import Draft
from closebook.apps.qbo.entities.names import checked_name, fold, holder
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.services import write
from closebook.apps.qbo.values import decimal_of, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context

_APPLICABLE = {"sales": "Sales", "purchase": "Purchase"}


def tax_service(ctx: Context, payload: Body) -> Body:
    """Return the answer with the ids of the new code and its rates. Raises 2020, 2170, 2500, 6240 and
    6470.
    """
    name = checked_name(payload.get("TaxCode"), "TaxCode", 100, "")
    if holder(ctx, ("TaxCode",), fold(name), None) or name in {"TAX", "NON", "CustomSalesTax"}:
        raise faults.duplicate_name("other")
    details = payload.get("TaxRateDetails")
    if not isinstance(details, list) or not details:
        raise faults.required("TaxRateDetails")
    answers: list[Body] = []
    lists: dict[str, list[Body]] = {"Sales": [], "Purchase": []}
    for detail in details:
        if not isinstance(detail, dict):
            raise faults.unsupported_property("TaxRateDetails")
        answer, wire_id, use = _rate(ctx, detail)
        order = len(lists[use])
        entry = {"TaxRateRef": _named(ctx, wire_id), "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": order}
        lists[use].append(entry)
        answers.append(answer)
    record = write.store_new(ctx, ENTITIES["TaxCode"], _code(name, lists))
    _turn_on(ctx)
    ctx.settle()
    return {"TaxCode": name, "TaxCodeId": record.wire_id, "TaxRateDetails": answers}


def _code(name: str, lists: dict[str, list[Body]]) -> Draft:
    body: Body = {
        "Name": name,
        "Description": name,
        "Active": True,
        "Hidden": False,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": lists["Sales"]},
        "PurchaseTaxRateList": {"TaxRateDetail": lists["Purchase"]},
        "TaxCodeConfigType": "USER_DEFINED",
    }
    return Draft(body, name_key=fold(name))


def _named(ctx: Context, wire_id: str) -> Body:
    return ctx.require("TaxRate", wire_id, "TaxRateId").as_ref()


def _rate(ctx: Context, detail: Body) -> tuple[Body, str, str]:
    """Return (answer, id of the rate, Sales or Purchase) for one detail: an existing rate or a new one."""
    use_text = text_of(detail.get("TaxApplicableOn", "Sales"), "TaxApplicableOn")
    use = _APPLICABLE.get(use_text.lower())
    if use is None:
        raise faults.invalid_enumeration(use_text, "TaxApplicableOn")
    known = text_of(detail.get("TaxRateId"), "TaxRateId")
    if known:
        ctx.require("TaxRate", known, "TaxRateId")
        return {"TaxRateId": known}, known, use
    name = checked_name(detail.get("TaxRateName"), "TaxRateName", 100, "")
    if holder(ctx, ("TaxRate",), fold(name), None):
        raise faults.duplicate_name("other")
    if "RateValue" not in detail:
        raise faults.required("RateValue")
    percent = decimal_of(detail["RateValue"], "RateValue")
    if not 0 <= percent <= 100:
        raise faults.rule(
            "6470",
            "Invalid TaxRate",
            f"RateValue must lie between 0 and 100. Supplied value:{percent}",
            "RateValue",
        )
    agency = ctx.require("TaxAgency", detail.get("TaxAgencyId"), "TaxAgencyId")
    wire_id = _new_rate(ctx, name, percent, agency.wire_id)
    answer = {"TaxRateName": name, "TaxRateId": wire_id, "RateValue": percent, "TaxAgencyId": agency.wire_id}
    return {**answer, "TaxApplicableOn": use}, wire_id, use


def _new_rate(ctx: Context, name: str, percent: Decimal, agency: str) -> str:
    body: Body = {
        "Name": name,
        "Description": name,
        "Active": True,
        "RateValue": percent,
        "AgencyRef": {"value": agency},
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
        "EffectiveTaxRate": [{"RateValue": percent, "EffectiveDate": ctx.today.isoformat()}],
    }
    return write.store_new(ctx, ENTITIES["TaxRate"], Draft(body, name_key=fold(name))).wire_id


def _turn_on(ctx: Context) -> None:
    if ctx.preference("TaxPrefs", "UsingSalesTax", False):
        return
    record = ctx.record_by_id("Preferences", "1")
    if record is not None:
        group = {**store.body_of(record).get("TaxPrefs", {}), "UsingSalesTax": True}
        write.touch(ctx, record, {"TaxPrefs": group})
