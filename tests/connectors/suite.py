"""The suite that every file connector has to pass: subclass it, name the connector and its samples."""

from __future__ import annotations

import csv
import gc
import io
import random
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.connectors.base import Ability, Connector, RowError
from closebook.connectors.registry import CONNECTORS, identify
from closebook.core.commerce.records import Business, MovementKind, SourceRecord
from closebook.core.commerce.sales import Sale
from closebook.core.errors import InputError

FOREIGN = {
    "page.html": b"<!doctype html><html><body>Sign in</body></html>",
    "bank.ofx": b"OFXHEADER:100\nDATA:OFXSGML\n",
    "bank.csv": b"Date,Description,Amount,Balance\n2026-09-01,Coffee,-3.20,100.00\n",
    "square.csv": b"Date,Time,Gross Sales,Discounts,Net Sales,Tax,Tip,Fees,Transaction ID\n",
    "names.csv": b"Name,E-mail\nAda,ada@example.com\n",
    "book.xlsx": b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml xl/workbook.xml",
    "empty.csv": b"",
    "note.txt": b"Dear all,\nsee you on Friday.\n",
}
SIGNS = {
    MovementKind.SALE: 1,
    MovementKind.REFUND: -1,
    MovementKind.PAYOUT: -1,
    MovementKind.RETURNED_PAYOUT: 1,
    MovementKind.CARD_PAYMENT: 1,
    MovementKind.REFUND_FUNDING: 1,
}
_MEGABYTE = 1024 * 1024


