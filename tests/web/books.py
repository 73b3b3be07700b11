"""A sale in a company's books, written as any program would."""

from __future__ import annotations

import json
from typing import Any


def sell(client: Any, keys: Any, day: Any, amount: str) -> None:
    """Write a sales receipt over an amount on a day."""

    def post(path: str, payload: dict[str, Any]) -> dict[str, Any]:
        response = client.post(
            f"/v3/company/{keys.realm_id}/{path}",
            json.dumps(payload),
            content_type="application/json",
            headers={"Authorization": f"Bearer {keys.access_token}"},
        )
        assert response.status_code == 200, response.content
        return dict(json.loads(response.content))

    income = post("account", {"Name": "Shop sales", "AccountType": "Income"})["Account"]["Id"]
    item = {"Name": "Mug", "Type": "Service", "IncomeAccountRef": {"value": income}}
    sold = post("item", item)["Item"]["Id"]
    line = {
        "Amount": float(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": sold}},
    }
    post("salesreceipt", {"TxnDate": day.isoformat(), "Line": [line]})
