"""Bank lines: pairing, own transfers, rules, overlapping files, statements."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import BankLine
from closebook.core.reconcile.overlap import Known, Standing, identities, look_of, standings
from closebook.core.reconcile.pairing import Booked, Expected, Sureness, own_transfers, pairings
from closebook.core.reconcile.rules import BankRule, Share, preview, rule_checked, shared, takes
from closebook.core.reconcile.statements import StatementLine, reconciliation

DAY = dt.date(2026, 3, 2)
CERTAIN, SUGGESTED = Sureness.CERTAIN, Sureness.SUGGESTED


def on(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def paired(*args, **options):
    return {(pair.line, pair.expected): pair.sureness for pair in pairings(*args, **options)}


def test_one_amount_in_its_days_is_certain():
    assert paired([Booked("l", on(2), 500)], [Expected("e", DAY, 500)]) == {("l", "e"): CERTAIN}
    assert not paired([Booked("l", on(9), 500)], [Expected("e", DAY, 500)])
    assert not paired([Booked("l", on(1), 501)], [Expected("e", DAY, 500)])
    assert not paired([Booked("l", on(1), -500)], [Expected("e", DAY, 500)])


def test_two_of_one_amount_are_not_decided_by_guess():
    both = [Expected("e", DAY, 500), Expected("f", on(1), 500)]
    assert paired([Booked("l", on(2), 500)], both) == {("l", "e"): SUGGESTED, ("l", "f"): SUGGESTED}


def test_a_reference_decides_between_two_of_one_amount():
    both = [Expected("e", DAY, 500, ("PO-77123",)), Expected("f", on(1), 500, ("PO-77124",))]
    lines = [Booked("l", on(2), 500, "Payout po 77124 Etsy"), Booked("m", on(2), 500)]
    assert paired(lines, both) == {("l", "f"): CERTAIN, ("m", "e"): CERTAIN}


@pytest.mark.parametrize("seed", range(20))
def test_no_line_is_certain_twice_whatever_the_order(seed: int):
    print("seed", seed)
    chance = random.Random(seed)
    lines = [Booked(f"l{i}", on(chance.randrange(20)), chance.choice((100, 200, -300))) for i in range(30)]
    wanted = [Expected(f"e{i}", on(chance.randrange(20)), chance.choice((100, 200, -300))) for i in range(30)]
    found = pairings(lines, wanted)
    sure = [pair for pair in found if pair.sureness is CERTAIN]
    assert len({pair.line for pair in sure}) == len(sure) == len({pair.expected for pair in sure})
    chance.shuffle(lines)
    chance.shuffle(wanted)
    assert pairings(lines, wanted) == found


def test_a_transfer_between_own_accounts_is_two_lines():
    accounts = {1: [Booked("a", DAY, -5000)], 2: [Booked("b", on(2), 5000), Booked("c", on(9), 5000)]}
    assert [(p.line, p.expected, p.sureness) for p in own_transfers(accounts)] == [("a", "b", CERTAIN)]
    accounts[2].append(Booked("d", on(1), 5000))
    assert {p.sureness for p in own_transfers(accounts)} == {SUGGESTED}
    assert not own_transfers({1: [Booked("a", DAY, -5000), Booked("b", DAY, 5000)]})


RULE = BankRule(1, ("ink * paper",), side="out", shares=(Share("60", 10_000),))
LINE = BankLine(DAY, -1250, "USD", "INK & PAPER", "Card 123")


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({}, True),
        ({"words": ("paper * ink",)}, False),
        ({"words": ("Inké",)}, False),
        ({"side": "in"}, False),
        ({"without": ("card",)}, False),
        ({"least_minor": 1250, "most_minor": 1250}, True),
        ({"least_minor": 1251}, False),
        ({"most_minor": 1249}, False),
        ({"bank_account": 2}, False),
        ({"bank_account": 1}, True),
    ],
)
def test_what_a_rule_takes(changes: dict, taken: bool):
    assert takes(replace(RULE, **changes), LINE, 1) is taken


def test_a_preview_leaves_out_what_an_earlier_rule_takes():
    lines = [(1, LINE), (1, replace(LINE, counterparty="INK PAPER HOUSE"))]
    earlier = replace(RULE, key=0, words=("house",))
    assert preview(RULE, lines, [earlier]) == [LINE]


@pytest.mark.parametrize(
    "rule",
    [
        replace(RULE, words=()),
        replace(RULE, words=("*",)),
        replace(RULE, shares=(Share("60", 9_999),)),
        replace(RULE, shares=(Share("60", 10_001), Share("61", -1))),
        replace(RULE, least_minor=2, most_minor=1),
    ],
)
def test_an_unsound_rule_is_refused(rule: BankRule):
    with pytest.raises(InputError):
        rule_checked(rule)


@pytest.mark.parametrize("seed", range(10))
def test_shares_add_up_exactly(seed: int):
    chance = random.Random(seed)
    cut = chance.randrange(1, 9_999)
    amount = chance.randrange(-99_999, 99_999)
    assert sum(part for _key, part in shared(amount, (Share("a", cut), Share("b", 10_000 - cut)))) == amount


def coffee(day: int, fitid: str = "", text: str = "Coffee") -> BankLine:
    return BankLine(on(day), -350, "USD", text=text, source_id=fitid)


def known(lines: list[BankLine], form: str = "csv") -> list[Known]:
    named = zip(lines, identities(lines), strict=True)
    return [Known(i, name, x.day, x.amount_minor, look_of(x), form) for i, (x, name) in enumerate(named)]


N, K, L = Standing.NEW, Standing.KNOWN, Standing.LOOK_ALIKE


def test_two_equal_coffees_of_a_file_stay_two():
    lines = [coffee(1), coffee(1), coffee(2)]
    assert len(set(identities(lines))) == 3
    assert standings(lines, [], "csv") == [N, N, N]
    assert standings(lines, known(lines), "csv") == [K, K, K]


def test_an_overlapping_file_brings_the_twin_that_came_later():
    assert standings([coffee(1), coffee(1), coffee(2)], known([coffee(0), coffee(1)]), "csv") == [K, N, N]


def test_one_id_for_all_lines_is_no_identity():
    lines = [coffee(1, "1"), coffee(2, "1"), coffee(2, "1")]
    assert len(set(identities(lines))) == 3


def test_trusted_ids_keep_a_twin_apart():
    stored = known([coffee(1, "A"), coffee(2, "B")], "ofx")
    assert standings([coffee(1, "A"), coffee(2, "C")], stored, "ofx") == [K, N]


def test_ids_that_change_with_every_download_are_seen_through():
    stored = known([coffee(1, "A"), coffee(2, "B"), coffee(3, "C")], "ofx")
    fresh = [coffee(1, "X"), coffee(2, "Y"), coffee(3, "Z"), coffee(3, "W"), coffee(4, "V")]
    assert standings(fresh, stored, "ofx") == [K, K, K, N, N]


def test_one_line_that_may_be_the_same_is_asked_about():
    assert standings([coffee(2, "Y")], known([coffee(2, "B")], "ofx"), "ofx") == [L]


def test_another_format_of_the_same_days_makes_look_alikes():
    stored = known([coffee(1, "A", "Coffee house")], "ofx")
    assert standings([coffee(1, text="POS 123"), coffee(1, text="POS 124")], stored, "csv") == [L, N]


@pytest.mark.parametrize("seed", range(10))
def test_a_file_read_twice_brings_nothing_whatever_its_order(seed: int):
    chance = random.Random(seed)
    lines = [coffee(chance.randrange(5), chance.choice(("", "1", "A"))) for _ in range(30)]
    stored = known(lines)
    chance.shuffle(lines)
    assert set(standings(lines, stored, "csv")) == {K}


def test_a_statement_is_done_when_opening_and_cleared_lines_make_the_closing_balance():
    lines = [StatementLine(DAY, 500, cleared=True), StatementLine(on(1), -200, cleared=False)]
    found = reconciliation(lines, 1000, 1300, 1500)
    assert (found.difference_minor, found.statement_difference_minor, found.open_count) == (-200, 0, 1)
    assert not found.done
    assert found.books_difference_minor == -200
    cleared = [replace(line, cleared=True) for line in lines]
    assert reconciliation(cleared, 1000, 1300, 1300).done