def cells_of(path: Path) -> list[list[str]]:
    """Return a sample's cells, whatever its encoding and delimiter."""
    raw = path.read_bytes()
    for encoding in ("utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "windows-1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    first = text.splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def text_of(cells: Iterable[list[str]], *, delimiter: str = ",", newline: str = "\n") -> str:
    """Return cells as CSV text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(cells)
    return out.getvalue()


def records_of(connector: Connector, path: Path) -> list[SourceRecord]:
    """Return a file's records; the test fails when a row of it is bad."""
    found = list(connector.read(path))
    bad = [str(row) for row in found if isinstance(row, RowError)]
    assert not bad, bad
    return [row for row in found if isinstance(row, SourceRecord)]


def meaning(records: Iterable[SourceRecord]) -> dict[str, tuple[str, str]]:
    """Return group and digest by source key."""
    return {record.source_key: (record.group, record.digest) for record in records}


class ConnectorSuite:
    """Tests of one connector. ``samples`` are complete, well-formed files; together they show every
    ability.
    """

    connector: ClassVar[Connector]
    samples: ClassVar[list[Path]]
    pulls: ClassVar[bool] = (
        False  # True where the connector's own tests pull from a service and take its calls
    )

    def business(self) -> Business:
        """Return the business records of all samples."""
        return self.connector.normalise(row for path in self.samples for row in self.connector.read(path))

    def test_identifies_its_samples_and_nobody_else_does(self) -> None:
        for path in self.samples:
            head = path.read_bytes()[:4096]
            own = self.connector.identify(head, path.name)
            assert own is not None, path
            assert not own.missing, path
            assert own.certainty >= 80, path
            best = identify(head, path.name)
            assert best is not None
            assert best[0] is self.connector
            assert self.connector.identify(head, "renamed.csv") is not None, path

    @pytest.mark.parametrize("name", FOREIGN)
    def test_foreign_files_are_not_claimed_and_not_read(self, name: str, tmp_path: Path) -> None:
        assert self.connector.identify(FOREIGN[name], name) is None
        path = tmp_path / name
        path.write_bytes(FOREIGN[name])
        with pytest.raises(InputError) as caught:
            list(self.connector.read(path))
        assert caught.value.code in {"wrong-file", "binary-file", "empty-file"}
        assert caught.value.remedy
        assert caught.value.place.file == name

    def test_keys_are_unique_and_the_same_when_read_twice(self) -> None:
        for path in self.samples:
            first, second = records_of(self.connector, path), records_of(self.connector, path)
            assert first == second
            assert len({record.source_key for record in first}) == len(first), path
            assert all(record.file == path.name and record.row > 1 for record in first)

    def test_shuffled_rows_give_the_same_records(self, tmp_path: Path) -> None:
        seed = random.randrange(10**6)
        print("seed", seed)
        for path in self.samples:
            header, *rows = cells_of(path)
            random.Random(seed).shuffle(rows)
            copy = tmp_path / path.name
            copy.write_text(text_of([header, *rows]), "utf-8")
            assert meaning(records_of(self.connector, copy)) == meaning(records_of(self.connector, path)), (
                path
            )

    @pytest.mark.parametrize(("delimiter", "newline"), [(",", "\r"), (";", "\r\n"), ("\t", "\n")])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
    def test_encodings_delimiters_and_line_ends_give_the_same_keys(
        self, encoding: str, delimiter: str, newline: str, tmp_path: Path
    ) -> None:
        for path in self.samples:
            text = text_of(cells_of(path), delimiter=delimiter, newline=newline).replace("\u2212", "-")
            copy = tmp_path / path.name
            copy.write_bytes(text.encode(encoding, errors="replace"))
            found, wanted = records_of(self.connector, copy), records_of(self.connector, path)
            assert [record.source_key for record in found] == [record.source_key for record in wanted], path
            if encoding != "windows-1252":
                assert meaning(found) == meaning(wanted)

    def test_overlapping_files_give_nothing_twice(self, tmp_path: Path) -> None:
        for path in self.samples:
            header, *rows = cells_of(path)
            whole = records_of(self.connector, path)
            days = sorted({record.fields["day"] for record in whole})
            middle = days[len(days) // 2] if days else ""
            day_of = {record.row: record.fields["day"] for record in whole}
            part = [cells for number, cells in enumerate(rows, 2) if day_of.get(number, "") >= middle]
            copy = tmp_path / path.name
            copy.write_text(text_of([header, *part]), "utf-8")
            later = records_of(self.connector, copy)
            assert {record.source_key for record in later} <= {record.source_key for record in whole}, path
            both = self.connector.normalise([*whole, *later, *whole])
            once = self.connector.normalise(whole)
            assert len(both.movements) == len(once.movements)
            assert len(both.payments) == len(once.payments)
            assert len(both.deposits) == len(once.deposits)

    def test_unknown_columns_are_kept_and_told(self, tmp_path: Path) -> None:
        for path in self.samples:
            header, *rows = cells_of(path)
            width = len(header)
            wide = [[*row, *[""] * (width - len(row)), "x"] for row in rows]
            copy = tmp_path / path.name
            copy.write_text(text_of([[*header, "Mood"], *wide]), "utf-8")
            assert self.connector.describe(copy).columns_unknown == ("Mood",)
            assert meaning(records_of(self.connector, copy)) == meaning(records_of(self.connector, path))

    def test_columns_in_another_order_give_the_same_records(self, tmp_path: Path) -> None:
        for path in self.samples:
            header, *rows = cells_of(path)
            full = [[*row, *[""] * (len(header) - len(row))][::-1] for row in rows]
            copy = tmp_path / path.name
            copy.write_text(text_of([header[::-1], *full]), "utf-8")
            assert meaning(records_of(self.connector, copy)) == meaning(records_of(self.connector, path)), (
                path
            )

    def test_missing_columns_are_refused_with_their_place(self, tmp_path: Path) -> None:
        for path in self.samples:
            header, *rows = cells_of(path)
            stream = self.connector.describe(path).stream
            info = next(each for each in self.connector.info.streams if each.name == stream)
            required = {
                word
                for column in info.columns
                if column.required
                for word in (column.heading, *column.synonyms)
            }
            position = next(index for index, name in enumerate(header) if name in required)
            copy = tmp_path / path.name
            copy.write_text(
                text_of([[*row[:position], *row[position + 1 :]] for row in [header, *rows]]), "utf-8"
            )
            with pytest.raises(InputError) as caught:
                list(self.connector.read(copy))
            assert caught.value.code == "missing-column", path
            assert caught.value.place.row == 1
            assert caught.value.place.field

    def test_a_cut_file_is_refused_or_still_complete(self) -> None:
        for path in [sample for sample in self.samples if len(cells_of(sample)) > 1]:
            self._cut_anywhere(path)

    def _cut_anywhere(self, path: Path) -> None:
        raw = text_of(cells_of(path)).encode()
        start = raw.rstrip(b"\n").rfind(b"\n") + 1
        whole = {record.source_key for record in records_of(self.connector, path)}

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.integers(start + 1, len(raw) - 1))
        def cut(position: int) -> None:
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / path.name
                copy.write_bytes(raw[:position])
                codes, keys = self._outcome(copy)
            assert codes <= {"truncated-file", "unknown-encoding"}
            assert codes or keys == whole

        cut()

    def _outcome(self, path: Path) -> tuple[set[str], set[str]]:
        """Return the code with which a file is refused, or the keys of its records."""
        try:
            return set(), {record.source_key for record in records_of(self.connector, path)}
        except InputError as error:
            return {error.code}, set()

    def test_describe_agrees_with_read(self) -> None:
        for path in self.samples:
            records = records_of(self.connector, path)
            told = self.connector.describe(path)
            assert (told.rows, told.bad_rows) == (len(records), 0)
            assert told.months == tuple(sorted({record.fields["day"][:7] for record in records}))
            assert {record.stream for record in records} <= {told.stream}

    def test_reading_takes_little_memory(self, tmp_path: Path) -> None:
        for path in [sample for sample in self.samples if len(cells_of(sample)) > 1][:2]:
            header, *rows = cells_of(path)
            copy = tmp_path / path.name
            copy.write_text(text_of([header, *(rows * (4000 // len(rows)))]), "utf-8")
            assert self._peak(lambda copy=copy: sum(1 for _ in self.connector.read(copy))) < 2 * _MEGABYTE, (
                path
            )

    @staticmethod
    def _peak(work: Callable[[], int]) -> int:
        gc.collect()
        tracemalloc.start()
        try:
            assert work() > 0
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def test_amounts_are_whole_minor_units_with_the_documented_sign(self) -> None:
        for move in self.business().movements:
            assert type(move.amount_minor) is int
            assert len(move.currency) == 3
            assert move.amount_minor * SIGNS.get(move.kind, 0) >= 0, move

    def test_movements_are_in_the_order_of_time(self) -> None:
        days = [move.day for move in self.business().movements]
        assert days == sorted(days)

    def test_orders_add_up(self) -> None:
        for order in self.business().orders.values():
            lines = sum(line.quantity * line.unit_price_minor for line in order.lines)
            assert lines == order.items_minor
            parts = order.items_minor - order.discount_minor + order.shipping_minor + order.gift_wrap_minor
            if isinstance(order, Sale):
                parts += order.tip_minor + order.service_minor + order.gift_cards_minor
                parts += order.rounding_minor - order.back_minor
                assert sum(tender.amount_minor for tender in order.tenders) == order.total_minor
                assert not order.differences
            assert parts + order.seller_tax_minor + order.marketplace_tax_minor == order.total_minor

    def test_every_declared_ability_is_shown_by_a_sample(self) -> None:
        business = self.business()
        kinds = {move.kind for move in business.movements}
        shown = {
            Ability.FILE: bool(self.samples),
            Ability.INCREMENTAL: True,  # test_overlapping_files_give_nothing_twice
            Ability.ORDERS: bool(business.orders),
            Ability.PAYOUTS: MovementKind.PAYOUT in kinds,
            Ability.REFUNDS: MovementKind.REFUND in kinds,
            Ability.TAXES: MovementKind.MARKETPLACE_TAX in kinds
            or any(isinstance(order, Sale) and order.taxes for order in business.orders.values()),
            Ability.FEES: MovementKind.FEE in kinds,
            Ability.PULL: self.pulls,
            Ability.WEBHOOK: self.pulls,
        }
        assert all(shown[ability] for ability in self.connector.info.abilities)

    def test_it_is_registered_and_tells_its_columns(self) -> None:
        assert CONNECTORS[self.connector.info.name] is self.connector
        for stream in self.connector.info.streams:
            assert stream.where
            assert any(column.required for column in stream.columns)
