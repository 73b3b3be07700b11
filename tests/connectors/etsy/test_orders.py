"""Orders: how a total is split, ids, days, the join with items and statement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from closebook.connectors.etsy import ETSY
from closebook.connectors.etsy.orders import Split, split_of
from closebook.core.errors import InputError
from tests.connectors.etsy.shop import HEADER, SALE, read, statement

GOLDEN = Path(__file__).parents[2] / "golden" / "etsy"

# value, discount, shipping, sales tax, total, fees, net -> gift wrap, seller's tax, marketplace tax
SPLITS = [
    ((4800, 480, 600, 0, 5235, 182, 4738), (0, 0, 315)),
    ((4000, 0, 1000, 0, 5000, 175, 4825), (0, 0, 0)),
    ((4000, 0, 1000, 650, 5650, 195, 5455), (0, 650, 0)),  # the seller remits: inside Order Net
    ((4000, 0, 1000, 413, 5413, 187, 4813), (0, 0, 413)),  # the marketplace remits: not inside
    ((4000, 0, 1000, 300, 5300, 184, 5116), (0, 300, 0)),  # a tax of 3.00 is no gift wrap
    ((4000, 0, 1000, 300, 5600, 193, 5107), (300, 0, 300)),  # a gift wrap of 3.00 and a tax of 3.00
    ((2000, 0, 500, 0, 3097, 118, 2782), (400, 0, 197)),
    ((2000, 0, 500, 0, 3100, 118, 2982), (600, 0, 0)),
    ((2000, 0, 500, 250, 3150, 120, 3030), (400, 250, 0)),  # gift wrap and the seller's tax
]


@pytest.mark.parametrize(("amounts", "parts"), SPLITS)
def test_splits(amounts: tuple[int, ...], parts: tuple[int, int, int]) -> None:
    names = (
        "order_value",
        "discount_amount",
        "shipping",
        "sales_tax",
        "order_total",
        "card_processing_fees",
        "order_net",
    )
    found = split_of(dict(zip(names, amounts, strict=True)), has_net=True)
    assert found == Split(amounts[0], amounts[1], amounts[2], *parts, amounts[4])
    assert found.items_minor - found.discount_minor + found.shipping_minor + sum(parts) == found.total_minor


def test_an_order_that_does_not_add_up_is_told(tmp_path: Path) -> None:
    text = (
        (GOLDEN / "orders_36" / "EtsySoldOrders2026-9.csv").read_text("utf-8").replace(",47.38,", ",46.01,")
    )
    path = tmp_path / "EtsySoldOrders2026-9.csv"
    path.write_text(text.replace(",24.00,", ",23.00,"), "utf-8")
    good, bad = read(path)
    assert len(good) == 1
    assert [(error.code, error.place.row) for error in bad] == [
        ("order-does-not-add-up", 2),
        ("order-does-not-add-up", 3),
    ]
    assert all(re.search(r"\d\.\d\d USD", error.message) for error in bad)


def test_without_order_net_sales_tax_is_what_its_column_says() -> None:
    money = dict.fromkeys(
        ("order_value", "discount_amount", "shipping", "card_processing_fees", "order_net"), 0
    )
    assert (
        split_of(
            money | {"order_value": 500, "sales_tax": 40, "order_total": 540}, has_net=False
        ).seller_tax_minor
        == 40
    )
    with pytest.raises(InputError):
        split_of(money | {"order_value": 500, "sales_tax": 40, "order_total": 530}, has_net=False)


def test_rounded_ids_are_refused(tmp_path: Path) -> None:
    for name, number in (
        ("EtsySoldOrders2026-9.csv", "3911000037"),
        ("EtsySoldOrderItems2026-9.csv", "4400000001"),
    ):
        path = tmp_path / name
        path.write_text(
            (GOLDEN / "orders_36" / name).read_text("utf-8").replace(number, "3.911E+09"), "utf-8"
        )
        good, bad = read(path)
        assert good
        assert [error.code for error in bad] == ["damaged-id"]
        assert bad[0].place.field in {"Order ID", "Transaction ID"}


def test_trailing_zeros_and_day_forms_do_not_change_the_digest(tmp_path: Path) -> None:
    name = "EtsySoldOrders2026-9.csv"
    text = (GOLDEN / "orders_36" / name).read_text("utf-8")
    path = tmp_path / name
    path.write_text(
        text.replace(".00,", ",").replace("09/03/26", "2026-09-03").replace("09/12/26", "9/12/2026"), "utf-8"
    )
    assert [r.digest for r in read(path)[0]] == [r.digest for r in read(GOLDEN / "orders_36" / name)[0]]


def test_items_give_lines_only_when_they_add_up() -> None:
    files = [GOLDEN / "orders_36" / f"EtsySold{kind}2026-9.csv" for kind in ("Orders", "OrderItems")]
    records = [record for path in files for record in ETSY.read(path)]
    order = ETSY.normalise(records).orders["3911000037"]
    assert [(line.title, line.quantity, line.unit_price_minor) for line in order.lines] == [
        ('Mug, "tide" blue', 2, 1400),
        ("Oak spoon", 1, 2000),
    ]
    assert order.source_keys == ["3911000037", "4400000001", "4400000004"]
    part = ETSY.normalise(records[:-1]).orders["3911000037"]
    assert [(line.quantity, line.unit_price_minor) for line in part.lines] == [(1, 4800)]
    assert (part.buyer.name, part.buyer.username) == ("Zoë Quill", "zoeq")


def test_the_statement_settles_a_turned_day(tmp_path: Path) -> None:
    text = (
        (GOLDEN / "orders_36" / "EtsySoldOrders2026-9.csv")
        .read_text("utf-8")
        .replace("09/03/26", "2026-03-09")
    )
    orders = tmp_path / "orders.csv"
    orders.write_text(text, "utf-8")
    alone = ETSY.normalise(ETSY.read(orders)).orders["3911000037"]
    assert alone.day.isoformat() == "2026-03-09"
    both = ETSY.normalise([*ETSY.read(orders), *ETSY.read(statement(tmp_path, HEADER + SALE))])
    assert both.orders["3911000037"].day.isoformat() == "2026-09-03"


def test_a_statement_alone_is_enough(tmp_path: Path) -> None:
    business = ETSY.normalise(ETSY.read(statement(tmp_path, HEADER + SALE)))
    assert (len(business.movements), business.orders) == (1, {})
