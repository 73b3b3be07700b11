"""A shop's money into the books: planned, applied, proved, taken back."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "books"])


def test_a_sync_posts_everything_and_proves_it(closebook, shop, shop_files):
    done = closebook.json("sync", shop, *shop_files, "--yes")
    assert done["run"]["state"] == "done"
    assert all(proof["holds"] for proof in done["run"]["proofs"])
    tied = closebook.json("tieout", shop)
    assert tied["ties"]
    assert tied["clearing"]["source_minor"] == tied["clearing"]["books_minor"]
    assert closebook.json("prove")["holds"]


def test_a_second_sync_of_the_same_files_changes_nothing(closebook, shop, shop_files):
    closebook("sync", shop, *shop_files, "--yes")
    before = closebook.trial_balance()
    again = closebook.json("sync", shop, *shop_files, "--yes")
    assert {file["state"] for file in again["files"]} == {"known"}
    assert again["plan"]["run"] is None
    assert closebook.trial_balance() == before


def test_an_undo_brings_the_trial_balance_back(closebook, shop, shop_files):
    before = closebook.trial_balance()
    run = closebook.json("sync", shop, *shop_files, "--yes")["run"]["run"]
    undone = closebook.json("undo", run, "--yes")
    assert undone["state"] == "done"
    assert {name: amount for name, amount in closebook.trial_balance().items() if amount} == before
    assert closebook.json("undo", run)["total"] == 0


def test_one_order_can_be_taken_back_and_posted_again(closebook, shop, shop_files):
    run = closebook.json("sync", shop, *shop_files, "--yes")["run"]["run"]
    before = closebook.trial_balance()
    order = next(
        line["key"] for line in closebook.json("undo", run, "--plan")["diff"] if line["key"].endswith("/sale")
    )
    closebook("undo", run, "--only", order.partition("/")[0], "--yes")
    assert closebook.trial_balance() != before
    closebook("sync", shop, "--yes")
    assert closebook.trial_balance() == before


def test_both_profiles_agree_at_every_month_end_and_switching_back_is_exact(closebook, shop, shop_files):
    closebook("sync", shop, *shop_files, "--yes")
    per_sale = closebook.trial_balance()
    closebook(
        "profile",
        "set",
        shop,
        "mode=per-payout@2026-02",
        "rails.max_removed=100000",
        "rails.max_removed_percent=100",
    )
    closebook("sync", shop, "--yes")
    assert closebook.json("tieout", shop)["ties"]
    assert closebook.trial_balance() == per_sale
    closebook("profile", "set", shop, "mode=per-sale")
    closebook("sync", shop, "--yes")
    assert closebook.json("tieout", shop)["ties"]
    assert closebook.trial_balance() == per_sale


def test_why_leads_from_a_figure_to_its_rows_and_back(closebook, shop, shop_files):
    closebook("sync", shop, *shop_files, "--yes")
    figure = closebook.json("why", "Sales@2026-02", "--limit", 500)
    assert figure["documents"]
    for document in figure["documents"][:3]:
        row = next(row for row in document["rows"] if row["stream"] == "statement")
        back = closebook.json("why", f"{row['file']}:{row['row']}")
        assert document["ref"] in {each["ref"] for each in back["documents"]}
        posting = document["postings"][0]
        assert closebook.json("why", f"posting:{posting['entry']}")["documents"][0]["ref"] == document["ref"]


def test_why_of_an_order_shows_all_its_documents(closebook, shop, shop_files):
    closebook("sync", shop, *shop_files, "--yes")
    figure = closebook.json("why", "Sales@2026-02", "--limit", 500)
    order = next(each["key"] for each in figure["documents"] if each["key"].endswith("/sale")).partition("/")[
        0
    ]
    keys = {each["key"] for each in closebook.json("why", order)["documents"]}
    assert f"{order}/sale" in keys
    assert len(keys) > 1
