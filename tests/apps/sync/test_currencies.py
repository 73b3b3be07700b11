"""Shops of other countries: books that are still empty take the shop's currency on."""

from __future__ import annotations

import pytest

from closebook.connectors.etsy.sample import write_sample
from tests.apps.sync.harness import SHOP


@pytest.mark.parametrize(("currency", "locale"), [("GBP", "en-GB"), ("EUR", "de")], ids=["british", "german"])
def test_a_shop_in_another_currency_ties_out_and_can_be_taken_back(bare, tmp_path, currency, locale):
    facts = write_sample(
        tmp_path / "files",
        rows=220,
        seed=4,
        first_month="2026-01",
        months=3,
        currency=currency,
        locale=locale,
    )
    files = sorted(path for paths in facts.files.values() for path in paths)
    bare.command("connect", "etsy", SHOP, "--currency", currency)
    run = bare.sync(*files)
    assert (run.state, bare.proofs_hold(run)) == ("done", True), (run.reason, run.proofs)
    assert not bare.errors()
    assert not bare.holds()
    tied = bare.json("tieout", SHOP)
    assert tied["ties"]
    assert tied["currency"] == currency
    table = bare.json("statement", "trial-balance", "--to", "2027-12-31")
    assert table["currency"] == currency
    assert any("vat-on-fees" in row["kind"] and row["source_minor"] for row in tied["rows"])
    assert bare.plan() is None
    undone = bare.undo(run)
    assert undone.state == "done"
    assert not bare.trial_balance()
    again = bare.sync()
    assert (again.state, bare.proofs_hold(again)) == ("done", True)


def test_books_with_entries_keep_their_currency(synced):
    result = synced.json("connect", "etsy", "British shop", "--currency", "GBP", code=2)
    assert result["error"]["code"] == "other-currency"
    assert "closebook init" in result["error"]["remedy"]
