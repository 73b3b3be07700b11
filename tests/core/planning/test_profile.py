"""The posting profile, its JSON, and the simulation of a cut-off."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from closebook.core.errors import InputError
from closebook.core.planning.cutoff import ForeignPosting, simulate_cut_off
from closebook.core.planning.profile import ROLES, Mode, ModeRange, default_profile
from closebook.core.planning.profile_json import profile_fingerprint, profile_from_json, profile_to_json
from tests.core.planning.shop import day, payout, profile, sale


def body(**more):
    return {**profile_to_json(profile(since=day("03-01"), opening_minor=77)), **more}


def test_the_default_profile_maps_every_role_and_survives_json():
    one = default_profile("Quill & Daughters", "EUR", mode=Mode.PER_PAYOUT)
    assert set(one.ledger_accounts) == set(ROLES)
    assert one.connection == "quill-daughters"
    assert profile_from_json(json.loads(json.dumps(profile_to_json(one)))) == one
    assert one.ledger_account("clearing").path == "Etsy:Quill & Daughters"


def test_ranges_and_days_survive_json():
    one = replace(
        profile(since=day("03-01")),
        until=day("12-31"),
        modes=(ModeRange(Mode.PER_SALE), ModeRange(Mode.PER_PAYOUT, day("04-01"), day("04-30"))),
    )
    assert profile_from_json(profile_to_json(one)) == one
    assert [one.mode_on(day(text)).value for text in ("03-31", "04-01", "04-30", "05-01")] == [
        "per-sale", "per-payout", "per-payout", "per-sale",
    ]  # fmt: skip


def test_the_fingerprint_does_not_depend_on_the_version():
    one = profile()
    assert profile_fingerprint(one) == profile_fingerprint(replace(one, version=9))
    assert profile_fingerprint(one) != profile_fingerprint(replace(one, vendor="Other"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "colour is not known"),
        ({"since": "soon"}, "since must be a day"),
        ({"since": 3}, "since must be a day or null"),
        ({"since": None}, "opening_minor needs the day"),
        ({"opening_minor": 1.5}, "opening_minor must be a whole number"),
        ({"opening_minor": True}, "opening_minor must be a whole number"),
        ({"shop": None}, "shop must be a text"),
        ({"items": []}, "items must be an object"),
        ({"items": {}}, "items.sale"),
        ({"modes": [{"mode": "weekly"}]}, "modes.0.mode must be one of per-sale, per-payout"),
        ({"modes": [{"mode": "per-sale", "from": None}]}, "modes.0.from is not known"),
        (
            {"modes": [{"mode": "per-sale", "start": "2026-04-01", "end": "2026-03-01"}]},
            "modes.0 ends before",
        ),
        ({"customer_policy": "nobody"}, "customer_policy must be one of"),
        ({"rails": {"max_removed": "x"}}, "rails.max_removed must be a whole number"),
        ({"rails": {"closed_period": 1}}, "rails.closed_period must be true or false"),
        ({"connection": "two words"}, "connection must be a word"),
        ({"number_prefix": "LONG"}, "number_prefix"),
        ({"vendor": "Etsy buyers"}, "vendor is the same name"),
        ({"ledger_accounts": {}}, "ledger_accounts.clearing is missing"),
    ],
)
def test_what_is_wrong_is_named(change, words):
    with pytest.raises(InputError, match=words):
        profile_from_json(body(**change))


def test_a_missing_field_is_named():
    broken = body()
    del broken["shop"]
    with pytest.raises(InputError, match="shop is missing"):
        profile_from_json(broken)


@pytest.mark.parametrize(
    ("role", "use", "words"),
    [
        ("income", {"name": "Sales: all", "type": "Income"}, "Sales: all"),
        ("income", {"name": "Sales", "type": "Profit"}, "ledger_accounts.income.type must be one of"),
        ("income", {"name": "Shop", "type": "Bank", "parent": "Etsy"}, ""),
        ("bank", {"name": "Sales", "type": "Income"}, "balance sheet"),
        ("bank", {"name": "Credit Card", "type": "Credit Card"}, "one ledger account for two"),
        (
            "fee:ads",
            {"name": "The Shop", "type": "Bank", "parent": "Etsy"},
            "clearing is used for another role",
        ),
    ],
)
def test_ledger_accounts_that_cannot_be_used_are_refused(role, use, words):
    uses = {**body()["ledger_accounts"], role: use}
    if not words:
        assert profile_from_json(body(ledger_accounts=uses))
        return
    with pytest.raises(InputError, match=words):
        profile_from_json(body(ledger_accounts=uses))


def test_a_cut_off_is_tried_out():
    rows = [sale("02-27", 5000, "1"), payout("02-28", 4000), sale("03-02", 700, "2"), payout("03-09", 1700)]
    foreign = [
        ForeignPosting("sales-receipt", "901", day("03-02"), 650, number="SHOP-2"),
        ForeignPosting("deposit", "902", day("03-11"), 1700),
        ForeignPosting("deposit", "903", day("03-20"), 1700),
        ForeignPosting("sales-receipt", "904", day("02-27"), 5000),
    ]
    found = simulate_cut_off(rows, day("03-01"), foreign)
    assert (found.rows_before, found.rows_after, found.held_minor) == (2, 2, 1000)
    assert [(one.posting.remote_id, one.reason) for one in found.overlaps] == [
        ("901", "It names order 2."),
        ("902", "Same amount as the payout of 2026-03-09."),
    ]
    assert "10.00 USD: the opening balance" in found.in_words("USD")[1]
