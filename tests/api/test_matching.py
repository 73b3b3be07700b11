"""Lists beside the books by the API: read, decided, taken back, put into the books."""

from __future__ import annotations

import pytest

from closebook.apps.matching.models import MatchRow
from closebook.apps.sync.models import MatchReading
from closebook.apps.sync.services import match_reading

ROWS = [
    {"id": "7", "name": "Ann Hill", "emails": ["ann@hill.com"], "phones": ["555 010 0199"]},
    {"id": "8", "name": "Bob Stone", "emails": ["bob@stone.com"]},
    {"id": "9", "name": "New Person", "emails": ["new@person.com"]},
]
LIST = {"kind": "customer", "source": "ProjX360", "rows": ROWS}


@pytest.fixture
def people(world):
    ann = world.make("Customer", DisplayName="Hill, Ann", PrimaryEmailAddr={"Address": "ANN@hill.com"})
    bob = world.make("Customer", DisplayName="Robert Stone", PrimaryEmailAddr={"Address": "bob@stone.com"})
    return ann["Id"], bob["Id"]


def read(till, body=LIST):
    made = till.post("match-lists", body)
    assert made["state"] == "done", made
    return f"match-lists/{made['match_list']}"


def row(source_id: str) -> int:
    return MatchRow.objects.get(source_id=source_id).pk


def test_a_list_is_read_decided_and_taken_back(till, people, stranger):
    path = read(till)
    found = till.get(path)
    assert (found["source"], found["rows"], found["open"]) == ("ProjX360", 3, 3)
    rows = {one["id"]: one for one in till.get(f"{path}/rows")["items"]}
    assert rows["7"]["proposed_id"] == people[0]
    assert "email" in {one["field"] for one in rows["7"]["reasons"]}
    act = till.post(f"{path}/decide", {"word": "match", "rows": [{"row": row("7")}]})
    assert (act["word"], act["rows"], act["undone"]) == ("matched", 1, False)
    taken = {"word": "match", "rows": [{"row": row("9"), "id": people[0]}]}
    again = till.call("POST", f"{path}/decide", taken)
    assert (again.status_code, again.json()["code"]) == (409, "partner-taken")
    (matched,) = till.get(f"{path}/rows?state=matched")["items"]
    assert (matched["id"], matched["chosen_id"]) == ("7", people[0])
    assert till.post(f"match-acts/{act['match_act']}/undo")["undone"]
    assert till.get(f"{path}/rows?state=matched")["items"] == []
    assert stranger.call("GET", path).status_code == 404
    assert stranger.get("match-lists")["items"] == []


def test_what_is_new_is_added_by_a_run(till, people):
    path = read(till)
    till.post(f"{path}/decide", {"word": "add", "rows": [{"row": row("9")}]})
    run = till.post(f"{path}/additions", {})
    assert (run["state"], run["total"]) == ("planned", 1)
    taken = till.call("POST", f"{path}/decide", {"word": "add", "rows": []})
    assert taken.json()["code"] == "nothing-chosen"


def test_what_is_sure_is_matched_at_once_and_the_next_list_remembers(till, people):
    path = read(till)
    found = till.get(f"{path}/automatic?score=80")
    assert (found["open"], found["score"]) == (3, 80)
    if found["would"]:
        till.post(f"{path}/automatic", {"score": 80})
    till.post(f"{path}/decide", {"word": "ignore", "rows": [{"row": row("9")}]})
    second = read(till)
    states = {one["id"]: one["state"] for one in till.get(f"{second}/rows")["items"]}
    assert states["9"] == "ignored"


def test_the_buyers_of_a_connection_are_a_list(till, world):
    path = read(till, {"kind": "customer", "connection": world.connection.pk})
    found = till.get(path)
    assert found["source"] == world.connection.name
    assert found["rows"] >= 2
    items = till.get(read(till, {"kind": "item", "connection": world.connection.pk}))
    assert items["rows"] > 0
    vendors = till.call("POST", "match-lists", {"kind": "vendor", "connection": world.connection.pk})
    assert vendors.json()["code"] == "not-a-kind"
    other = till.call("POST", "match-lists", {"connection": 10**6})
    assert (other.status_code, other.json()["code"]) == (422, "no-connection")


def test_a_long_list_is_the_workers(till, people, settings):
    settings.CLOSEBOOK_SMALL_ROWS = 2
    made = till.post("match-lists", LIST)
    assert (made["state"], made["total"], made["match_list"]) == ("waiting", 3, None)
    assert match_reading.advance(str(made["match_reading"])).word == "done"
    done = till.get(f"match-readings/{made['match_reading']}")
    assert done["state"] == "done"
    assert till.get(f"match-lists/{done['match_list']}")["rows"] == 3
    assert MatchReading.objects.get().parties == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"source": "Till", "rows": []}, "list-empty"),
        ({"source": "Till", "rows": [ROWS[0], ROWS[0]]}, "list-id-twice"),
        ({"rows": ROWS}, "source-missing"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(till, body, code):
    answer = till.call("POST", "match-lists", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
