"""A transaction that is read and sent back whole, or changed in nothing, stays what it is."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.services import write
from tests.apps.qbo.transactions.examples import payloads, taxed
from tests.apps.qbo.transactions.test_taxes import taxed_world
from tests.apps.qbo.transactions.worlds import World


def without_version(body: dict) -> dict:
    return {name: value for name, value in body.items() if name not in {"SyncToken", "MetaData"}}


@pytest.mark.parametrize("rules", ["plain", "US", "NL"])
def test_echo_changes_nothing(db: None, rules: str) -> None:
    world = World(country="NL" if rules == "NL" else "US")
    good = payloads(world)
    if rules != "plain":
        taxed_world(world, {"State": "10"})
        world.preference("CurrencyPrefs", MultiCurrencyEnabled=True)
    for entity, payload in good.items():
        sent = payload if rules == "plain" else taxed(world, payload, entity)
        made = world.create(entity, **sent)
        posted = world.postings(entity, made)
        noted = world.update(entity, made)
        assert without_version(noted) == without_version(made), entity
        echoed = world.run(write.update, entity, world.read(entity, made))
        assert without_version(echoed) == without_version(made), entity
        assert world.postings(entity, echoed) == posted, entity
        assert echoed["SyncToken"] == "2"
        if entity == "BillPayment" or made.get("LinkedTxn"):
            continue
        world.delete(entity, echoed)
