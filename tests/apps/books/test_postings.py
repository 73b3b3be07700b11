"""Lists of postings: order, filters, names, and that the past is left out unless asked for."""

from __future__ import annotations

import tracemalloc

import pytest

from closebook.apps.books.selectors.names import names_of
from closebook.apps.books.selectors.postings import PostingFilters, postings
from closebook.apps.books.services.journal import entries_post
from closebook.core.ledger.entry import JournalEntry, Posting
from tests.apps.books.worlds import World, day


def amounts(world: World, **filters: object) -> list[int]:
    """Return the debits of the postings found."""
    found = postings(world.company.pk, **filters)  # type: ignore[arg-type]
    return [row.amount_minor for row in found if row.amount_minor > 0]


def test_a_posting_comes_with_its_document_and_names(world: World) -> None:
    record = world.record("Invoice", doc_number="1007")
    facts = {
        "counterparty": world.buyer,
        "klass": world.spring,
        "location": world.store,
        "memo": "two scarves",
    }
    world.sale("2026-03-04", 1850, record, foreign_minor=1700, currency="EUR", line="1", **facts)
    row = next(postings(world.company.pk))
    assert (row.day, row.entity, row.doc_number, row.record_id) == (
        day("2026-03-04"),
        "Invoice",
        "1007",
        record,
    )
    assert (row.amount_minor, row.foreign_minor, row.currency) == (1850, 1700, "EUR")
    assert (row.ledger_account_name, row.counterparty_name, row.klass_name) == ("bank", "buyer", "spring")
    assert (row.location_name, row.item, row.item_name, row.memo, row.line) == (
        "store",
        None,
        "",
        "two scarves",
        "1",
    )


def test_what_is_not_given_is_none(world: World) -> None:
    world.sale("2026-03-04", 1850)
    row = next(postings(world.company.pk))
    assert (row.foreign_minor, row.counterparty, row.item, row.klass, row.location, row.quantity_micro) == (
        None,
    ) * 6
    assert (row.superseded, row.reverses_id) == (False, None)


def test_order_is_by_day_then_entry_then_line(world: World) -> None:
    for on, amount in (("2026-03-09", 1), ("2026-03-04", 2), ("2026-03-09", 3), ("2026-03-05", 4)):
        world.sale(on, amount)
    assert amounts(world) == [2, 4, 1, 3]
    assert amounts(world, ledger_accounts=[world.bank, world.sales]) == [2, 4, 1, 3]
    assert [row.line_no for row in postings(world.company.pk)] == [1, 2] * 4


def test_only_live_entries_unless_asked(world: World) -> None:
    record = world.sale("2026-03-04", 1)
    world.sale("2026-03-05", 2, record, token=1)
    assert amounts(world) == [2]
    assert amounts(world, live=False) == [1, 1, 2]
    rows = [row for row in postings(world.company.pk, live=False) if row.line_no == 1]
    assert [(row.superseded, row.reverses_id is None) for row in rows] == [
        (True, True),
        (False, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"day_from": day("2026-03-05")}, [2, 4]),
        ({"day_to": day("2026-03-05")}, [1, 2]),
        ({"day_from": day("2026-03-05"), "day_to": day("2026-03-05")}, [2]),
        ({"classes": ["spring"]}, [2]),
        ({"locations": ["store"]}, [4]),
        ({"counterparties": ["buyer"]}, [1]),
        ({"items": ["fees"]}, [4]),
        ({"ledger_accounts": ["bank"], "day_to": day("2026-03-05")}, [1, 2]),
        ({"ledger_accounts": ["sales"]}, []),
        ({"ledger_accounts": []}, []),
        ({"ledger_accounts": None, "classes": None}, [1, 2, 4]),
    ],
)
def test_filters(world: World, filters: dict[str, object], expected: list[int]) -> None:
    world.sale("2026-03-04", 1, counterparty=world.buyer)
    world.sale("2026-03-05", 2, klass=world.spring)
    world.sale("2026-04-06", 4, location=world.store, item=world.fees)
    chosen = {
        name: [getattr(world, each) for each in wanted] if isinstance(wanted, list) else wanted
        for name, wanted in filters.items()
    }
    assert amounts(world, **chosen) == expected


def test_the_postings_of_one_record(world: World) -> None:
    record = world.sale("2026-03-04", 1)
    world.sale("2026-03-04", 2)
    assert amounts(world, records=[record]) == [1]


def test_every_filter_is_declared() -> None:
    assert set(PostingFilters.__annotations__) == {
        "day_from", "day_to", "ledger_accounts", "records", "counterparties", "items", "classes", "locations",
        "live",
    }  # fmt: skip


def test_names_of_people_and_lists(world: World) -> None:
    assert names_of(world.company.pk, [world.bank, world.buyer]) == {world.bank: "bank", world.buyer: "buyer"}
    assert names_of(world.company.pk + 1, [world.bank]) == {}


def test_memory_does_not_grow_with_the_list(world: World) -> None:
    sides = [
        Posting(world.bank if number % 2 else world.sales, number % 2 * 2 - 1) for number in range(10_000)
    ]
    entries_post(
        world.company.pk, ((world.record(), 0, JournalEntry(day("2026-03-04"), sides)) for _ in range(3))
    )
    tracemalloc.start()
    number = sum(1 for _ in postings(world.company.pk))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert number == 30_000
    assert peak < 8_000_000
