"""Queries page by page, change data, reports in parts: nothing twice, nothing lost, cuts seen."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest

from closebook.connectors.quickbooks.cdc import CdcAnswer, cdc_answer
from closebook.connectors.quickbooks.faults import TruncatedError
from closebook.connectors.quickbooks.query import (
    all_rows,
    any_of,
    quoted,
    rows_of,
    rows_since,
    statement,
    with_inactive,
)
from closebook.connectors.quickbooks.reports import checked, column_keys, in_parts, is_cut, report_rows
from tests.connectors.quickbooks.service import Reply

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


class Table:
    """Rows of (id, seconds after the start), asked by the statements that the client writes."""

    def __init__(self, rows: list[tuple[int, int]]) -> None:
        self.rows = rows
        self.asked: list[str] = []

    def __call__(self, text: str) -> dict:
        self.asked.append(text)
        found = self.rows
        since = re.search(r"LastUpdatedTime >= '([^']+)'", text)
        if since:
            moment = dt.datetime.fromisoformat(since.group(1))
            found = [row for row in found if START + dt.timedelta(seconds=row[1]) >= moment]
        order = 1 if "ORDERBY MetaData" in text else 0
        found = sorted(found, key=lambda row: (row[order], row[0]))
        start, size = (
            int(re.search(rf"{word} (\d+)", text).group(1)) for word in ("STARTPOSITION", "MAXRESULTS")
        )
        page = found[start - 1 : start - 1 + size]
        return {"QueryResponse": {"Invoice": [self._row(*row) for row in page]} if page else {}}

    def _row(self, number: int, seconds: int) -> dict:
        moment = (START + dt.timedelta(seconds=seconds)).isoformat()
        return {"Id": str(number), "MetaData": {"LastUpdatedTime": moment}}


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_all_pages_are_read(count):
    table = Table([(number, 0) for number in range(count)])
    assert len({row["Id"] for row in all_rows(table, "Invoice")}) == count
    assert len(table.asked) == count // 1000 + 1


def test_a_row_seen_on_two_pages_is_given_once():
    table = Table([(number, 0) for number in range(1500)])
    rows = all_rows(table, "Invoice")
    first = [next(rows) for _ in range(1000)]
    table.rows = [(-1, 0), *table.rows]
    rest = list(rows)
    assert len(first) + len(rest) == len({row["Id"] for row in [*first, *rest]}) == 1500


@pytest.mark.parametrize("same_second", [1, 700, 1000, 2300])
def test_changes_since_a_moment_survive_deletions_between_pages(same_second):
    table = Table([(number, number // same_second) for number in range(3000)])
    rows = rows_since(table, "Invoice", START)
    first = [next(rows) for _ in range(1000)]
    gone = {int(row["Id"]) for row in first[:5]} if same_second < 1000 else set()
    table.rows = [row for row in table.rows if row[0] not in gone]
    seen = [row["Id"] for row in [*first, *rows]]
    assert len(seen) == len(set(seen)) == 3000


def test_words_of_the_query_language():
    assert statement("Item", "Name = 'a'", order="Id") == (
        "SELECT * FROM Item WHERE Name = 'a' ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"
    )
    assert any_of("Id", ["1", "2"]) == "Id IN ('1', '2')"
    assert quoted("O'Neil \\ Söhne & Co. +1%#") == "'O\\'Neil \\\\ Söhne & Co. +1%#'"
    assert with_inactive("Customer", "") == "Active IN (true, false)"
    assert with_inactive("Invoice", "a = 1") == "a = 1"


def test_characters_of_a_statement_survive_the_address(client, service):
    client.query("SELECT * FROM Customer WHERE DisplayName = 'Tom & Söhne +1% #2'")
    assert service.requests[-1][2]["query"].endswith("'Tom & Söhne +1% #2'")


@pytest.mark.parametrize(
    ("answer", "count"),
    [({"QueryResponse": {}}, 0), ({}, 0), ({"QueryResponse": {"X": [{"Id": "1"}], "maxResults": 1}}, 1)],
)
def test_rows_come_under_any_name_or_none(answer, count):
    assert len(rows_of(answer)) == count


def cdc_body(count: int, *, seconds: int = 0, deleted: int = 0) -> dict:
    def meta(number: int) -> dict:
        return {"LastUpdatedTime": (START + dt.timedelta(seconds=seconds + number)).isoformat()}

    live = [{"Id": str(number), "MetaData": meta(number)} for number in range(count)]
    gone = [{"Id": f"d{number}", "status": "Deleted", "MetaData": meta(count)} for number in range(deleted)]
    return {
        "CDCResponse": [{"QueryResponse": [{"Invoice": [*live, *gone]}, {}]}],
        "time": "2026-03-04T09:06:00.000-08:00",
    }


def test_changes_are_sorted_into_live_and_deleted(client, service):
    service.script.append(Reply(body=cdc_body(2, deleted=1)))
    answer = client.cdc(["Invoice", "Bill"], START)
    assert [body["Id"] for body in answer.changed["Invoice"]] == ["0", "1"]
    assert answer.deleted == {"Invoice": ["d0"]}
    assert not answer.truncated
    assert answer.latest == START + dt.timedelta(seconds=2)
    assert service.requests[-1][2]["changedSince"] == "2026-03-01T00:00:00+00:00"
    assert service.requests[-1][2]["entities"] == "Invoice,Bill"


def test_nothing_new_is_one_call_and_empty(client, service):
    service.script.append(Reply(body={"CDCResponse": [{"QueryResponse": [{}]}], "time": "t"}))
    assert client.cdc_all(["Invoice"], START).empty
    assert len(service.requests) == 1


def test_a_full_answer_is_cut_and_the_rest_is_asked_for(client, service):
    service.script += [
        Reply(body=cdc_body(1000)),
        Reply(body={"CDCResponse": [{"QueryResponse": [{"Invoice": [
            {"Id": "999", "SyncToken": "2", "MetaData": {"LastUpdatedTime": "2026-03-02T00:00:00Z"}},
            {"Id": "5", "status": "Deleted"},
        ]}]}]}),
    ]  # fmt: skip
    answer = client.cdc_all(["Invoice"], START)
    assert not answer.truncated
    assert len(answer.changed["Invoice"]) == 999
    assert answer.deleted["Invoice"] == ["5"]
    assert {body["Id"]: body for body in answer.changed["Invoice"]}["999"]["SyncToken"] == "2"
    assert service.requests[-1][2]["changedSince"] == "2026-03-01T00:16:39+00:00"
    assert answer.time == "2026-03-04T09:06:00.000-08:00"


def test_more_than_an_answer_within_one_second_stays_cut_without_a_loop(client, service):
    body = cdc_body(0)
    same = [{"Id": str(number), "MetaData": {"LastUpdatedTime": START.isoformat()}} for number in range(1000)]
    body["CDCResponse"][0]["QueryResponse"][0]["Invoice"] = same
    service.script += [Reply(body=body)] * 3
    assert client.cdc_all(["Invoice"], START).truncated
    assert len(service.requests) == 1


@pytest.mark.parametrize("body", [{}, {"CDCResponse": None}, {"CDCResponse": [{"QueryResponse": [None, 1]}]}])
def test_a_broken_change_answer_is_empty(body):
    assert cdc_answer(["Invoice"], body) == CdcAnswer()


REPORT = {
    "Columns": {
        "Column": [
            {"ColTitle": "", "ColType": "Account"},
            {
                "ColTitle": "T",
                "Columns": {
                    "Column": [{"ColType": "Money", "MetaData": [{"Name": "ColKey", "Value": "total"}]}]
                },
            },
        ]
    },
    "Rows": {
        "Row": [
            {
                "Header": {"ColData": [{"value": "Income"}, {"value": ""}]},
                "Rows": {
                    "Row": [
                        {"ColData": [{"value": "Repairs", "id": "45"}, {"value": "1840.00"}], "type": "Data"}
                    ]
                },
                "Summary": {"ColData": [{"value": "Total Income"}, {"value": "1840.00"}]},
                "type": "Section",
                "group": "Income",
            },
            {"Summary": {"ColData": [{"value": "Net Income"}, {"value": "1840.00"}]}, "group": "NetIncome"},
        ]
    },
}


def test_a_report_is_read_row_by_row():
    rows = list(report_rows(REPORT))
    assert [(row.kind, row.group, row.cells[0].text) for row in rows] == [
        ("header", "Income", "Income"),
        ("data", "Income", "Repairs"),
        ("summary", "Income", "Total Income"),
        ("summary", "NetIncome", "Net Income"),
    ]
    assert rows[1].cells[0].id == "45"
    assert rows[1].path[0].text == "Income"
    assert column_keys(REPORT) == ["account", "total"]


def test_an_empty_report_has_no_rows():
    for rows in ({}, {"Row": None}, {"Row": [{"Rows": {}}]}):
        assert list(report_rows({"Rows": rows})) == []
        assert not is_cut({"Rows": rows})


def cut_report() -> dict:
    inner = {"ColData": [{"value": "Unable to display more data. Please reduce the date range."}]}
    return {"Rows": {"Row": [{"Header": {"ColData": [{"value": "Checking"}]}, "Rows": {"Row": [inner]}}]}}


def test_a_cut_report_is_asked_for_in_halves():
    asked = []

    def fetch(first: dt.date, last: dt.date) -> dict:
        asked.append((first, last))
        return checked(cut_report() if (last - first).days > 30 else {"Rows": {}}, "GeneralLedger")

    parts = list(in_parts(fetch, dt.date(2026, 1, 1), dt.date(2026, 3, 31)))
    kept = [(first, last) for first, last in asked if (last - first).days <= 30]
    assert len(parts) == len(kept) == 4
    assert kept[0][0] == dt.date(2026, 1, 1)
    assert kept[-1][1] == dt.date(2026, 3, 31)
    assert all(later[0] - earlier[1] == dt.timedelta(days=1) for earlier, later in itertools.pairwise(kept))


def test_a_day_that_is_too_large_is_told():
    with pytest.raises(TruncatedError):
        list(in_parts(lambda *_: checked(cut_report(), "x"), dt.date(2026, 1, 1), dt.date(2026, 1, 3)))
