"""Payouts that the rows do not explain are held and named; unknown rows are posted where they are seen."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from closebook.apps.sync.codec import target_from
from closebook.apps.sync.models import Link
from tests.apps.sync.harness import SHOP
from tests.apps.sync.test_late_data import named, rewritten


def statements(files: list[Path]) -> list[Path]:
    return named(files, "statement")


def test_a_row_of_an_unknown_type_is_posted_where_it_is_seen(fresh, shop_files, tmp_path):
    source = statements(shop_files)[2]

    def with_unknown(lines):
        like = next(line for line in lines if ",Marketing," in line)
        row = like.replace("Marketing", "Wombat").replace('"Etsy Ads"', '"Wombat insurance"')
        return [lines[0], row, *lines[1:]]

    run = fresh.sync(*statements(shop_files)[:2], rewritten(tmp_path, source, source.name, with_unknown))
    assert run.state == "done"
    assert any("Wombat insurance" in warning for warning in run.warnings)
    link = fresh.link(kind="journal-entry", key__contains="/unclassified/")
    assert "Wombat insurance" in target_from(link.target).memo
    assert fresh.json("tieout", SHOP)["ties"]


def test_a_bad_row_in_a_payouts_window_holds_the_payout_and_is_named(fresh, shop_files, tmp_path):
    source = statements(shop_files)[0]

    def spoiled(lines):
        bad = next(i for i, line in enumerate(lines) if ",Sale," in line and "Payment for" in line)
        return [*lines[:bad], lines[bad].replace("$", "$9", 1), *lines[bad + 1 :]]

    fresh.sync(rewritten(tmp_path, source, source.name, spoiled), *[p for p in shop_files if p != source])
    held = [hold for hold in fresh.holds() if hold.code == "payout-short"]
    assert held
    assert all("could not be read" in hold.cause for hold in held)
    assert source.name in held[0].cause
    assert not fresh.json("tieout", SHOP, code=3)["ties"]
    fresh.pull(source)
    assert fresh.sync().state == "done"
    assert not fresh.holds()
    assert fresh.json("tieout", SHOP)["ties"]


def test_a_missing_first_statement_holds_its_payout_until_the_opening_balance_is_given(fresh, shop_files):
    held_at_end = opening(shop_files)
    fresh.sync(*[path for path in shop_files if "2026_1" not in path.name and "2026-1" not in path.name])
    held = fresh.holds()
    assert held
    assert {hold.code for hold in held} == {"payout-short"}
    assert "earlier statement is missing" in held[0].cause
    assert any("opening_minor" in fix for fix in held[0].fixes)
    fresh.command("profile", "set", SHOP, "since=2026-02-01", f"opening_minor={held_at_end}")
    run = fresh.sync()
    assert (run.state, fresh.proofs_hold(run)) == ("done", True), run.proofs
    assert not fresh.holds()
    tied = fresh.json("tieout", SHOP)
    assert tied["ties"]
    assert Link.objects.filter(key="opening/balance").exists()


def opening(files: list[Path]) -> int:
    """Return what the platform held at the end of the first month, from the first statement's own rows."""
    from closebook.connectors.etsy.connector import EtsyConnector
    from closebook.core.commerce.records import SourceRecord

    connector = EtsyConnector()
    records = [one for one in connector.read(statements(files)[0]) if isinstance(one, SourceRecord)]
    return sum(row.amount_minor for row in connector.normalise(records).movements)


def test_a_payout_posted_anyway_is_not_asked_about_again(fresh, shop_files):
    fresh.sync(*[path for path in shop_files if "2026_1" not in path.name and "2026-1" not in path.name])
    hold = fresh.holds()[0]
    run = fresh.retry(hold, "post-anyway")
    assert run is not None
    assert Link.objects.filter(key=hold.key).exists()
    while held := fresh.holds():
        fresh.retry(held[0], "post-anyway")
    for _ in range(2):
        assert fresh.plan() is None
        assert not fresh.holds()


def test_an_opening_balance_at_connecting(bare, shop_files):
    from closebook.core.money import format_minor

    bare.command(
        "connect",
        "etsy",
        SHOP,
        "--since",
        "2026-02-01",
        "--opening",
        format_minor(opening(shop_files), "USD"),
    )
    run = bare.sync(*shop_files)
    assert (run.state, bare.proofs_hold(run)) == ("done", True), run.proofs
    assert not bare.holds()
    assert bare.json("tieout", SHOP)["ties"]
    days = [
        target_from(text).day.isoformat()
        for text in Link.objects.exclude(
            kind__in=["customer", "item", "ledger-account", "vendor"]
        ).values_list("target", flat=True)
    ]
    assert min(days) == "2026-02-01"


@pytest.mark.parametrize("word", ["statement-only", "ignore"])
def test_an_order_that_differs_from_the_statement_is_asked_about_once(fresh, shop_files, tmp_path, word):
    source = named(shop_files, "SoldOrders2026-2")[0]

    def dearer(lines):
        heads, cells = csv.reader(lines[:2])
        for head in ("Shipping", "Order Total", "Order Net"):
            cells[heads.index(head)] = str(Decimal(cells[heads.index(head)]) + 5)
        row = ",".join(f'"{cell}"' for cell in cells)
        return [lines[0], row + "\n", *lines[2:]]

    fresh.sync(rewritten(tmp_path, source, source.name, dearer), *[p for p in shop_files if p != source])
    held = [hold for hold in fresh.holds() if hold.code == "order-differs"]
    assert len(held) == 1
    assert any(word in fix for fix in held[0].fixes)
    fresh.retry(held[0], word)
    for _ in range(2):
        assert fresh.plan() is None
        assert not fresh.holds()
    assert fresh.json("tieout", SHOP, code=0 if word == "statement-only" else 3)["ties"] == (
        word == "statement-only"
    )
