"""What a summary takes from deals, conversations and the books: products, leads, visits and receipts."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Opportunity
from closebook.apps.selling.selectors.from_books import Ledger
from closebook.apps.selling.selectors.gathering import gathered_of
from closebook.apps.selling.services import deals, summary
from closebook.apps.selling.services.conversations import conversation_log
from closebook.core.errors import InputError
from closebook.core.selling.summary.compose import report_of
from closebook.core.selling.summary.gathered import Product, Received
from closebook.transport import clock
from tests.apps.qbo.transactions.worlds import World, applied, sale

pytestmark = pytest.mark.django_db(databases=["default", "books"])
START, END, TODAY = dt.date(2025, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 10)


@pytest.fixture
def company():
    return Company.objects.create(name="Seller", realm_id="selling-more", created_at=clock.now())


def deal(company, number, customer, opened, **facts):
    return Opportunity.objects.create(
        company=company, key=str(number), title="Deal", currency="USD", stage="engaging", customer=customer,
        opened_on=opened, **facts,
    )  # fmt: skip


def test_leads_products_visits_and_hot_prospects_come_from_deals_and_conversations(company):
    old, new = (
        deals.customer_save(company, name, name, "ann", grade="A", hot=True) for name in ("Old", "New")
    )
    deal(company, 1, old, dt.date(2024, 5, 1), source="fair", product="Lamp", state="won",
         decided_on=dt.date(2024, 6, 1), came_minor=100_00)  # fmt: skip
    deal(company, 2, old, dt.date(2025, 5, 1), source="fair", product="Lamp", state="won",
         decided_on=dt.date(2025, 6, 1), came_minor=120_00)  # fmt: skip
    deal(company, 3, new, dt.date(2025, 2, 1), source="web")
    deal(company, 4, new, dt.date(2025, 3, 1), source="fair")
    deal(company, 5, None, dt.date(2025, 3, 1), source="web")
    for day in (dt.date(2025, 12, 1), dt.date(2025, 12, 10), dt.date(2025, 12, 12)):
        conversation_log(company, str(day), new.pk, "ann", day)
    given = gathered_of(summary.summary_begin(company, START, END, "ann"), TODAY)
    report = report_of(given)
    assert sorted(source for _who, source in given.leads) == ["web", "web"]
    assert (given.hot, given.revisits) == ((1, 2), (1, 2))
    assert (given.products, given.products_before) == (
        {"Lamp": Product(120_00, 1_000_000)},
        {"Lamp": Product(100_00, 1_000_000)},
    )
    assert (report.minor("F13/price"), report.minor("F13")) == (20_00, 20_00)


def test_a_final_summary_keeps_them(company):
    one = summary.summary_begin(company, START, END, "ann")
    deal(company, 1, None, START, source="web")
    summary.item_add(company, one.pk, "mailing", "Spring", {"number": "4,000"})
    with pytest.raises(InputError):
        summary.item_add(company, one.pk, "mailing", "Spring", {"number": "many"})
    final = summary.summary_finish(company, one.pk, clock.now(), TODAY, "ann")
    Opportunity.objects.all().delete()
    report = report_of(gathered_of(final, TODAY))
    assert (report.minor("F19"), report.minor("F18")) == (1, 4_000)


def test_items_and_receipts_come_from_the_books_and_add_up():
    world = World()
    mug, ada = world.service("Mug"), world.customer()
    first = world.create(
        "Invoice", CustomerRef=ada, TxnDate="2025-03-01", Line=[sale(mug, 100, quantity=4, price=25)]
    )
    second = world.create("Invoice", CustomerRef=ada, TxnDate="2025-11-01", Line=[sale(mug, 50, quantity=2)])
    later = world.create("Invoice", CustomerRef=ada, TxnDate="2026-01-01", Line=[sale(mug, 70, quantity=1)])
    memo = world.create("CreditMemo", CustomerRef=ada, TxnDate="2025-12-01", Line=[sale(mug, 30, quantity=1)])
    for day, total, lines in (
        ("2025-04-01", 60, [applied("Invoice", first, 60)]),
        ("2025-12-02", 0, [applied("Invoice", second, 30), applied("CreditMemo", memo, 30)]),
        ("2026-01-05", 90, [applied("Invoice", first, 20), applied("Invoice", later, 70)]),
        ("2026-02-05", 20, [applied("Invoice", second, 20)]),
    ):
        world.create("Payment", CustomerRef=ada, TxnDate=day, TotalAmt=total, Line=lines)
    ledger = Ledger(world.company, {})
    assert ledger.products(START, END) == {"Mug": Product(120_00, 5_000_000)}
    assert sum(one.minor for one in ledger.products(START, END).values()) == ledger.total(START, END)
    assert ledger.received(START, END, TODAY) == Received(150_00, 80_00)
