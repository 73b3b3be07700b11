"""Receipts, payments, payouts and the proof of a till. The numbers are those of the table of pitfalls."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from closebook.core.commerce.records import MovementKind
from closebook.core.commerce.sales import DisputeLoss, LineKind, TaxPart, TenderKind
from closebook.core.errors import InputError
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.profile import ItemPolicy, Mode, ModeRange, TaxRule, default_profile
from closebook.core.planning.profile_json import profile_from_json, profile_to_json
from closebook.core.planning.standing import Standing
from closebook.core.planning.tieout import month_totals, tie_out
from tests.core.planning.till import (
    CASH,
    CLEARING,
    GIFT,
    LATER,
    TAX,
    back,
    business,
    day,
    entry,
    line,
    move,
    paid,
    payout,
    profile,
    sale,
    totals,
    wanted,
)

TIPS = "ledger-account:tips to pay out"
BANK = "ledger-account:checking"


def lines_of(desired, key):
    document = next(one for one in desired.documents if one.key == key)
    return [(one.amount_minor, one.item.partition(":")[2]) for one in document.lines]


def test_a_card_sale_names_its_items_and_its_tax_at_the_tills_amount() -> None:
    coffee = sale("A1", "03-04", [line("Coffee", 800, 62, quantity=2), line("Cake", 400)], [paid(1262)])
    desired = wanted(business(sales=[coffee]))
    assert lines_of(desired, "order:A1/sale") == [
        (800, "=coffee"),
        (400, "=cake"),
        (62, "square sales tax to remit"),
    ]
    assert totals(desired)[CLEARING] == 1262
    assert totals(desired)[TAX] == -62


def test_pitfall_21_a_tip_is_owed_and_no_income() -> None:
    desired = wanted(business(sales=[sale("A1", "03-04", [line("Coffee", 500)], [paid(600)], tip_minor=100)]))
    assert totals(desired)[TIPS] == -100


def test_pitfall_22_a_gift_card_is_owed_when_sold_and_pays_when_used() -> None:
    sold = sale("A1", "03-04", [line("Gift card", 5000, kind=LineKind.GIFT_CARD)], [paid(5000)])
    used = sale("A2", "03-05", [line("Mug", 3000)], [paid(3000, TenderKind.GIFT_CARD)])
    desired = wanted(business(sales=[sold, used]))
    found = totals(desired)
    assert found[GIFT] == -2000
    assert found[CLEARING] == 5000
    assert found["ledger-account:sales"] == -3000


def test_pitfall_20_each_tender_of_a_split_sale_is_a_payment_of_its_own() -> None:
    tenders = [
        paid(1000),
        paid(500, TenderKind.CASH),
        paid(300, TenderKind.GIFT_CARD),
        paid(200, TenderKind.OTHER, "Check"),
    ]
    desired = wanted(business(sales=[sale("A1", "03-04", [line("Lamp", 2000)], tenders)]))
    receipt = next(one for one in desired.documents if one.kind is DocumentKind.SALES_RECEIPT)
    assert receipt.total_minor == 2000
    payments = [one for one in desired.documents if "/tender/" in one.key]
    assert sorted(one.kind.value for one in payments) == ["journal-entry", "transfer", "transfer"]
    found = totals(desired)
    assert (found[CLEARING], found[CASH], found[GIFT]) == (1000, 500, 300)
    assert found["ledger-account:square other tenders"] == 200


def test_pitfall_19_cash_goes_to_the_drawer_and_never_near_a_payout() -> None:
    desired = wanted(
        business(
            sales=[sale("A1", "03-04", [line("Tea", 303)], [paid(305, TenderKind.CASH)], rounding_minor=2)]
        )
    )
    assert CLEARING not in totals(desired)
    assert totals(desired)[CASH] == 305
    assert totals(desired)["ledger-account:rounding of sales"] == -2


def test_pitfall_13_a_partial_refund_takes_goods_and_tax_from_the_source() -> None:
    coffee = sale("A1", "03-31", [line("Coffee", 10000, 775)], [paid(10775)])
    part = back("R1", "A1", "04-02", 4000, 310, [paid(4310)])
    desired = wanted(business(sales=[coffee], returns=[part]))
    given = next(one for one in desired.documents if one.kind is DocumentKind.REFUND_RECEIPT)
    assert (given.day, given.total_minor) == (day("04-02"), 4310)
    assert given.key.startswith("order:A1/refund/")
    assert totals(desired)[TAX] == -465


def test_a_refund_of_the_tax_alone() -> None:
    tax = back("R1", "A1", "04-02", 0, 1485, [paid(1485)])
    desired = wanted(business(returns=[tax]))
    assert totals(desired) == {TAX: 1485, CLEARING: -1485}


def test_a_refund_whose_parts_are_not_told_says_so() -> None:
    desired = wanted(business(returns=[back("R1", "", "04-02", 700, 0, [paid(700)], parts_known=False)]))
    assert any("does not tell goods" in note for note in desired.notes)


def test_pitfall_9_a_receipt_that_is_not_what_was_collected_is_held() -> None:
    desired = wanted(business(sales=[sale("A1", "03-04", [line("Coffee", 800, 62)], [paid(861)])]))
    assert [(hold.code, hold.difference_minor) for hold in desired.holds] == [("total-differs", 1)]
    assert "8.62 instead of 8.61" in desired.holds[0].message
    assert not [one for one in desired.documents if one.kind is DocumentKind.SALES_RECEIPT]


def test_a_receipt_that_is_not_paid_whole_any_more_is_held() -> None:
    half = sale("A1", "03-04", [line("Shed", 10000)], [paid(5000)], owed_minor=10000)
    posted = Standing({"order:A1/sale": DocumentKind.SALES_RECEIPT})
    desired = wanted(business(sales=[half]), standing=posted)
    assert [hold.code for hold in desired.holds] == ["partly-paid"]


def _rounded() -> list:
    """A sale of three lines whose tax by line is 3 x 0.07 and on the document 0.22."""
    lines = [line(f"Sticker {n}", 95, 7) for n in range(3)]
    return [sale("A1", "03-04", lines, [paid(306)])]


def test_the_books_tax_gets_a_rounding_line_up_to_the_limit() -> None:
    chosen = replace(profile(), tax_rule=TaxRule.BOOKS, rounding_limit_minor=2)
    desired = wanted(business(sales=_rounded()), chosen)
    assert totals(desired)[TAX] == -22
    assert totals(desired)["ledger-account:rounding of sales"] == 1
    assert totals(desired)[CLEARING] == 306
    assert any("rounds each line" in note for note in desired.notes)


def test_above_the_limit_the_sale_is_held() -> None:
    desired = wanted(business(sales=_rounded()), replace(profile(), tax_rule=TaxRule.BOOKS))
    assert [(hold.code, hold.difference_minor) for hold in desired.holds] == [("tax-differs", -1)]


def test_pitfall_10_several_rates_stand_in_lines_of_their_own() -> None:
    taxes = [TaxPart("a", "GST", 5_000_000, 50), TaxPart("b", "PST", 7_000_000, 70)]
    sold = sale("A1", "03-04", [line("Lamp", 1000, taxes={"a": 50, "b": 70})], [paid(1120)], taxes=taxes)
    desired = wanted(business(sales=[sold]))
    receipt = desired.documents[0]
    assert [one.description for one in receipt.lines] == ["Lamp", "GST 5%", "PST 7%"]


def test_pitfall_8_tax_that_is_part_of_the_prices_is_not_taxed_again() -> None:
    taxes = [TaxPart("v", "VAT", 20_000_000, 200, inclusive=True)]
    sold = sale("A1", "03-04", [line("Lamp", 1000, taxes={"v": 200})], [paid(1200)], taxes=taxes)
    found = totals(wanted(business(sales=[sold])))
    assert (found["ledger-account:sales"], found[TAX], found[CLEARING]) == (-1000, -200, 1200)


def test_pitfall_1_4_and_6_fees_are_an_expense_and_the_payout_is_net() -> None:
    coffee = sale("A1", "03-04", [line("Coffee", 10000)], [paid(10000)])
    fee = move(MovementKind.FEE, "03-04", -290, "A1")
    row, detail = payout("po1", "03-06", 9710, [entry("03-04", 10000, 290)])
    desired = wanted(business(sales=[coffee], movements=[fee, row], payouts=[detail]))
    found = totals(desired)
    assert (found[BANK], found["ledger-account:square fees:payment processing fees"]) == (9710, 290)
    assert CLEARING not in found


def test_pitfall_17_a_negative_payout_is_a_transfer_out_of_the_bank() -> None:
    row, detail = payout("po1", "03-06", -2000, [entry("03-05", -2000, type_="REFUND")])
    desired = wanted(business(movements=[row], payouts=[detail]))
    assert totals(desired) == {BANK: -2000, CLEARING: 2000}


def test_a_payout_whose_entries_do_not_add_up_is_held_with_the_difference() -> None:
    row, detail = payout("po1", "03-06", 9710, [entry("03-04", 9700)])
    desired = wanted(business(movements=[row], payouts=[detail]))
    assert [(hold.code, hold.difference_minor) for hold in desired.holds] == [("payout-short", -10)]
    assert "0.10 apart" in desired.holds[0].message
    assert not desired.documents
    said = {desired.holds[0].key: "post-anyway"}
    assert totals(wanted(business(movements=[row], payouts=[detail]), decisions=said))[BANK] == 9710


@pytest.mark.parametrize("flag", ["known", "agrees"])
def test_a_payout_with_an_entry_in_doubt_is_held(flag: str) -> None:
    row, detail = payout("po1", "03-06", 100, [entry("03-04", 100, names="pay_1", **{flag: False})])
    hold = wanted(business(movements=[row], payouts=[detail])).holds[0]
    assert "pay_1" in hold.message


def test_a_single_transfer_has_no_entries_to_check() -> None:
    row, detail = payout("po1", "03-06", 500, [], listed=False)
    assert totals(wanted(business(movements=[row], payouts=[detail])))[BANK] == 500


@pytest.mark.parametrize(
    ("kind", "account"),
    [
        (MovementKind.RESERVE, "square reserve"),
        (MovementKind.DISPUTE, "square disputes"),
        (MovementKind.LOAN, "square loan"),
        (MovementKind.SAVINGS, "square savings"),
        (MovementKind.PAYROLL, "square payroll"),
        (MovementKind.OTHER_INCOME, "gift wrap income"),
    ],
)
def test_pitfall_18_what_moves_the_balance_has_a_ledger_account_of_its_own(
    kind: MovementKind, account: str
) -> None:
    desired = wanted(business(movements=[move(kind, "03-05", -700)]))
    assert totals(desired) == {CLEARING: -700, f"ledger-account:{account}": 700}


def test_a_lost_dispute_becomes_an_expense_on_its_own_day() -> None:
    loss = DisputeLoss("d1", day("05-01"), 700, "USD", "d1")
    desired = wanted(business(movements=[move(MovementKind.DISPUTE, "03-05", -700)], losses=[loss]))
    assert totals(desired)["ledger-account:square fees:disputes lost"] == 700
    assert "ledger-account:square disputes" not in totals(desired)


def test_an_unknown_entry_is_held_and_posted_apart_when_a_person_says_so() -> None:
    found = business(movements=[move(MovementKind.UNCLASSIFIED, "03-05", 900, title="ADJUSTMENT")])
    desired = wanted(found)
    assert [(hold.code, hold.difference_minor) for hold in desired.holds] == [("unknown-entry", 900)]
    assert not desired.documents
    after = wanted(found, decisions={desired.holds[0].key: "post-anyway"})
    assert totals(after) == {CLEARING: 900, "ledger-account:square unclassified": -900}


def test_pitfall_2_what_lies_before_the_cut_off_is_left_alone() -> None:
    chosen = profile(since=day("03-05"))
    sales = [sale(f"A{n}", f"03-0{n}", [line("Tea", 100)], [paid(100)]) for n in (4, 5)]
    assert [one.key for one in wanted(business(sales=sales), chosen).documents] == ["order:A5/sale"]


def test_pitfall_28_rows_in_another_currency_are_held() -> None:
    desired = wanted(business(sales=[sale("A1", "03-04", [line("Tea", 100)], [paid(100)], currency="CAD")]))
    assert [hold.code for hold in desired.holds] == ["other-currency"]


def test_one_item_for_everything_when_the_profile_says_so() -> None:
    chosen = replace(profile(), item_policy=ItemPolicy.ONE_ITEM)
    desired = wanted(business(sales=[sale("A1", "03-04", [line("Tea", 100)], [paid(100)])]), chosen)
    assert lines_of(desired, "order:A1/sale") == [(100, "square sale")]


def test_pitfall_33_items_are_known_by_their_id_and_twins_of_a_name_are_told_apart() -> None:
    lines = [line("Tea", 100, item_ref="X1", sku="T-1"), line("Tea", 200, item_ref="X2"), line("tea", 1)]
    desired = wanted(business(sales=[sale("A1", "03-04", lines, [paid(301)])]))
    items = [one for one in desired.list_objects if one.kind.value == "item"]
    assert [(one.key, one.name) for one in items] == [
        ("item:@x1", "Tea"),
        ("item:@x2", "Tea (2)"),
        ("item:=tea", "tea (3)"),
    ]
    assert items[0].fields == (("sku", "T-1"),)


def _month(seed: int):
    """Return a month of made-up business that adds up."""
    chance = random.Random(seed)
    sales, returns, movements, details = [], [], [], []
    for number in range(12):
        amount = chance.randrange(100, 9000)
        tax, tip = amount * 775 // 10000, chance.choice([0, 150])
        total = amount + tax + tip
        cash = chance.choice([0, 0, total, total // 3])
        gift = (total - cash) // 2 if chance.random() < 0.2 else 0
        tenders = [paid(total - cash - gift), paid(cash, TenderKind.CASH), paid(gift, TenderKind.GIFT_CARD)]
        on = f"03-{number + 1:02d}"
        sales.append(sale(f"A{number}", on, [line("Tea", amount, tax)], tenders, tip_minor=tip))
        card = total - cash - gift
        if card:
            fee = card * 26 // 1000 + 10
            movements.append(move(MovementKind.FEE, on, -fee, f"A{number}"))
            row, detail = payout(f"po{number}", f"03-{number + 2:02d}", card - fee, [entry(on, card, fee)])
            movements.append(row)
            details.append(detail)
    returns.append(back("R1", "A3", "04-02", 50, 4, [paid(54)]))
    movements += [move(MovementKind.RESERVE, "03-20", -500), move(MovementKind.LOAN, "03-21", -300)]
    return business(sales=sales, returns=returns, movements=movements, payouts=details)


@pytest.mark.parametrize("rule", list(TaxRule))
def test_the_books_of_a_month_prove_themselves(rule: TaxRule) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    found, chosen = _month(seed), replace(profile(), tax_rule=rule, rounding_limit_minor=5)
    desired = wanted(found, chosen)
    assert not desired.holds, [hold.message for hold in desired.holds]
    assert all(sum(amount for _, amount in one.postings()) == 0 for one in desired.documents)
    assert len({one.key for one in desired.documents}) == len(desired.documents)
    assert len({one.number for one in desired.documents}) == len(desired.documents)
    assert all(len(one.number) <= 21 for one in desired.documents)
    tied = tie_out(found, chosen, month_totals(desired.documents), LATER)
    assert tied.ties, [row for row in tied.rows if row.difference_minor]
    assert all(not one.short_minor for one in tied.settlements)


def test_the_order_of_rows_does_not_matter() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    found = _month(seed)
    before = {one.key: one.fingerprint() for one in wanted(found).documents}
    random.Random(seed).shuffle(found.movements)
    random.Random(seed).shuffle(found.payouts)
    found.orders = dict(reversed(found.orders.items()))
    assert {one.key: one.fingerprint() for one in wanted(found).documents} == before


def test_a_tills_profile_keeps_its_settings_as_json_and_others_do_not_have_them() -> None:
    chosen = replace(profile(), tax_rule=TaxRule.BOOKS, rounding_limit_minor=3)
    assert profile_from_json(profile_to_json(chosen)) == chosen
    shop = profile_to_json(default_profile("The Shop", "USD"))
    assert not {"item_policy", "tax_rule", "rounding_limit_minor"} & set(shop)


def test_a_till_needs_a_tills_profile() -> None:
    with pytest.raises(InputError, match="till"):
        wanted(business(), default_profile("The Shop", "USD"))
    for wrong in (
        {"modes": (ModeRange(Mode.PER_PAYOUT),)},
        {"rounding_limit_minor": 101},
    ):
        with pytest.raises(InputError):
            replace(profile(), **wrong).check()
