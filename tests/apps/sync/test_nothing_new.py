"""Running again costs one question to the books and writes nothing; a plan costs pages, not documents."""

from __future__ import annotations

from closebook.apps.companies.services.audit import audit_broken_at
from closebook.apps.sync.models import Connection, Link
from closebook.apps.sync.services.overlapping import CLEAR
from tests.apps.sync.harness import SHOP, requests_counted


def test_nothing_new_is_one_change_data_call_and_no_writes(synced, shop_files):
    before = synced.footprint()
    with requests_counted() as asked:
        again = synced.json("sync", SHOP, *shop_files, "--yes")
    assert again["plan"]["run"] is None
    assert len(asked) == 1, asked
    assert "/cdc?" in asked[0]
    assert synced.footprint() == before
    assert audit_broken_at(synced.company().pk) is None


def test_a_stranger_in_the_books_costs_nothing_more(synced):
    synced.make("Customer", DisplayName="Walk-in")
    with requests_counted() as asked:
        assert synced.plan() is None
    assert len(asked) == 1


def test_the_number_of_requests_of_a_plan_does_not_depend_on_the_number_of_orders(fresh, shop_files):
    Connection.objects.update(foreign=CLEAR)  # the look before the very first plan has requests of its own
    counts = []
    for month in ("2026_1", "2026_2"):
        fresh.pull(*(path for path in shop_files if month in path.name))
        with requests_counted() as asked:
            run = fresh.plan()
        counts.append(len(asked))
        fresh.apply(run)
    assert Link.objects.count() > 50
    assert counts[0] == counts[1] <= 10, counts
