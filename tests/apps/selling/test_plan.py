"""Targets with their calendar and versions, beside what was sold: exact, and narrowed to one's own."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Customer, Opportunity, Target
from closebook.apps.selling.selectors.calendars import calendar_of, working_days
from closebook.apps.selling.selectors.plan import Wish, plan_of
from closebook.apps.selling.services import targets
from closebook.apps.selling.services.calendars import calendar_save
from closebook.core.errors import InputError
from closebook.core.selling.plan import Spot
from closebook.core.selling.targets import Party
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])
TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="one", home_currency="EUR", realm_id="r1", created_at=clock.now())


def won(company: Company, owner: str, day: dt.date, minor: int, **facts: object) -> None:
    facts = {"currency": "EUR", "key": f"{owner}{day}{minor}", "title": "x", "stage": "quoted", **facts}
    Opportunity.objects.create(
        company=company, owner=owner, state="won", decided_on=day, came_minor=minor, **facts
    )


def test_the_calendar_follows_the_country_and_the_days_of_ones_own(company):
    calendar = calendar_of(company)
    assert calendar.country == "NL", "of the home currency"
    days = working_days(calendar, 2026)
    assert dt.date(2026, 4, 27) not in days, "the King's day"
    kept = calendar_save(company, "CN", [dt.date(2026, 12, 24)], [dt.date(2026, 12, 27)], "boss")
    days = working_days(kept, 2026)
    assert dt.date(2026, 2, 28) in days, "a Saturday worked for the spring festival"
    assert dt.date(2026, 2, 17) not in days
    assert (dt.date(2026, 12, 24) in days, dt.date(2026, 12, 27) in days) == (False, True)
    assert dt.date(2026, 7, 3) not in working_days(calendar_save(company, "US", [], [], "boss"), 2026)
    assert len(working_days(calendar_save(company, "", [], [], "boss"), 2026)) == 261


def test_what_was_sold_falls_into_parts_months_weeks_and_days_exactly(company):
    quill = Customer.objects.create(company=company, key="q", name="Quill", region="North", owner="ann")
    won(company, "ann", dt.date(2026, 3, 3), 1_000, customer=quill)
    won(company, "ann", dt.date(2026, 3, 8), 200)
    won(company, "bob", dt.date(2026, 4, 1), 30)
    won(company, "bob", dt.date(2026, 3, 9), 8, shares=[["ann", 5000], ["bob", 5000]])
    won(company, "ann", dt.date(2026, 3, 9), 5_000_000, currency="USD")
    won(company, "ann", dt.date(2025, 3, 9), 4_000_000)
    parts = [("North", "ann", "Quill", 600), ("", "ann", "", 300), ("", "cas", "", 101)]
    target = targets.target_save(company, 2026, 1001, parts, "boss")
    year = plan_of(target, Wish(), TODAY)
    assert year is not None
    assert (year.source, year.left_out, year.whole.actual_minor) == ("deals", 1, 1_238)
    assert year.elsewhere_minor == 34, "bob has no part"
    assert sum(row.actual_minor for row in year.parts if row.depth == 2) + year.elsewhere_minor == 1_238
    assert sum(row.target_minor for row in year.parts if row.depth == 2) == 1001
    march = plan_of(target, Wish(Spot("2026-03")), TODAY)
    assert march is not None
    assert march.whole.actual_minor == sum(row.actual_minor for _depth, row in march.below) == 1_208
    week = plan_of(target, Wish(Spot("2026-03", "2026-W10")), TODAY)
    assert week is not None
    assert [row.actual_minor for _depth, row in week.below] == [0, 1_000, 0, 0, 200]
    mine = plan_of(target, Wish(mine="ann"), TODAY)
    assert mine is not None
    assert (mine.whole.node.amount_minor, mine.whole.actual_minor, mine.elsewhere_minor) == (900, 1_204, 0)
    north = plan_of(target, Wish(party=Party("North")), TODAY)
    assert north is not None
    assert (north.whole.node.amount_minor, north.whole.actual_minor) == (600, 1_000)
    assert plan_of(target, Wish(Spot("2027-01")), TODAY) is None
    assert plan_of(target, Wish(Spot("2026-03", "2026-W40")), TODAY) is None


def test_a_version_is_agreed_replaced_with_a_reason_and_taken_back(company):
    one = targets.target_save(company, 2026, 100, [], "boss")
    targets.target_change(company, one.pk, 120, [("", "ann", "", 120)])
    targets.target_agree(company, one.pk, TODAY, "boss")
    with pytest.raises(InputError, match="no draft"):
        targets.target_change(company, one.pk, 1, [])
    two = targets.target_save(company, 2026, 90, [], "boss")
    with pytest.raises(InputError, match="reason"):
        targets.target_agree(company, two.pk, TODAY, "boss")
    targets.target_change(company, two.pk, 90, [], reason="a region closed")
    targets.target_agree(company, two.pk, TODAY, "boss")
    before = targets.target_withdraw(company, two.pk, "boss")
    assert before is not None
    assert before.pk == one.pk
    states = dict(Target.objects.values_list("version", "state"))
    assert states == {1: "agreed", 2: "draft"}
    with pytest.raises(InputError, match="in force"):
        targets.target_withdraw(company, two.pk, "boss")
    targets.target_drop(company, two.pk, "boss")
    own = targets.target_save(company, 2026, 500, [], "boss", kind="own", person="boss")
    targets.target_agree(company, own.pk, TODAY, "boss")
    assert Target.objects.filter(state="agreed").count() == 2, "one's own replaces nothing of the company's"
