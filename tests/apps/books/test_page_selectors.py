"""What the pages read of the books, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.books.models import LedgerAccount, Record, RecordLink
from closebook.apps.books.selectors import finding, record_rows, records
from closebook.apps.books.selectors.chart_tree import chart_rows
from closebook.apps.books.selectors.register import RegisterRows
from closebook.core.periods import Month
from tests.apps.books.worlds import World

TODAY = dt.date(2026, 3, 20)


def document(world: World, entity: str = "Invoice", **facts: object) -> Record:
    record = Record.objects.get(pk=world.record(entity, "", str(facts.pop("doc_number", ""))))
    for name, value in {"txn_date": TODAY, "party": world.buyer, "total_minor": 100, **facts}.items():
        setattr(record, name, value)
    record.save()
    return record


@pytest.mark.parametrize("falling", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_registers_balance_is_the_sum_of_all_before_whatever_the_page(world: World, falling, size):
    changed = world.sale("2026-03-02", 500)
    for number in range(1, 6):
        world.sale(f"2026-03-{number % 3 + 1:02d}", number * 100, counterparty=world.buyer)
    world.sale("2026-03-02", 700, record=changed, token=1)
    rows = RegisterRows(world.company.pk, world.bank, falling=falling)
    assert rows.count() == 6
    pages = [rows[start : start + size] for start in range(0, 6, size)]
    found = [row for page in pages for row in page]
    in_time = found[::-1] if falling else found
    running = 0
    for row in in_time:
        running += row.amount_minor
        assert row.balance_minor == running
    assert running == 100 + 200 + 300 + 400 + 500 + 700
    assert {row.counterparty_name for row in found} == {"buyer", ""}
    assert list(rows) == found


def test_a_register_of_some_days_goes_on_from_what_was_before(world: World):
    world.sale("2026-02-01", 900)
    world.sale("2026-03-01", 50)
    march = RegisterRows(world.company.pk, world.sales, dt.date(2026, 3, 1), TODAY, credit_positive=True)
    assert [(row.credit_minor, row.balance_minor) for row in march] == [(50, 950)]
    assert RegisterRows(world.company.pk + 1, world.bank).count() == 0


def test_states_follow_from_balance_and_day(world: World):
    voided = '{"PrivateNote":"Voided - x"}'
    wanted = {
        document(world, balance_minor=100, due_date=dt.date(2026, 3, 19)).pk: "overdue",
        document(world, balance_minor=100, due_date=TODAY).pk: "open",
        document(world, balance_minor=0).pk: "paid",
        document(world, balance_minor=0, total_minor=0, body=voided).pk: "voided",
        document(world, "Payment", balance_minor=5).pk: "unapplied",
        document(world, "Estimate").pk: "not-posted",
        document(world, "Transfer").pk: "posted",
    }
    kinds = ("Invoice", "Payment", "Estimate", "Transfer")
    rows = record_rows.documents_listed(world.company.pk, kinds, TODAY)
    assert {row.pk: row.state for row in rows} == wanted
    assert {row.party_name for row in rows} == {"buyer"}
    assert rows.filter(state="overdue", party_key__icontains="").count() == 1
    assert record_rows.open_balances(world.company.pk, [world.buyer]) == {world.buyer: 195}


def test_lists_know_mail_type_and_quantity(world: World):
    buyer = Record.objects.get(pk=world.buyer)
    buyer.body = '{"DisplayName":"Kim","PrimaryEmailAddr":{"Address":"kim@example.org"}}'
    buyer.save()
    people = record_rows.people_listed(world.company.pk, "Customer")
    found = people.filter(email__icontains="KIM@").order_by("email", "pk")
    assert [row.facts.label for row in found] == ["Kim"]
    item = Record.objects.get(pk=world.record("Item", "Mug"))
    item.body = '{"Name":"Mug","Type":"Service","UnitPrice":12.5}'
    item.save()
    items = record_rows.items_listed(world.company.pk).filter(type="Service")
    assert [(row.facts.Name, bytes(row.facts.UnitPrice), row.quantity_micro) for row in items] == [
        ("Mug", b"12.5", None)
    ]


def test_records_are_found_by_number_name_and_link(world: World):
    realm = world.company.realm_id
    invoice, payment = document(world, doc_number="ES-39"), document(world, "Payment")
    assert finding.documents_by_number(realm, ["Invoice"], "es-3", 8) == [invoice]
    assert finding.documents_by_number("other", ["Invoice"], "es-3", 8) == []
    Record.objects.filter(pk=world.buyer).update(name_key="buyer of mugs")
    assert [one.pk for one in finding.objects_by_name(realm, "Customer", "buyer", 8)] == [world.buyer]
    assert records.keys_by_name(world.company.pk, ["Customer"], ["buyer of mugs"])
    RecordLink.objects.create(company=world.company, source=payment, target=invoice, amount_minor=70)
    assert [(one.record.pk, one.amount_minor) for one in records.linked_documents(invoice)] == [
        (payment.pk, 70)
    ]
    item = Record.objects.get(pk=world.record("Item", "Mug"))
    assert records.documents_with_item(item, 5) == []


def test_the_chart_adds_months_up_and_carries_balances_forward(world: World):
    for key, kind in ((world.bank, "Bank"), (world.sales, "Income")):
        LedgerAccount.objects.create(
            record_id=key,
            company=world.company,
            name=kind,
            full_name=kind,
            type=kind,
            sub_type="",
            currency="USD",
        )
    world.sale("2024-06-01", 1000)
    world.sale("2026-02-01", 200)
    world.sale("2026-03-31", 30)
    bank, sales = chart_rows(world.company.pk, Month(2026, 3))
    assert (bank.balance_minor, bank.months[0], bank.months[-2:]) == (1230, 1000, (1200, 1230))
    assert (sales.balance_minor, sales.months[0], sales.months[-2:]) == (230, 0, (200, 30))
