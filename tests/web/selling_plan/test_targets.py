"""Targets by the pages: made, agreed, changed with a reason, drilled into, compared and taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closebook.apps.selling.models import SellingCalendar, Target
from closebook.apps.selling.services.deals import opportunity_move
from closebook.apps.selling.services.targets import target_agree, target_save
from closebook.core.money import format_grouped
from tests.web.selling.test_opportunities import Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])
YEAR = 2026
DAY = dt.date(2026, 3, 10)


def rows(*typed: dict[str, str]) -> dict[str, str]:
    found = {"parts-TOTAL_FORMS": str(len(typed)), "parts-INITIAL_FORMS": "0"}
    for number, row in enumerate(typed):
        found |= {f"parts-{number}-{name}": value for name, value in row.items()}
    return found


WHOLE = {"year": str(YEAR), "level": "certain", "amount": "15,000,000.00", "shape": "days"}
HALVES = rows({"person": "ann-one", "percent": "50"}, {"region": "North", "amount": "5,000,000.00"})


def agreed(desk: Desk, parts: list[tuple[str, str, str, int]], **facts: object) -> Target:
    one = target_save(desk.company, YEAR, sum(part[3] for part in parts), parts, "boss-one", **facts)
    return target_agree(desk.company, one.pk, DAY, "boss-one")


def test_a_target_is_made_agreed_changed_and_taken_back():
    desk = Desk()
    assert "no target for this year" in desk.get("boss", "targets")
    looked = desk.post("boss", "target-new", status=200, look="1", **WHOLE, **HALVES)
    assert "2,500,000.00 USD" in looked, "what is left to give"
    refused = desk.post("boss", "target-new", status=400, **WHOLE, **HALVES)
    assert "do not add up" in refused
    desk.post("boss", "target-new", rest="1", **WHOLE, **HALVES)
    one = Target.objects.get()
    assert [part[3] for part in one.parts] == [750_000_000, 500_000_000, 250_000_000]
    assert "A draft" in desk.get("boss", "target", one.pk)
    assert "no target for this year" in desk.get("ann", "targets"), "a draft is the manager's"
    desk.post("boss", "target-agree", one.pk)
    asked = desk.post("boss", "target-change", one.pk, status=400, **WHOLE, **HALVES, rest="1")
    assert "Say why it changes" in asked
    changed = {"amount": "12,000,000.00", "shape": "equal", "reason": "A region closed"}
    desk.post("boss", "target-change", one.pk, **changed, **rows())
    two = Target.objects.get(version=2)
    assert (two.month_weights, two.state) == ([1] * 12, "draft")
    query = f"?before={one.pk}&after={two.pk}"
    compared = desk.clients["boss"].get(desk.address("targets-compare") + query).content.decode()
    assert "−3,000,000.00" in compared
    desk.post("boss", "target-agree", two.pk)
    desk.post("boss", "target-withdraw", two.pk)
    assert dict(Target.objects.values_list("version", "state")) == {1: "agreed", 2: "draft"}
    desk.post("boss", "target-drop", two.pk)
    desk.post("boss", "target-drop", one.pk)
    assert Target.objects.get() == one, "what was agreed is not deleted"


def test_the_tree_is_walked_down_to_a_day_and_sums_are_shown():
    desk = Desk()
    agreed(desk, [("", "ann-one", "", 600_000_00), ("", "bob-one", "", 400_000_01)])
    deal = desk.deal("ann")
    opportunity_move(desk.company, deal.pk, "won", dt.date(2026, 3, 8), "ann", came_minor=1_234_00)
    for query, said in (
        (f"?year={YEAR}", "March 2026"),
        (f"?year={YEAR}&month=2026-03", "Week 10"),
        (f"?year={YEAR}&month=2026-03&week=2026-W10", "Fri "),
        (f"?year={YEAR}&person=ann-one", "600,000.00"),
    ):
        answer = desk.clients["boss"].get(desk.address("targets") + query)
        page = answer.content.decode()
        assert said in page, query
        assert "1,234.00" in page, query
        plan = answer.context["plan"]
        together = sum(line.node.amount_minor for depth, line in plan.below if depth == 1)
        assert together == plan.whole.node.amount_minor, query
        assert format_grouped(together, "USD") in page
    for bad in ("month=2027-01", "month=2026-03&week=2026-W40"):
        assert desk.clients["boss"].get(desk.address("targets") + f"?year={YEAR}&{bad}").status_code == 404
    table = desk.clients["boss"].get(desk.address("targets") + f"?year={YEAR}&export=csv")
    assert b"ann-one" in b"".join(table.streaming_content)
    assert desk.clients["boss"].get(desk.address("targets") + "?export=xlsx").status_code == 200


def test_a_salesperson_sees_their_own_part_and_nobody_elses():
    desk, other = Desk(), Desk("two")
    agreed(desk, [("", "ann-one", "", 600_000_00), ("", "bob-one", "", 400_000_00)])
    agreed(desk, [("", "ann-one", "", 2_000_000_00)], level="stretch")
    own = target_save(desk.company, YEAR, 77_000_00, [], "boss-one", kind="own", person="boss-one")
    page = desk.get("ann", "targets")
    assert "600,000.00" in page
    for hidden in ("400,000.00", "1,000,000.00", "bob-one", "77,000.00"):
        assert hidden not in page
    assert "my own: 77,000.00" in desk.get("boss", "targets")
    assert "stretch" in page
    desk.get("ann", "target-new", status=403)
    desk.get("ann", "target", own.pk, status=404)
    desk.get("ann", "targets-compare", status=404)
    desk.post("ann", "target-agree", own.pk, status=403)
    desk.post("eye", "target-drop", own.pk, status=403)
    foreign = target_save(other.company, YEAR, 5, [], "boss-two")
    desk.get("boss", "target", foreign.pk, status=404)
    for page_name in ("target-agree", "target-withdraw", "target-drop"):
        desk.post("boss", page_name, foreign.pk, status=404)
    desk.post("boss", "target-change", foreign.pk, status=404, **WHOLE, **rows())


@pytest.mark.parametrize(
    "bad",
    [
        {"amount": "0"},
        {"amount": "much"},
        {"shape": "typed", "months": "1 2 3"},
        {"shape": "last"},
        {"stages": "Spring"},
        {"stages": "Start 1-2\nRest 2-12"},
        {"level": "hoped", "name": "Certain"},
        {"year": "99999"},
        {"amount": "9" * 40},
        rows({"person": "ann", "percent": "NaN"}),
        rows({"person": "a\0", "percent": "10"}),
        rows({"person": "ann", "percent": "101"}),
        rows({"person": "ann", "percent": "10", "amount": "3"}),
        rows({"person": "ann"}),
        {"parts-TOTAL_FORMS": "x"},
        {"parts-TOTAL_FORMS": "9999999"},
    ],
)
def test_bad_input_stands_at_its_field_and_keeps_nothing(bad):
    desk = Desk()
    page = desk.post("boss", "target-new", status=400, **WHOLE | rows() | bad)
    assert "errorlist" in page
    assert not Target.objects.exists()


def test_phases_and_weights_of_ones_own_are_kept_and_shown_again():
    desk = Desk()
    typed = {"shape": "typed", "months": "3 3 1 1 1 1 1 1 1 1 1 1", "stages": "Good start 1-2\nRest 3-12"}
    desk.post("boss", "target-new", **WHOLE | typed, **rows())
    one = Target.objects.get()
    assert one.stages == [["Good start", 1, 2], ["Rest", 3, 12]]
    assert "5,625,000.00" in desk.get("boss", "target", one.pk), "six sixteenths of the whole"
    again = desk.get("boss", "target-change", one.pk)
    assert "Good start 1-2" in again
    assert "3 3 1 1" in again


def test_the_calendar_is_the_companys_own():
    desk = Desk()
    assert "Independence Day" in desk.get("boss", "selling-calendar")
    desk.post("boss", "selling-calendar", country="CN", days_off="2026-12-24", days_worked="")
    assert SellingCalendar.objects.get().days_off == ["2026-12-24"]
    assert "make up" in desk.get("boss", "selling-calendar")
    assert "not a day" in desk.post("boss", "selling-calendar", status=400, country="", days_off="soon")
    desk.get("ann", "selling-calendar", status=403)


def test_the_page_asks_as_often_for_many_parts_as_for_one():
    desk, found = Desk(), []
    for many in (1, 30):
        agreed(desk, [("", f"p{n}", "", 100) for n in range(many)], reason="more")
        desk.get("boss", "targets")
        with CaptureQueriesContext(connection) as queries:
            desk.get("boss", "targets")
        found.append(len(queries))
    assert found[0] == found[1]
