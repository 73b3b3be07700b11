"""Whatever stands in a payload, the answer is an object or a Fault, and a Fault leaves nothing behind."""

from __future__ import annotations

import copy
import os
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from closebook.apps.books.models import Record
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.services import write
from tests.apps.qbo.transactions.examples import payloads, taxed
from tests.apps.qbo.transactions.test_taxes import taxed_world
from tests.apps.qbo.transactions.worlds import World

ODD: list[Any] = [
    None, "", " ", "x", "1", 0, -1, 1,
    Decimal("0.005"), Decimal("1e14"), 10**16, "NaN", "Infinity", True,
    False, [], {}, ["x"], {"value": "1"}, {"value": "99999"}, {"value": {}}, [{}],
    [{"TxnId": "1"}], "2026-02-30", "é" * 5000,
]  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return (container, key) of every member at any depth."""
    found: list[tuple[Any, Any]] = []
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        found.extend(places(value[key]))
    return found


def spoiled(chance: random.Random, payload: dict) -> dict:
    """Return a copy in which one or two members hold something odd, or are gone."""
    bad = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 2)):
        if not places(bad):
            break
        container, key = chance.choice(places(bad))
        if isinstance(container, dict) and chance.random() < 0.1:
            container.pop(key, None)
        else:
            container[key] = copy.deepcopy(chance.choice(ODD))
    return bad


@pytest.mark.parametrize("rules", ["plain", "US", "NL"])
def test_odd_values_give_faults_only(db: None, rules: str) -> None:
    seed, times = int(os.environ.get("SEED", "1")), int(os.environ.get("TIMES", "12"))
    print(f"SEED={seed}")
    chance, refused = random.Random(seed), 0
    world = World(country="NL" if rules == "NL" else "US")
    good = payloads(world)
    if rules != "plain":
        taxed_world(world, {"State": "10"})
        world.preference("CurrencyPrefs", MultiCurrencyEnabled=True)
        good = {entity: taxed(world, payload, entity) for entity, payload in good.items()}
    for entity, payload in good.items():
        for _ in range(times):
            bad = spoiled(chance, payload)
            print(entity, bad)
            before = Record.objects.using("books").count()
            try:
                with transaction.atomic(using="books"):
                    ctx = world.context()
                    write.create(ctx, ENTITIES[entity], bad)
                    ctx.settle()
                    ctx.flush()
                    raise Undo  # noqa: TRY301 - every try starts from the same company
            except Undo:
                continue
            except Fault:
                refused += 1
                assert Record.objects.using("books").count() == before
    assert refused > times


class Undo(Exception):  # noqa: N818 - not an error
    """Takes back what was written."""
