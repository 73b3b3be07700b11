"""Data that come late: orders after the statement, refunds after their month, corrected rows, rows that
vanish.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from closebook.apps.sync.codec import target_from
from closebook.apps.sync.models import Link, SourceRow
from tests.apps.sync.harness import SHOP


def named(files: list[Path], text: str) -> list[Path]:
    return [path for path in files if text in path.name]


def rewritten(folder: Path, source: Path, name: str, change) -> Path:
    lines = source.read_text("utf-8-sig").splitlines(keepends=True)
    made = folder / name
    made.write_text("".join(change(lines)), "utf-8")
    return made


def test_orders_that_arrive_later_give_receipts_their_lines_and_customer(fresh, shop_files):
    fresh.sync(*named(shop_files, "statement"))
    before = {link.key: link for link in Link.objects.filter(kind="sales-receipt")}
    balance = fresh.trial_balance()
    run = fresh.sync(*[path for path in shop_files if "statement" not in path.name])
    assert (run.state, fresh.proofs_hold(run)) == ("done", True)
    after = {link.key: link for link in Link.objects.filter(kind="sales-receipt")}
    assert after.keys() == before.keys()
    assert all(after[key].remote_id == before[key].remote_id for key in before)
    assert any(target_from(link.target).party for link in after.values())
    assert max(len(target_from(link.target).lines) for link in after.values()) > 1
    assert fresh.trial_balance()["Etsy:" + SHOP] == balance["Etsy:" + SHOP]
    assert fresh.json("tieout", SHOP)["ties"]
    assert fresh.plan() is None


def test_a_refund_in_a_later_month_stands_in_its_own_month(fresh, shop_files):
    for month in ("2026-1", "2026-2", "2026-3"):
        number = month.replace("-", "_")
        files = [path for path in shop_files if month in path.name or number in path.name]
        run = fresh.sync(*files)
        assert (run.state, fresh.proofs_hold(run)) == ("done", True), run.proofs
        assert fresh.json("tieout", SHOP)["ties"]
    refunds = [target_from(link.target) for link in Link.objects.filter(kind="refund-receipt")]
    sales = {link.key: target_from(link.target) for link in Link.objects.filter(kind="sales-receipt")}
    late = [one for one in refunds if one.day.month > sales[one.key.partition("/")[0] + "/sale"].day.month]
    assert late, "the sample has a refund of an earlier month's sale"


def test_the_order_in_which_months_come_makes_no_difference(fresh, shop_files, balance):
    for month in ("2026_3", "2026_1", "2026_2"):
        fresh.pull(*named(shop_files, month))
        run = fresh.plan()
        if run:
            fresh.apply(run)
    fresh.sync(*[path for path in shop_files if "statement" not in path.name])
    assert not fresh.holds()
    assert fresh.json("tieout", SHOP)["ties"]
    assert fresh.trial_balance() == balance


def test_a_corrected_order_changes_its_receipt_and_nothing_else(synced, shop_files, tmp_path):
    source = named(shop_files, "SoldOrders2026-2")[0]

    def corrected(lines):
        return [lines[0], lines[1].replace("United States", "Canada"), *lines[2:]]

    pulled = synced.pull(rewritten(tmp_path, source, "orders again.csv", corrected))[0]
    assert (pulled.new, pulled.changed) == (0, 1)
    run = synced.plan()
    if run is not None:
        assert {action.kind for action in run.actions.all()} <= {"update"}
        assert synced.apply(run).state == "done"
    assert synced.plan() is None
    assert synced.json("tieout", SHOP)["ties"]


def without_a_fee(lines: list[str]) -> list[str]:
    gone = next(i for i, line in enumerate(lines) if ",Fee," in line)
    return lines[:gone] + lines[gone + 1 :]


@pytest.fixture
def vanished(synced, shop_files, tmp_path):
    """A world in which a newer statement of February lacks a fee; and the line of the error log about it."""
    source = named(shop_files, "statement_2026_2")[0]
    synced.pull(rewritten(tmp_path, source, "etsy_statement_2026_2 (1).csv", without_a_fee))
    return synced, synced.errors()[0], source


def test_rows_that_a_newer_statement_lacks_are_named_and_stay(vanished):
    world, line, _source = vanished
    assert (line.code, line.held, line.file) == ("rows-vanished", False, "etsy_statement_2026_2 (1).csv")
    assert "1 rows (-" in line.cause
    assert "2026-02" in line.cause
    assert world.plan() is None, "nothing is deleted"
    tied = world.json("tieout", SHOP)
    assert tied["ties"]
    assert tied["doubts"] == [line.cause]


def test_the_line_closes_when_the_complete_statement_comes_again(vanished, tmp_path):
    world, _line, source = vanished
    world.pull(rewritten(tmp_path, source, "etsy_statement_2026_2 (2).csv", lambda lines: [*lines, "\n"]))
    assert not world.errors()
    assert not SourceRow.objects.filter(missing_from__isnull=False).exists()


def test_a_person_may_say_that_the_newer_statement_is_right(vanished):
    world, line, _source = vanished
    before = world.trial_balance()["Etsy:" + SHOP]
    done = world.json("retry", line.pk, "--decide", "overwrite", "--yes")
    assert done["state"] == "done"
    assert world.trial_balance()["Etsy:" + SHOP] > before
    assert world.json("tieout", SHOP)["ties"]
    assert not world.errors()


def test_or_that_the_earlier_one_is(vanished):
    world, line, _source = vanished
    assert world.retry(line, "ignore") is None
    assert not world.errors()
    assert SourceRow.objects.filter(missing_from__isnull=False).count() == 1


def test_a_row_mended_in_a_file_of_another_name_closes_its_error(fresh, shop_files, tmp_path):
    source = named(shop_files, "statement_2026_2")[0]

    def spoiled(lines):
        bad = next(i for i, line in enumerate(lines) if ",Fee," in line)
        return [*lines[:bad], lines[bad].replace("-$", "-$7", 1), *lines[bad + 1 :]]

    fresh.pull(rewritten(tmp_path, source, "one.csv", spoiled))
    assert [error.row for error in fresh.errors()]
    fresh.pull(rewritten(tmp_path, source, "two.csv", lambda lines: [*spoiled(lines), "\n"]))
    assert [error.file for error in fresh.errors()] == ["two.csv"], "still wrong, so still open"
    fresh.pull(source)
    assert not fresh.errors()
